"""Fixtures of the driver's tests: a context of its own for each test, so that one that spoils it harms no other."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

# Read when the library is loaded: a memory that does not depend on the machine, nor on who else uses it.
os.environ["SOFTGPU_MEMORY"] = str(16 << 30)

import softcuda as cuda


@pytest.fixture
def context() -> Iterator[int]:
    made = cuda.handle("cuCtxCreate_v2", 0, 0)
    yield made
    # A test that failed may have left its gates closed; destruction would wait for them.
    for gate in list(cuda.Gate.closed):
        gate.open()
    cuda.call("cuCtxDestroy_v2", made)
    cuda.must("cuCtxSetCurrent", None)


@pytest.fixture
def kernels(context: int) -> int:
    """A module with the kernels of cuda.KERNELS."""
    return cuda.module()
