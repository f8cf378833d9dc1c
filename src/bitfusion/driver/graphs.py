"""Graphs as wholes: their nodes and edges, how they become executable, and what is executable.

Each node of the client is one of the driver's, so that the driver answers what is asked about them. What it has made
(in a clone, a captured graph, a child) is numbered when it is told to the client for the first time.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from typing import Any

from ..errors import CallFailed, RemoteProtocolError
from ..session import Handle
from .arguments import content_of, filled
from .binding import SUCCESS, add_dependencies, check, cuda, newest, update_executable
from .ports import Answer
from .session import DriverSession

EDGE_BYTES = 8
_ALL = 1 << 62  # room for a list that nobody limits
_EDGES_FIRST = 64  # how many there may be with data, to begin with
_GRAPH, _RECORD, _ALLOCATES, _FREES = 4, 7, 10, 11  # CUgraphNodeType


def edges_of(packed: bytes, count: int) -> list[Any] | None:
    """The data of `count` edges; None if none has any."""
    if not packed:
        return None
    if len(packed) != count * EDGE_BYTES:
        raise RemoteProtocolError(f"data of {count} edges in {len(packed)} bytes")
    return [filled(cuda.CUgraphEdgeData, packed[at : at + EDGE_BYTES]) for at in range(0, len(packed), EDGE_BYTES)]


def number_of_graph(session: DriverSession, graph: Handle, parent: int = 0) -> int:
    return session.number_of(session.graphs, graph, parent)


def _pack_nodes(session: DriverSession, nodes: Iterable[Handle], graph: int) -> bytes:
    table = session.nodes
    numbers = [session.number_of(table, node, graph) for node in nodes]
    return struct.pack(f"<{len(numbers)}Q", *numbers)


def _pack_edges(edges: Iterable[Any]) -> bytes:
    return b"".join(content_of(edge, EDGE_BYTES) for edge in edges)


def graph_get_nodes(session: DriverSession, graph: Handle, roots: int, room: int) -> Answer:
    ask = cuda.cuGraphGetRootNodes if roots else cuda.cuGraphGetNodes
    result, _, count = ask(graph)
    check(result)
    told = min(room, count)
    nodes = ask(graph, count)[1] if told else []
    return SUCCESS, count, _pack_nodes(session, nodes[:told], session.graphs.numbers[int(graph)])


def list_with_edges(ask: Any, of: Handle, room: int, with_edges: int) -> tuple[Any, ...]:
    """(count, lists...) of a query whose last list is the data of edges, at most `room` elements of each."""
    result, *lists, count = ask(of)
    if with_edges and result is cuda.CUresult.CUDA_ERROR_LOSSY_QUERY:
        # Without a place for their data the driver does not even count such edges.
        asked = _EDGES_FIRST
        while True:
            result, *lists, count = ask(of, asked)
            check(result)
            if count < asked:
                return count, *(each[: min(room, count)] for each in lists)
            asked *= 4
    check(result)
    if not min(room, count):
        return count, *([] for _ in lists)
    result, *lists, _ = ask(of, count)
    check(result)
    return count, *(each[:room] for each in lists)


def graph_get_edges(session: DriverSession, graph: Handle, room: int, with_edges: int) -> Answer:
    count, sources, targets, edges = list_with_edges(newest("cuGraphGetEdges"), graph, room, with_edges)
    number = session.graphs.numbers[int(graph)]
    packed = (_pack_nodes(session, nodes, number) for nodes in (sources, targets))
    return SUCCESS, count, *packed, _pack_edges(edges)


def node_get_dependencies(session: DriverSession, node: Handle, dependents: int, room: int, with_edges: int) -> Answer:
    ask = newest("cuGraphNodeGetDependentNodes" if dependents else "cuGraphNodeGetDependencies")
    count, nodes, edges = list_with_edges(ask, node, room, with_edges)
    graph = session.parent_of(session.nodes.numbers[int(node)])
    return SUCCESS, count, _pack_nodes(session, nodes, graph), _pack_edges(edges)


def node_find_in_clone(session: DriverSession, node: Handle, clone: Handle) -> Answer:
    result, found = cuda.cuGraphNodeFindInClone(node, clone)
    check(result)
    inside = session.parent_of(session.nodes.numbers[int(node)])
    parent = session.graphs.numbers[int(clone)]
    if session.parent_of(inside) and int(found) not in session.nodes.numbers:
        parent = _graph_with(session, clone, parent, found)
    return SUCCESS, session.number_of(session.nodes, found, parent)


def _graph_with(session: DriverSession, graph: Handle, number: int, node: Handle) -> int:
    """The number of the graph, this one or a child at any depth, that has the node."""
    left = [(graph, number)]
    while left:
        inside, number = left.pop()
        for each in _nodes(inside):
            if int(each) == int(node):
                return number
            if int(cuda.cuGraphNodeGetType(each)[1]) == _GRAPH:
                child = cuda.cuGraphChildGraphNodeGetGraph(each)[1]
                owner = session.number_of(session.nodes, each, number)
                left.append((child, number_of_graph(session, child, owner)))
    return session.graphs.numbers[int(graph)]


def _nodes(graph: Handle) -> list[Handle]:
    count = cuda.cuGraphGetNodes(graph)[2]
    return list(cuda.cuGraphGetNodes(graph, count)[1]) if count else []


def graph_instantiate(session: DriverSession, number: int, graph: Handle, flags: int, upload: Handle) -> Answer:
    params = cuda.CUDA_GRAPH_INSTANTIATE_PARAMS()
    params.flags = flags
    params.hUploadStream = upload
    result, handle = cuda.cuGraphInstantiateWithParams(graph, params)
    wrong = _number_if_any(session, params.hErrNode_out, graph)
    if result is not SUCCESS:
        return result, struct.pack("<IIQ", int(params.result_out), 0, wrong), b""
    session.add(session.execs, number, handle)
    session.hosted_execs.made(handle, graph)
    allocates, events = _survey(session, graph, handle)
    return SUCCESS, struct.pack("<IIQ", int(params.result_out), allocates, wrong), events


def exec_update(session: DriverSession, executable: Handle, graph: Handle) -> Answer:
    result, why, wrong, before = update_executable(executable, graph)
    if result is not SUCCESS:
        why, wrong = session.hosted_execs.why_not(executable, graph, why, wrong)
    numbers = (_number_if_any(session, cuda.CUgraphNode(node), graph) for node in (wrong, before))
    outcome = struct.pack("<IIQQ", why, 0, *numbers)
    if result is SUCCESS:
        session.hosted_execs.updated(executable, graph)
    return result, outcome, _survey(session, graph, executable)[1] if result is SUCCESS else b""


def put_in_place(graph: Handle, node: Handle, params: Any) -> Handle:
    """A node with other parameters, of any kind, where `node` was: that is gone. Raises CallFailed."""
    count, before, data = list_with_edges(newest("cuGraphNodeGetDependencies"), node, _ALL, 1)
    result, made = newest("cuGraphAddNode")(graph, before, data or None, count, params)
    check(result)
    try:
        count, after, data = list_with_edges(newest("cuGraphNodeGetDependentNodes"), node, _ALL, 1)
        if count:
            check(add_dependencies(graph, [made] * count, after, data, count)[0])
    except CallFailed:
        cuda.cuGraphDestroyNode(made)
        raise
    check(cuda.cuGraphDestroyNode(node)[0])
    return made


def graph_print(session: DriverSession, graph: Handle, flags: int) -> Answer:
    """The driver writes to a file; the client's is on its own host."""
    plain = _without_hosted(session, graph)
    try:
        # In memory: a CUDA Server may not be allowed to write anywhere else.
        with open(os.memfd_create("graph.dot"), "rb") as file:
            path = f"/proc/self/fd/{file.fileno()}"
            check(cuda.cuGraphDebugDotPrint(graph if plain is None else plain, path.encode(), flags)[0])
            return SUCCESS, file.read()
    finally:
        if plain is not None:
            cuda.cuGraphDestroy(plain)


def _without_hosted(session: DriverSession, graph: Handle) -> Handle | None:
    """A copy of the graph in which copies of the client's memory are nodes as the client knows them; None if there are
    none, or it cannot be copied.
    """
    if not any(session.hosted.find(node) for node in _all_nodes(graph)):
        return None
    result, clone = cuda.cuGraphClone(graph)
    if result is not SUCCESS:
        return None
    left = [clone]
    while left:
        inside = left.pop()
        for node in _nodes(inside):
            if (copy := session.hosted.find(node)) is not None:
                put_in_place(inside, node, copy.as_given())
            elif int(cuda.cuGraphNodeGetType(node)[1]) == _GRAPH:
                left.append(cuda.cuGraphChildGraphNodeGetGraph(node)[1])
    return clone


def _all_nodes(graph: Handle) -> Iterator[Handle]:
    """Those of child graphs, too."""
    left = [graph]
    while left:
        for node in _nodes(left.pop()):
            yield node
            if int(cuda.cuGraphNodeGetType(node)[1]) == _GRAPH:
                left.append(cuda.cuGraphChildGraphNodeGetGraph(node)[1])


def _number_if_any(session: DriverSession, node: Any, graph: Handle) -> int:
    """That of a node of `graph`, or of another graph if it is known there."""
    if node is None or not int(node):
        return 0
    return session.number_of(session.nodes, node, session.graphs.numbers[int(graph)])


def _survey(session: DriverSession, graph: Handle, executable: Handle) -> tuple[int, bytes]:
    """Whether a graph allocates or frees memory, and the numbers of the events that it records, those of its children
    too; what its executable form allocates is noted. To ask for the type of each node takes time, so it is done only in
    sessions that have made such nodes.
    """
    if not session.special_nodes:
        return 0, b""
    allocates, size, events = 0, 0, []
    numbers = {int(event): number for number, event in session.events.items()}
    for node in _all_nodes(graph):
        kind = int(cuda.cuGraphNodeGetType(node)[1])
        if kind in (_ALLOCATES, _FREES):
            allocates = 1
        if kind == _ALLOCATES:
            result, params = cuda.cuGraphMemAllocNodeGetParams(node)
            size += params.bytesize if result is SUCCESS else 0
        elif kind == _RECORD:
            result, event = cuda.cuGraphEventRecordNodeGetEvent(node)
            events += [numbers.get(int(event), 0)] if result is SUCCESS else []
    session.allocating.pop(int(executable), None)
    if allocates:
        session.allocating[int(executable)] = size
        session.allocating_bytes += size
    return allocates, struct.pack(f"<{len(events)}Q", *events)
