"""What code needs of a device's memory beside itself, read from its image before the driver gets it: its variables, and
whether it uses the heap and the buffer of printf. All its code is looked through with that, as image_codes says.

A fatbin has the code for several architectures, of which the driver takes one: the largest counts. What cannot be read
(compressed, without the library that can unpack it, or so large that it would hold the load up) counts as nothing.
"""

from __future__ import annotations

import re
import struct
from typing import Any, NamedTuple

from ..limits import ALLOCATION_GRANULE_BYTES, IMAGE_READ_BYTES_MAX, NAME_BYTES_MAX, READ_PIECE_BYTES_MAX, VARIABLES_MAX
from . import image_codes, image_elf
from .image_format import FATBIN_MAGIC, fatbins, refuse

_ELF_SECTIONS = struct.Struct("<40xQ10xHHH")  # where they are, bytes of each, how many, which has their names
_SECTION = struct.Struct("<II16xQQ")  # name, type, offset, bytes
_SECTION_BYTES = 64
_VARIABLE_SECTIONS = (b".nv.global", b".nv.constant3")

_SPACES = (b".global", b".const")
_DECLARATION = re.compile(rb"\.(?:global|const)\s+([^;={]*)")
_VALUES = re.compile(rb"=\s*\{([^}]*)\}")
_TYPE = re.compile(rb"\.(?:b|s|u|f|bf)(8|16|32|64|128)\b")
_VECTOR = re.compile(rb"\.v([248])\b")
_DIMENSION = re.compile(rb"\[\s*(\w*)\s*\]")
_PARAMETERS = re.compile(rb"\([^)]*\)")
_NO_VARIABLES = (b".extern", b".ptr")  # before the space: defined elsewhere; where a parameter points to
_ELEMENTS_MAX = 1 << 62
_OPAQUE_BYTES = 16  # of a variable without such a type: a reference to a texture


class Needs(NamedTuple):
    """`variables`: bytes of them, each in whole granules."""

    variables: int
    heap: bool
    prints: bool


_NOTHING = Needs(0, heap=False, prints=False)


def read(data: Any) -> Needs:
    """The needs of an image: bytes, or what is like them. Raises CallFailed(INVALID_IMAGE) if it is damaged."""
    image = memoryview(data)
    looks = len(image) <= IMAGE_READ_BYTES_MAX
    if image[: len(FATBIN_MAGIC)] != FATBIN_MAGIC:
        if image[: len(image_elf.MAGIC)] == image_elf.MAGIC:
            image_elf.check(image)
        return _of_code(image) if looks else _NOTHING
    containers = [_largest(image[start:end], looks) for start, end in fatbins(image)]
    # Of several, the first was linked from the others.
    linked, files = containers[:1], containers[1:]
    variables = max(sum(each.variables for each in linked), sum(each.variables for each in files))
    return Needs(variables, any(each.heap for each in containers), any(each.prints for each in containers))


def _largest(fatbin: memoryview, looks: bool) -> Needs:
    largest = _NOTHING
    for code in image_codes.of_fatbin(fatbin):
        if looks and len(code) <= READ_PIECE_BYTES_MAX:
            found = _of_code(code)
            largest = Needs(
                max(largest.variables, found.variables), largest.heap or found.heap, largest.prints or found.prints
            )
    return largest


def _of_code(code: memoryview) -> Needs:
    data = bytes(code)
    sections = _elf_variables(data) if data.startswith(image_elf.MAGIC) else 0
    return Needs(sections or _ptx_variables(data), b"malloc" in data, b"vprintf" in data)


def _elf_variables(code: bytes) -> int:
    """Of an ELF that holds together."""
    at, _, count, names = _ELF_SECTIONS.unpack_from(code)
    if not count:
        return 0
    _, _, texts, _ = _SECTION.unpack_from(code, at + _SECTION_BYTES * names)
    total = 0
    for index in range(count):
        name, _, _, bytes_ = _SECTION.unpack_from(code, at + _SECTION_BYTES * index)
        if code.startswith(_VARIABLE_SECTIONS, texts + name):
            total += _in_granules(bytes_)
    return total


def _ptx_variables(text: bytes) -> int:
    """Of an instruction the space is a part of its name; of a variable it is a word. Takes time that is linear in the
    text, whatever it says: no part is looked at twice.
    """
    total = count = 0
    last_brace = text.rfind(b"}")
    for space in _SPACES:
        at = text.find(space)
        while at >= 0:
            end = at + len(space)
            if at == 0 or text[at - 1] in b" \t\n\r;}/":
                size, end = _declared(text, at, end, last_brace)
                total += size
                count += 1
            if count > VARIABLES_MAX:
                raise refuse()
            at = text.find(space, end)
    return total


def _declared(text: bytes, at: int, end: int, last_brace: int) -> tuple[int, int]:
    """Bytes of the variables that are declared at `at`, and where the declaration ends."""
    found = _DECLARATION.match(text, at)
    if found is None or text[max(0, at - 16) : at].rstrip().endswith(_NO_VARIABLES):
        return 0, end
    values = _VALUES.match(text, found.end()) if found.end() < last_brace else None
    listed = values[1].count(b",") + 1 if values else 1
    words = found[1][:NAME_BYTES_MAX]
    kind, vector = _TYPE.search(words), _VECTOR.search(words)
    element = (int(kind[1]) // 8 if kind else _OPAQUE_BYTES) * (int(vector[1]) if vector else 1)
    # Behind the last parenthesis none is closed.
    attributes, parenthesis, names = words.rpartition(b")")
    total = 0
    for name in (_PARAMETERS.sub(b"", attributes + parenthesis) + names).split(b","):
        elements = 1
        for dimension in _DIMENSION.findall(name):
            elements = min(elements * (_number(dimension) if dimension else listed), _ELEMENTS_MAX)
        total += _in_granules(elements * element)
    return total, (values or found).end()


def _number(text: bytes) -> int:
    digits = text.rstrip(b"U")
    try:
        return int(digits, 0)
    except ValueError:
        return int(digits, 8) if digits.isdigit() and digits.startswith(b"0") and not set(digits) & set(b"89") else 1


def _in_granules(size: int) -> int:
    return -(-size // ALLOCATION_GRANULE_BYTES) * ALLOCATION_GRANULE_BYTES
