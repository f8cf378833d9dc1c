"""Nodes of graphs: added, read, and the attributes of kernels.

The driver's functions that add or change a node of any kind take one structure, CUgraphNodeParams. To read, there is
a function for each kind; what it gives is a part of that structure.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Mapping

from ..errors import RemoteProtocolError
from ..session import Handle
from .arguments import content_of, filled
from .binding import SUCCESS, check, cuda, enum, newest
from .graphs import edges_of, number_of_graph
from .ports import Answer
from .session import DriverSession
from .structures import Description, Memory
from .telling import number_of, told

KERNEL, MEMCPY, MEMSET, HOST, GRAPH, EMPTY, WAIT_EVENT, RECORD = range(8)
ALLOC, FREE, BATCH, CONDITIONAL = 10, 11, 12, 13
_SPECIAL = {RECORD, ALLOC, FREE}  # what graphs.py looks for in a graph
_VALUE_BYTES, _HANDLE_BYTES = 64, 8
_EVENT_ATTRIBUTES = (7, 12)  # PROGRAMMATIC_EVENT, LAUNCH_COMPLETION_EVENT: the value begins with an event
_AT = 16  # where the union of all kinds begins in CUgraphNodeParams
# By kind: who reads it, and where in the union what it gives belongs, and how many bytes it has.
_READS = {
    KERNEL: ("cuGraphKernelNodeGetParams", 0, 72),
    MEMCPY: ("cuGraphMemcpyNodeGetParams", 16, 200),
    MEMSET: ("cuGraphMemsetNodeGetParams", 0, 40),
    HOST: ("cuGraphHostNodeGetParams", 0, 16),
    WAIT_EVENT: ("cuGraphEventWaitNodeGetEvent", 0, 8),
    RECORD: ("cuGraphEventRecordNodeGetEvent", 0, 8),
    ALLOC: ("cuGraphMemAllocNodeGetParams", 0, 120),
    FREE: ("cuGraphMemFreeNodeGetParams", 0, 8),
    BATCH: ("cuGraphBatchMemOpNodeGetParams", 0, 32),
}


def graph_add_node(
    session: DriverSession, number: int, graph: Handle, before: list[Handle], edges: bytes, params: Memory
) -> Answer:
    made = params.made(cuda.CUgraphNodeParams)
    result, node = newest("cuGraphAddNode")(graph, before, edges_of(edges, len(before)), len(before), made)
    if result is not SUCCESS:
        for function in params.functions:
            session.asks.forget(function)
        return (result,)
    session.add(session.nodes, number, node, session.graphs.numbers[int(graph)])
    for function in params.functions:
        session.asks.share(graph, function)
    after = content_of(made, params.size)
    (kind,) = struct.unpack_from("<i", after)
    session.special_nodes |= kind in _SPECIAL
    return SUCCESS, _made(session, number, kind, after)


def _made(session: DriverSession, number: int, kind: int, after: bytes) -> bytes:
    """What the driver has written into the parameters of a new node."""
    if kind == ALLOC:
        return after[_AT + 112 : _AT + 120]
    if kind != CONDITIONAL:
        return b""
    (size,) = struct.unpack_from("<I", after, _AT + 12)
    (address,) = struct.unpack_from("<Q", after, _AT + 16)
    bodies = struct.unpack(f"<{size}Q", ctypes.string_at(address, 8 * size)) if address else ()
    numbers = [number_of_graph(session, cuda.CUgraph(body), number) for body in bodies]
    return struct.pack(f"<{len(numbers)}Q", *numbers)


def node_get_params(session: DriverSession, node: Handle, kind: int, description: Description) -> Answer:
    if kind not in _READS:
        return (cuda.CUresult.CUDA_ERROR_INVALID_VALUE,)
    if kind == MEMCPY and (copy := session.hosted.find(node)) is not None:
        return SUCCESS, _told_part(session, description, kind, 16, copy.params, copy.pointers())
    name, at, size = _READS[kind]
    result, part = getattr(cuda, name)(node)
    check(result)
    content = content_of(part, size) if size > _HANDLE_BYTES else int(part).to_bytes(size, "little")
    return SUCCESS, _told_part(session, description, kind, at, content, {})


def _told_part(
    session: DriverSession, description: Description, kind: int, at: int, content: bytes, client: Mapping[str, int]
) -> bytes:
    """Parameters of which the union has `content` at `at`."""
    whole = ctypes.create_string_buffer(description[1])
    struct.pack_into("<i", whole, 0, kind)
    ctypes.memmove(ctypes.addressof(whole) + _AT + at, content, len(content))
    return told(session, description, ctypes.addressof(whole), client)


# Attributes of kernel nodes.


def kernel_node_get_attribute(session: DriverSession, node: Handle, attribute: int) -> Answer:
    result, value = cuda.cuGraphKernelNodeGetAttribute(node, enum(cuda.CUlaunchAttributeID, attribute))
    check(result)
    packed = bytearray(content_of(value, _VALUE_BYTES))
    if attribute in _EVENT_ATTRIBUTES:
        struct.pack_into("<Q", packed, 0, number_of(session, "events", struct.unpack_from("<Q", packed)[0]))
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
