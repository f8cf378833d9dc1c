"""The calls about nodes that copy from or to the client's memory (hosted.py)."""

from __future__ import annotations

import struct
from typing import Any

from ..errors import CallFailed
from ..session import Context, Handle
from .binding import SUCCESS, check, cuda, newest
from .graphs import edges_of, put_in_place
from .hosted import Copy
from .ports import Answer
from .session import DriverSession

_GRAPH = cuda.CUgraphNodeType.CU_GRAPH_NODE_TYPE_GRAPH
_MEMCPY = cuda.CUgraphNodeType.CU_GRAPH_NODE_TYPE_MEMCPY
_CONTEXT = cuda.CUpointer_attribute.CU_POINTER_ATTRIBUTE_CONTEXT
# In a CUDA_MEMCPY3D: where the source's device pointer is, and how far behind it the target's.
_DEVICE_AT, _SIDE_BYTES = 48, 88


def graph_add_copy(
    session: DriverSession,
    number: int,
    graph: Handle,
    before: list[Handle],
    edges: bytes,
    copy: bytes,
    context: int,
    source: int,
    target: int,
) -> Answer:
    child = session.hosted.child(Copy(_context(session, context), session.arrays, copy, source, target))
    try:
        params = _child_node(child)
        result, node = newest("cuGraphAddNode")(graph, before, edges_of(edges, len(before)), len(before), params)
    finally:
        cuda.cuGraphDestroy(child)
    check(result)
    session.add(session.nodes, number, node, session.graphs.numbers[int(graph)])
    return (SUCCESS,)


def _child_node(child: Handle) -> Any:
    params = cuda.CUgraphNodeParams()
    params.type = _GRAPH
    params.graph.graph = child
    return params


def copy_set_params(session: DriverSession, node: Handle, copy: bytes, source: int, target: int) -> Answer:
    before = session.hosted.find(node)
    if before is not None:
        result, child = cuda.cuGraphChildGraphNodeGetGraph(node)
        check(result)
        session.hosted.change(child, Copy(before.context, session.arrays, copy, source, target))
    elif source or target:
        _become_hosted(
            session, node, Copy(_context_of(session, copy, bool(source)), session.arrays, copy, source, target)
        )
    else:
        return SUCCESS, 0
    return SUCCESS, 1


def _become_hosted(session: DriverSession, node: Handle, copy: Copy) -> None:
    """Of a copy within devices. To the client it is the same node."""
    number = session.nodes.numbers[int(node)]
    graph = session.graphs[session.parent_of(number)]
    result, kind = cuda.cuGraphNodeGetType(node)
    check(result)
    if kind != _MEMCPY:
        raise CallFailed(cuda.CUresult.CUDA_ERROR_INVALID_VALUE)
    child = session.hosted.child(copy)
    try:
        made = put_in_place(graph, node, _child_node(child))
    finally:
        cuda.cuGraphDestroy(child)
    session.nodes.pop(number)
    session.nodes[number] = made


def _context_of(session: DriverSession, copy: bytes, from_client: bool) -> Context:
    """The driver does not tell in which context a node copies: in that of the memory which is not the client's."""
    (address,) = struct.unpack_from("<Q", copy, _DEVICE_AT + from_client * _SIDE_BYTES)
    result, context = cuda.cuPointerGetAttribute(_CONTEXT, address)
    found = (each for each in session.contexts.values() if result is SUCCESS and int(each.handle) == int(context))
    return next(found, session.current)


def exec_copy_set_params(
    session: DriverSession, executable: Handle, node: Handle, copy: bytes, context: int, source: int, target: int
) -> Answer:
    before = session.hosted.find(node)
    if before is None:
        return SUCCESS, 0
    after = Copy(_context(session, context), session.arrays, copy, source, target)
    # The driver changes nothing but copies of one row in what is executable, and not whose memory they name.
    if any(each.height * each.depth != 1 or not each.width for each in (before, after)) or (
        bool(before.source),
        bool(before.target),
    ) != (bool(source), bool(target)):
        raise CallFailed(cuda.CUresult.CUDA_ERROR_INVALID_VALUE)
    child = session.hosted.child(after)
    try:
        check(cuda.cuGraphExecChildGraphNodeSetParams(executable, node, child)[0])
    finally:
        cuda.cuGraphDestroy(child)
    session.hosted_execs.changed(executable, node, after.number)
    return SUCCESS, 1


def cuGraphNodeSetEnabled(session: DriverSession, executable: Handle, node: Handle, enabled: int) -> Answer:
    parts = session.hosted.parts(node)
    if parts is None:
        return tuple(cuda.cuGraphNodeSetEnabled(executable, node, enabled))
    session.hosted_execs.enable(executable, parts, bool(enabled))
    return (SUCCESS,)


def _context(session: DriverSession, number: int) -> Context:
    context = session.contexts.get(number)
    if context is None:
        raise CallFailed(cuda.CUresult.CUDA_ERROR_INVALID_CONTEXT)
    return context
