"""Structures of the driver from one end to the other: the shim packs them, the server puts them right."""

from __future__ import annotations

import ctypes
import struct
from types import SimpleNamespace

import pytest
from native_shim import ffi, lib

from bitfusion.api.structures import described
from bitfusion.driver.binding import cuda
from bitfusion.driver.structures import Memory, structure, structures
from bitfusion.driver.telling import bytes_of, told
from bitfusion.errors import RemoteProtocolError
from bitfusion.generated import structures as descriptions
from bitfusion.session import Handles

EVENT, CONTEXT, FUNCTION = 7, 1, 3  # enum bf_kind
INVALID_VALUE, INVALID_DEVICE, INVALID_CONTEXT, UNKNOWN = 1, 101, 201, 999
DEVICE, PINNED, HOST = 1, 1, 1  # CU_MEM_LOCATION_TYPE_, CU_MEM_ALLOCATION_TYPE_, CU_MEMORYTYPE_


class World:
    """A client with three devices, the last of which is on another server, and what the first server has of it."""

    def __init__(self) -> None:
        self.servers = ffi.new("struct bf_server[2]")
        self.devices = ffi.new("struct bf_device[3]")
        for place, (server, local) in enumerate(((0, 0), (0, 1), (1, 0))):
            self.devices[place].server = self.servers + server
            self.devices[place].local, self.devices[place].ordinal = local, place
        lib.bf_client.devices, lib.bf_client.device_count, lib.bf_client.server_count = self.devices, 3, 2
        lib.bf_client.state = lib.BF_CLIENT_READY
        assert lib.bf_objects_open()
        self.objects: list[ffi.CData] = []
        self.context = self.object(CONTEXT, 10)
        self.session = SimpleNamespace(
            device=lambda ordinal: (70, 71)[ordinal],
            events=Handles({20: 0xE0}),
            contexts=Handles({10: SimpleNamespace(handle=0xC0)}),
            devices=(70, 71),
            functions=Handles({30: SimpleNamespace(handle=0xF0)}),
            kernels=Handles(),
        )

    def object(self, kind: int, number: int, server: int = 0, **fields) -> ffi.CData:
        like = {"kind": kind, "number": number, "server": self.servers + server, **fields}
        self.objects.append(lib.bf_objects_new(ffi.new("struct bf_object *", like)))
        return self.objects[-1]

    def read(self, name: str, packed: bytes, kept=None):
        """What bf_unpacked_read makes of the bytes, or the code."""
        out, kept = ffi.new(f"{name} *"), kept or ffi.new("struct bf_unpacked **")
        memory = ffi.from_buffer(packed)
        value = ffi.new("struct bf_value *", {"p": memory, "bytes": len(packed)})
        result = lib.bf_unpacked_read(kept, list(described()).index(name), value, self.servers, out)
        return result or (out, kept)

    def pack(self, name: str, given, count: int = 1) -> bytes | int:
        """The bytes, or the code."""
        packed = ffi.new("struct bf_packed *")
        index = list(described()).index(name)
        result = lib.bf_structures_pack(packed, index, given, count, self.context)
        data = bytes(ffi.buffer(packed.data, packed.bytes))
        lib.bf_structures_end(packed)
        return result or data


@pytest.fixture
def world():
    before = lib.bf_client.devices, lib.bf_client.device_count, lib.bf_client.server_count, lib.bf_client.state
    made = World()
    yield made
    for each in made.objects:
        lib.bf_objects_free(each, ffi.NULL)
    lib.bf_client.devices, lib.bf_client.device_count, lib.bf_client.server_count, lib.bf_client.state = before


def number(handle: ffi.CData) -> int:
    return int(ffi.cast("uintptr_t", handle))


def props(device: int, kind: int = DEVICE):
    return ffi.new("CUmemPoolProps *", {"allocType": PINNED, "location": {"type": kind, "id": device}, "maxSize": 5})


def test_device_of_a_nested_structure_is_the_servers_own(world):
    packed = world.pack("CUmemPoolProps", props(1))
    made = structure(world.session, cuda.CUmemPoolProps, descriptions.CUmemPoolProps, packed)
    assert (made.location.id, made.maxSize, int(made.allocType)) == (71, 5, PINNED)


def test_device_that_is_not_there_or_of_another_server_is_refused(world):
    assert world.pack("CUmemPoolProps", props(3)) == INVALID_VALUE
    assert world.pack("CUmemPoolProps", props(-1)) == INVALID_VALUE
    assert world.pack("CUmemPoolProps", props(2)) == INVALID_DEVICE


def test_number_that_is_no_device_is_left_alone(world):
    packed = world.pack("CUmemPoolProps", props(9, kind=3))
    assert structure(world.session, cuda.CUmemPoolProps, descriptions.CUmemPoolProps, packed).location.id == 9


def test_handle_in_a_union_is_translated_where_its_selector_says_so(world):
    event = world.object(EVENT, 20)
    given = ffi.new("CUlaunchAttribute[2]")
    given[0].id, given[0].value.programmaticEvent.event = 7, ffi.cast("CUevent", event)
    given[1].id, given[1].value.clusterDim = 4, {"x": 2, "y": 3, "z": 4}
    memory = Memory(world.session, descriptions.CUlaunchAttribute, world.pack("CUlaunchAttribute", given, 2))
    data = ctypes.string_at(memory.address, 144)
    assert struct.unpack_from("<I4xQ", data) == (7, 0xE0)
    assert struct.unpack_from("<I4x3I", data, 72) == (4, 2, 3, 4)


@pytest.mark.parametrize("where", ["nowhere", "null", "another kind", "another server"])
def test_handle_of_nothing_is_refused(world, where):
    handles = {
        "nowhere": lambda: ffi.cast("CUevent", 0x1234),
        "null": lambda: ffi.NULL,
        "another kind": lambda: ffi.cast("CUevent", world.context),
        "another server": lambda: ffi.cast("CUevent", world.object(EVENT, 21, server=1)),
    }
    given = ffi.new("CUlaunchAttribute *", {"id": 12})
    given.value.launchCompletionEvent.event = handles[where]()
    assert world.pack("CUlaunchAttribute", given) == INVALID_CONTEXT  # this thread has none, which comes first


def test_array_follows_and_its_elements_are_put_right(world):
    accesses = ffi.new("CUmemAccessDesc[2]", [{"location": {"type": 1, "id": place}, "flags": 3} for place in (1, 0)])
    given = ffi.new(
        "CUDA_MEM_ALLOC_NODE_PARAMS *",
        {"poolProps": props(0)[0], "accessDescs": accesses, "accessDescCount": 2, "bytesize": 64},
    )
    packed = world.pack("CUDA_MEM_ALLOC_NODE_PARAMS", given)
    made = structure(world.session, cuda.CUDA_MEM_ALLOC_NODE_PARAMS, descriptions.CUDA_MEM_ALLOC_NODE_PARAMS, packed)
    address, count = struct.unpack_from("<QQ", ctypes.string_at(made.getPtr(), 120), 88)
    assert count == 2 and struct.unpack("<6i", ctypes.string_at(address, 24)) == (1, 71, 3, 1, 70, 3)


def test_array_may_be_empty_but_not_missing(world):
    given = ffi.new("CUDA_BATCH_MEM_OP_NODE_PARAMS *")
    assert isinstance(world.pack("CUDA_BATCH_MEM_OP_NODE_PARAMS", given), bytes)
    given.count = 1
    assert world.pack("CUDA_BATCH_MEM_OP_NODE_PARAMS", given) == INVALID_VALUE
    given.count = (1 << 32) - 1
    given.paramArray = ffi.new("CUstreamBatchMemOpParams *")
    assert world.pack("CUDA_BATCH_MEM_OP_NODE_PARAMS", given) == INVALID_VALUE


def parameters_of(address: int, form: str) -> tuple[int, int]:
    """The two parameters of a kernel's structure, given in that form."""
    one_by_one, extra = struct.unpack_from("<QQ", ctypes.string_at(address, 72), 40)
    if form == "kernelParams":
        assert not extra
        places = struct.unpack("<2Q", ctypes.string_at(one_by_one, 16))
    else:
        begin, block, size, length, end = struct.unpack("<5Q", ctypes.string_at(extra, 40))
        assert (one_by_one, begin, size, end) == (0, 1, 2, 0)
        assert struct.unpack("<Q", ctypes.string_at(length, 8)) == (16,)
        places = (block, block + 8)
    return struct.unpack("<i", ctypes.string_at(places[0], 4)) + struct.unpack("<q", ctypes.string_at(places[1], 8))


def kernel_node(world, form: str):
    """A structure of a kernel, and what it points to, which is to be kept."""
    description = struct.pack("<IIIIII", 0, 2, 0, 4, 8, 8)  # an int, and 8 bytes behind a gap
    code = lib.bf_code_new(b"k", description, len(description), 2)
    function = world.object(FUNCTION, 30, function={"code": code})
    first, second = ffi.new("int *", 7), ffi.new("uint64_t *", 8)
    block, size = ffi.new("char[]", struct.pack("<i4xq", 7, 8)), ffi.new("size_t *", 16)
    lists = {
        "kernelParams": ffi.new("void *[]", [first, second]),
        "extra": ffi.new("void *[]", [ffi.cast("void *", 1), block, ffi.cast("void *", 2), size, ffi.NULL]),
    }
    context = ffi.cast("CUcontext", world.context)
    given = ffi.new(
        "CUDA_KERNEL_NODE_PARAMS *",
        {"func": ffi.cast("CUfunction", function), "gridDimX": 3, "ctx": context, form: lists[form]},
    )
    return given, (lists, first, second, block, size)


@pytest.mark.parametrize("form", ["kernelParams", "extra"])
def test_parameters_of_a_kernel_follow_as_its_description_says(world, form):
    given, _keep = kernel_node(world, form)
    packed = world.pack("CUDA_KERNEL_NODE_PARAMS", given)
    made = structure(world.session, cuda.CUDA_KERNEL_NODE_PARAMS, descriptions.CUDA_KERNEL_NODE_PARAMS, packed)
    assert parameters_of(made.getPtr(), form) == (7, 8)
    assert struct.unpack_from("<QI", ctypes.string_at(made.getPtr(), 72)) == (0xF0, 3)
    assert struct.unpack_from("<QQ", ctypes.string_at(made.getPtr(), 72), 56) == (0, 0xC0)


def test_pointer_of_the_client_is_seen_by_the_server_alone(world):
    description, at = descriptions.CUDA_MEMCPY3D, ffi.offsetof("CUDA_MEMCPY3D", "srcHost")
    given = ffi.new("CUDA_MEMCPY3D *", {"srcMemoryType": HOST, "srcHost": ffi.cast("void *", 0x11)})
    memory = Memory(world.session, description, world.pack("CUDA_MEMCPY3D", given), True)
    assert memory.client == {"srcHost": 0x11}
    assert ctypes.string_at(memory.address + at, 8) == bytes(8)
    memory.put("srcHost", 0x33)
    assert struct.unpack("<Q", ctypes.string_at(memory.address + at, 8)) == (0x33,)


def test_function_of_the_program_is_the_servers_own_which_gets_its_number(world):
    """The server remembers the number for as long as the function may be called, and tells it alone."""
    expected = []
    world.session.current = "the context"
    world.session.asks = SimpleNamespace(
        function=0xF1, expect=lambda number, context, lasts: expected.append((number, context, lasts))
    )
    description = descriptions.CUDA_HOST_NODE_PARAMS
    made = structure(world.session, cuda.CUDA_HOST_NODE_PARAMS, description, struct.pack("<QQ", 0, 5))
    assert struct.unpack("<QQ", ctypes.string_at(made.getPtr(), 16)) == (0xF1, 5)
    assert expected == [(5, "the context", True)]
    assert bytes_of(world.session, made, description) == struct.pack("<QQ", 0, 5)


def test_function_of_the_program_must_be_there(world):
    assert world.pack("CUDA_HOST_NODE_PARAMS", ffi.new("CUDA_HOST_NODE_PARAMS *")) == INVALID_VALUE


@pytest.mark.parametrize("cut", [1, 8, 24, 80])
def test_bytes_that_are_too_few_or_too_many_are_the_peers_fault(world, cut):
    accesses = ffi.new("CUmemAccessDesc[2]", [{"location": {"type": 1}}] * 2)
    given = ffi.new(
        "CUDA_MEM_ALLOC_NODE_PARAMS *", {"poolProps": props(0)[0], "accessDescs": accesses, "accessDescCount": 2}
    )
    packed = world.pack("CUDA_MEM_ALLOC_NODE_PARAMS", given)
    for wrong in (packed[:-cut], packed + bytes(cut)):
        with pytest.raises(RemoteProtocolError):
            Memory(world.session, descriptions.CUDA_MEM_ALLOC_NODE_PARAMS, wrong, True)


def test_list_of_no_structures_is_empty(world):
    assert structures(world.session, cuda.CUmemAccessDesc, descriptions.CUmemAccessDesc, b"") == []


# The way back.


def test_what_points_to_an_array_comes_back_with_the_programs_own_devices_and_handles(world):
    accesses = ffi.new("CUmemAccessDesc[2]", [{"location": {"type": 1, "id": place}, "flags": 3} for place in (1, 0)])
    given = ffi.new(
        "CUDA_MEM_ALLOC_NODE_PARAMS *",
        {"poolProps": props(0)[0], "accessDescs": accesses, "accessDescCount": 2, "bytesize": 64},
    )
    name, description = "CUDA_MEM_ALLOC_NODE_PARAMS", descriptions.CUDA_MEM_ALLOC_NODE_PARAMS
    made = structure(world.session, cuda.CUDA_MEM_ALLOC_NODE_PARAMS, description, world.pack(name, given))
    out, kept = world.read(name, bytes_of(world.session, made, description))
    assert (out.poolProps.location.id, out.bytesize, out.accessDescCount) == (0, 64, 2)
    assert [out.accessDescs[i].location.id for i in range(2)] == [1, 0]
    again, _ = world.read(name, bytes_of(world.session, made, description), kept)
    assert again.accessDescs == out.accessDescs


@pytest.mark.parametrize("form", ["kernelParams", "extra"])
def test_parameters_of_a_kernel_come_back_in_the_form_in_which_they_were_given(world, form):
    given, _keep = kernel_node(world, form)
    out, _kept = world.read("CUDA_KERNEL_NODE_PARAMS", world.pack("CUDA_KERNEL_NODE_PARAMS", given))
    assert parameters_of(number(out), form) == (7, 8)
    assert (out.func, out.ctx, out.kern, out.gridDimX) == (given.func, given.ctx, ffi.NULL, 3)


def test_parameters_in_one_block_are_told_as_that(world):
    given, _keep = kernel_node(world, "extra")
    name, description = "CUDA_KERNEL_NODE_PARAMS", descriptions.CUDA_KERNEL_NODE_PARAMS
    packed = world.pack(name, given)
    made = structure(world.session, cuda.CUDA_KERNEL_NODE_PARAMS, description, packed)
    assert bytes_of(world.session, made, description) == packed


def test_object_that_the_client_has_not_comes_back_as_null(world):
    memory = SimpleNamespace(getPtr=lambda: address)
    block = ctypes.create_string_buffer(struct.pack("<I4xQ56x", 7, 0xEE), 72)
    address = ctypes.addressof(block)
    told = bytes_of(world.session, memory, descriptions.CUlaunchAttribute)
    assert struct.unpack_from("<I4xQ", told) == (7, 0)
    assert world.read("CUlaunchAttribute", told)[0].value.programmaticEvent.event == ffi.NULL


def test_pointer_of_the_client_is_told_as_the_server_remembers_it(world):
    given = ffi.new("CUDA_MEMCPY3D *", {"srcMemoryType": HOST, "srcHost": ffi.cast("void *", 0x11)})
    name, description = "CUDA_MEMCPY3D", descriptions.CUDA_MEMCPY3D
    made = structure(world.session, cuda.CUDA_MEMCPY3D, description, world.pack(name, given))
    out, _kept = world.read(name, told(world.session, description, made.getPtr(), {"srcHost": 0x22}))
    assert number(out.srcHost) == 0x22


@pytest.mark.parametrize("form", ["kernelParams", "extra"])
def test_bytes_that_end_too_early_are_refused_by_the_client(world, form):
    given, _keep = kernel_node(world, form)
    packed = world.pack("CUDA_KERNEL_NODE_PARAMS", given)
    for size in (0, 71, 72, 80, len(packed) - 1):
        assert world.read("CUDA_KERNEL_NODE_PARAMS", packed[:size]) == UNKNOWN
