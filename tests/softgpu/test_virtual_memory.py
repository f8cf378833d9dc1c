"""Virtual memory management: what is reserved, made, mapped and for whom; what copies and kernels reach of it."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from ctypes import Structure, byref, c_int, c_ubyte, c_uint, c_uint64, c_ushort, c_void_p

import pytest
import softcuda as cuda
from patience import PATIENCE_S

GRANULE = 2 << 20
PINNED, DEVICE, HOST, HOST_NUMA_CURRENT = 1, 1, 2, 4
NONE, READ, READWRITE = 0, 1, 3
POSIX_FILE = 1


class Location(Structure):
    _fields_ = (("type", c_int), ("id", c_int))


class Properties(Structure):
    _fields_ = (
        ("type", c_int),
        ("handle_types", c_int),
        ("location", Location),
        ("win32", c_void_p),
        ("compression", c_ubyte),
        ("rdma", c_ubyte),
        ("usage", c_ushort),
        ("reserved", c_ubyte * 4),
    )


class Access(Structure):
    _fields_ = (("location", Location), ("flags", c_int))


def properties(**changes: object) -> Properties:
    return Properties(**{"type": PINNED, "location": Location(DEVICE, 0), **changes})


def reserve(size: int, align: int = 0, wish: int = 0) -> int:
    return cuda.number("cuMemAddressReserve", size, align, wish, 0)


def create(size: int, **changes: object) -> int:
    return cuda.number("cuMemCreate", size, byref(properties(**changes)), 0)


def allow(address: int, size: int, flags: int = READWRITE, device: int = 0) -> int:
    return cuda.call("cuMemSetAccess", address, size, byref(Access(Location(DEVICE, device), flags)), 1)


def free_bytes() -> int:
    free, total = c_uint64(), c_uint64()
    cuda.must("cuMemGetInfo_v2", byref(free), byref(total))
    return free.value


@pytest.fixture
def mapped(context: int) -> Iterator[tuple[int, int]]:
    """Address and handle of two granules that are mapped, with access."""
    address, handle = reserve(4 * GRANULE), create(2 * GRANULE)
    cuda.must("cuMemMap", address, 2 * GRANULE, 0, handle, 0)
    assert allow(address, 2 * GRANULE) == 0
    yield address, handle
    cuda.must("cuMemUnmap", address, 2 * GRANULE)
    cuda.must("cuMemRelease", handle)
    cuda.must("cuMemAddressFree", address, 4 * GRANULE)


def test_granularity_is_two_mebibytes(context):
    for option in (0, 1):
        assert cuda.number("cuMemGetAllocationGranularity", byref(properties()), option) == GRANULE
    assert cuda.call("cuMemGetAllocationGranularity", byref(c_uint64()), byref(properties()), 2) == cuda.INVALID_VALUE


def test_memory_is_counted_from_create_until_neither_handle_nor_mapping_is_left(context):
    before = free_bytes()
    address, handle = reserve(GRANULE), create(GRANULE)
    assert before - free_bytes() == GRANULE
    cuda.must("cuMemMap", address, GRANULE, 0, handle, 0)
    cuda.must("cuMemRelease", handle)
    assert before - free_bytes() == GRANULE
    assert cuda.call("cuMemRelease", handle) == cuda.INVALID_VALUE
    cuda.must("cuMemUnmap", address, GRANULE)
    assert free_bytes() == before
    cuda.must("cuMemAddressFree", address, GRANULE)


def test_more_than_the_device_has_is_out_of_memory(context):
    cuda.must("cuCtxSynchronize")  # pools keep nothing back behind it
    size = (free_bytes() // GRANULE + 1) * GRANULE
    assert cuda.call("cuMemCreate", byref(c_uint64()), size, byref(properties()), 0) == cuda.OUT_OF_MEMORY


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": 0}, cuda.INVALID_VALUE),
        ({"location": Location(DEVICE, 99)}, cuda.INVALID_DEVICE),
        ({"location": Location(HOST, 0)}, cuda.NOT_SUPPORTED),
        ({"location": Location(HOST_NUMA_CURRENT, 0)}, cuda.INVALID_VALUE),
        ({"handle_types": 8}, cuda.NOT_SUPPORTED),
        ({"handle_types": 16}, cuda.INVALID_VALUE),
        ({"rdma": 1}, cuda.NOT_SUPPORTED),
        ({"usage": 1}, cuda.NOT_SUPPORTED),
    ],
)
def test_properties_that_the_device_has_not_are_refused(context, changes, code):
    assert cuda.call("cuMemCreate", byref(c_uint64()), GRANULE, byref(properties(**changes)), 0) == code


def test_sizes_and_flags_that_are_wrong_are_refused(context):
    out, handle, address = byref(c_uint64()), create(GRANULE), reserve(2 * GRANULE)
    for size, flags in ((0, 0), (4096, 0), (GRANULE, 1)):
        assert cuda.call("cuMemCreate", out, size, byref(properties()), flags) == cuda.INVALID_VALUE
    for size, align, wish, flags in ((0, 0, 0, 0), (100, 0, 0, 0), (4096, 3, 0, 0), (4096, 0, 7, 0), (4096, 0, 0, 1)):
        assert cuda.call("cuMemAddressReserve", out, size, align, wish, flags) == cuda.INVALID_VALUE
    for where, size, offset in (
        (address, 2 * GRANULE, 0),
        (address, GRANULE, GRANULE),
        (address + 4096, GRANULE, 0),
        (address + 2 * GRANULE, GRANULE, 0),
    ):
        assert cuda.call("cuMemMap", where, size, offset, handle, 0) == cuda.INVALID_VALUE
    cuda.must("cuMemRelease", handle)
    assert cuda.call("cuMemMap", address, GRANULE, 0, handle, 0) == cuda.INVALID_VALUE
    assert cuda.call("cuMemAddressFree", address, GRANULE) == cuda.INVALID_VALUE
    cuda.must("cuMemAddressFree", address, 2 * GRANULE)


def test_reservation_is_where_it_is_wished_if_it_is_free_there(context):
    address = reserve(8 * GRANULE)
    cuda.must("cuMemAddressFree", address, 8 * GRANULE)
    assert reserve(8 * GRANULE, wish=address) == address
    other = reserve(GRANULE, wish=address + GRANULE)
    assert not address <= other < address + 8 * GRANULE
    cuda.must("cuMemAddressFree", other, GRANULE)
    cuda.must("cuMemAddressFree", address, 8 * GRANULE)


def test_alignment_is_kept(context):
    address = reserve(GRANULE, align=1 << 30)
    assert address % (1 << 30) == 0
    cuda.must("cuMemAddressFree", address, GRANULE)


def test_what_is_mapped_cannot_be_freed_mapped_again_or_cut(mapped):
    address, handle = mapped
    assert cuda.call("cuMemAddressFree", address, 4 * GRANULE) == cuda.INVALID_VALUE
    assert cuda.call("cuMemMap", address + GRANULE, GRANULE, 0, handle, 0) == cuda.INVALID_VALUE
    assert cuda.call("cuMemUnmap", address, GRANULE) == cuda.INVALID_VALUE
    assert allow(address, 4 * GRANULE) == cuda.INVALID_VALUE
    assert cuda.call("cuMemFree_v2", address) == cuda.INVALID_VALUE


def test_two_mappings_of_one_handle_are_the_same_memory(mapped, kernels):
    address, handle = mapped
    cuda.must("cuMemMap", address + 2 * GRANULE, GRANULE, GRANULE, handle, 0)
    assert allow(address + 2 * GRANULE, GRANULE) == 0
    cuda.must("cuMemsetD32_v2", address + GRANULE, 5, 8)
    assert cuda.launch(cuda.function(kernels, "add"), address + 2 * GRANULE, c_uint(2), block=8) == 0
    assert cuda.words(address + GRANULE, 8) == [7] * 8
    cuda.must("cuMemUnmap", address + 2 * GRANULE, GRANULE)


def test_copies_cross_from_one_mapping_into_the_next(mapped):
    address, _ = mapped
    other = create(2 * GRANULE)
    cuda.must("cuMemMap", address + 2 * GRANULE, 2 * GRANULE, 0, other, 0)
    data = os.urandom(3 * GRANULE)
    assert cuda.call("cuMemcpyHtoD_v2", address + 17, data, len(data)) == cuda.INVALID_VALUE
    assert allow(address, 4 * GRANULE) == 0
    cuda.must("cuMemcpyHtoD_v2", address + 17, data, len(data))
    out = ctypes.create_string_buffer(len(data))
    cuda.must("cuMemcpyDtoH_v2", out, address + 17, len(data))
    assert out.raw == data
    cuda.must("cuMemUnmap", address + 2 * GRANULE, 2 * GRANULE)
    cuda.must("cuMemRelease", other)
    assert cuda.call("cuMemcpyHtoD_v2", address + 17, data, len(data)) == cuda.INVALID_VALUE
    assert cuda.call("cuMemcpyHtoD_v2", address + 2 * GRANULE, data, 4) == cuda.INVALID_VALUE


def test_kernel_across_mappings_reads_and_writes_them_all(mapped, kernels):
    address, _ = mapped
    other = create(2 * GRANULE)
    cuda.must("cuMemMap", address + 2 * GRANULE, 2 * GRANULE, 0, other, 0)
    assert allow(address, 4 * GRANULE) == 0
    cuda.must("cuMemsetD32_v2", address, 1, 4 * GRANULE // 4)
    first = address + 2 * GRANULE - 512
    assert cuda.launch(cuda.function(kernels, "add"), first, c_uint(3), block=256) == 0
    assert cuda.words(first - 4, 258) == [1, *[4] * 256, 1]
    cuda.must("cuMemUnmap", address + 2 * GRANULE, 2 * GRANULE)
    cuda.must("cuMemRelease", other)


@pytest.mark.parametrize("flags", [NONE, READ])
def test_kernel_that_writes_without_access_is_an_illegal_address(mapped, kernels, flags):
    address, _ = mapped
    assert allow(address, 2 * GRANULE, flags) == 0
    assert cuda.launch(cuda.function(kernels, "poke"), address) == 0
    assert cuda.call("cuCtxSynchronize") == cuda.ILLEGAL_ADDRESS


def test_kernel_beyond_what_is_mapped_is_an_illegal_address(mapped, kernels):
    assert cuda.launch(cuda.function(kernels, "poke"), mapped[0] + 2 * GRANULE) == 0
    assert cuda.call("cuCtxSynchronize") == cuda.ILLEGAL_ADDRESS


def test_access_is_told_as_it_was_set(mapped):
    address, _ = mapped
    place, flags = Location(DEVICE, 0), c_uint64()
    for wanted in (NONE, READ, READWRITE):
        assert allow(address, 2 * GRANULE, wanted) == 0
        cuda.must("cuMemGetAccess", byref(flags), byref(place), address + 5)
        assert flags.value == wanted
    assert allow(address, 2 * GRANULE, 2) == cuda.INVALID_VALUE
    assert allow(address, 2 * GRANULE, device=99) == cuda.INVALID_DEVICE
    assert cuda.call("cuMemGetAccess", byref(flags), byref(place), address + 2 * GRANULE) == cuda.INVALID_VALUE


def test_unmapping_waits_for_the_work_that_uses_the_memory(mapped, kernels):
    address, handle = mapped
    stream = cuda.handle("cuStreamCreate", cuda.NON_BLOCKING)
    cuda.must("cuMemMap", address + 2 * GRANULE, GRANULE, 0, handle, 0)
    assert allow(address + 2 * GRANULE, GRANULE) == 0
    cuda.must("cuMemsetD32_v2", address, 0, 1 << 18)
    cuda.must("cuCtxSynchronize")  # the stream does not wait for the fill by itself
    add = cuda.function(kernels, "add")
    for _ in range(200):
        assert cuda.launch(add, address + 2 * GRANULE, c_uint(1), grid=256, block=256, stream=stream) == 0
    cuda.must("cuMemUnmap", address + 2 * GRANULE, GRANULE)
    assert cuda.words(address, 4) == [200] * 4


def test_handle_of_an_address_is_the_one_that_was_mapped(mapped):
    address, handle = mapped
    assert cuda.number("cuMemRetainAllocationHandle", c_void_p(address + 7)) == handle
    kept = Properties()
    cuda.must("cuMemGetAllocationPropertiesFromHandle", byref(kept), handle)
    assert (kept.type, kept.location.type, kept.location.id) == (PINNED, DEVICE, 0)
    cuda.must("cuMemRelease", handle)
    assert cuda.call("cuMemRetainAllocationHandle", byref(c_uint64()), cuda.allocate(64)) == cuda.INVALID_VALUE


def test_pointer_attributes_tell_range_and_mapping_apart(mapped):
    address, _ = mapped
    type, managed = c_int(), c_int(7)
    values = {}
    for which in (11, 12, 18, 19):
        value = c_uint64()
        cuda.must("cuPointerGetAttribute", byref(value), which, address + 9)
        values[which] = value.value
    assert values == {11: address, 12: 4 * GRANULE, 18: 2 * GRANULE, 19: address}
    cuda.must("cuPointerGetAttribute", byref(type), 2, address)
    cuda.must("cuPointerGetAttribute", byref(managed), 8, address)
    assert (type.value, managed.value) == (2, 0)


IMPORTER = """
import ctypes
import sys
from test_virtual_memory import *
context = cuda.handle("cuCtxCreate_v2", 0, 0)
handle = cuda.number("cuMemImportFromShareableHandle", ctypes.c_void_p(int(sys.argv[1])), POSIX_FILE)
address = reserve(GRANULE)
cuda.must("cuMemMap", address, GRANULE, 0, handle, 0)
assert allow(address, GRANULE) == 0
assert cuda.words(address, 4) == [41] * 4
cuda.must("cuMemsetD32_v2", address, 42, 4)
cuda.must("cuCtxSynchronize")
"""


def test_exported_descriptor_is_the_same_memory_in_another_process(context):
    address, handle = reserve(GRANULE), create(GRANULE, handle_types=POSIX_FILE)
    cuda.must("cuMemMap", address, GRANULE, 0, handle, 0)
    assert allow(address, GRANULE) == 0
    cuda.must("cuMemsetD32_v2", address, 41, 4)
    cuda.must("cuCtxSynchronize")
    descriptor = cuda.number("cuMemExportToShareableHandle", handle, POSIX_FILE, 0, type=c_int)
    os.set_inheritable(descriptor, True)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run(
        [sys.executable, "-c", IMPORTER, str(descriptor)],
        check=True,
        close_fds=False,
        env=environment,
        timeout=PATIENCE_S,
    )
    os.close(descriptor)
    assert cuda.words(address, 4) == [42] * 4
    cuda.must("cuMemUnmap", address, GRANULE)
    cuda.must("cuMemRelease", handle)


def test_memory_that_was_not_made_to_be_shared_is_not_exported(mapped):
    out = c_int()
    assert cuda.call("cuMemExportToShareableHandle", byref(out), mapped[1], POSIX_FILE, 0) == cuda.INVALID_VALUE
    with open(os.devnull, "rb") as other:
        code = cuda.call("cuMemImportFromShareableHandle", byref(c_uint64()), c_void_p(other.fileno()), POSIX_FILE)
    assert code == cuda.INVALID_VALUE
