"""Every piece of code of an image or an input of the linker, unpacked and looked through, so that what is damaged is
known before a driver reads it.

A piece whose compression needs a library that is not installed goes as it is.
"""

from __future__ import annotations

import ctypes
import functools
import mmap
import struct
from collections.abc import Iterator
from typing import Any

from ..errors import CallFailed, Code
from ..limits import CODE_RECORDS_MAX
from . import image_elf
from .image_format import KIND_ELF, ZSTD, Entry, entries, fatbins_of_section, refuse

_ARCHIVE = b"!<arch>\n"
_MEMBER = struct.Struct("<16s32x10s2s")  # name, bytes as decimal digits, end of the header
_MEMBER_END = b"`\n"
_TABLES = {b"/": ">I", b"/SYM64/": ">Q"}  # of a library: which member has which symbol
_FATBIN_SECTIONS = (b".nv_fatbin", b"__nv_relfatbin")


def of_fatbin(fatbin: memoryview) -> Iterator[memoryview]:
    """The codes of a fatbin, those that can be unpacked. Raises CallFailed for a damaged one."""
    records = 0
    for entry in entries(fatbin):
        code = unpack(entry) if entry.packing else entry.code
        if code is None:
            continue
        if entry.kind == KIND_ELF or code[: len(image_elf.MAGIC)] == image_elf.MAGIC:
            records += image_elf.check(code)
            if records > CODE_RECORDS_MAX:
                raise refuse()
        yield code


def check_object(data: memoryview) -> None:
    """Raises CallFailed if an ELF, or a fatbin in it, is damaged."""
    image_elf.check(data)
    for section in image_elf.contents(data, _FATBIN_SECTIONS):
        for fatbin in fatbins_of_section(section):
            check_fatbin(fatbin)


def check_fatbin(fatbin: memoryview) -> None:
    """Raises CallFailed if one of its codes is damaged."""
    for _ in of_fatbin(fatbin):
        pass


def check_library(data: memoryview) -> None:
    """Raises CallFailed if an archive, or an object in it, leads beyond it."""
    if data[: len(_ARCHIVE)] != _ARCHIVE:
        raise refuse()
    at = len(_ARCHIVE)
    while at < len(data):
        if len(data) - at < _MEMBER.size:
            raise refuse()
        name, digits, end = _MEMBER.unpack_from(data, at)
        at += _MEMBER.size
        size = digits.rstrip()
        if end != _MEMBER_END or not size.isdigit() or int(size) > len(data) - at:
            raise refuse()
        member = data[at : at + int(size)]
        if name.rstrip() in _TABLES:
            _check_table(member, _TABLES[name.rstrip()], len(data))
        elif member[: len(image_elf.MAGIC)] == image_elf.MAGIC:
            check_object(member)
        at += int(size) + int(size) % 2


def _check_table(member: memoryview, word: str, room: int) -> None:
    size = struct.calcsize(word)
    count = struct.unpack_from(word, member)[0] if len(member) >= size else room
    if count > len(member) // size - 1:
        raise refuse()
    if any(place >= room for (place,) in struct.iter_unpack(word, member[size : size * (count + 1)])):
        raise refuse()


def unpack(entry: Entry) -> memoryview | None:
    """What an entry is when it is unpacked; None if that cannot be done here. Memory is touched as it is filled."""
    library = _library("libzstd.so.1" if entry.packing == ZSTD else "liblz4.so.1")
    if library is None:
        return None
    try:
        room = mmap.mmap(-1, entry.plain)
    except OSError:
        raise CallFailed(Code.OUT_OF_MEMORY) from None
    to, packed = (ctypes.c_char * entry.plain).from_buffer(room), bytes(entry.code)
    if entry.packing == ZSTD:
        count = library.ZSTD_decompress(to, ctypes.c_size_t(entry.plain), packed, ctypes.c_size_t(len(packed)))
    else:
        count = library.LZ4_decompress_safe(packed, to, len(packed), entry.plain)
    # An error of zstd is a number beyond all sizes.
    if not 0 < count <= entry.plain:
        raise refuse()
    return memoryview(room)[:count]


@functools.cache
def _library(name: str) -> Any:
    try:
        library = ctypes.CDLL(name)
    except OSError:
        return None
    if "zstd" in name:
        library.ZSTD_decompress.restype = ctypes.c_size_t
    return library
