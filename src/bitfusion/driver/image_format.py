"""How code images are laid out: fatbins and their entries. Whatever the bytes say, nothing outside them is meant.

A driver believes what an image says of itself, and may die of what is not so. Ours is to be given images alone whose
every offset and length leads to a place inside: anything else is CUDA_ERROR_INVALID_IMAGE, as for what is no image.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import CallFailed, Code
from ..limits import FATBIN_PARTS_MAX, IMAGE_UNPACKED_BYTES_MAX, UNPACKED_BYTES_MAX

WRAPPER_MAGIC = struct.pack("<I", 0x466243B1)
FATBIN_MAGIC = struct.pack("<I", 0xBA55ED50)
KIND_PTX, KIND_ELF = 1, 2
LZ4, ZSTD = 0x2000, 0x8000
_HEADER = struct.Struct("<IHHQ")  # magic, version, bytes of this header, bytes of what follows
# kind, header's bytes, padded, stored, options at, name at, bytes of name, flags, plain
_ENTRY = struct.Struct("<H2xIQII8xIIQ8xQ")
_OPTIONS = struct.Struct("<II")  # at, bytes, both counted from the entry's beginning
_ALIGNMENT = 8
_LZ4_RATIO, _ZSTD_RATIO = 255, 1 << 15  # the most that these formats can make of a byte


class Entry(NamedTuple):
    """`code` as it is stored; `plain` bytes once it is unpacked, if `packing` is LZ4 or ZSTD."""

    kind: int
    packing: int
    code: memoryview
    plain: int


def refuse() -> CallFailed:
    """What is said of an image that does not hold together."""
    return CallFailed(Code.INVALID_IMAGE)


def fatbins(data: memoryview) -> list[tuple[int, int]]:
    """Where fatbins that come one behind the other, each at a multiple of 8, begin and end. Raises CallFailed."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(data):
        if len(found) == FATBIN_PARTS_MAX:
            raise refuse()
        end = _end_of(data, at)
        found.append((at, end))
        at = -(-end // _ALIGNMENT) * _ALIGNMENT
    return found


def fatbins_of_section(data: memoryview) -> Iterator[memoryview]:
    """The fatbins of an object's section, between which a linker may have put NUL. Raises CallFailed."""
    at = 0
    while at < len(data):
        if any(data[at : at + _ALIGNMENT]):
            end = _end_of(data, at)
            yield data[at:end]
            at = -(-end // _ALIGNMENT) * _ALIGNMENT
        else:
            at += _ALIGNMENT


def _end_of(data: memoryview, at: int) -> int:
    if data[at : at + len(FATBIN_MAGIC)] != FATBIN_MAGIC or len(data) - at < _HEADER.size:
        raise refuse()
    _, _, header, payload = _HEADER.unpack_from(data, at)
    if header != _HEADER.size or payload > len(data) - at - header:
        raise refuse()
    return int(at + header + payload)


def entries(fatbin: memoryview) -> list[Entry]:
    """What is in a fatbin. Raises CallFailed if an entry leads beyond it, or claims to be impossibly large."""
    found: list[Entry] = []
    at, claimed = _HEADER.size, 0
    while at < len(fatbin):
        if len(found) == FATBIN_PARTS_MAX:
            raise refuse()
        room = len(fatbin) - at
        if room < _ENTRY.size:
            raise refuse()
        kind, header, padded, stored, options, name, name_bytes, flags, plain = _ENTRY.unpack_from(fatbin, at)
        if header < _ENTRY.size or header > room or padded > room - header or stored > padded:
            raise refuse()
        if options:
            _check_options(fatbin[at : at + header], options)
        if name_bytes and name + name_bytes > header:
            raise refuse()
        start = at + header
        packing = flags & ZSTD or flags & LZ4
        code = fatbin[start : start + (stored or padded)]
        if packing:
            claimed += plain
            _check_claim(packing, len(code), plain, claimed)
        found.append(Entry(kind, packing, code, plain))
        at = start + padded
    return found


def _check_options(header: memoryview, at: int) -> None:
    if at < _ENTRY.size or at + _OPTIONS.size > len(header):
        raise refuse()
    begin, size = _OPTIONS.unpack_from(header, at)
    if begin + size > len(header):
        raise refuse()


def _check_claim(packing: int, stored: int, plain: int, claimed: int) -> None:
    ratio = _ZSTD_RATIO if packing == ZSTD else _LZ4_RATIO
    if not 0 < plain <= min(UNPACKED_BYTES_MAX, stored * ratio) or claimed > IMAGE_UNPACKED_BYTES_MAX:
        raise refuse()
