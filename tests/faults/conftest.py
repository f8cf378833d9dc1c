"""A Dispatcher on one software GPU."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import running
from sessions import MEMORY

@pytest.fixture
def server(tmp_path) -> Iterator[running.Dispatcher]:
    with running.dispatcher(tmp_path, "--softgpu", "1", BF_GPU_DEVICE_MEMORY_LIMIT=str(MEMORY)) as started:
        yield started
