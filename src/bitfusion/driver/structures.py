"""Structures of the driver as they cross the wire -> as the driver takes them.

A structure comes as it lies in the client's memory, with numbers in place of handles, and in place of a pointer to
something that follows how many bytes of it do. It is put right where it lies; the memory is then what pointers in it
point into, and must live for as long as the driver may read it. generated/structures.py has the descriptions.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Mapping
from functools import cache
from typing import Any

from ..errors import RemoteProtocolError
from .session import DriverSession

# path, letter, offset, of, count, its bytes, other, selector, value
Member = tuple[str, str, int, Any, int, int, int, int, int]
Description = tuple[str, int, tuple[Member, ...]]  # name, bytes, members

_U64, _U32, _I32 = struct.Struct("<Q"), struct.Struct("<I"), struct.Struct("<i")
ALIGNMENT = 8
BUFFER_POINTER, BUFFER_SIZE, _END = 1, 2, 0  # CU_LAUNCH_PARAM_*
ONE_BLOCK = (1 << 64) - 1  # in place of `extra`: the parameters were given so, and not one by one


class Memory:
    """Structures of one kind, one behind the other at `address`. `client` has the pointers that mean something to the
    client alone, by the paths of their members: the driver gets NULL for them, or what put() says."""

    # Nearly all have none of these, and launches with attributes pass here.
    client: Mapping[str, int] = {}
    _places: Mapping[str, int] = {}
    _keep: tuple[Any, ...] = ()
    functions: tuple[int, ...] = ()  # the client's numbers of those that the driver has

    def __init__(self, session: DriverSession, description: Description, packed: bytes, one: bool = False) -> None:
        name, size, members = description
        if packed.__class__ is not bytes or (len(packed) < size if one else len(packed) % size):
            raise RemoteProtocolError(f"{name} has {size} bytes: {packed!r:.40}")
        self.size = size
        self.count = 1 if one else len(packed) // size
        self._session = session
        self._data = ctypes.create_string_buffer(packed, len(packed) or 1)
        self._bytes = len(packed)
        self.address = ctypes.addressof(self._data)
        self._end = end = self.count * size
        if members:
            for at in range(0, end, size):
                self._put_right(members, at)
        self.has_pointers = self._end > end or bool(self._keep)
        if self._end != self._bytes:
            raise RemoteProtocolError(f"{self._bytes - self._end} bytes behind {name}")

    def put(self, path: str, address: int) -> None:
        """What the driver is to have for a pointer of the client's."""
        _U64.pack_into(self._data, self._places[path], address)

    def _put_right(self, members: tuple[Member, ...], at: int, prefix: str = "") -> None:
        data, looked_at, found = self._data, -1, 0
        for path, letter, offset, of, count, count_bytes, _, selector, value in members:
            if selector != looked_at and selector >= 0:
                looked_at, (found,) = selector, _U32.unpack_from(data, at + selector)
            if selector >= 0 and found != value:
                continue
            here = at + offset
            if letter == "s":
                self._put_right(of[2], here, f"{prefix}{path}.")
            elif letter == "d":
                (ordinal,) = _I32.unpack_from(data, here)
                _I32.pack_into(data, here, int(self._session.device(ordinal)))
            else:
                (given,) = _U64.unpack_from(data, here)
                _U64.pack_into(data, here, 0)
                if letter in "hr":
                    _U64.pack_into(data, here, self._handle(of, given, letter == "r"))
                elif letter == "c":
                    self.client = {**self.client, prefix + path: given}
                    self._places = {**self._places, prefix + path: here}
                elif letter == "p":
                    self._parameters(here, at + count, given)
                elif letter == "u":
                    self._function(here, at + count)
                elif letter in "ab":
                    told = int.from_bytes(ctypes.string_at(self.address + at + count, count_bytes), "little")
                    self._array(here, given, told, of if letter == "a" else None, of if letter == "b" else of[1])

    def _handle(self, table: str, number: int, is_record: bool) -> int:
        if not number:
            return 0
        found = getattr(self._session, table)[number]
        return int(found.handle if is_record else found)

    def _take(self, size: int) -> int:
        """Where the next `size` bytes lie that follow."""
        start = -(-self._end // ALIGNMENT) * ALIGNMENT
        if start + size > self._bytes:
            raise RemoteProtocolError(f"{size} bytes are to follow, and do not")
        self._end = start + size
        return start

    def _array(self, here: int, size: int, told: int, of: Description | None, each: int) -> None:
        if size != told * each:
            raise RemoteProtocolError(f"{told} elements of {each} bytes in {size} bytes")
        start = self._take(size)
        _U64.pack_into(self._data, here, self.address + start if size else 0)
        for place in range(told if of else 0):
            assert of
            self._put_right(of[2], start + place * each)

    def _function(self, here: int, number: int) -> None:
        """What stands for the client's function of that number, which it gets."""
        asks, (client,) = self._session.asks, _U64.unpack_from(self._data, number)
        asks.expect(client, self._session.current, lasts=True)
        self.functions = (*self.functions, client)
        _U64.pack_into(self._data, here, int(asks.function))

    def _parameters(self, here: int, extra: int, size: int) -> None:
        """The block of a kernel's parameters, and where each is in it; or `extra`, the words that say where it is."""
        start, (count,) = self._take(size), _U64.unpack_from(self._data, extra)
        block = self.address + start
        if count == ONE_BLOCK:
            length = ctypes.c_size_t(size)
            words = (ctypes.c_void_p * 5)(BUFFER_POINTER, block, BUFFER_SIZE, ctypes.addressof(length), _END)
            self._keep += (length, words)
            _U64.pack_into(self._data, extra, ctypes.addressof(words))
            return
        offsets = struct.unpack_from(f"<{count}I", self._data, self._take(4 * count))
        if any(offset >= size for offset in offsets):
            raise RemoteProtocolError(f"a parameter beyond {size} bytes")
        pointers = (ctypes.c_void_p * max(count, 1))(*(block + offset for offset in offsets))
        self._keep += (pointers,)
        _U64.pack_into(self._data, here, ctypes.addressof(pointers) if count else 0)
        _U64.pack_into(self._data, extra, 0)

    def made(self, kind: Any, place: int = 0) -> Any:
        """One of them as an object of cuda-python's class `kind`, which keeps this memory if it needs it."""
        made = _keeping(kind)() if self.has_pointers else kind()
        ctypes.memmove(made.getPtr(), self.address + place * self.size, self.size)
        if self.has_pointers:
            made.memory = self
        return made


@cache
def _keeping(kind: Any) -> Any:
    """The class of cuda-python with a place for the memory that its pointers point into."""
    return type(kind.__name__, (kind,), {"__slots__": ("memory",)})


def structure(session: DriverSession, kind: Any, description: Description, packed: bytes) -> Any:
    """The structure as an object of cuda-python's class `kind`."""
    return Memory(session, description, packed, one=True).made(kind)


def structures(session: DriverSession, kind: Any, description: Description, packed: bytes) -> list[Any]:
    """All of them."""
    memory = Memory(session, description, packed)
    return [memory.made(kind, place) for place in range(memory.count)]
