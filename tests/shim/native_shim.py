"""The shim's C code as the tests call it: the module of shim_module.py, and conversions between Python and C values."""

from __future__ import annotations

import os
from typing import Any

import pytest
import shim_module

try:
    _module = shim_module.load()
except shim_module.NoHeaders as error:
    if os.environ.get("CI") == "true":
        raise
    pytest.skip(f"{error}; install Python's headers (Debian: python3-dev)", allow_module_level=True)
ffi, lib = _module.ffi, _module.lib

CALLS = {ffi.string(lib.bf_calls[i].name).decode(): lib.bf_calls[i] for i in range(lib.BF_CALL_COUNT)}
WRITER_BYTES = 1 << 20


class Written:
    """A C writer and, afterwards, its bytes."""

    def __init__(self, room: int = WRITER_BYTES) -> None:
        self._memory = ffi.new("uint8_t[]", room or 1)
        self.c = ffi.new("struct bf_writer *", {"at": self._memory, "end": self._memory + room, "full": False})

    @property
    def full(self) -> bool:
        return bool(self.c.full)

    def bytes(self) -> bytes:
        return bytes(ffi.buffer(self._memory, self.c.at - self._memory))


class Reading:
    """A C reader over bytes, which it keeps alive."""

    def __init__(self, data: bytes) -> None:
        self._memory = ffi.new("uint8_t[]", data or b"\0")
        self.c = ffi.new("struct bf_reader *", {"at": self._memory, "end": self._memory + len(data), "bad": False})

    @property
    def bad(self) -> bool:
        return bool(self.c.bad)

    @property
    def left(self) -> int:
        return int(self.c.end - self.c.at)


def span(value: Any) -> bytes:
    return bytes(ffi.buffer(value.data, value.bytes))


class Values:
    """An array of `struct bf_value` for the letters of a descriptor; keeps what the pointers point to."""

    def __init__(self, letters: str, values: list[Any]) -> None:
        assert len(letters) == len(values)
        self._kept: list[Any] = []
        self.c = ffi.new("struct bf_value[]", max(1, len(values)))
        # An empty one has a slot all the same.
        for slot, letter, value in zip(self.c, letters, values, strict=False):
            self._set(slot, letter, value)

    def _set(self, slot: Any, letter: str, value: Any) -> None:
        if letter in "sb":
            data = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
            memory = ffi.new("uint8_t[]", data or b"\0")
            self._kept.append(memory)
            slot.p, slot.bytes = memory, len(data)
        elif letter == "f":
            slot.f = value
        elif letter == "i":
            slot.s = value
        else:
            slot.u = value


def letters(text: Any) -> str:
    return ffi.string(text).decode()


def read_value(letter: str, value: Any) -> Any:
    if letter in "sb":
        return bytes(ffi.buffer(value.p, value.bytes)) if value.bytes else b""
    return {"f": value.f, "i": value.s}.get(letter, value.u)


def encode_call(name: str, values: list[Any], room: int = WRITER_BYTES) -> Written:
    call = CALLS[name]
    written = Written(room)
    args = Values(letters(call.args), values)
    lib.bf_encode_call(written.c, ffi.addressof(call), args.c)
    return written
