"""What code needs of a device's memory beside itself, read from its image before the driver gets it: its variables, and
whether it uses the heap and the buffer of printf.

A fatbin has the code for several architectures, of which the driver takes one: the largest counts. What cannot be read
(compressed, without the library that can unpack it, or so large that it would hold the load up) counts as nothing.
"""

from __future__ import annotations

import ctypes
import functools
import re
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..limits import ALLOCATION_GRANULE_BYTES, IMAGE_READ_BYTES_MAX, UNPACKED_BYTES_MAX

_FATBIN = struct.pack("<I", 0xBA55ED50)
_ELF = b"\x7fELF"
_FATBIN_HEADER = struct.Struct("<IHHQ")
_ENTRY = struct.Struct("<H2xIQI20xQ8xQ")  # kind, header's bytes, padded, stored, flags, plain
_LZ4, _ZSTD = 0x2000, 0x8000
_ELF_SECTIONS = struct.Struct("<40xQ10xHHH")  # where they are, bytes of each, how many, which has their names
_SECTION = struct.Struct("<II16xQQ")  # name, type, offset, bytes
_VARIABLE_SECTIONS = (b".nv.global", b".nv.constant3")

_SPACES = (b".global", b".const")
_DECLARATION = re.compile(rb"\.(?:global|const)\s+([^;={]*)(=\s*\{([^}]*)\})?")
_TYPE = re.compile(rb"\.(?:b|s|u|f|bf)(8|16|32|64|128)\b")
_VECTOR = re.compile(rb"\.v([248])\b")
_DIMENSION = re.compile(rb"\[\s*(\w*)\s*\]")
_OPAQUE_BYTES = 16  # of a variable without such a type: a reference to a texture


class Needs(NamedTuple):
    """`variables`: bytes of them, each in whole granules."""

    variables: int
    heap: bool
    prints: bool


def read(data: Any) -> Needs:
    """The needs of an image: bytes, or what is like them."""
    if len(data) > IMAGE_READ_BYTES_MAX:
        return Needs(0, heap=False, prints=False)
    image = bytes(data)
    if not image.startswith(_FATBIN):
        return _of_plain(image)
    containers = [_largest(image[start:end]) for start, end in _containers(image)]
    # Of several, the first was linked from the others.
    linked, files = containers[:1], containers[1:]
    variables = max(sum(each.variables for each in linked), sum(each.variables for each in files))
    return Needs(variables, any(each.heap for each in containers), any(each.prints for each in containers))


def _containers(image: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    while image[at : at + 4] == _FATBIN and len(image) - at >= _FATBIN_HEADER.size:
        _, _, header, payload = _FATBIN_HEADER.unpack_from(image, at)
        yield at, at + header + payload
        at = (at + header + payload + 7) // 8 * 8


def _largest(fatbin: bytes) -> Needs:
    entries = [_of_plain(code) for code in _codes(fatbin)]
    return Needs(
        max((each.variables for each in entries), default=0),
        any(each.heap for each in entries),
        any(each.prints for each in entries),
    )


def _codes(fatbin: bytes) -> Iterator[bytes]:
    at = _FATBIN_HEADER.size
    while len(fatbin) - at >= _ENTRY.size:
        _, header, padded, stored, flags, plain = _ENTRY.unpack_from(fatbin, at)
        if header < _ENTRY.size:
            return
        code = fatbin[at + header : at + header + (stored or padded)]
        yield _unpacked(code, flags, plain) if flags & (_LZ4 | _ZSTD) else code
        at += header + padded


def _unpacked(code: bytes, flags: int, plain: int) -> bytes:
    if not 0 < plain <= UNPACKED_BYTES_MAX:
        return b""
    library = _library("libzstd.so.1" if flags & _ZSTD else "liblz4.so.1")
    if library is None:
        return b""
    room = ctypes.create_string_buffer(plain)
    if flags & _ZSTD:
        library.ZSTD_decompress.restype = ctypes.c_size_t
        count = library.ZSTD_decompress(room, ctypes.c_size_t(plain), code, ctypes.c_size_t(len(code)))
    else:
        count = library.LZ4_decompress_safe(code, room, len(code), plain)
    return room.raw[:count] if 0 < count <= plain else b""


@functools.cache
def _library(name: str) -> Any:
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None


def _of_plain(code: bytes) -> Needs:
    sections = _elf_variables(code) if code.startswith(_ELF) else 0
    return Needs(sections or _ptx_variables(code), b"malloc" in code, b"vprintf" in code)


def _elf_variables(code: bytes) -> int:
    if len(code) < _ELF_SECTIONS.size:
        return 0
    at, size, count, names = _ELF_SECTIONS.unpack_from(code)
    if size < _SECTION.size or at + size * max(count, names + 1) > len(code):
        return 0
    _, _, texts, _ = _SECTION.unpack_from(code, at + size * names)
    total = 0
    for index in range(count):
        name, _, _, bytes_ = _SECTION.unpack_from(code, at + size * index)
        if code.startswith(_VARIABLE_SECTIONS, texts + name):
            total += _in_granules(bytes_)
    return total


def _ptx_variables(text: bytes) -> int:
    """Of an instruction the space is a part of its name; of a variable it is a word."""
    total = 0
    for space in _SPACES:
        at = text.find(space)
        while at >= 0:
            if at == 0 or text[at - 1] in b" \t\n\r;}/":
                total += _declared(text, at)
            at = text.find(space, at + len(space))
    return total


def _declared(text: bytes, at: int) -> int:
    found = _DECLARATION.match(text, at)
    if found is None or text[max(0, at - 16) : at].rstrip().endswith(b".extern"):
        return 0
    words, _, values = found.groups()
    kind, vector = _TYPE.search(words), _VECTOR.search(words)
    element = (int(kind[1]) // 8 if kind else _OPAQUE_BYTES) * (int(vector[1]) if vector else 1)
    total = 0
    for name in re.sub(rb"\([^)]*\)", b"", words).split(b","):
        elements = 1
        for dimension in _DIMENSION.findall(name):
            elements *= _number(dimension) if dimension else values.count(b",") + 1 if values else 1
        total += _in_granules(elements * element)
    return total


def _number(text: bytes) -> int:
    try:
        return int(text.rstrip(b"U"), 0)
    except ValueError:
        return int(text.rstrip(b"U"), 8) if text.startswith(b"0") and text.rstrip(b"U").isdigit() else 1


def _in_granules(size: int) -> int:
    return -(-size // ALLOCATION_GRANULE_BYTES) * ALLOCATION_GRANULE_BYTES
