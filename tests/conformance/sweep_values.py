"""What an argument may be: for a C type of the driver API the value of a right call, every wrong one, and how a result
of that type is shown.

A value is a list that programs/sweep.py understands:

    ["int", n]   ["object", kind, "valid" | "base" | "near" | "far" | "stale" | "gone", offset]   ["text", t]
    ["out"]      ["struct", bytes, [[offset, width, value], ...]]

Types come from the API table's own declarations. Knows no function.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cffi import FFI

from bitfusion import api
from bitfusion.api.kinds import HANDLES

Value = list
NONSENSE = 0x1234560
# The kinds of memory, and the bytes of each.
MEMORY = {"memory": 4096, "pooled": 4096, "global": 16, "pinned": 4096, "registered": 4096, "plain": 4096}
_ANYWHERE: tuple[tuple[str, Value], ...] = (
    ("NULL", ["int", 0]),
    ("1", ["int", 1]),
    ("nonsense", ["int", NONSENSE]),
    *((name, ["object", name, "valid", 0]) for name in MEMORY),
    ("inside memory", ["object", "memory", "valid", 4]),
    ("after memory", ["object", "memory", "valid", 4096]),
    ("inside pooled", ["object", "pooled", "valid", 8]),
    ("inside pinned", ["object", "pinned", "valid", 64]),
    ("inside registered", ["object", "registered", "valid", 64]),
    ("freed", ["object", "memory", "stale", 0]),
    ("freed pooled", ["object", "pooled", "stale", 0]),
    ("near", ["object", "memory", "near", 0]),
    ("far", ["object", "memory", "far", 0]),
)
# What a call reads in the program's own memory: elsewhere the program itself would fault.
_READABLE: tuple[tuple[str, Value], ...] = (
    ("NULL", ["int", 0]),
    *((name, ["object", name, "valid", 0]) for name in ("pinned", "registered", "plain")),
)
_DEVICES = (-(2**31), -1, 0, 1, 2, 1000)
_NUMBERS = {
    ("int", 4): (-(2**31), -1, 0, 1, 2**31 - 1),
    ("uint", 4): (0, 1, 2, 2**31, 2**32 - 1),
    ("uint", 8): (0, 1, 4096, 4097, 2**32, 2**40, 2**63, 2**64 - 1),
    ("int", 8): (-(2**63), -1, 0, 1, 2**63 - 1),
}
_FLAGS = (0, *(1 << bit for bit in range(9)), 2**31, 2**32 - 1)
_NAMES = ("", "there is no such name", "x" * 3000)
# By value a place is one word: its type, and the number above that.
_PLACES = (1, 0, 1 | 1 << 32, 1 | 77 << 32, 1 | 0xFFFFFFFF << 32, 2, 3, 4, 9)
_ENUMERATORS_MAX = 1 << 20


class Types:
    """The C types, and the right values that the data file has for some."""

    def __init__(self, right: dict) -> None:
        self.ffi = FFI()
        self.ffi.cdef(Path(api.__file__).with_name("types.cdef").read_text(encoding="utf-8"))
        self.right = right

    def plain(self, text: str) -> str:
        return text.replace("const ", "").strip()

    def written(self, given, ctype=None) -> Value:
        """A value as the data file has it: a number, "@object", "text", null, {field: ...} or [of an array, ...]."""
        if given is None:
            return ["int", 0]
        if isinstance(given, int):
            return ["int", given]
        if isinstance(given, str):
            kind, _, which = given[1:].partition(" ")
            return ["object", kind, which or "valid", 0] if given.startswith("@") else ["text", given]
        if isinstance(given, list):
            return ["struct", 8 * len(given), [[8 * i, 8, self.written(item)] for i, item in enumerate(given)]]
        return self.struct(ctype, given)

    def struct(self, ctype, given: dict) -> Value:
        return ["struct", self.ffi.sizeof(ctype), list(self._fields(ctype, given, 0))]

    def _fields(self, ctype, given: dict, base: int) -> Iterator[list]:
        fields = dict(ctype.fields)
        for name, value in given.items():
            field = fields[name]
            if isinstance(value, dict) and field.type.kind in ("struct", "union"):
                yield from self._fields(field.type, value, base + field.offset)
            else:
                target = field.type.item if field.type.kind == "pointer" else None
                yield [base + field.offset, self.ffi.sizeof(field.type), self.written(value, target)]

    def value(self, type_: str, name: str) -> Value:
        """That of a right call, as far as the type says it."""
        if type_ in HANDLES:
            return ["object", type_, "valid", 0]
        if type_ == "CUdeviceptr":
            return ["object", "memory", "valid", 0]
        pointee = self.plain(type_[:-1]) if type_.endswith("*") else ""
        if pointee in self.right:
            given = self.right[pointee]
            return self.written(given, self.ffi.typeof(pointee) if isinstance(given, dict) else None)
        if type_ == "const char *":
            return ["text", "nothing"]
        if pointee:
            return ["object", "plain", "valid", 0] if type_ == "const void *" else ["out"]
        ctype = self.ffi.typeof(type_)
        if ctype.kind == "enum":
            return ["int", min(ctype.elements)]
        if ctype.kind in ("pointer", "function"):
            return ["int", 0]
        if type_ == "CUmemLocation":
            return ["int", _PLACES[0]]
        if type_ == "CUdevice" or "lags" in name:
            return ["int", 0]
        return ["int", 64 if type_ in ("size_t", "cuuint64_t") else 1]

    def wrong(self, type_: str, name: str, right: Value) -> list[tuple[str, Value]]:
        """Everything else that it may be."""
        if (right[0] == "object" and right[1] in MEMORY and "const" not in type_) or type_ == "CUdeviceptr":
            return list(_ANYWHERE)
        if type_ in HANDLES:
            return list(handles(type_))
        if type_ == "const void *":
            return list(_READABLE)
        if type_ == "const char *":
            return [("NULL", ["int", 0]), *((text[:30] or "empty", ["text", text]) for text in _NAMES)]
        if type_.endswith("*"):
            return [("NULL", ["int", 0]), *(self.fields_wrong(type_, right) if right[0] == "struct" else ())]
        return self.scalars(self.ffi.typeof(type_), type_, name)

    def scalars(self, ctype, type_: str, name: str) -> list[tuple[str, Value]]:
        if ctype.kind == "enum":
            numbers = enumerators(ctype)
        elif ctype.kind in ("pointer", "function"):
            numbers = [0]
        elif type_ == "CUmemLocation":
            numbers = list(_PLACES)
        elif ctype.kind == "struct":
            numbers = [0]  # it lies on the stack: whatever is there
        elif type_ == "CUdevice":
            numbers = list(_DEVICES)
        elif "lags" in name:
            numbers = list(_FLAGS)
        else:
            signed = "int" if self.ffi.cast(ctype, -1) < self.ffi.cast(ctype, 0) else "uint"
            numbers = list(_NUMBERS.get((signed, self.ffi.sizeof(ctype)), (0, 255)))
        return [(str(number), ["int", number]) for number in numbers]

    def fields_wrong(self, type_: str, right: Value) -> Iterator[tuple[str, Value]]:
        """The structure with one field wrong at a time."""
        ctype = self.ffi.typeof(self.plain(type_[:-1]))
        if ctype.kind != "struct":
            return
        for label, offset, width, found in self._leaves(ctype, "", 0):
            given = next((spec for at, _, spec in right[2] if at == offset), ["int", 0])
            type_name = found.cname if given[0] != "object" else given[1]
            names = {"memory": "CUdeviceptr"}
            if found.kind == "pointer" and given[0] != "object":
                continue
            for text, spec in (
                self.wrong(names.get(type_name, type_name), label, given)
                if given[0] == "object"
                else self.scalars(found, "CUdevice" if label == "id" else "", label)
            ):
                others = [field for field in right[2] if field[0] != offset]
                yield f"{label} {text}", ["struct", right[1], [*others, [offset, width, spec]]]

    def _leaves(self, ctype, prefix: str, base: int) -> Iterator[tuple[str, int, int, object]]:
        for name, field in ctype.fields:
            label = f"{prefix}.{name}".strip(".")
            if field.type.kind == "struct":
                yield from self._leaves(field.type, label, base + field.offset)
            elif field.type.kind in ("primitive", "enum", "pointer"):
                yield label, base + field.offset, self.ffi.sizeof(field.type), field.type

    def shows(self, type_: str) -> list[list]:
        """How what a call has written is shown: [label, offset, bytes, mode] each."""
        pointee = self.plain(type_[:-1]) if type_.endswith("*") else ""
        if not pointee:
            return []
        if pointee == "void":
            return [["", 0, 8, "loose"]]
        if pointee == "char":
            return [["", 0, 1, "chars"]]
        if pointee == "char *":
            return [["", 0, 8, "text"]]
        if pointee in HANDLES or pointee.endswith("*") or pointee == "CUdeviceptr":
            return [["", 0, 8, "object"]]
        ctype = self.ffi.typeof(pointee)
        if ctype.kind == "struct":
            return [
                [label, offset, width, "object" if found.kind == "pointer" else "uint"]
                for label, offset, width, found in self._leaves(ctype, "", 0)
            ]
        if ctype.kind in ("pointer", "function"):
            return [["", 0, 8, "object"]]
        if ctype.kind == "union":
            return []  # what is in it depends on the program
        signed = ctype.kind == "enum" or self.ffi.cast(ctype, -1) < self.ffi.cast(ctype, 0)
        return [["", 0, self.ffi.sizeof(ctype), "int" if signed else "uint"]]


def handles(type_: str) -> Iterator[tuple[str, Value]]:
    yield "NULL", ["int", 0]
    if type_ == "CUstream":
        yield "legacy", ["int", 1]
        yield "per thread", ["int", 2]
    yield "3", ["int", 3]
    yield "nonsense", ["int", NONSENSE]
    yield "zeros", ["object", "zeros", "valid", 0]
    yield "ones", ["object", "ones", "valid", 0]
    lasts = not HANDLES[type_].destroyer and not HANDLES[type_].parents
    for which in ("stale", "gone", "near", "far"):
        if (which != "gone" or type_ != "CUcontext") and (which != "stale" or not lasts):
            yield which, ["object", type_, which, 0]
    for kind in HANDLES:
        if kind != type_:
            yield kind, ["object", kind, "valid", 0]


def enumerators(ctype) -> list[int]:
    """Every value of an enumeration, those between them where they are few, and some that it has not."""
    known = sorted(number for number in ctype.elements if number < _ENUMERATORS_MAX)
    if known[-1] < 300:
        known = list(range(min(0, known[0]), known[-1] + 1))
    return [*known, -1, known[-1] + 1, known[-1] + 2, 2**31 - 1]
