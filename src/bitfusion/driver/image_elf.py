"""Whether an ELF, a cubin or an object of the host, holds together: what its tables say lies inside it.

Looked at is what a loader follows: sections, segments, names, symbols, relocations and the records of CUDA's own
sections. Not what instructions do.
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from typing import Literal, NamedTuple

from ..limits import CODE_RECORDS_MAX
from .image_format import refuse

MAGIC = b"\x7fELF"
_CLASS_64, _LITTLE_ENDIAN = 2, 1
# tables of segments and sections: where, bytes of an entry, how many; which section has the names
_HEADER = struct.Struct("<4sBB26xQQ6xHHHHH")
_SEGMENT = struct.Struct("<8xQ16xQ16x")  # offset, bytes in the file
_SECTION = struct.Struct("<II16xQQII16x")  # name, type, offset, bytes, link, info
_NULL, _SYMBOLS, _STRINGS, _RELA, _NOBITS, _REL, _DYNAMIC_SYMBOLS = 0, 2, 3, 4, 8, 9, 11
_CUDA_INFO = 0x70000000
_SYMBOL_BYTES, _RELA_BYTES, _REL_BYTES = 24, 24, 16
_RESERVED = 0xFF00  # section numbers from here on mean something else
_RECORD_BYTES, _RECORD_SIZED = 4, 4
_RECORD = struct.Struct("<BBH")  # format, attribute, a value or how many bytes follow


class _Section(NamedTuple):
    name: int
    type: int
    offset: int
    bytes: int
    link: int
    info: int


def check(data: memoryview) -> int:
    """How many records of CUDA `data` has. Raises CallFailed(INVALID_IMAGE) if it is no ELF, or leads beyond itself."""
    sections, names = _read(data)
    return _check_sections(data, sections, names) if sections else 0


def contents(data: memoryview, names: Collection[bytes]) -> list[memoryview]:
    """The contents of the sections of these names, of an ELF that has been checked."""
    sections, number = _read(data)
    if not sections:
        return []
    texts = bytes(_inside(data, sections[number].offset, sections[number].bytes))
    return [
        data[section.offset : section.offset + section.bytes]
        for section in sections
        if section.type != _NOBITS and texts[section.name : texts.index(0, section.name)] in names
    ]


def _read(data: memoryview) -> tuple[list[_Section], int]:
    """The table of sections, and which of them has their names. Of segments is seen that they are inside."""
    if len(data) < _HEADER.size:
        raise refuse()
    magic, class_, order, segments, sections, segment_bytes, count, section_bytes, section_count, names = (
        _HEADER.unpack_from(data)
    )
    if (magic, class_, order) != (MAGIC, _CLASS_64, _LITTLE_ENDIAN):
        raise refuse()
    for offset, size in _SEGMENT.iter_unpack(_table(data, segments, count, segment_bytes, _SEGMENT.size)):
        _inside(data, offset, size)
    rows = _SECTION.iter_unpack(_table(data, sections, section_count, section_bytes, _SECTION.size))
    return [_Section(*row) for row in rows], names


def _table(data: memoryview, at: int, count: int, size: int, expected: int) -> memoryview:
    if count and size != expected:
        raise refuse()
    return _inside(data, at, count * expected) if count else data[:0]


def _inside(data: memoryview, at: int, size: int) -> memoryview:
    if at > len(data) or size > len(data) - at:
        raise refuse()
    return data[at : at + size]


def _check_sections(data: memoryview, sections: list[_Section], names: int) -> int:
    name_bytes, records = _strings(data, sections, names), 0
    # None lies over another, so that none is looked through twice.
    if sum(section.bytes for section in sections if section.type not in (_NULL, _NOBITS)) > len(data):
        raise refuse()
    for section in sections:
        if section.name >= name_bytes or section.link >= len(sections):
            raise refuse()
        if section.type in (_NULL, _NOBITS):
            continue
        content = _inside(data, section.offset, section.bytes)
        if section.type in (_SYMBOLS, _DYNAMIC_SYMBOLS):
            _check_symbols(content, _strings(data, sections, section.link), len(sections))
        elif section.type in (_REL, _RELA):
            _check_relocations(content, section, sections)
        elif section.type == _CUDA_INFO:
            records += _count_records(content, CODE_RECORDS_MAX - records)
    return records


def _strings(data: memoryview, sections: list[_Section], number: int) -> int:
    """The bytes of a section of texts, each of which ends inside it."""
    if number >= len(sections):
        raise refuse()
    section = sections[number]
    content = _inside(data, section.offset, section.bytes)
    if section.type != _STRINGS or not content or content[-1]:
        raise refuse()
    return len(content)


def _words(content: memoryview, size: int, format_: Literal["H", "I", "Q"], first: int) -> memoryview:
    """One member of every entry of a table, whose entries have `size` bytes."""
    if len(content) % size:
        raise refuse()
    words = content.cast(format_)
    return words[first :: size // words.itemsize]


def _check_symbols(content: memoryview, name_bytes: int, section_count: int) -> None:
    if max(_words(content, _SYMBOL_BYTES, "I", 0), default=0) >= name_bytes:
        raise refuse()
    homes = _words(content, _SYMBOL_BYTES, "H", 3)
    if any(section_count <= home < _RESERVED for home in set(homes)):
        raise refuse()


def _check_relocations(content: memoryview, section: _Section, sections: list[_Section]) -> None:
    size = _RELA_BYTES if section.type == _RELA else _REL_BYTES
    symbols, target = sections[section.link], section.info
    if symbols.type not in (_SYMBOLS, _DYNAMIC_SYMBOLS) or target >= len(sections):
        raise refuse()
    if max(_words(content, size, "I", 3), default=-1) >= symbols.bytes // _SYMBOL_BYTES:
        raise refuse()
    if max(_words(content, size, "Q", 0), default=-1) >= sections[target].bytes:
        raise refuse()


def _count_records(content: memoryview, count_max: int) -> int:
    at = count = 0
    while len(content) - at >= _RECORD_BYTES:
        format_, _, value = _RECORD.unpack_from(content, at)
        at += _RECORD_BYTES + (value if format_ == _RECORD_SIZED else 0)
        count += 1
        if count > count_max:
            raise refuse()
    if at > len(content):
        raise refuse()
    return count
