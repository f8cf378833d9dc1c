"""Running whole kernels written in PTX: arrays in, arrays out. What a kernel computes is the tests' affair."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from contextlib import contextmanager

import numpy as np
import pytest
from ptxdriver import CudaError, Gpu, call

HEADER = ".version 8.8\n.target sm_90\n.address_size 64\n"

# First lines of most kernels here: %t is the thread's number in the grid, %out its element of an array of u32.
PROLOGUE = """.reg .b32 %t, %block, %size; .reg .b64 %out, %in;
mov.u32 %t, %tid.x; mov.u32 %block, %ctaid.x; mov.u32 %size, %ntid.x; mad.lo.u32 %t, %block, %size, %t;
ld.param.u64 %out, [out]; mad.wide.u32 %out, %t, 4, %out;
"""


def entry(body: str, parameters: str = ".param .u64 out", before: str = "") -> str:
    """A module with one kernel `k`; `before` stands in front of it (functions, variables)."""
    return f"{HEADER}{before}\n.visible .entry k({parameters}) {{\n{PROLOGUE}{body}\n}}\n"


class Kernel:
    """The kernel `k` of a module."""

    def __init__(self, gpu: Gpu, ptx: str) -> None:
        gpu.activate()
        self.gpu = gpu
        self.module = gpu.load(ptx)
        self.function = ctypes.c_void_p()
        call("cuModuleGetFunction", ctypes.byref(self.function), self.module, b"k")

    def __call__(
        self,
        grid: int | Sequence[int],
        block: int | Sequence[int],
        *arguments: np.ndarray | int | ctypes.Structure,
        shared: int = 0,
        cooperative: bool = False,
    ) -> list[np.ndarray]:
        """Launch and wait. Arrays are copied to the device and back; other arguments are passed as u64 or as they are.

        Returns the arrays as the kernel left them. Raises CudaError with what cuCtxSynchronize says.
        """
        buffers = [(a, self.gpu.upload(a.tobytes())) for a in arguments if isinstance(a, np.ndarray)]
        addresses = iter(buffer.address for _, buffer in buffers)
        values = [
            a
            if isinstance(a, ctypes.Structure)
            else ctypes.c_uint64(next(addresses) if isinstance(a, np.ndarray) else a)
            for a in arguments
        ]
        pointers = (ctypes.c_void_p * max(len(values), 1))(*(ctypes.addressof(value) for value in values))
        sizes = (*_three(grid), *_three(block), shared, None, pointers)
        if cooperative:
            call("cuLaunchCooperativeKernel", self.function, *sizes)
        else:
            call("cuLaunchKernel", self.function, *sizes, None)
        call("cuCtxSynchronize")
        results = [np.frombuffer(self.gpu.download(b), a.dtype).reshape(a.shape) for a, b in buffers]
        for _, buffer in buffers:
            self.gpu.free(buffer)
        return results

    def variable(self, name: str) -> tuple[int, int]:
        address, size = ctypes.c_uint64(), ctypes.c_size_t()
        call("cuModuleGetGlobal_v2", ctypes.byref(address), ctypes.byref(size), self.module, name.encode())
        return address.value, size.value


def _three(size: int | Sequence[int]) -> tuple[int, int, int]:
    sizes = (size,) if isinstance(size, int) else tuple(size)
    return (*sizes, 1, 1)[:3]


def per_thread(gpu: Gpu, body: str, threads: int, block: int = 0, before: str = "") -> np.ndarray:
    """What each thread of a kernel without inputs stores at [%out], as u32."""
    block = block or threads
    (out,) = Kernel(gpu, entry(body, before=before))(threads // block, block, np.zeros(threads, np.uint32))
    return out


@contextmanager
def fault(code: int):
    """The block must end in a driver call that returns `code`."""
    with pytest.raises(CudaError) as caught:
        yield caught
    assert caught.value.code == code, caught.value
