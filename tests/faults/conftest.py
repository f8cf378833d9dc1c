"""A Dispatcher on one software GPU of 256 MiB, with ten data ports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import running

MEMORY = 256 << 20


@pytest.fixture
def server(tmp_path) -> Iterator[running.Dispatcher]:
    with running.dispatcher(tmp_path, "--softgpu", "1", BF_GPU_DEVICE_MEMORY_LIMIT=str(MEMORY)) as started:
        yield started
