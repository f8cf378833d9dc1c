"""softgpu's libcuda.so.1 through ctypes, as a C program sees it: codes and out-parameters. Knows nothing of what a test
checks.
"""

from __future__ import annotations

import ctypes
import time
from ctypes import byref, c_float, c_int, c_uint, c_uint64, c_void_p
from functools import cache
from typing import ClassVar

from patience import PATIENCE_S

from bitfusion import native

SUCCESS, INVALID_VALUE, OUT_OF_MEMORY, NOT_INITIALIZED = 0, 1, 2, 3
NO_DEVICE, INVALID_DEVICE = 100, 101
INVALID_IMAGE, INVALID_CONTEXT, NO_BINARY_FOR_GPU, INVALID_PTX = 200, 201, 209, 218
INVALID_HANDLE, NOT_FOUND, NOT_READY = 400, 500, 600
ILLEGAL_ADDRESS, LAUNCH_OUT_OF_RESOURCES, CONTEXT_IS_DESTROYED = 700, 701, 709
ALREADY_REGISTERED, NOT_REGISTERED, COOPERATIVE_TOO_LARGE, NOT_SUPPORTED = 712, 713, 720, 801
UNSUPPORTED_LIMIT, NOT_PERMITTED, INVALID_CLUSTER_SIZE = 215, 800, 912

LEGACY, PER_THREAD = 1, 2
NON_BLOCKING = 1

LIBRARY = native.link_directory(native.SOFTGPU) / "libcuda.so.1"

HEAD = ".version 7.5\n.target sm_75\n.address_size 64\n"
# add(p, n): p[global thread] += n. gate(p): ends when *p is not 0. poke(p): writes to the address p.
KERNELS = (
    HEAD
    + """
.visible .global .align 4 .b8 table[64];
.visible .entry nothing() { ret; }
.visible .entry add(.param .u64 p, .param .u32 n)
{
    .reg .u64 %a<3>; .reg .u32 %r<7>;
    ld.param.u64 %a1, [p];
    ld.param.u32 %r1, [n];
    mov.u32 %r2, %ctaid.x; mov.u32 %r3, %ntid.x; mov.u32 %r4, %tid.x;
    mad.lo.u32 %r5, %r2, %r3, %r4;
    mul.wide.u32 %a2, %r5, 4;
    add.u64 %a1, %a1, %a2;
    ld.global.u32 %r6, [%a1];
    add.u32 %r6, %r6, %r1;
    st.global.u32 [%a1], %r6;
    ret;
}
.visible .entry gate(.param .u64 p)
{
    .reg .u64 %a; .reg .u32 %r; .reg .pred %q;
    ld.param.u64 %a, [p];
    st.volatile.global.u32 [%a+4], 1;
AGAIN:
    ld.volatile.global.u32 %r, [%a];
    setp.eq.u32 %q, %r, 0;
    @%q bra AGAIN;
    ret;
}
.visible .entry poke(.param .u64 p)
{
    .reg .u64 %a;
    ld.param.u64 %a, [p];
    st.global.u32 [%a], 1;
    ret;
}
.visible .entry shared(.param .u64 p) .maxntid 64, 1, 1
{
    .shared .align 4 .b8 room[4096];
    st.shared.u32 [room+4092], 1;
    ret;
}
"""
)


@cache
def library() -> ctypes.CDLL:
    """The library under test, initialised."""
    loaded = ctypes.CDLL(str(LIBRARY))
    assert loaded.cuInit(0) == 0
    return loaded


def call(name: str, *arguments: object) -> int:
    """The CUresult of a call. Python integers are passed as 64 bits, which a callee that takes fewer reads the lower
    part of.
    """
    given = [c_uint64(a) if isinstance(a, int) and not isinstance(a, bool) else a for a in arguments]
    return getattr(library(), name)(*given)


def must(name: str, *arguments: object) -> None:
    code = call(name, *arguments)
    assert code == 0, f"{name} returned {code}"


def number(name: str, *arguments: object, type: type = c_uint64) -> int:
    """What a call that must succeed writes to its first parameter."""
    out = type()
    must(name, byref(out), *arguments)
    return out.value or 0


def handle(name: str, *arguments: object) -> int:
    return number(name, *arguments, type=c_void_p)


def attribute(which: int, device: int = 0) -> int:
    return number("cuDeviceGetAttribute", which, device, type=c_int)


def allocate(size: int) -> int:
    return number("cuMemAlloc_v2", size)


def pinned(size: int) -> int:
    return handle("cuMemHostAlloc", size, 0)


def words(address: int, count: int) -> list[int]:
    """32-bit words of device memory."""
    out = (c_uint * count)()
    must("cuMemcpyDtoH_v2", out, address, 4 * count)
    return list(out)


def module(text: str = KERNELS) -> int:
    return handle("cuModuleLoadData", text.encode() + b"\0")


def function(loaded: int, name: str) -> int:
    return handle("cuModuleGetFunction", loaded, name.encode())


class Arguments:
    """kernelParams: an array of pointers to values that it keeps alive. Integers are 64 bits wide."""

    def __init__(self, *values: object) -> None:
        self._values = [c_uint64(value) if isinstance(value, int) else value for value in values]
        self.array = (c_void_p * max(len(values), 1))(*(ctypes.addressof(value) for value in self._values))


def launch(kernel: int, *values: object, grid: int = 1, block: int = 1, shared: int = 0, stream: int = 0) -> int:
    arguments = Arguments(*values)
    return call("cuLaunchKernel", kernel, grid, 1, 1, block, 1, 1, shared, stream, arguments.array, None)


def elapsed_ms(start: int, end: int) -> tuple[int, float]:
    out = c_float(-1.0)
    return call("cuEventElapsedTime", byref(out), start, end), out.value


class Gate:
    """A kernel in a stream that runs until `open` is called: the test decides when the stream's later work may
    start.
    """

    closed: ClassVar[set[Gate]] = set()

    def __init__(self, kernels: int, stream: int = 0) -> None:
        self._flag = pinned(8)
        c_uint.from_address(self._flag).value = c_uint.from_address(self._flag + 4).value = 0
        assert launch(function(kernels, "gate"), self._flag, stream=stream) == 0
        Gate.closed.add(self)

    def wait_until_it_runs(self) -> None:
        """Without this, what is launched next in another stream may begin before the gate does."""
        deadline = time.monotonic() + PATIENCE_S
        while not c_uint.from_address(self._flag + 4).value:
            assert time.monotonic() < deadline, "the kernel has not begun"

    def open(self) -> None:
        Gate.closed.discard(self)
        c_uint.from_address(self._flag).value = 1
