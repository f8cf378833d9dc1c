"""Dispatchers on one software GPU: one for each test that ends something, and one for those that leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import running
from sessions import MEMORY

OPTIONS = ("--softgpu", "1")
LIMIT = {"BF_GPU_DEVICE_MEMORY_LIMIT": str(MEMORY)}


@pytest.fixture
def server(tmp_path) -> Iterator[running.Dispatcher]:
    """A Dispatcher for this test alone."""
    with running.dispatcher(tmp_path, *OPTIONS, **LIMIT) as started:
        yield started


@pytest.fixture(scope="session")
def steady(tmp_path_factory) -> Iterator[running.Dispatcher]:
    """A Dispatcher for tests that only open and close sessions."""
    with running.dispatcher(tmp_path_factory.mktemp("steady"), *OPTIONS, **LIMIT) as started:
        yield started
