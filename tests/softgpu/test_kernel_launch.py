"""Launches: what is refused and with which code, forms of parameters, extended attributes, faults."""

from __future__ import annotations

import ctypes
from ctypes import byref, c_int, c_size_t, c_uint, c_uint64, c_void_p

import pytest
import softcuda as cuda


def launch(function: int, grid=(1, 1, 1), block=(1, 1, 1), shared: int = 0, stream: int = 0) -> int:
    return cuda.call("cuLaunchKernel", function, *grid, *block, shared, stream, None, None)


@pytest.mark.parametrize(
    ("configuration", "code"),
    [
        ({"grid": (2**31 - 1, 0, 1)}, cuda.INVALID_VALUE),
        ({"grid": (2**31, 1, 1)}, cuda.INVALID_VALUE),
        ({"grid": (1, 65536, 1)}, cuda.INVALID_VALUE),
        ({"grid": (1, 1, 65536)}, cuda.INVALID_VALUE),
        ({"block": (0, 1, 1)}, cuda.INVALID_VALUE),
        ({"block": (1025, 1, 1)}, cuda.INVALID_VALUE),
        ({"block": (1, 1, 65)}, cuda.INVALID_VALUE),
        ({"block": (64, 32, 1)}, cuda.INVALID_VALUE),
        ({"shared": 49153}, cuda.INVALID_VALUE),
        ({"stream": 0x7654320}, cuda.INVALID_HANDLE),
        ({"grid": (1, 65535, 1)}, cuda.SUCCESS),
        ({"block": (1024, 1, 1), "shared": 49152}, cuda.SUCCESS),
        ({"block": (2, 8, 64)}, cuda.SUCCESS),
    ],
)
def test_launch_configurations(kernels, configuration, code):
    assert launch(cuda.function(kernels, "nothing"), **configuration) == code
    cuda.must("cuCtxSynchronize")


def test_functions_that_are_none(kernels):
    assert launch(0) == cuda.INVALID_HANDLE
    assert launch(kernels) == cuda.INVALID_HANDLE
    assert launch(0x7654320) == cuda.INVALID_HANDLE


def test_more_threads_than_the_kernel_allows(kernels):
    shared = cuda.function(kernels, "shared")
    arguments = cuda.Arguments(0)
    give = lambda block: cuda.call("cuLaunchKernel", shared, 1, 1, 1, block, 1, 1, 0, 0, arguments.array, None)
    assert give(64) == cuda.SUCCESS
    assert give(65) == cuda.INVALID_VALUE
    cuda.must("cuCtxSynchronize")


def test_shared_memory_beyond_48_kib_needs_to_be_asked_for(kernels):
    nothing = cuda.function(kernels, "nothing")
    assert launch(nothing, shared=60000) == cuda.INVALID_VALUE
    cuda.must("cuFuncSetAttribute", nothing, 8, 60000)
    assert launch(nothing, shared=60000) == cuda.SUCCESS
    assert launch(nothing, shared=60001) == cuda.INVALID_VALUE
    cuda.must("cuCtxSynchronize")


def test_a_function_belongs_to_its_context(kernels):
    nothing = cuda.function(kernels, "nothing")
    other = cuda.handle("cuCtxCreate_v2", 0, 0)
    assert launch(nothing) == cuda.INVALID_HANDLE
    cuda.must("cuCtxDestroy_v2", other)
    assert launch(nothing) == cuda.SUCCESS


class Packed(ctypes.Structure):
    _fields_ = [("address", c_uint64), ("n", c_uint)]


def test_parameters_as_one_buffer(kernels):
    address = cuda.allocate(4)
    cuda.must("cuMemsetD32_v2", address, 0, 1)
    add, packed = cuda.function(kernels, "add"), Packed(address, 7)
    for size, code in ((12, 0), (16, 0), (11, cuda.INVALID_VALUE)):
        length = c_size_t(size)
        extra = (c_void_p * 5)(2, ctypes.addressof(length), 1, ctypes.addressof(packed), None)
        assert cuda.call("cuLaunchKernel", add, 1, 1, 1, 1, 1, 1, 0, 0, None, extra) == code
    assert cuda.words(address, 1) == [14]


def test_parameters_missing_or_given_twice(kernels):
    add, arguments = cuda.function(kernels, "add"), cuda.Arguments(cuda.allocate(4), 1)
    length = c_size_t(12)
    extra = (c_void_p * 5)(2, ctypes.addressof(length), 1, ctypes.addressof(Packed()), None)
    for params, more in ((None, None), (arguments.array, extra), ((c_void_p * 2)(None, None), None)):
        assert cuda.call("cuLaunchKernel", add, 1, 1, 1, 1, 1, 1, 0, 0, params, more) == cuda.INVALID_VALUE


class Attribute(ctypes.Structure):
    _fields_ = [("id", c_int), ("pad", c_int), ("words", c_uint * 16)]


class Config(ctypes.Structure):
    _fields_ = [
        ("grid", c_uint * 3),
        ("block", c_uint * 3),
        ("shared", c_uint),
        ("stream", c_void_p),
        ("attributes", ctypes.POINTER(Attribute)),
        ("count", c_uint),
    ]


def launch_ex(function: int, *attributes: Attribute, grid: int = 1) -> int:
    array = (Attribute * max(len(attributes), 1))(*attributes)
    config = Config((grid, 1, 1), (1, 1, 1), 0, None, array, len(attributes))
    return cuda.call("cuLaunchKernelEx", byref(config), function, None, None)


def test_extended_launch(kernels):
    nothing = cuda.function(kernels, "nothing")
    assert launch_ex(nothing) == 0
    assert launch_ex(nothing, Attribute(2, 0, (c_uint * 16)(1))) == 0
    assert launch_ex(nothing, Attribute(4, 0, (c_uint * 16)(1, 1, 1))) == 0
    assert launch_ex(nothing, Attribute(4, 0, (c_uint * 16)(2, 1, 1)), grid=4) == cuda.NOT_SUPPORTED
    assert launch_ex(nothing, Attribute(4, 0, (c_uint * 16)(2, 1, 1)), grid=3) == cuda.INVALID_CLUSTER_SIZE
    assert launch_ex(nothing, Attribute(4, 0, (c_uint * 16)(2, 0, 1)), grid=4) == cuda.INVALID_CLUSTER_SIZE
    assert launch_ex(nothing, Attribute(8, 0, (c_uint * 16)(1))) == 0
    assert launch_ex(nothing, Attribute(77)) == cuda.INVALID_VALUE
    assert cuda.call("cuLaunchKernelEx", None, nothing, None, None) == cuda.INVALID_VALUE
    cuda.must("cuCtxSynchronize")


def test_cooperative_grid_that_cannot_be_resident(kernels):
    nothing = cuda.function(kernels, "nothing")
    assert cuda.call("cuLaunchCooperativeKernel", nothing, 1, 1, 1, 1, 1, 1, 0, 0, None) == 0
    assert (
        cuda.call("cuLaunchCooperativeKernel", nothing, 1 << 24, 1, 1, 1, 1, 1, 0, 0, None)
        == cuda.COOPERATIVE_TOO_LARGE
    )
    assert launch_ex(nothing, Attribute(2, 0, (c_uint * 16)(1)), grid=1 << 24) == cuda.COOPERATIVE_TOO_LARGE
    cuda.must("cuCtxSynchronize")


def test_a_fault_is_told_once_and_stays(kernels, capfd):
    stream, event, address = cuda.handle("cuStreamCreate", 1), cuda.handle("cuEventCreate", 0), cuda.allocate(4)
    poke = cuda.function(kernels, "poke")
    assert cuda.launch(poke, 0x1000, stream=stream) == 0
    assert cuda.call("cuStreamSynchronize", stream) == cuda.ILLEGAL_ADDRESS
    later = {
        "cuMemAlloc_v2": (byref(c_uint64()), 16),
        "cuMemFree_v2": (address,),
        "cuMemcpyHtoD_v2": (address, b"abcd", 4),
        "cuMemsetD8_v2": (address, 0, 4),
        "cuStreamCreate": (byref(c_void_p()), 0),
        "cuStreamQuery": (stream,),
        "cuEventRecord": (event, stream),
        "cuEventQuery": (event,),
        "cuModuleLoadData": (byref(c_void_p()), b".version 7.5\0"),
        "cuCtxSynchronize": (),
    }
    assert {name: cuda.call(name, *arguments) for name, arguments in later.items()} == dict.fromkeys(
        later, cuda.ILLEGAL_ADDRESS
    )
    assert launch(poke) == cuda.ILLEGAL_ADDRESS
    told = [line for line in capfd.readouterr().err.splitlines() if line.startswith("softgpu: ")]
    assert len(told) == 1
    for part in ("0x1000", "thread (0,0,0)", "block (0,0,0)", "kernel poke", "line", "700"):
        assert part in told[0]


def test_a_fault_past_an_allocation_names_it(kernels, capfd):
    address = cuda.allocate(20)
    assert cuda.launch(cuda.function(kernels, "poke"), address + 28) == 0
    assert cuda.call("cuCtxSynchronize") == cuda.ILLEGAL_ADDRESS
    assert "8 bytes after the end of an allocation of 20 bytes" in capfd.readouterr().err


def test_a_fault_harms_no_other_context(kernels):
    other = cuda.handle("cuCtxCreate_v2", 0, 0)
    assert cuda.launch(cuda.function(cuda.module(), "poke"), 0x1000) == 0
    assert cuda.call("cuCtxSynchronize") == cuda.ILLEGAL_ADDRESS
    cuda.must("cuCtxDestroy_v2", other)
    address = cuda.allocate(4)
    assert cuda.launch(cuda.function(kernels, "poke"), address) == 0
    assert cuda.words(address, 1) == [1]


def test_work_behind_a_fault_does_not_run(kernels):
    stream, host = cuda.handle("cuStreamCreate", 1), cuda.pinned(4)
    value = c_uint.from_address(host)
    value.value = 5
    gate = cuda.Gate(kernels, stream)
    assert cuda.launch(cuda.function(kernels, "poke"), 0x1000, stream=stream) == 0
    assert cuda.launch(cuda.function(kernels, "poke"), host, stream=stream) == 0
    gate.open()
    assert cuda.call("cuStreamSynchronize", stream) == cuda.ILLEGAL_ADDRESS
    assert value.value == 5


def test_occupancy(kernels):
    nothing = cuda.function(kernels, "nothing")

    def blocks(threads, shared):
        return cuda.number("cuOccupancyMaxActiveBlocksPerMultiprocessor", nothing, threads, shared, type=c_int)

    # Compute capability 7.5: 1024 threads, 16 blocks and 64 KiB of shared memory a multiprocessor.
    assert blocks(1024, 0) == 1
    assert blocks(32, 0) == 16
    assert blocks(128, 0) == 8
    assert blocks(128, 20000) == 3
    assert blocks(1025, 0) == 0
    grid, block = c_int(), c_int()
    cuda.must("cuOccupancyMaxPotentialBlockSize", byref(grid), byref(block), nothing, None, 0, 0)
    assert block.value == 1024
    assert grid.value == cuda.attribute(16)
    assert cuda.number("cuOccupancyAvailableDynamicSMemPerBlock", nothing, 2, 128) == 32768
    # What a launch would refuse is not there; 8 is CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES.
    assert cuda.number("cuOccupancyAvailableDynamicSMemPerBlock", nothing, 1, 128) == 49152
    cuda.must("cuFuncSetAttribute", nothing, 8, 65536)
    assert cuda.number("cuOccupancyAvailableDynamicSMemPerBlock", nothing, 1, 128) == 65536
