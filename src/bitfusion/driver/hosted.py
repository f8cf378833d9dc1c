"""Copies in graphs that name the client's memory: it is read and written at every launch, when their turn comes.

To the client such a node is a copy. To the driver it is a child graph: a host node that fetches the bytes from the
client, a copy in which memory of ours stands for the client's, a host node that delivers the bytes. So it is where it
belongs in whatever is made of the graph, a clone, an executable graph, an update of one. What is known of it stands in
a record, whose number is the host nodes' user data; a user object of the child tells when nothing has it any more.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..errors import CallFailed, RemoteProtocolError
from ..limits import COPY_CHUNK_BYTES
from ..session import Context, Handle
from .arguments import content_of, filled
from .asks import Asks
from .binding import SUCCESS, check, cuda
from .ports import Channel

OUT = 1 << 62  # in the number of a record: the copy is left out
MEMORY = 1 << 63  # added to the number of the client's memory, it is where DATA goes to
_MEMCPY, _HOST_NODE, _GRAPH_NODE = 1, 3, 4  # CUgraphNodeType
_HOST = 1  # CU_MEMORYTYPE_HOST
_NODES = 3
_COPY_BYTES, _SIDE_BYTES, _TYPE_AT, _SIZE_AT = 200, 88, 32, 176  # of a CUDA_MEMCPY3D; its second half is the target's
_ARRAY_AT = 56  # in a side
_FUNCTION = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_NO_SYNC = int(cuda.CUuserObject_flags.CU_USER_OBJECT_NO_DESTRUCTOR_SYNC)
_MOVE = int(cuda.CUuserObjectRetain_flags.CU_GRAPH_USER_OBJECT_MOVE)


class Copy:
    """What is known of one. `params`: its CUDA_MEMCPY3D, as the client gave it, but for arrays; `source` and `target`
    are the client's numbers of its memory on each side, 0 for a side that is the device's.
    """

    def __init__(self, context: Context, arrays: Mapping[int, Handle], params: bytes, source: int, target: int) -> None:
        if params.__class__ is not bytes or len(params) != _COPY_BYTES:
            raise RemoteProtocolError("a copy that is no CUDA_MEMCPY3D")
        if any(each.__class__ is not int or not 0 <= each < MEMORY for each in (source, target)):
            # It is the driver's thread that would find out otherwise.
            raise RemoteProtocolError(f"{source!r:.40} or {target!r:.40} is no number of memory")
        self.context, self.source, self.target = context, source, target
        self.number = 0  # of its record
        self.width, self.height, self.depth = struct.unpack_from("<3Q", params, _SIZE_AT)
        self.size = self.width * self.height * self.depth
        packed = bytearray(params)
        for side in (0, _SIDE_BYTES):
            (array,) = struct.unpack_from("<Q", packed, side + _ARRAY_AT)
            struct.pack_into("<Q", packed, side + _ARRAY_AT, int(arrays[array]) if array else 0)
        self.params = bytes(packed)
        self._memory = tuple(self._stage(packed, side) for side, number in enumerate((source, target)) if number)
        self.views = tuple(memoryview(each).cast("B") for each in self._memory)
        self.made = filled(cuda.CUDA_MEMCPY3D, bytes(packed))  # what the driver copies

    def pointers(self) -> dict[str, int]:
        """The client's own, by their members in a node's parameters."""
        names = ("memcpy.copyParams.srcHost", "memcpy.copyParams.dstHost")
        return {
            name: struct.unpack_from("<Q", self.params, side * _SIDE_BYTES + _TYPE_AT + 8)[0]
            for side, name in enumerate(names)
        }

    def as_given(self) -> Any:
        """The parameters of a node that copies from and to where the client says."""
        packed = bytearray(self.params)
        for side, number in enumerate((self.source, self.target)):
            kind, _, device = struct.unpack_from("<I4xQQ", packed, side * _SIDE_BYTES + _TYPE_AT)
            if number and kind != _HOST:
                struct.pack_into("<I4xQQ", packed, side * _SIDE_BYTES + _TYPE_AT, _HOST, device, 0)
        params = cuda.CUgraphNodeParams()
        params.type = cuda.CUgraphNodeType.CU_GRAPH_NODE_TYPE_MEMCPY
        params.memcpy.copyCtx = self.context.handle
        params.memcpy.copyParams = filled(cuda.CUDA_MEMCPY3D, bytes(packed))
        return params

    def _stage(self, packed: bytearray, side: int) -> Any:
        """Memory of ours in the place of the client's: the same bytes without gaps."""
        try:
            memory = (ctypes.c_ubyte * (self.size or 1))()
        except (MemoryError, OverflowError, ValueError) as error:
            raise CallFailed(cuda.CUresult.CUDA_ERROR_OUT_OF_MEMORY) from error
        at = side * _SIDE_BYTES
        struct.pack_into("<4QI4xQQ", packed, at, 0, 0, 0, 0, _HOST, ctypes.addressof(memory), 0)
        struct.pack_into("<QQ", packed, at + 72, self.width, self.height)
        return memory


class Parts(NamedTuple):
    """What a node that is such a copy is made of: the copy itself, the host nodes, the number of the record."""

    node: Handle
    copy: Handle
    functions: tuple[Handle, ...]
    number: int


class Hosted:
    """Those of a session. Records are made by the thread that runs calls, and used by the driver's threads."""

    def __init__(self, asks: Asks, channel: Channel, nowhere: Context) -> None:
        self._asks = asks
        self._nowhere = nowhere  # the absence of a context: a graph outlives those of its copies
        self._channel = channel
        self._copies: dict[int, Copy] = {}
        self._last = 0
        # The driver holds their addresses for as long as there are graphs.
        self._trampolines = tuple(_FUNCTION(run) for run in (self._fetch, self._deliver, self._forget))

    def child(self, copy: Copy) -> Handle:
        """A graph that makes the copy, for a node of another graph; the caller destroys it. Raises CallFailed."""
        result, graph = cuda.cuGraphCreate(0)
        check(result)
        try:
            number = self._enter(graph, copy)
            before = self._add_host_node(graph, [], 0, number)
            result, node = cuda.cuGraphAddMemcpyNode(graph, [before], 1, copy.made, copy.context.handle)
            check(result)
            self._add_host_node(graph, [node], 1, number)
        except CallFailed:
            cuda.cuGraphDestroy(graph)
            raise
        return graph

    def change(self, child: Handle, copy: Copy) -> None:
        """Make the graph of a node that there is another copy. Raises CallFailed."""
        nodes = _nodes_of(child)
        (node,) = (each for each in nodes if _type_of(each) == _MEMCPY)
        check(cuda.cuGraphMemcpyNodeSetParams(node, copy.made)[0])
        number = self._enter(child, copy)
        for each in nodes:
            if _type_of(each) == _HOST_NODE:
                check(cuda.cuGraphHostNodeSetParams(each, self.function(each, number))[0])

    @property
    def any(self) -> bool:
        return bool(self._copies)

    def find(self, node: Handle) -> Copy | None:
        """What a node of the driver's is to the client, if it is such a copy."""
        parts = self.parts(node)
        return self._copies.get(parts.number) if parts else None

    def parts(self, node: Handle) -> Parts | None:
        if not self._copies or _type_of(node) != _GRAPH_NODE:
            return None
        nodes = _nodes_of(cuda.cuGraphChildGraphNodeGetGraph(node)[1])
        functions = tuple(each for each in nodes if _type_of(each) == _HOST_NODE)
        copies = [each for each in nodes if _type_of(each) == _MEMCPY]
        if len(functions) != _NODES - 1 or len(copies) != 1:
            return None
        function, number = _function_of(functions[0])
        return Parts(node, copies[0], functions, number) if function in (self._address(0), self._address(1)) else None

    def inside(self, node: Handle) -> Handle:
        """Of a node that is such a copy, the copy itself; of another, that."""
        parts = self.parts(node)
        return parts.copy if parts else node

    def function(self, node: Handle, number: int) -> Any:
        """The parameters of one of its host nodes, with another number."""
        return filled(cuda.CUDA_HOST_NODE_PARAMS, struct.pack("<QQ", _function_of(node)[0], number))

    def _enter(self, graph: Handle, copy: Copy) -> int:
        """The number of the copy's record: there until the graph, and all that was made of it, is gone."""
        self._asks.begin()
        number = self._last = self._last + 1
        result, owner = cuda.cuUserObjectCreate(number, cuda.CUhostFn(self._address(2)), 1, _NO_SYNC)
        check(result)
        self._copies[number] = copy
        copy.number = number
        result = cuda.cuGraphRetainUserObject(graph, owner, 1, _MOVE)[0]
        if result is not SUCCESS:
            cuda.cuUserObjectRelease(owner, 1)
            raise CallFailed(result)
        return number

    def _add_host_node(self, graph: Handle, before: list[Handle], which: int, number: int) -> Handle:
        params = filled(cuda.CUDA_HOST_NODE_PARAMS, struct.pack("<QQ", self._address(which), number))
        result, node = cuda.cuGraphAddHostNode(graph, before, len(before), params)
        check(result)
        return node

    def _address(self, which: int) -> int:
        address = ctypes.cast(self._trampolines[which], ctypes.c_void_p).value
        assert address is not None
        return address

    # On threads of the driver's.

    def _forget(self, number: int) -> None:
        """Nothing has the copy any more: the client may forget its memory, too."""
        copy = self._copies.pop(number)
        numbers = [each for each in (copy.source, copy.target) if each]

        def tell() -> None:
            for each in numbers:
                self._channel.fetch(0, each, 0, 0)

        self._asks.tell_later(self._nowhere, tell)

    def _fetch(self, number: int) -> None:
        if number & OUT or not (copy := self._copies[number]).source:
            return
        for offset, view in _pieces(copy.views[0][: copy.size]):
            count = len(view)

            def tell(ask: int, offset: int = offset, count: int = count) -> None:
                self._channel.fetch(ask, copy.source, offset, count)

            self._asks.ask(copy.context, tell, view)

    def _deliver(self, number: int) -> None:
        if number & OUT or not (copy := self._copies[number]).target:
            return

        def tell() -> None:
            for offset, view in _pieces(copy.views[-1][: copy.size]):
                self._channel.data(MEMORY + copy.target, offset, view, last=False)

        self._asks.tell(copy.context, tell)


def _pieces(view: memoryview) -> Iterator[tuple[int, memoryview]]:
    return ((at, view[at : at + COPY_CHUNK_BYTES]) for at in range(0, len(view), COPY_CHUNK_BYTES))


def _nodes_of(graph: Handle) -> list[Handle]:
    """Of a graph that may be such a copy's; of others none."""
    result, _, count = cuda.cuGraphGetNodes(graph)
    return list(cuda.cuGraphGetNodes(graph, count)[1]) if result is SUCCESS and count == _NODES else []


def _type_of(node: Handle) -> int:
    result, kind = cuda.cuGraphNodeGetType(node)
    return int(kind) if result is SUCCESS else -1


def _function_of(node: Handle) -> tuple[int, int]:
    """Of a host node: its address, and its user data."""
    result, params = cuda.cuGraphHostNodeGetParams(node)
    check(result)
    function, data = struct.unpack("<QQ", content_of(params, 16))
    return function, data
