"""Copies of boxes: rows and slices of device memory or of an array, from and to packed bytes of the client.

A box comes as a CUDA_MEMCPY3D. Of the side that is the client's nothing is used; its bytes go through chunks of pinned
memory as those of other copies (copies.py), so that side is put to each chunk in turn.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ..session import Handle
from .arguments import filled
from .binding import cuda
from .copies import copy_in_later
from .session import DriverSession
from .structures import Memory

# In a CUDA_MEMCPY3D: where a side begins, and what it says of itself; the extents.
_SOURCE, _TARGET = 0, 88
_PLACE = struct.Struct("<3Q")  # x in bytes, y, z
_HOST_SIDE = struct.Struct("<4QI4xQ2Q8xQQ")  # x, y, z, lod, type, host, device, array, pitch, height
_EXTENTS, _EXTENTS_AT = struct.Struct("<3Q"), 176
_HOST = int(cuda.CUmemorytype.CU_MEMORYTYPE_HOST)


class Piece(NamedTuple):
    """Part of a box: from x, y, z in it on, `width` bytes of `rows` rows of `slices` slices."""

    offset: int
    x: int
    y: int
    z: int
    width: int
    rows: int
    slices: int

    @property
    def size(self) -> int:
        return self.width * self.rows * self.slices


class Box:
    """The device's side of a copy, as copies.Side has it."""

    def __init__(self, plan: Memory) -> None:
        self._plan = ctypes.string_at(plan.address, plan.size)
        self.width, self.height, self.depth = _EXTENTS.unpack_from(self._plan, _EXTENTS_AT)
        self.size = self.width * self.height * self.depth

    def pieces(self, room: Callable[[], int]) -> Iterator[Piece]:
        return pieces(self.width, self.height, self.depth, room)

    def copy_in(self, piece: Piece, address: int, stream: Handle) -> Any:
        return self._copy(piece, _TARGET, _SOURCE, address, stream)

    def copy_out(self, piece: Piece, address: int, stream: Handle) -> Any:
        return self._copy(piece, _SOURCE, _TARGET, address, stream)

    def _copy(self, piece: Piece, device: int, host: int, address: int, stream: Handle) -> Any:
        plan = bytearray(self._plan)
        x, y, z = _PLACE.unpack_from(plan, device)
        _PLACE.pack_into(plan, device, x + piece.x, y + piece.y, z + piece.z)
        _HOST_SIDE.pack_into(plan, host, 0, 0, 0, 0, _HOST, address, 0, 0, piece.width, piece.rows)
        _EXTENTS.pack_into(plan, _EXTENTS_AT, piece.width, piece.rows, piece.slices)
        return cuda.cuMemcpy3DAsync(filled(cuda.CUDA_MEMCPY3D, bytes(plan)), stream)[0]


def box_later(session: DriverSession, plan: Memory, stream: Handle, source: int) -> Any:
    return copy_in_later(session, Box(plan), stream, source)


def pieces(width: int, height: int, depth: int, room: Callable[[], int]) -> Iterator[Piece]:
    """Cut a box into whole slices, or else whole rows, or else parts of rows; `room` is asked before each how large it
    may be.
    """
    x = y = z = 0
    while z < depth and width and height:
        most, offset = room(), (z * height + y) * width + x
        columns, rows, slices = min(most, width - x), 1, 1
        if not x and width <= most:
            rows = min(most // width, height - y)
            if not y and rows == height:
                slices = min(most // (width * height), depth - z)
        yield Piece(offset, x, y, z, columns, rows, slices)
        x += columns
        if x == width:
            x, y = 0, y + rows
        if y == height:
            y, z = 0, z + slices
