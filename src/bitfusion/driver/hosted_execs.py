"""Copies of the client's memory (hosted.py) in executable graphs, where a program may leave them out.

The driver can leave out a copy, but not a child graph, which such a copy is to it. So it is the copy in the child that
is left out, and meanwhile the host nodes beside it have a number of the record that says so: neither is the client
asked for bytes, nor does it get any. The driver does not tell what an executable graph's host nodes have, so that is
kept here, by the node of the graph that it was made from.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..session import Handle
from .binding import SUCCESS, check, cuda
from .hosted import OUT, Hosted, Parts

_GRAPH = 4  # CU_GRAPH_NODE_TYPE_GRAPH


class HostedExecs:
    def __init__(self, hosted: Hosted) -> None:
        self._hosted = hosted
        self._numbers: dict[int, dict[int, int]] = {}  # executable graph -> node -> number of the copy's record
        self._out: dict[int, dict[int, Parts]] = {}  # executable graph -> nodes that are left out

    def made(self, executable: Handle, graph: Handle) -> None:
        """It was made of this graph. Another that had the handle is gone."""
        self._out.pop(int(executable), None)
        self._numbers[int(executable)] = {int(parts.node): parts.number for parts in self._all(graph)}
        if not self._numbers[int(executable)]:
            del self._numbers[int(executable)]

    def updated(self, executable: Handle, graph: Handle) -> None:
        """Its copies are now those of this graph, in the same order; what was left out still is."""
        if numbers := self._numbers.get(int(executable)):
            now = (parts.number for parts in self._all(graph))
            self._numbers[int(executable)] = dict(zip(numbers, now, strict=False))
            self._leave_out(executable)

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

    def _all(self, graph: Handle) -> Iterator[Parts]:
        """Those of a graph and of its child graphs. To look at each node takes time: only if there are any at all."""
        left = [graph] if self._hosted.any else []
        while left:
            inside = left.pop()
            result, _, count = cuda.cuGraphGetNodes(inside)
            for node in cuda.cuGraphGetNodes(inside, count)[1] if result is SUCCESS and count else ():
                if (parts := self._hosted.parts(node)) is not None:
                    yield parts
                elif int(cuda.cuGraphNodeGetType(node)[1]) == _GRAPH:
                    left.append(cuda.cuGraphChildGraphNodeGetGraph(node)[1])
