"""Memory: bounds, accounting, what copies and fills refuse, page-locked memory, pools, what a pointer is."""

from __future__ import annotations

import ctypes
from ctypes import byref, c_int, c_uint, c_uint64, c_void_p
from typing import ClassVar

import pytest
import softcuda as cuda

PATTERN = 0xCD


def info() -> tuple[int, int]:
    free, total = c_uint64(), c_uint64()
    cuda.must("cuMemGetInfo_v2", byref(free), byref(total))
    return free.value, total.value


def pointer_attribute(which: int, address: int, type=c_uint64) -> tuple[int, int]:
    out = type(0)
    code = cuda.call("cuPointerGetAttribute", byref(out), which, address)
    return code, out.value


def test_allocation_is_aligned_counted_in_granules_and_given_back(context):
    before = info()
    address = cuda.allocate(1000)
    assert address % 256 == 0
    assert before[0] - info()[0] == 1024
    cuda.must("cuMemFree_v2", address)
    assert info() == before


def test_fresh_memory_is_not_zero(context):
    size = 3 << 20
    address = cuda.allocate(size)
    data = ctypes.create_string_buffer(size)
    cuda.must("cuMemcpyDtoH_v2", data, address, size)
    assert data.raw == bytes([PATTERN]) * size


def test_device_memory_can_be_used_up_and_no_further(context):
    cuda.must("cuCtxSynchronize")  # pools keep nothing back behind it
    free, total = info()
    address = cuda.allocate(free)
    assert cuda.call("cuMemAlloc_v2", byref(c_uint64()), 1) == cuda.OUT_OF_MEMORY
    assert info() == (0, total)
    cuda.must("cuMemFree_v2", address)


def test_many_allocations_keep_their_own_bytes(context):
    sizes = [1 + 977 * i % 70000 for i in range(300)]
    blocks = [cuda.allocate(size) for size in sizes]
    for i, (address, size) in enumerate(zip(blocks, sizes, strict=True)):
        cuda.must("cuMemsetD8_v2", address, i % 251, size)
    for address in blocks[::2]:
        cuda.must("cuMemFree_v2", address)
    fresh = [cuda.allocate(size) for size in sizes[::2]]
    for address, size in zip(fresh, sizes[::2], strict=True):
        cuda.must("cuMemsetD8_v2", address, 255, size)
    for i in range(1, 300, 2):
        data = ctypes.create_string_buffer(sizes[i])
        cuda.must("cuMemcpyDtoH_v2", data, blocks[i], sizes[i])
        assert data.raw == bytes([i % 251]) * sizes[i]


@pytest.mark.parametrize("size", [1, 255, 256, 4096, (5 << 20) + 3])
def test_copy_ends_exactly_where_the_allocation_does(context, size):
    address, data = cuda.allocate(size), ctypes.create_string_buffer(size + 1)
    assert cuda.call("cuMemcpyHtoD_v2", address, data, size) == 0
    assert cuda.call("cuMemcpyHtoD_v2", address, data, size + 1) == cuda.INVALID_VALUE
    assert cuda.call("cuMemcpyDtoH_v2", data, address + 1, size) == cuda.INVALID_VALUE
    assert cuda.call("cuMemsetD8_v2", address, 1, size + 1) == cuda.INVALID_VALUE


@pytest.mark.parametrize("size", [100, 100_000, 40 << 20])
def test_copies_carry_every_byte(context, size):
    data = bytes(i * 31 % 256 for i in range(997)) * (size // 997 + 1)
    source, result = ctypes.create_string_buffer(data[:size], size), ctypes.create_string_buffer(size)
    first, second = cuda.allocate(size), cuda.allocate(size)
    cuda.must("cuMemcpyHtoD_v2", first, source, size)
    cuda.must("cuMemcpyDtoD_v2", second, first, size)
    cuda.must("cuMemcpyDtoH_v2", result, second, size)
    assert result.raw == source.raw


class Copy2D(ctypes.Structure):
    """CUDA_MEMCPY2D."""

    _side: ClassVar[dict[str, type]] = {
        "x": c_uint64,
        "y": c_uint64,
        "kind": c_int,
        "host": c_void_p,
        "device": c_uint64,
        "array": c_void_p,
        "pitch": c_uint64,
    }
    _fields_ = [
        *((f"src_{name}", kind) for name, kind in _side.items()),
        *((f"dst_{name}", kind) for name, kind in _side.items()),
        ("width", c_uint64),
        ("height", c_uint64),
    ]


def test_rectangle_is_copied_and_nothing_around_it(context):
    pitch = c_uint64()
    address = c_uint64()
    cuda.must("cuMemAllocPitch_v2", byref(address), byref(pitch), 100, 20, 4)
    assert pitch.value == 512
    cuda.must("cuMemsetD2D8_v2", address, pitch, 7, 100, 20)
    source = ctypes.create_string_buffer(bytes(range(64)), 64)
    copy = Copy2D(src_kind=1, src_host=ctypes.addressof(source), src_pitch=16, width=8, height=4)
    copy.dst_kind, copy.dst_device, copy.dst_pitch, copy.dst_x, copy.dst_y = 2, address.value, pitch.value, 3, 2
    cuda.must("cuMemcpy2D_v2", byref(copy))
    data = ctypes.create_string_buffer(512 * 19 + 100)
    cuda.must("cuMemcpyDtoH_v2", data, address, 512 * 19 + 100)
    for y in range(20):
        row = data.raw[512 * y : 512 * y + 100]
        inside = bytes(range(16 * (y - 2), 16 * (y - 2) + 8)) if 2 <= y < 6 else b"\7" * 8
        assert row == b"\7" * 3 + inside + b"\7" * 89
    copy.dst_y = 17
    assert cuda.call("cuMemcpy2D_v2", byref(copy)) == cuda.INVALID_VALUE


def test_fills_of_each_width(context):
    address = cuda.allocate(4096)
    cuda.must("cuMemsetD32_v2", address, 0x01020304, 1024)
    cuda.must("cuMemsetD16_v2", address + 4, 0xBEEF, 3)
    assert cuda.words(address, 4) == [0x01020304, 0xBEEFBEEF, 0x0102BEEF, 0x01020304]
    assert cuda.call("cuMemsetD16_v2", address + 1, 0, 1) == cuda.INVALID_VALUE
    cuda.must("cuMemsetD2D32_v2", address, 64, 5, 2, 3)
    assert cuda.words(address, 3) == [5, 5, 0x0102BEEF]
    assert cuda.words(address + 128, 3) == [5, 5, 0x01020304]


def test_pinned_memory_is_shared_with_kernels(kernels):
    host = cuda.pinned(4096)
    assert cuda.number("cuMemHostGetDevicePointer_v2", host, 0) == host
    ctypes.memset(host, 0, 4096)
    assert cuda.launch(cuda.function(kernels, "add"), host, 3, block=1024) == 0
    cuda.must("cuCtxSynchronize")
    assert list((c_uint * 1024).from_address(host)) == [3] * 1024
    cuda.must("cuMemFreeHost", host)
    assert cuda.call("cuMemFreeHost", host) == cuda.INVALID_VALUE


def test_registered_memory_is_shared_with_kernels_until_it_is_unregistered(kernels):
    memory = (c_uint * 64)()
    address = ctypes.addressof(memory)
    add = cuda.function(kernels, "add")
    cuda.must("cuMemHostRegister_v2", address, 256, 0)
    assert cuda.call("cuMemHostRegister_v2", address + 255, 1, 0) == cuda.ALREADY_REGISTERED
    assert cuda.launch(add, address, 9, block=64) == 0
    cuda.must("cuCtxSynchronize")
    assert list(memory) == [9] * 64
    assert pointer_attribute(2, address + 100, c_uint) == (0, 1)
    assert cuda.call("cuMemHostUnregister", address + 4) == cuda.INVALID_VALUE
    cuda.must("cuMemHostUnregister", address)
    assert cuda.launch(add, address, 9) == 0
    assert cuda.call("cuCtxSynchronize") == cuda.ILLEGAL_ADDRESS
    assert list(memory) == [9] * 64


def test_kernel_one_word_past_the_end_is_an_illegal_address(kernels):
    address = cuda.allocate(8)
    poke = cuda.function(kernels, "poke")
    assert cuda.launch(poke, address + 4) == 0
    cuda.must("cuCtxSynchronize")
    assert cuda.launch(poke, address + 8) == 0
    assert cuda.call("cuCtxSynchronize") == cuda.ILLEGAL_ADDRESS


def test_attributes_of_device_memory(context):
    address = cuda.allocate(1000)
    assert pointer_attribute(1, address + 5) == (0, context)
    assert pointer_attribute(2, address + 5, c_uint) == (0, 2)
    assert pointer_attribute(3, address + 5) == (0, address + 5)
    assert pointer_attribute(4, address)[0] == cuda.INVALID_VALUE
    assert pointer_attribute(8, address, c_uint) == (0, 0)
    assert pointer_attribute(9, address, c_int) == (0, 0)
    assert pointer_attribute(11, address + 5) == (0, address)
    assert pointer_attribute(12, address + 5) == (0, 1000)
    assert pointer_attribute(7, address) != pointer_attribute(7, cuda.allocate(1))
    assert pointer_attribute(2, address + 1000)[0] == cuda.INVALID_VALUE


def test_attributes_of_unknown_memory_are_zero_in_the_plural_form(context):
    out = [c_uint(9), c_uint64(9), c_int(9)]
    which = (c_int * 3)(2, 3, 9)
    array = (c_void_p * 3)(*(ctypes.addressof(value) for value in out))
    cuda.must("cuPointerGetAttributes", 3, which, array, 0x1234)
    assert [value.value for value in out] == [0, 0, -2]


def pool_value(pool: int, which: int) -> int:
    out = c_uint64()
    cuda.must("cuMemPoolGetAttribute", pool, which, byref(out))
    return out.value


def test_allocation_in_stream_order_is_accounted_to_its_pool(context):
    pool = cuda.handle("cuDeviceGetDefaultMemPool", 0)
    stream = cuda.handle("cuStreamCreate", 0)
    address = cuda.number("cuMemAllocAsync", 1000, stream)
    assert pool_value(pool, 7) == 1000
    assert pointer_attribute(17, address) == (0, pool)
    cuda.must("cuMemFreeAsync", address, stream)
    cuda.must("cuStreamSynchronize", stream)
    assert pool_value(pool, 7) == 0
    assert pool_value(pool, 8) >= 1000
    assert cuda.call("cuMemFreeAsync", address, stream) == cuda.INVALID_VALUE


RESERVED, RESERVED_HIGH, USED, BLOCK = 5, 6, 7, 32 << 20


def set_pool(pool: int, which: int, value: int) -> None:
    cuda.must("cuMemPoolSetAttribute", pool, which, byref(c_uint64(value)))


@pytest.fixture
def pool(context):
    made = cuda.handle("cuMemPoolCreate", byref(PoolProps(type=1, location=1)))
    yield made
    cuda.must("cuMemPoolDestroy", made)


def test_a_pool_reserves_blocks_and_keeps_them_until_a_synchronisation(pool):
    small = cuda.number("cuMemAllocFromPoolAsync", 1000, pool, 0)
    assert (pool_value(pool, RESERVED), pool_value(pool, USED)) == (BLOCK, 1000)
    large = cuda.number("cuMemAllocFromPoolAsync", 2 * BLOCK, pool, 0)
    assert pool_value(pool, RESERVED) == 3 * BLOCK
    cuda.must("cuMemFreeAsync", large, 0)
    assert (pool_value(pool, RESERVED), pool_value(pool, USED)) == (3 * BLOCK, 1000)
    cuda.must("cuStreamSynchronize", None)
    assert pool_value(pool, RESERVED) == BLOCK
    cuda.must("cuMemFreeAsync", small, 0)
    cuda.must("cuCtxSynchronize")
    assert (pool_value(pool, RESERVED), pool_value(pool, RESERVED_HIGH)) == (0, 3 * BLOCK)
    set_pool(pool, RESERVED_HIGH, 0)
    assert pool_value(pool, RESERVED_HIGH) == 0


@pytest.mark.parametrize(
    ("threshold", "kept"), [(0, 0), (BLOCK - 1, 0), (2 * BLOCK, 2), (3 * BLOCK, 3), ((1 << 64) - 1, 4)]
)
def test_a_pool_keeps_what_the_release_threshold_says(pool, threshold, kept):
    set_pool(pool, 4, threshold)
    cuda.must("cuMemFreeAsync", cuda.number("cuMemAllocFromPoolAsync", 4 * BLOCK, pool, 0), 0)
    event = cuda.handle("cuEventCreate", 0)
    cuda.must("cuEventSynchronize", event)
    assert pool_value(pool, RESERVED) == kept * BLOCK


@pytest.mark.parametrize(("keep", "kept"), [(0, 1), (1, 1), (BLOCK + 1, 2), (10 * BLOCK, 4)])
def test_a_pool_is_trimmed_to_what_is_used_or_to_be_kept(pool, keep, kept):
    used = cuda.number("cuMemAllocFromPoolAsync", 100, pool, 0)
    cuda.must("cuMemFreeAsync", cuda.number("cuMemAllocFromPoolAsync", 3 * BLOCK, pool, 0), 0)
    assert pool_value(pool, RESERVED) == 4 * BLOCK
    cuda.must("cuMemPoolTrimTo", pool, ctypes.c_size_t(keep))
    assert pool_value(pool, RESERVED) == kept * BLOCK
    cuda.must("cuMemFreeAsync", used, 0)


def test_free_in_stream_order_waits_its_turn(kernels):
    stream = cuda.handle("cuStreamCreate", 0)
    address = cuda.number("cuMemAllocAsync", 4, stream)
    cuda.must("cuMemsetD32Async", address, 0, 1, stream)
    gate = cuda.Gate(kernels, stream)
    assert cuda.launch(cuda.function(kernels, "add"), address, 1, stream=stream) == 0
    cuda.must("cuMemFreeAsync", address, stream)
    assert pointer_attribute(12, address) == (0, 4)
    gate.open()
    cuda.must("cuStreamSynchronize", stream)
    assert pointer_attribute(12, address)[0] == cuda.INVALID_VALUE


class PoolProps(ctypes.Structure):
    """CUmemPoolProps."""

    _fields_ = [
        ("type", c_int),
        ("handles", c_int),
        ("location", c_int),
        ("device", c_int),
        ("security", c_void_p),
        ("bytes_max", c_uint64),
        ("rest", ctypes.c_byte * 56),
    ]


def test_pool_with_a_limit(context):
    pool = cuda.handle("cuMemPoolCreate", byref(PoolProps(type=1, location=1, bytes_max=1 << 20)))
    address = cuda.number("cuMemAllocFromPoolAsync", 1 << 20, pool, 0)
    assert cuda.call("cuMemAllocFromPoolAsync", byref(c_uint64()), 1, pool, 0) == cuda.OUT_OF_MEMORY
    cuda.must("cuMemFree_v2", address)
    cuda.must("cuMemPoolDestroy", pool)
    assert cuda.call("cuMemPoolDestroy", pool) == cuda.INVALID_VALUE
    assert cuda.call("cuMemPoolDestroy", cuda.handle("cuDeviceGetDefaultMemPool", 0)) == cuda.INVALID_VALUE


def free_bytes() -> int:
    free, total = c_uint64(), c_uint64()
    cuda.must("cuMemGetInfo_v2", byref(free), byref(total))
    return free.value


def test_what_a_pool_has_reserved_is_not_free(pool):
    before = free_bytes()
    small = cuda.number("cuMemAllocFromPoolAsync", 1000, pool, 0)
    assert before - free_bytes() == BLOCK
    cuda.must("cuMemFreeAsync", small, 0)
    assert before - free_bytes() == BLOCK
    cuda.must("cuMemPoolTrimTo", pool, c_uint64(0))
    assert free_bytes() == before


def test_a_synchronisation_frees_what_a_pool_no_longer_uses(pool):
    cuda.must("cuCtxSynchronize")
    before = free_bytes()
    cuda.must("cuMemFreeAsync", cuda.number("cuMemAllocFromPoolAsync", 1000, pool, 0), 0)
    cuda.must("cuCtxSynchronize")
    assert free_bytes() == before


def test_a_pool_that_is_destroyed_keeps_nothing(context):
    before = free_bytes()
    pool = cuda.handle("cuMemPoolCreate", byref(PoolProps(type=1, location=1)))
    set_pool(pool, 4, (1 << 64) - 1)
    cuda.must("cuMemFreeAsync", cuda.number("cuMemAllocFromPoolAsync", 1000, pool, 0), 0)
    cuda.must("cuMemPoolDestroy", pool)
    cuda.must("cuCtxSynchronize")
    assert free_bytes() >= before


def test_what_pools_do_not_use_makes_room_for_other_memory(pool):
    before = free_bytes()
    cuda.must("cuMemFreeAsync", cuda.number("cuMemAllocFromPoolAsync", 1000, pool, 0), 0)
    assert free_bytes() == before - BLOCK
    everything = cuda.number("cuMemAlloc_v2", c_uint64(before))
    assert pool_value(pool, RESERVED) == 0
    cuda.must("cuMemFree_v2", everything)


def test_a_stream_uses_again_what_it_frees_before_the_pool_reserves_more(pool, kernels):
    mine = cuda.handle("cuStreamCreate", 0)
    gate = cuda.Gate(kernels, mine)
    first = cuda.number("cuMemAllocFromPoolAsync", BLOCK, pool, mine)
    cuda.must("cuMemFreeAsync", first, mine)
    assert cuda.number("cuMemAllocFromPoolAsync", BLOCK, pool, mine) == first
    cuda.must("cuMemFreeAsync", first, mine)
    second = cuda.number("cuMemAllocFromPoolAsync", BLOCK - 512, pool, mine)
    assert pool_value(pool, RESERVED) == BLOCK
    gate.open()
    cuda.must("cuStreamSynchronize", mine)
    assert pool_value(pool, USED) == BLOCK - 512
    cuda.must("cuMemFreeAsync", second, mine)
    cuda.must("cuStreamSynchronize", mine)
    assert (pool_value(pool, USED), pool_value(pool, RESERVED)) == (0, 0)


@pytest.mark.parametrize("by_chance", [1, 0])
def test_what_is_free_is_used_in_other_streams_by_chance_or_once_the_program_knows(by_chance, context):
    pool = cuda.handle("cuMemPoolCreate", byref(PoolProps(type=1, location=1, bytes_max=BLOCK)))
    for attribute, value in ((1, 0), (2, by_chance), (3, 0)):
        set_pool(pool, attribute, value)
    mine, other = cuda.handle("cuStreamCreate", 1), cuda.handle("cuStreamCreate", 1)
    first = cuda.number("cuMemAllocFromPoolAsync", BLOCK, pool, mine)
    cuda.must("cuMemFreeAsync", first, mine)  # an idle stream frees at once
    assert pool_value(pool, USED) == 0
    code = cuda.call("cuMemAllocFromPoolAsync", byref(c_uint64()), BLOCK - 512, pool, other)
    assert code == (0 if by_chance else cuda.OUT_OF_MEMORY)
    if not by_chance:
        assert cuda.number("cuMemAllocFromPoolAsync", BLOCK, pool, mine) == first
        assert pool_value(pool, USED) == BLOCK
        cuda.must("cuMemFreeAsync", first, mine)
        cuda.must("cuStreamSynchronize", mine)
        cuda.number("cuMemAllocFromPoolAsync", BLOCK, pool, other)
    cuda.must("cuMemPoolDestroy", pool)


def test_a_pool_tells_what_it_was_made_as(context):
    pool = cuda.handle("cuMemPoolCreate", byref(PoolProps(type=1, location=1, bytes_max=BLOCK)))
    assert [pool_value(pool, which) for which in range(9, 15)] == [1, 0, 0, 1, BLOCK, 0]
    assert pool_value(pool, 15) == 0xFFFFFFFF  # an int, -1: no part of the device
    assert [cuda.call("cuMemPoolSetAttribute", pool, which, byref(c_uint64())) for which in range(9, 17)] == [1] * 8
    assert cuda.call("cuMemPoolGetAttribute", pool, 16, byref(c_uint64())) == cuda.INVALID_VALUE
    cuda.must("cuMemPoolDestroy", pool)
