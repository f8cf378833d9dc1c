"""What generated functions need to take arguments apart and to put answers together."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import RemoteProtocolError
from ..limits import PACKED_ROWS_MAX
from .binding import SUCCESS
from .ports import Answer


def encode(name: str) -> bytes:
    """A name as the driver takes it; what is not UTF-8 in it came as surrogates."""
    return name.encode("utf-8", "surrogateescape")


def not_inline(name: str) -> RemoteProtocolError:
    """What is raised if an argument is not bytes, or longer than those may be that the driver reads in place."""
    return RemoteProtocolError(f"{name}: not bytes, or too many")


def record(kind: Any, **fields: Any) -> Any:
    """A structure of cuda-python with these fields; the others are zero."""
    made = kind()
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def unpack_rows(row: str, packed: bytes) -> list[tuple[Any, ...]]:
    """The rows of a list, each as `row` says. Raises RemoteProtocolError if it has not whole rows, or too many."""
    size = struct.calcsize(row)
    if len(packed) % size or len(packed) > PACKED_ROWS_MAX * size:
        raise RemoteProtocolError(f"a list of {len(packed)} bytes, with {size} a row")
    return list(struct.iter_unpack(row, packed))


def handles(table: Mapping[int, Any], packed: bytes) -> list[Any]:
    """The objects whose numbers a list has."""
    if packed.__class__ is not bytes or len(packed) % 8:
        raise RemoteProtocolError(f"not a list of numbers: {packed!r:.40}")
    return [table[number] for number in struct.unpack(f"<{len(packed) // 8}Q", packed)]


def check_alike(*lists: Any) -> None:
    """The driver takes as many elements of one as of the other. Raises RemoteProtocolError if there are not."""
    if len({len(each) for each in lists}) > 1:
        raise RemoteProtocolError(f"lists of {', '.join(str(len(each)) for each in lists)} elements")


def packed(values: list[Any]) -> bytes:
    return struct.pack(f"<{len(values)}i", *map(int, values))


def unpacked(numbers: bytes) -> list[int]:
    """Raises RemoteProtocolError for what is no packed i32."""
    if numbers.__class__ is not bytes or len(numbers) % 4:
        raise RemoteProtocolError(f"not a list of integers: {numbers!r:.40}")
    return list(struct.unpack(f"<{len(numbers) // 4}i", numbers))


def each(answers: Iterable[tuple[Any, int]]) -> Answer:
    """(SUCCESS, packed i32), or the first answer that is an error."""
    values = []
    for result, value in answers:
        if result is not SUCCESS:
            return (result,)
        values.append(value)
    return SUCCESS, packed(values)


def filled(kind: Any, content: bytes) -> Any:
    """A structure of cuda-python with this content, in which every pointer and handle is right already."""
    made = kind()
    ctypes.memmove(made.getPtr(), content, len(content))
    return made


def content_of(made: Any, size: int) -> bytes:
    """What filled() takes."""
    return ctypes.string_at(made.getPtr(), size)
