"""Sizes, members and constants of a .cdef, for x86-64 and other LP64 machines: the generator must not need a compiler.

Understands what types.cdef and nvml_types.cdef hold: typedefs of enumerations, functions, structures and unions with
members, arrays and nested ones. The compiler checks what is used, in generated files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

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


@dataclass(frozen=True)
class Member:
    """One of a structure. Those of a structure inside it that has no name of its own are members of both, by their
    paths: "param.smCount". `exclusive`: its memory may be another member's, of a union.
    """

    path: str
    type: str  # "int", "CUevent", "void *"
    offset: int
    bytes: int
    exclusive: bool

    @property
    def is_pointer(self) -> bool:
        return self.type.endswith("*")


@dataclass(frozen=True)
class Layout:
    """What a text defines, by name. `sizes` has the base types, too; `pointers` are names of pointer types."""

    sizes: dict[str, int]
    members: dict[str, tuple[Member, ...]]
    constants: dict[str, int]
    pointers: frozenset[str]


def sizes(cdef: str) -> dict[str, int]:
    """Name -> bytes, of every type that the text defines and of the base types."""
    return read(cdef).sizes


def read(cdef: str) -> Layout:
    words = _WORD.findall(re.sub(r"/\*.*?\*/", "", cdef, flags=re.S))
    reader, at = _Reader(), 0
    while at < len(words):
        end = _statement_end(words, at)
        reader.define(words[at + 1 : end])
        at = end + 1
    known = {name: size for name, (size, _) in reader.known.items()}
    return Layout(known, reader.members, reader.constants, frozenset(reader.pointers))


def _statement_end(words: list[str], at: int) -> int:
    depth = 0
    while depth or words[at] != ";":
        depth += (words[at] == "{") - (words[at] == "}")
        at += 1
    return at


class _Reader:
    def __init__(self) -> None:
        self.known = dict(_BASE)
        self.members: dict[str, tuple[Member, ...]] = {}
        self.constants: dict[str, int] = {}
        self.pointers: set[str] = set()

    def define(self, words: list[str]) -> None:
        """`words`: a typedef without its first word and its semicolon."""
        name = words[-1] if words[-1] != ")" else words[words.index("*") + 1]  # int (*name)(arguments)
        if "{" not in words:
            self._rename(name, words[:-1])
        elif words[0] == "enum":
            self.known[name] = _ENUM
            self._enumerate(words[words.index("{") + 1 : words.index("}")])
        else:
            self.known[name], members, _ = self._compound(words)
            self.members[name] = tuple(members)

    def _rename(self, name: str, old: list[str]) -> None:
        before = " ".join(old)
        if "*" in old or before in self.pointers:
            self.known[name] = _POINTER
            self.pointers.add(name)
        else:
            self.known[name] = self.known[before]
        if before in self.members:
            self.members[name] = self.members[before]

    def _enumerate(self, words: list[str]) -> None:
        value = -1
        for row in re.findall(r"(\w+)(?: = ([^,]+))?", " ".join(words)):
            value = self._value(row[1]) if row[1] else value + 1
            self.constants[row[0]] = value

    def _value(self, text: str) -> int:
        """0x7FFFFFFF, 1 << 30, 0x10000 + ANOTHER."""
        if "+" in text:
            return sum(map(self._value, text.split("+")))
        value, _, shift = text.replace(" ", "").partition("<<")
        number = self.constants[value] if value in self.constants else int(value, 0)
        return number << int(shift or "0", 0)

    def _compound(self, words: list[str]) -> tuple[Size, list[Member], int]:
        """The size of the structure or union that begins at words[0], its members, and how many words it takes."""
        at = words.index("{") + 1
        total, widest, members = 0, 1, []
        while words[at] != "}":
            if words[at] in ("struct", "union"):
                (size, alignment), inside, taken = self._compound(words[at:])
                end = _statement_end(words, at)
                declared = words[at + taken : end]
                prefix = f"{declared[0]}." if declared else ""
                inside = [replace(member, path=prefix + member.path) for member in inside]
                size *= _elements(declared)
            else:
                end = _statement_end(words, at)
                inside, alignment = self._member(words[at:end])
                size = inside[0].bytes
            place = -(-total // alignment) * alignment if words[0] == "struct" else 0
            members += [
                replace(each, offset=each.offset + place, exclusive=each.exclusive or words[0] == "union")
                for each in inside
            ]
            total, widest, at = max(total, place + size), max(widest, alignment), end + 1
        return (-(-total // widest) * widest, widest), members, at + 1

    def _member(self, words: list[str]) -> tuple[list[Member], int]:
        declared = words[: words.index("[")] if "[" in words else words
        kind = " ".join(declared[:-1])
        size, alignment = _POINTER if "*" in declared else self.known[kind]
        return [Member(declared[-1], kind, 0, size * _elements(words), False)], alignment


def _elements(words: list[str]) -> int:
    count = 1
    for number in re.findall(r"\[ (\d+) \]", " ".join(words)):
        count *= int(number)
    return count
