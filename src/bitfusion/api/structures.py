"""Structures of the driver, described once: structures.txt -> rows that say what becomes of each member on the wire.

    CUDA_MEM_ALLOC_NODE_PARAMS_v1 CUDA_MEM_ALLOC_NODE_PARAMS_v2:
        accessDescs array[accessDescCount]
    CUmemLocation:
        id device when type is CU_MEM_LOCATION_TYPE_DEVICE

An entry names one structure, or several that are alike, and the members of which types.cdef does not say enough.
Numbers cross as they are, a handle as the number of its object, and a structure that is described itself by its own
entry: these need no word. The words of a member M (of a structure inside: "value.priority"):

    M device                the ordinal of a device
    M array[N]              a pointer to N elements, which follow; N is another member
    M params(F, X)          an array of pointers to the parameters of the kernel F, if X, its other form, is NULL;
    M params(F, X, K)       of the kernel K if F is NULL
    M function(D)           a function of the program's that gets D: the two are a number, which the server asks for
    M client                a pointer that means something to the client alone: the server sees it, the driver does not
    M address               a pointer to a device's memory
    M none                  a pointer that is not passed on
    M optional              a handle that may be NULL
    ... with CODE           what a handle of nothing is answered, if it is not what its kind's row in kinds.py says
    ... when S is VALUE     the member is meant only if S, another one, is VALUE: of a union, every row says so
    ... when never          it is never meant

A pointer without a word, or a member of a union that would be translated whatever is in it, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from . import layout
from .kinds import HANDLES

_ROW = re.compile(
    r"(?P<path>[\w.]+)(?:\s+(?P<word>device|client|address|none|optional|array\[(?P<count>\w+)\]"
    r"|(?:params|function)\((?P<params>[\w, ]+)\)))?"
    r"(?:\s+with\s+(?P<code>CUDA_ERROR_\w+))?"
    r"(?:\s+when\s+(?P<when>never|(?P<selector>[\w.]+)\s+is\s+(?P<value>\w+)))?"
)
ALWAYS = -1


@dataclass(frozen=True)
class Field:
    """A member that changes on the wire. `letter`:

    h  a handle; `of`: its kind            f  a function or kernel       d  the ordinal of a device
    s  a structure; `of`: which            c  a pointer of the client    n  a pointer that is not passed on
    a  a pointer to structures `of`; their count is at offset `count`, of `count_bytes`
    b  the same of plain elements; `of`: how many bytes each has
    p  parameters of the function at `of`, or else the kernel at `other`; `count`: where their other form is
    u  a function of the program's; `count`: where what it gets is

    `selector`: offset of what must be `value` if the member is to be meant.
    """

    path: str
    letter: str
    offset: int
    of: str | int = 0
    count: int = 0
    count_bytes: int = 0
    other: int = 0
    optional: bool = False
    code: str = "CUDA_SUCCESS"
    selector: int = ALWAYS
    value: int = 0


@dataclass(frozen=True)
class Structure:
    name: str
    bytes: int
    fields: tuple[Field, ...]

    @property
    def is_flat(self) -> bool:
        """Nothing follows it."""
        return all(
            field.letter not in "abp" and (field.letter != "s" or described()[str(field.of)].is_flat)
            for field in self.fields
        )


@cache
def types() -> layout.Layout:
    """What types.cdef defines."""
    return layout.read(_text("types.cdef"))


@cache
def described() -> dict[str, Structure]:
    """By name. Raises ValueError, which names the structure and the member, for what cannot be expressed."""
    return read(_text("structures.txt"), types())


def sizes() -> dict[str, int]:
    return types().sizes


def _text(name: str) -> str:
    return files("bitfusion.api").joinpath(name).read_text()


def read(text: str, known: layout.Layout) -> dict[str, Structure]:
    entries = re.findall(r"^(\w[\w ]*):\n((?:[ ]+\S.*\n)*)", re.sub(r"^#.*\n", "", text, flags=re.M), re.M)
    rest = re.sub(r"^(\w[\w ]*):\n((?:[ ]+\S.*\n)*)", "", re.sub(r"^#.*\n", "", text, flags=re.M), flags=re.M)
    if rest.strip():
        raise ValueError(f"not an entry of a structure: {rest.strip().splitlines()[0]!r}")
    names = {name for heads, _ in entries for name in heads.split()}
    return {
        name: _Entry(name, rows.splitlines(), known, names).structure()
        for heads, rows in entries
        for name in heads.split()
    }


class _Entry:
    def __init__(self, name: str, rows: list[str], known: layout.Layout, names: set[str]) -> None:
        self.name, self.known, self.names = name, known, names
        if name not in known.members:
            raise ValueError(f"{name}: types.cdef has no such structure")
        self.members = {member.path: member for member in self._flat(name)}
        self.rows = [self._row(row.strip()) for row in rows]
        self.spoken_for = {name for row in self.rows for name in re.findall(r"\w+", row["params"] or "")}

    def structure(self) -> Structure:
        fields = []
        for member in self.members.values():
            rows = [row for row in self.rows if row["path"] == member.path]
            if not rows and member.path not in self.spoken_for:
                rows = [dict.fromkeys(("path", "word", "count", "params", "code", "when", "selector", "value"))]
            fields += [field for row in rows for field in self._field(member, row)]
        fields.sort(key=lambda field: field.letter == "p")  # behind the kernel that they are of
        return Structure(self.name, self.known.sizes[self.name], tuple(fields))

    def _flat(self, name: str) -> Iterator[layout.Member]:
        """The members of a structure and of those inside it that are not described themselves."""
        for member in self.known.members[name]:
            if member.type in self.known.members and member.type not in self.names:
                for inside in self._flat(member.type):
                    yield replace(
                        inside,
                        path=f"{member.path}.{inside.path}",
                        offset=member.offset + inside.offset,
                        exclusive=member.exclusive or inside.exclusive,
                    )
            else:
                yield member

    def _row(self, text: str) -> dict[str, str | None]:
        match = _ROW.fullmatch(text)
        if match is None or match["path"] not in self.members:
            raise self._refused(text, "no member with words")
        return match.groupdict()

    def _field(self, member: layout.Member, row: dict[str, str | None]) -> Iterator[Field]:
        word = (row["word"] or "").split("[")[0].split("(")[0]
        field = self._plain_field(member, word)
        if row["when"] == "never" or word == "address" or field is None:
            return
        if row["selector"]:
            field = replace(
                field, selector=self._offset(row["selector"], member), value=self._constant(row["value"] or "", member)
            )
        elif member.exclusive:
            raise self._refused(member.path, "a member of a union; `when` must say where it is meant")
        if row["code"] and field.letter not in "hf":
            raise self._refused(member.path, f"{row['code']} for what is no handle")
        field = replace(field, code=row["code"] or field.code)
        if word == "array":
            count = self._member(row["count"] or "", member)
            kind = re.sub(r"^const | \*$", "", member.type)
            of: str | int = kind if kind in self.names else self._plain(kind, member)
            field = replace(
                field, letter="a" if kind in self.names else "b", of=of, count=count.offset, count_bytes=count.bytes
            )
        elif word == "params":
            function, extra, *kernel = [name.strip() for name in (row["params"] or "").split(",")]
            other = self._offset(kernel[0], member) if kernel else 0
            field = replace(field, of=self._offset(function, member), count=self._offset(extra, member), other=other)
        elif word == "function":
            field = replace(field, count=self._offset(row["params"] or "", member))
        yield field

    def _plain_field(self, member: layout.Member, word: str) -> Field | None:
        """What the type and the word say. None: it crosses as it is."""
        path, kind = member.path, member.type
        pointer = member.is_pointer or kind in self.known.pointers
        letters = {"device": "d", "client": "c", "none": "n", "array": "a", "params": "p", "function": "u"}
        if word in letters:
            if (word != "device") != pointer or (word == "device" and member.bytes != 4):
                raise self._refused(path, f"{kind} as {word}")
            return Field(path, letters[word], member.offset)
        if kind in HANDLES and word != "address":
            letter = "f" if kind == "CUfunction" else "h"
            return Field(path, letter, member.offset, HANDLES[kind].name, optional=word == "optional")
        if kind in self.names:
            if member.bytes != self.known.sizes[kind]:
                raise self._refused(path, "an array of structures inside another")
            return Field(path, "s", member.offset, kind)
        if word == "optional" or kind in HANDLES or (word == "address") != pointer:
            raise self._refused(path, f"{kind} without a word that says what it is")
        return None

    def _plain(self, kind: str, member: layout.Member) -> int:
        if kind in self.known.members or kind in self.known.pointers or kind not in self.known.sizes:
            raise self._refused(member.path, f"an array of {kind}")
        return self.known.sizes[kind]

    def _member(self, path: str, member: layout.Member) -> layout.Member:
        if path not in self.members:
            raise self._refused(member.path, f"there is no member {path}")
        return self.members[path]

    def _offset(self, path: str, member: layout.Member) -> int:
        return self._member(path, member).offset

    def _constant(self, name: str, member: layout.Member) -> int:
        if name not in self.known.constants:
            raise self._refused(member.path, f"there is no constant {name}")
        return self.known.constants[name]

    def _refused(self, path: str, what: str) -> ValueError:
        return ValueError(f"{self.name}: {path}: the generator cannot express {what}")
