"""Arguments of NVML's functions as they cross the wire: taken apart, given to a C function, and its results put
together.

What comes in: of each parameter in order devices (u32 of this server), numbers, structures, counts. What goes out:
of each parameter in order; after INSUFFICIENT_SIZE the counts alone, after another error nothing. Letters as in
api/emit_nvml_calls.py.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..limits import NVML_STRUCT_BYTES_MAX, NVML_VALUES_BYTES_MAX

Params = tuple[tuple[str, int, int], ...]
Answer = tuple[int, bytes]

NOT_FOUND, INSUFFICIENT_SIZE, VERSION_MISMATCH = 6, 7, 25

MEMORY = struct.Struct("<QQQ")  # nvmlMemory_t: total, free, used
MEMORY_V2 = struct.Struct("<I4xQQQQ")  # nvmlMemory_v2_t: version, total, reserved, free, used
PROCESS = struct.Struct(
    "<I4xQII"
)  # nvmlProcessInfo_t: pid, bytes, and after the first version GPU instance, compute instance
NO_INSTANCE = (0xFFFFFFFF, 0xFFFFFFFF)
UTILIZATION = struct.Struct("<I4xQIIII")  # nvmlProcessUtilizationSample_t: pid, time, four percentages
_U32 = struct.Struct("<I")


class Malformed(ValueError):
    """Arguments that are not packed as the function's parameters say."""


@dataclass
class Packed:
    """One call. `given` has what came in of each parameter, `devices` and `scalars` those of them in order."""

    function: str
    params: Params
    given: list[Any] = field(default_factory=list)
    devices: list[int] = field(default_factory=list)
    scalars: list[int] = field(default_factory=list)

    def elements(self, place: int) -> int:
        """How many elements of the array at `place` the client has room for."""
        _, size, count = self.params[place]
        wanted = -count if count <= 0 else self.given[count]
        return min(wanted, NVML_VALUES_BYTES_MAX // 4 // size)

    def run(self, function: Callable[..., int], handles: Sequence[Any]) -> Answer:
        """Call the C function, with the handles in place of the devices."""
        arrays = {
            count: place for place, (letter, _, count) in enumerate(self.params) if letter in "sanx" and count > 0
        }
        remaining, arguments = iter(handles), []
        for place, (letter, size, _) in enumerate(self.params):
            given = self.given[place]
            if place in arrays:
                given = min(given, self.elements(arrays[place]))
            if letter == "D":
                arguments.append(next(remaining))
            elif letter == "u":
                arguments.append(ctypes.c_uint(given) if size == 4 else ctypes.c_ulonglong(given))
            else:
                arguments.append(self._buffer(place, letter, size, given))
        result = function(*arguments)
        if result == INSUFFICIENT_SIZE:
            return result, b"".join(arguments[place].raw for place, param in enumerate(self.params) if param[0] == "c")
        if result:
            return result, b""
        outs = (arguments[place] for place, param in enumerate(self.params) if param[0] in "ovcsanx")
        return 0, b"".join(out.raw for out in outs if out is not None)

    def _buffer(self, place: int, letter: str, size: int, given: Any) -> Any:
        if letter == "c":
            return ctypes.create_string_buffer(_U32.pack(given), _U32.size)
        if letter in "san":
            room = self.elements(place) * size
            return ctypes.create_string_buffer(room) if room else None
        if letter == "o":
            return ctypes.create_string_buffer(size)
        return ctypes.create_string_buffer(given, len(given)) if given else None

    def array(self, rows: Sequence[bytes]) -> Answer:
        """The answer of a function whose results are a count and after it an array. Rows are cut to its elements."""
        place = next(place for place, param in enumerate(self.params) if param[0] == "a")
        room, size = self.elements(place), self.params[place][1]
        if len(rows) > room:
            return INSUFFICIENT_SIZE, _U32.pack(len(rows))
        return 0, _U32.pack(len(rows)) + b"".join(row[:size] for row in rows).ljust(room * size, b"\0")

    def text(self, text: str) -> Answer:
        """The answer of a function whose result is a text. It is cut where the client's room ends."""
        room = self.elements(next(place for place, param in enumerate(self.params) if param[0] == "s"))
        data = text.encode()[: max(0, room - 1)].decode(errors="ignore").encode()
        return (0, data.ljust(room, b"\0")) if room else (INSUFFICIENT_SIZE, b"")

    def versioned(self, layout: struct.Struct, *fields: int) -> Answer:
        """The answer of a function whose result is one structure that begins with its version."""
        given = next(self.given[place] for place, param in enumerate(self.params) if param[0] == "v")
        if len(given) != layout.size:
            return VERSION_MISMATCH, b""
        return 0, layout.pack(_U32.unpack_from(given)[0], *fields)

    def renamed(self, native: bytes, layout: struct.Struct, pid_of: Callable[[int], int | None]) -> Answer:
        """`native`: an array and after it its count. The same with other process ids; those that have none are left
        out.
        """
        if len(native) == _U32.size:
            return 0, native  # how many there are is all that was asked for
        count = min(_U32.unpack_from(native, len(native) - _U32.size)[0], len(native) // layout.size)
        rows = [layout.unpack_from(native, place * layout.size) for place in range(count)]
        kept = [layout.pack(pid, *row[1:]) for row in rows if (pid := pid_of(row[0])) is not None]
        if not kept:
            return NOT_FOUND, b""
        return 0, b"".join(kept).ljust(len(native) - _U32.size, b"\0") + _U32.pack(len(kept))


def unpack(function: str, params: Params, data: bytes) -> Packed:
    """Take the arguments of a call apart. Raises Malformed if they are not exactly those of `params`."""
    packed, at = Packed(function, params), 0
    for letter, size, _count in params:
        if letter == "v":
            size = _versioned_bytes(data, at)
        elif letter == "x":
            size *= packed.elements(len(packed.given))
        elif letter in "osan":
            packed.given.append(None)
            continue
        piece = bytes(data[at : at + size])
        if len(piece) != size:
            raise Malformed(f"{function}: {len(data)} bytes of arguments are too few")
        at += size
        packed.given.append(piece if letter in "ivx" else int.from_bytes(piece, "little"))
        if letter == "D":
            packed.devices.append(packed.given[-1])
        elif letter == "u":
            packed.scalars.append(packed.given[-1])
    if at != len(data):
        raise Malformed(f"{function}: {len(data)} bytes of arguments where {at} are taken")
    return packed


def _versioned_bytes(data: bytes, at: int) -> int:
    size = int.from_bytes(data[at : at + 3], "little")
    if not 4 <= size <= NVML_STRUCT_BYTES_MAX:
        raise Malformed(f"a structure of {size} bytes")
    return size
