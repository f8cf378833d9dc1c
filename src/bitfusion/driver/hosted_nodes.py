"""The calls about nodes that copy from or to the client's memory (hosted.py)."""

from __future__ import annotations

from ..errors import CallFailed
from ..session import Context, Handle
from .binding import SUCCESS, check, cuda, newest
from .graphs import edges_of
from .hosted import Copy
from .ports import Answer
from .session import DriverSession

_GRAPH = cuda.CUgraphNodeType.CU_GRAPH_NODE_TYPE_GRAPH


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
    child = session.hosted.child(Copy(_context(session, context), copy, source, target))
    try:
        params = cuda.CUgraphNodeParams()
        params.type = _GRAPH
        params.graph.graph = child
        result, node = newest("cuGraphAddNode")(graph, before, edges_of(edges, len(before)), len(before), params)
    finally:
        cuda.cuGraphDestroy(child)
    check(result)
    session.add(session.nodes, number, node, session.graphs.numbers[int(graph)])
    return (SUCCESS,)


def copy_set_params(session: DriverSession, node: Handle, copy: bytes, source: int, target: int) -> Answer:
    before = session.hosted.find(node)
    if before is None:
        return SUCCESS, 0
    result, child = cuda.cuGraphChildGraphNodeGetGraph(node)
    check(result)
    session.hosted.change(child, Copy(before.context, copy, source, target))
    return SUCCESS, 1


def exec_copy_set_params(
    session: DriverSession, executable: Handle, node: Handle, copy: bytes, context: int, source: int, target: int
) -> Answer:
    before = session.hosted.find(node)
    if before is None:
        return SUCCESS, 0
    after = Copy(_context(session, context), copy, source, target)
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
    return SUCCESS, 1


def copy_get_params(session: DriverSession, node: Handle) -> Answer:
    copy = session.hosted.find(node)
    return SUCCESS, copy.params if copy else b""


def _context(session: DriverSession, number: int) -> Context:
    context = session.contexts.get(number)
    if context is None:
        raise CallFailed(cuda.CUresult.CUDA_ERROR_INVALID_CONTEXT)
    return context
