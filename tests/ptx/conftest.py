"""Fixtures of the PTX instruction tests: one context for all tests that do not spoil it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from driver import Gpu  # noqa: E402
from gpu import Lanes  # noqa: E402


@pytest.fixture(scope="session")
def gpu() -> Iterator[Gpu]:
    with Gpu() as opened:
        yield opened


@pytest.fixture
def lanes(gpu: Gpu) -> Lanes:
    gpu.activate()
    return Lanes(gpu)
