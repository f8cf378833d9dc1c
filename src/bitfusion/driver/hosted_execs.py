"""Copies of the client's memory (hosted.py) in executable graphs, where a program may leave them out.

The driver can leave out a copy, but not a child graph, which such a copy is to it. So it is the copy in the child that
is left out, and meanwhile the host nodes beside it have a number of the record that says so: neither is the client
asked for bytes, nor does it get any. The driver does not tell what an executable graph's host nodes have, so that is
kept here, by the node of the graph that it was made from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..session import Handle
from .binding import SUCCESS, check, cuda
from .hosted import OUT, Hosted, Parts

_ROOM = 64
_MEMCPY, _GRAPH = 1, 4  # CUgraphNodeType
_TYPE_CHANGED, _PARAMETERS_CHANGED = 3, 5  # CUgraphExecUpdateResult


class _Shape(NamedTuple):
    kind: int
    hosted: bool


class _Node(NamedTuple):
    node: Handle
    shape: _Shape
    parts: Parts | None


class HostedExecs:
    """`executables`: those of the session, by the client's numbers."""

    def __init__(self, hosted: Hosted, executables: Mapping[int, Handle]) -> None:
        self._hosted = hosted
        self._executables = executables
        self._room = _ROOM  # how many there may be before it is looked which are still there
        self._numbers: dict[int, dict[int, int]] = {}  # executable graph -> node -> number of the copy's record
        self._out: dict[int, dict[int, Parts]] = {}  # executable graph -> nodes that are left out
        self._shapes: dict[int, list[_Shape]] = {}  # executable graph -> its nodes as the client sees them, in order

    def made(self, executable: Handle, graph: Handle) -> None:
        """It was made of this graph. Another that had the handle is gone."""
        self._forget({int(executable)})
        if len(self._numbers) >= self._room:
            self._forget(self._numbers.keys() - {int(each) for each in self._executables.values()})
            self._room = _ROOM + 2 * len(self._numbers)
        nodes = list(self._all(graph))
        if numbers := {int(each.node): each.parts.number for each in nodes if each.parts}:
            self._numbers[int(executable)] = numbers
            self._shapes[int(executable)] = [each.shape for each in nodes]

    def _forget(self, executables: set[int]) -> None:
        for each in executables:
            for kept in (self._out, self._numbers, self._shapes):
                kept.pop(each, None)

    def updated(self, executable: Handle, graph: Handle) -> None:
        """Its copies are now those of this graph, in the same order; what was left out still is."""
        if numbers := self._numbers.get(int(executable)):
            now = (each.parts.number for each in self._all(graph) if each.parts)
            self._numbers[int(executable)] = dict(zip(numbers, now, strict=False))
            self._leave_out(executable)

    def why_not(self, executable: Handle, graph: Handle, why: int, wrong: int) -> tuple[int, int]:
        """What is wrong with an update by this graph, and the node, as it is without child graphs for copies."""
        before, nodes = self._shapes.get(int(executable)), list(self._all(graph))
        if not wrong and before is not None and len(before) == len(nodes):
            for shape, each in zip(before, nodes, strict=True):
                if shape != each.shape:
                    return _TYPE_CHANGED if shape.kind != each.shape.kind else _PARAMETERS_CHANGED, int(each.node)
        outer = (int(each.node) for each in nodes if each.parts and int(each.parts.copy) == wrong)
        return why, next(outer, wrong)

    def changed(self, executable: Handle, node: Handle, number: int) -> None:
        self._numbers.setdefault(int(executable), {})[int(node)] = number
        self._leave_out(executable)

    def enable(self, executable: Handle, parts: Parts, enabled: bool) -> None:
        """Raises CallFailed."""
        check(cuda.cuGraphNodeSetEnabled(executable, parts.copy, enabled)[0])
        out = self._out.setdefault(int(executable), {})
        if enabled:
            out.pop(int(parts.node), None)
        else:
            out[int(parts.node)] = parts
        self._number(executable, parts, 0 if enabled else OUT)

    def _leave_out(self, executable: Handle) -> None:
        for parts in self._out.get(int(executable), {}).values():
            self._number(executable, parts, OUT)

    def _number(self, executable: Handle, parts: Parts, out: int) -> None:
        number = self._numbers.get(int(executable), {}).get(int(parts.node), parts.number)
        for function in parts.functions:
            check(
                cuda.cuGraphExecHostNodeSetParams(executable, function, self._hosted.function(function, number | out))[
                    0
                ]
            )

    def _all(self, graph: Handle) -> Iterator[_Node]:
        """The nodes of a graph and of its child graphs. To look at each takes time: only if there are copies at all."""
        left = [graph] if self._hosted.any else []
        while left:
            inside = left.pop()
            result, _, count = cuda.cuGraphGetNodes(inside)
            for node in cuda.cuGraphGetNodes(inside, count)[1] if result is SUCCESS and count else ():
                kind, parts = int(cuda.cuGraphNodeGetType(node)[1]), self._hosted.parts(node)
                yield _Node(node, _Shape(_MEMCPY if parts else kind, bool(parts)), parts)
                if kind == _GRAPH and not parts:
                    left.append(cuda.cuGraphChildGraphNodeGetGraph(node)[1])
