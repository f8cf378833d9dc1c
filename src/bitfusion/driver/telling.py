"""Structures as the driver gives them -> as they cross the wire: structures.py, the other way round."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Mapping
from typing import Any

from ..session import Handle
from .binding import SUCCESS, cuda, optional
from .session import DriverSession
from .structures import ALIGNMENT, BUFFER_POINTER, BUFFER_SIZE, ONE_BLOCK, Description

_U64, _U32, _I32 = struct.Struct("<Q"), struct.Struct("<I"), struct.Struct("<i")
_PARAMETERS_MAX = 8192


def bytes_of(session: DriverSession, made: Any, description: Description) -> bytes:
    """What an object of cuda-python holds, and what it points to, as the client gets it."""
    return told(session, description, made.getPtr())


def told(
    session: DriverSession, description: Description, address: int, client: Mapping[str, int] | None = None
) -> bytes:
    """The same of what lies at `address`. `client`: what it is to find in members that mean something to it alone."""
    telling = _Telling(session, client or {})
    telling.add(description, address, 1)
    return bytes(telling.data)


def number_of(session: DriverSession, table: str, handle: int) -> int:
    """The client's number of an object, 0 if it has none. Of what has no way back from handle to number, all are looked
    at: it is seldom asked for.
    """
    if not handle:
        return 0
    known = getattr(session, table)
    if hasattr(known, "numbers"):
        return int(known.numbers.get(handle, 0))
    for number, each in known.items():
        if int(getattr(each, "handle", each)) == handle:
            return int(number)
    return _kernel_of(session, handle) if table == "functions" else 0


def _kernel_of(session: DriverSession, function: int) -> int:
    """The number of the kernel that the driver has made a function of."""
    for number, kernel in session.kernels.items():
        result, made = cuda.cuKernelGetFunction(kernel)
        if result is SUCCESS and int(made) == function:
            return number
    return 0


class _Telling:
    """`given` has the bytes as the driver gave them, at the same places as those in `data`."""

    def __init__(self, session: DriverSession, client: Mapping[str, int]) -> None:
        self.data = bytearray()
        self._given = bytearray()
        self._session = session
        self._client = client

    def add(self, description: Description, address: int, count: int) -> None:
        """Append structures and what they point to."""
        _, size, members = description
        start = self._append(ctypes.string_at(address, size * count))
        for place in range(count if members else 0):
            self._tell(description, start + place * size)

    def _append(self, given: bytes) -> int:
        start = -(-len(self.data) // ALIGNMENT) * ALIGNMENT
        for data in (self.data, self._given):
            data += bytes(start - len(data)) + given
        return start

    def _tell(self, description: Description, at: int, prefix: str = "") -> None:
        data = self.data
        for path, letter, offset, of, count, count_bytes, other, selector, value in description[2]:
            if selector >= 0 and _U32.unpack_from(data, at + selector)[0] != value:
                continue
            here = at + offset
            if letter == "s":
                self._tell(of, here, f"{prefix}{path}.")
            elif letter == "d":
                (device,) = _I32.unpack_from(data, here)
                _I32.pack_into(data, here, self._ordinal(device))
            elif letter == "p":
                self._parameters(here, at + count, at + of, at + other if other else None)
            elif letter in "ab":
                number = int.from_bytes(data[at + count : at + count + count_bytes], "little")
                self._array(here, number, of if letter == "a" else None, of if letter == "b" else of[1])
            else:
                (given,) = _U64.unpack_from(data, here)
                told = self._client.get(prefix + path, 0) if letter == "c" else 0
                _U64.pack_into(data, here, number_of(self._session, of, given) if letter in "hr" else told)

    def _ordinal(self, device: int) -> int:
        devices = [int(each) for each in self._session.devices]
        return devices.index(device) if device in devices else device

    def _array(self, here: int, count: int, of: Description | None, each: int) -> None:
        (address,) = _U64.unpack_from(self.data, here)
        count = count if address else 0
        _U64.pack_into(self.data, here, count * each)
        if of and count:
            self.add(of, address, count)
        elif count:
            self._append(ctypes.string_at(address, count * each))

    def _parameters(self, here: int, extra: int, function: int, kernel: int | None) -> None:
        (pointers,), (words,) = _U64.unpack_from(self._given, here), _U64.unpack_from(self._given, extra)
        if words and not pointers:
            block = _block_of(words)
            self._append(block)
            count = ONE_BLOCK
        else:
            layout = self._layout(function, kernel)
            block = _gathered(pointers, layout)
            self._append(block)
            self._append(struct.pack(f"<{len(layout)}I", *(offset for offset, _ in layout)))
            count = len(layout)
        _U64.pack_into(self.data, here, len(block))
        _U64.pack_into(self.data, extra, count)

    def _layout(self, function: int, kernel: int | None) -> list[tuple[int, int]]:
        """Offset and size of each parameter."""
        session, (handle,), (number,) = (
            self._session,
            _U64.unpack_from(self._given, function),
            _U64.unpack_from(self.data, function),
        )
        if not handle and kernel is not None:
            return layout_of("cuKernelGetParamInfo", cuda.CUkernel(_U64.unpack_from(self._given, kernel)[0]))
        if number in session.kernels:
            return layout_of("cuKernelGetParamInfo", session.kernels[number])
        return layout_of("cuFuncGetParamInfo", cuda.CUfunction(handle))


def layout_of(ask: str, code: Handle) -> list[tuple[int, int]]:
    """Offset and size of each parameter of a function or kernel."""
    layout: list[tuple[int, int]] = []
    for index in range(_PARAMETERS_MAX):
        result, offset, size = optional(ask, code, index)
        if result is not SUCCESS:
            break
        layout.append((offset, size))
    return layout


def _gathered(pointers: int, layout: list[tuple[int, int]]) -> bytes:
    block = bytearray(max((offset + size for offset, size in layout), default=0))
    for index, (offset, size) in enumerate(layout):
        (source,) = _U64.unpack(ctypes.string_at(pointers + 8 * index, 8))
        block[offset : offset + size] = ctypes.string_at(source, size)
    return bytes(block)


def _block_of(words: int) -> bytes:
    """What a list of `extra` of cuLaunchKernel points to."""
    block, size = 0, 0
    while True:
        word, value = struct.unpack("<QQ", ctypes.string_at(words, 16))
        if word == BUFFER_POINTER:
            block = value
        elif word == BUFFER_SIZE:
            (size,) = _U64.unpack(ctypes.string_at(value, 8))
        else:
            return ctypes.string_at(block, size)
        words += 16
