"""Nodes of graphs: how their parameters cross the wire (api/table/graph.py) and become the driver's.

The driver's functions for every kind of node take one structure, CUgraphNodeParams; it is filled in as bytes, with
handles for numbers and pointers to what came beside it. To read, there is a function for each kind.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from typing import Any

from ..errors import CallFailed, Code, RemoteProtocolError
from ..session import Handle
from .arguments import content_of, filled
from .binding import SUCCESS, check, cuda, enum, optional
from .graphs import edges_of, newest, nodes_of, number_of_graph
from .ports import Answer
from .session import DriverSession

PARAMS_BYTES = 256
_AT = 16  # where the union begins: what follows is counted from there
KERNEL, MEMCPY, MEMSET, HOST, GRAPH, EMPTY, WAIT_EVENT, RECORD = range(8)
ALLOC, FREE, BATCH, CONDITIONAL = 10, 11, 12, 13
_SPECIAL = {RECORD, ALLOC, FREE}  # what graphs.py looks for in a graph
_HOST_BYTES = 16
_KERNEL_BYTES, _COPY_BYTES, _MEMSET_BYTES, _ALLOC_BYTES, _BATCH_BYTES, _VALUE_BYTES = 72, 200, 40, 120, 32, 64
_EVENT_ATTRIBUTES = (7, 12)  # PROGRAMMATIC_EVENT, LAUNCH_COMPLETION_EVENT: the value begins with an event
_BY_EXTRA = 1  # in reserved0: a kernel's parameters were given in one block
_BUFFER_POINTER, _BUFFER_SIZE, _END = 1, 2, 0  # CU_LAUNCH_PARAM_*
_PARAMETERS_MAX = 8192
_ACCESS = struct.Struct("<IiI")  # CUmemAccessDesc: type and id of a place, what is allowed there

Layout = list[tuple[int, int]]  # offset and size of each parameter


class _Params:
    """A CUgraphNodeParams while it is filled in, and what its pointers point to."""

    def __init__(self, packed: bytes, extra: bytes) -> None:
        if len(packed) != PARAMS_BYTES:
            raise RemoteProtocolError(f"parameters of a node in {len(packed)} bytes")
        self.bytes = bytearray(packed)
        self.type, self.flags = struct.unpack_from("<iI", packed)
        self.bytes[4:8] = bytes(4)
        self.extra = ctypes.create_string_buffer(extra, max(len(extra), 1))
        self.extra_bytes = len(extra)
        self.keep: list[Any] = [self.extra]

    def get(self, at: int) -> int:
        return int.from_bytes(self.bytes[_AT + at : _AT + at + 8], "little")

    def put(self, at: int, value: int) -> None:
        struct.pack_into("<Q", self.bytes, _AT + at, value)

    def put_handle(self, at: int, table: dict[int, Any]) -> None:
        if number := self.get(at):
            self.put(at, int(table[number]))

    def put_context(self, session: DriverSession, at: int) -> None:
        """0 stays 0: no context."""
        number = self.get(at)
        context = session.contexts.get(number)
        if context is None:
            raise CallFailed(Code.INVALID_CONTEXT)
        self.put(at, int(context.handle))

    def finished(self) -> Any:
        return filled(cuda.CUgraphNodeParams, bytes(self.bytes))


def graph_add_node(
    session: DriverSession, number: int, graph: Handle, dependencies: bytes, edges: bytes, params: bytes, extra: bytes
) -> Answer:
    before = nodes_of(session, dependencies)
    given = _fill(session, params, extra)
    made = given.finished()
    result, node = newest("cuGraphAddNode")(graph, before, edges_of(edges, len(before)), len(before), made)
    if result is not SUCCESS:
        return (result,)
    session.add(session.nodes, number, node, session.graphs.numbers[int(graph)])
    session.special_nodes |= given.type in _SPECIAL
    return SUCCESS, _made(session, number, given, content_of(made, PARAMS_BYTES))


def _made(session: DriverSession, number: int, given: _Params, after: bytes) -> bytes:
    """What the driver has written into the parameters of a new node."""
    if given.type == ALLOC:
        return after[_AT + 112 : _AT + 120]
    if given.type != CONDITIONAL:
        return b""
    (size,) = struct.unpack_from("<I", after, _AT + 12)
    (address,) = struct.unpack_from("<Q", after, _AT + 16)
    bodies = struct.unpack(f"<{size}Q", ctypes.string_at(address, 8 * size)) if address else ()
    numbers = [number_of_graph(session, cuda.CUgraph(body), number) for body in bodies]
    return struct.pack(f"<{len(numbers)}Q", *numbers)


def node_set_params(session: DriverSession, node: Handle, params: bytes, extra: bytes) -> Answer:
    given = _fill(session, params, extra)
    return tuple(cuda.cuGraphNodeSetParams(node, given.finished()))


def exec_set_params(session: DriverSession, executable: Handle, node: Handle, params: bytes, extra: bytes) -> Answer:
    given = _fill(session, params, extra)
    answer = cuda.cuGraphExecNodeSetParams(executable, node, given.finished())
    return tuple(answer)


def node_get_type(session: DriverSession, node: Handle) -> Answer:
    result, kind = cuda.cuGraphNodeGetType(node)
    return (result, int(kind)) if result is SUCCESS else (result,)


# Numbers and addresses -> handles and pointers.


def _fill(session: DriverSession, packed: bytes, extra: bytes) -> _Params:
    params = _Params(packed, extra)
    fill = _FILLS.get(params.type)
    if fill is not None:
        fill(session, params)
    return params


def _fill_kernel(session: DriverSession, params: _Params) -> None:
    function, kernel = params.get(0), params.get(56)
    launchable = session.functions[function or kernel]
    if function:
        params.put(0, int(launchable.handle))
    else:
        params.put(56, int(session.kernels[kernel]))
    params.put_context(session, 64)
    block = ctypes.addressof(params.extra)
    if params.flags & _BY_EXTRA:
        size = ctypes.c_size_t(params.extra_bytes)
        words = (ctypes.c_void_p * 5)(_BUFFER_POINTER, block, _BUFFER_SIZE, ctypes.addressof(size), _END)
        params.keep += (size, words)
        params.put(48, ctypes.addressof(words))
        return
    layout = layout_of(launchable.handle, is_kernel=(function or kernel) in session.kernels)
    if any(offset + size > params.extra_bytes for offset, size in layout):
        raise RemoteProtocolError("a kernel's parameters are not all there")
    pointers = (ctypes.c_void_p * max(len(layout), 1))(*(block + offset for offset, _ in layout))
    params.keep.append(pointers)
    params.put(40, ctypes.addressof(pointers) if layout else 0)


def _fill_memcpy(session: DriverSession, params: _Params) -> None:
    params.put_context(session, 8)


def _fill_memset(session: DriverSession, params: _Params) -> None:
    params.put_context(session, 40)


def _fill_host(session: DriverSession, params: _Params) -> None:
    number = params.get(8)
    session.asks.expect(number, session.current, lasts=True)
    params.put(0, int(session.asks.function))


def _fill_graph(session: DriverSession, params: _Params) -> None:
    params.put_handle(0, session.graphs)


def _fill_event(session: DriverSession, params: _Params) -> None:
    params.put_handle(0, session.events)


def _fill_alloc(session: DriverSession, params: _Params) -> None:
    place, ordinal = struct.unpack_from("<Ii", params.bytes, _AT + 8)
    if place == 1:
        struct.pack_into("<i", params.bytes, _AT + 12, int(session.device(ordinal)))
    for at in range(0, params.extra_bytes, _ACCESS.size):
        place, ordinal, allowed = _ACCESS.unpack_from(params.extra, at)
        if place == 1:
            _ACCESS.pack_into(params.extra, at, place, int(session.device(ordinal)), allowed)
    params.put(88, ctypes.addressof(params.extra) if params.extra_bytes else 0)


def _fill_batch(session: DriverSession, params: _Params) -> None:
    params.put_context(session, 0)
    params.put(16, ctypes.addressof(params.extra) if params.extra_bytes else 0)


def _fill_conditional(session: DriverSession, params: _Params) -> None:
    params.put_context(session, 24)
    params.put(16, 0)


_FILLS: dict[int, Callable[[DriverSession, _Params], None]] = {
    KERNEL: _fill_kernel,
    MEMCPY: _fill_memcpy,
    MEMSET: _fill_memset,
    HOST: _fill_host,
    GRAPH: _fill_graph,
    WAIT_EVENT: _fill_event,
    RECORD: _fill_event,
    ALLOC: _fill_alloc,
    BATCH: _fill_batch,
    CONDITIONAL: _fill_conditional,
}


def layout_of(handle: Handle, is_kernel: bool) -> Layout:
    """The parameters of a function or kernel."""
    name, code = ("cuKernelGetParamInfo", cuda.CUkernel(int(handle))) if is_kernel else ("cuFuncGetParamInfo", handle)
    layout: Layout = []
    for index in range(_PARAMETERS_MAX):
        result, offset, size = optional(name, code, index)
        if result is not SUCCESS:
            break
        layout.append((offset, size))
    return layout


# Handles and pointers -> numbers and bytes.


def node_get_params(session: DriverSession, node: Handle, kind: int) -> Answer:
    read = _READS.get(kind)
    if read is None:
        return (cuda.CUresult.CUDA_ERROR_INVALID_VALUE,)
    packed = bytearray(PARAMS_BYTES)
    struct.pack_into("<i", packed, 0, kind)
    extra = read(session, node, packed)
    return SUCCESS, bytes(packed), extra


def _asked(ask: Any, node: Handle, size: int, packed: bytearray, at: int = 0) -> None:
    result, params = ask(node)
    check(result)
    packed[_AT + at : _AT + at + size] = content_of(params, size)


def _number(table: dict[int, Any], handle: int) -> int:
    """Of an object whose kind is seldom told: the tables of these have no way back."""
    return next((number for number, known in table.items() if int(known) == handle), 0) if handle else 0


def _number_at(table: dict[int, Any], packed: bytearray, at: int) -> None:
    (handle,) = struct.unpack_from("<Q", packed, _AT + at)
    struct.pack_into("<Q", packed, _AT + at, _number(table, handle))


def _context_at(session: DriverSession, packed: bytearray, at: int) -> None:
    _number_at({number: context.handle for number, context in session.contexts.items()}, packed, at)


def _read_kernel(session: DriverSession, node: Handle, packed: bytearray) -> bytes:
    _asked(cuda.cuGraphKernelNodeGetParams, node, _KERNEL_BYTES, packed)
    function, pointers, extra, kernel = (struct.unpack_from("<Q", packed, _AT + at)[0] for at in (0, 40, 48, 56))
    functions = {number: launchable.handle for number, launchable in session.functions.items()}
    number = _number(functions, function or kernel)
    # A function that the driver has made of a kernel which the client launched.
    number = number or next((each for each, known in session.kernels.items() if _function_of(known) == function), 0)
    is_kernel = number in session.kernels
    struct.pack_into("<Q", packed, _AT, number if function else 0)
    struct.pack_into("<Q", packed, _AT + 56, number if kernel else 0)
    struct.pack_into("<QQ", packed, _AT + 40, 0, 0)
    _context_at(session, packed, 64)
    layout = layout_of(functions[number] if number else cuda.CUfunction(function or kernel), is_kernel)
    if extra and not pointers:
        struct.pack_into("<I", packed, 4, _BY_EXTRA)
        return _read_extra(extra)
    block = bytearray(max((offset + size for offset, size in layout), default=0))
    for index, (offset, size) in enumerate(layout):
        (source,) = struct.unpack("<Q", ctypes.string_at(pointers + 8 * index, 8))
        block[offset : offset + size] = ctypes.string_at(source, size)
    return bytes(block)


def _function_of(kernel: Handle) -> int:
    result, function = cuda.cuKernelGetFunction(kernel)
    return int(function) if result is SUCCESS else 0


def _read_extra(address: int) -> bytes:
    """What a list of `extra` of cuLaunchKernel points to."""
    block, size = 0, 0
    while True:
        word, value = struct.unpack("<QQ", ctypes.string_at(address, 16))
        if word == _BUFFER_POINTER:
            block = value
        elif word == _BUFFER_SIZE:
            (size,) = struct.unpack("<Q", ctypes.string_at(value, 8))
        else:
            return ctypes.string_at(block, size)
        address += 16


def _read_memcpy(session: DriverSession, node: Handle, packed: bytearray) -> bytes:
    _asked(cuda.cuGraphMemcpyNodeGetParams, node, _COPY_BYTES, packed, 16)
    return b""


def _read_memset(session: DriverSession, node: Handle, packed: bytearray) -> bytes:
    _asked(cuda.cuGraphMemsetNodeGetParams, node, _MEMSET_BYTES, packed)
    return b""


def _read_host(session: DriverSession, node: Handle, packed: bytearray) -> bytes:
    _asked(cuda.cuGraphHostNodeGetParams, node, _HOST_BYTES, packed)
    struct.pack_into("<Q", packed, _AT, 0)
    return b""


def _read_event(ask: Any) -> Callable[[DriverSession, Handle, bytearray], bytes]:
    def read(session: DriverSession, node: Handle, packed: bytearray) -> bytes:
        result, event = ask(node)
        check(result)
        struct.pack_into("<Q", packed, _AT, _number(session.events, int(event)))
        return b""

    return read


def _read_alloc(session: DriverSession, node: Handle, packed: bytearray) -> bytes:
    _asked(cuda.cuGraphMemAllocNodeGetParams, node, _ALLOC_BYTES, packed)
    address, count = struct.unpack_from("<QQ", packed, _AT + 88)
    struct.pack_into("<Q", packed, _AT + 88, 0)
    ordinals = {int(device): ordinal for ordinal, device in enumerate(session.devices)}
    place, device = struct.unpack_from("<Ii", packed, _AT + 8)
    struct.pack_into("<i", packed, _AT + 12, ordinals.get(device, device) if place == 1 else device)
    accesses = bytearray(ctypes.string_at(address, _ACCESS.size * count) if address else b"")
    for at in range(0, len(accesses), _ACCESS.size):
        place, device, allowed = _ACCESS.unpack_from(accesses, at)
        _ACCESS.pack_into(accesses, at, place, ordinals.get(device, device), allowed)
    return bytes(accesses)


def _read_free(session: DriverSession, node: Handle, packed: bytearray) -> bytes:
    result, pointer = cuda.cuGraphMemFreeNodeGetParams(node)
    check(result)
    struct.pack_into("<Q", packed, _AT, int(pointer))
    return b""


def _read_batch(session: DriverSession, node: Handle, packed: bytearray) -> bytes:
    _asked(cuda.cuGraphBatchMemOpNodeGetParams, node, _BATCH_BYTES, packed)
    _context_at(session, packed, 0)
    (count,) = struct.unpack_from("<I", packed, _AT + 8)
    (address,) = struct.unpack_from("<Q", packed, _AT + 16)
    struct.pack_into("<Q", packed, _AT + 16, 0)
    return ctypes.string_at(address, 48 * count) if address else b""


_READS: dict[int, Callable[[DriverSession, Handle, bytearray], bytes]] = {
    KERNEL: _read_kernel,
    MEMCPY: _read_memcpy,
    MEMSET: _read_memset,
    HOST: _read_host,
    WAIT_EVENT: _read_event(cuda.cuGraphEventWaitNodeGetEvent),
    RECORD: _read_event(cuda.cuGraphEventRecordNodeGetEvent),
    ALLOC: _read_alloc,
    FREE: _read_free,
    BATCH: _read_batch,
}


# Attributes of kernel nodes.


def kernel_node_get_attribute(session: DriverSession, node: Handle, attribute: int) -> Answer:
    result, value = cuda.cuGraphKernelNodeGetAttribute(node, enum(cuda.CUlaunchAttributeID, attribute))
    check(result)
    packed = bytearray(content_of(value, _VALUE_BYTES))
    if attribute in _EVENT_ATTRIBUTES:
        struct.pack_into("<Q", packed, 0, _number(session.events, struct.unpack_from("<Q", packed)[0]))
    return SUCCESS, bytes(packed)


def kernel_node_set_attribute(session: DriverSession, node: Handle, attribute: int, value: bytes) -> Answer:
    packed = bytearray(value)
    if len(packed) != _VALUE_BYTES:
        raise RemoteProtocolError(f"an attribute in {len(packed)} bytes")
    if attribute in _EVENT_ATTRIBUTES:
        (number,) = struct.unpack_from("<Q", packed)
        struct.pack_into("<Q", packed, 0, int(session.events[number]) if number else 0)
    made = filled(cuda.CUkernelNodeAttrValue, bytes(packed))
    return tuple(cuda.cuGraphKernelNodeSetAttribute(node, enum(cuda.CUlaunchAttributeID, attribute), made))
