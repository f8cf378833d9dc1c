"""Fixtures of the PTX tests: one context for all that do not spoil it, and the front end, built once a test run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from frontend import Frontend, build
from gpu import Lanes
from ptxdriver import Gpu


@pytest.fixture(scope="session")
def gpu() -> Iterator[Gpu]:
    with Gpu() as opened:
        yield opened


@pytest.fixture
def lanes(gpu: Gpu) -> Lanes:
    gpu.activate()
    return Lanes(gpu)


@pytest.fixture(scope="session")
def frontend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Frontend]:
    running = Frontend(build(tmp_path_factory.mktemp("ptx")))
    yield running
    running.close()
