"""Sizes of the C types of a .cdef, for x86-64 and other LP64 machines: the generator must not need a compiler.

Understands what types.cdef and nvml_types.cdef hold: typedefs of enumerations, structures and unions with members, arrays and
nested ones, pointers to functions. The compiler checks each size that is used, in shim/nvml/generated/.
"""

from __future__ import annotations

import re

Size = tuple[int, int]  # bytes, alignment

_BASE: dict[str, Size] = {
    "char": (1, 1),
    "unsigned char": (1, 1),
    "unsigned short": (2, 2),
    "uint32_t": (4, 4),
    "uint64_t": (8, 8),
    "size_t": (8, 8),
    "float": (4, 4),
    "int": (4, 4),
    "unsigned int": (4, 4),
    "long": (8, 8),
    "unsigned long": (8, 8),
    "long long": (8, 8),
    "signed long long": (8, 8),
    "unsigned long long": (8, 8),
    "double": (8, 8),
}
_POINTER = (8, 8)
_ENUM = (4, 4)
_WORD = re.compile(r"\w+|[^\s\w]")


def sizes(cdef: str) -> dict[str, int]:
    """Name -> bytes, of every type that the text defines and of the base types."""
    words = _WORD.findall(re.sub(r"/\*.*?\*/", "", cdef, flags=re.S))
    known, at = dict(_BASE), 0
    while at < len(words):
        end = _statement_end(words, at)
        _define(words[at + 1 : end], known)
        at = end + 1
    return {name: size for name, (size, _) in known.items()}


def _statement_end(words: list[str], at: int) -> int:
    depth = 0
    while depth or words[at] != ";":
        depth += (words[at] == "{") - (words[at] == "}")
        at += 1
    return at


def _define(words: list[str], known: dict[str, Size]) -> None:
    """`words`: a typedef without its first word and its semicolon."""
    name = words[-1]
    if "(" in words and "{" not in words:
        known[words[words.index("(") + 2]] = _POINTER  # (*name)(...)
    elif "{" in words:
        known[name] = _ENUM if words[0] == "enum" else _compound(words, known)[0]
    else:
        known[name] = _POINTER if "*" in words else known[" ".join(words[:-1])]


def _compound(words: list[str], known: dict[str, Size]) -> tuple[Size, int]:
    """The size of the structure or union that begins at words[0], and how many words it takes."""
    end = at = words.index("{") + 1
    total, widest = 0, 1
    while words[at] != "}":
        if words[at] in ("struct", "union"):
            (size, alignment), taken = _compound(words[at:], known)
            end = _statement_end(words, at)
            size *= _elements(words[at + taken : end])
        else:
            end = _statement_end(words, at)
            size, alignment = _member(words[at:end], known)
        place = -(-total // alignment) * alignment if words[0] == "struct" else 0
        total, widest, at = max(total, place + size), max(widest, alignment), end + 1
    return (-(-total // widest) * widest, widest), at + 1


def _member(words: list[str], known: dict[str, Size]) -> Size:
    declared = words[: words.index("[")] if "[" in words else words
    size, alignment = _POINTER if "*" in declared else known[" ".join(declared[:-1])]
    return size * _elements(words), alignment


def _elements(words: list[str]) -> int:
    count = 1
    for number in re.findall(r"\[ (\d+) \]", " ".join(words)):
        count *= int(number)
    return count
