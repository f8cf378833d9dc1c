"""The words of the API table: a symbol of libcuda, a call on the wire, and their parameters.

Pure data; the table modules build it, generate.py reads it. Knows nothing of C, sockets or cuda-python.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .kinds import HANDLES
from .structures import described

# How a symbol is answered.
LOCAL = "local"  # in the client, by hand-written C
ASK = "ask"  # one request, wait for its reply
# one request, no reply: its error is told to its context, and returned by the next call of that which carries
TELL = "tell"
ALIAS = "alias"  # as another symbol
HAND = "hand"  # hand-written C that makes calls of the wire table
ABSENT = "absent"  # exported, returns CUDA_ERROR_NOT_SUPPORTED
DIRECT = "direct"  # answered by softgpu; the client returns CUDA_ERROR_NOT_SUPPORTED until the wire has it

SIGNED = {"int", "CUdevice"}
FLOATS = {"float"}
NUMBERS = {"int", "unsigned int", "size_t", "CUdeviceptr", "cuuint32_t", "cuuint64_t", "unsigned long long", "float"}
ENUMS = {
    "CUlimit",
    "CUfunc_cache",
    "CUsharedconfig",
    "CUfunction_attribute",
    "CUmemPool_attribute",
    "CUmemAccess_flags",
    "CUdevice_P2PAttribute",
    "CUlaunchAttributeID",
    "CUjitInputType",
    "CUgraphMem_attribute",
    "CUgraphNodeType",
    "CUmemAllocationGranularity_flags",
    "CUarray_format",
    "CUaddress_mode",
    "CUfilter_mode",
}
# Structures that structures.txt describes. `X[]` is any number of them.
STRUCTURES = frozenset(described())
LISTS = frozenset(f"{name}[]" for name in STRUCTURES)
# Packed u64 numbers of objects of a kind.
NUMBERED = {f"{name}[]": kind for name, kind in HANDLES.items()}
UNPACKED = LISTS | set(NUMBERED) | {"ints"}  # a list for the driver, as an argument
# msgpack bin: bytes as they are; what the client knows of the function or kernel with the value's name, or of all that
# are in the module or library (driver/descriptions.py); packed i32.
BINARY = {"bytes", "description", "listing"} | STRUCTURES | UNPACKED


@dataclass(frozen=True)
class Param:
    """One C parameter: `type` as written without the name, e.g. "const void *"."""

    type: str
    name: str

    @property
    def is_pointer(self) -> bool:
        return self.type.endswith("*")

    @property
    def pointee(self) -> str:
        return self.type[:-1].strip()

    @property
    def text(self) -> str:
        """As C has it."""
        return f"{self.type}{'' if self.is_pointer else ' '}{self.name}"

    @property
    def is_new(self) -> bool:
        """In the arguments of a wire call: the client's number for the object that is made."""
        return self.is_pointer and self.pointee in HANDLES


def parse_params(proto: str) -> tuple[Param, ...]:
    """Split a C parameter list, "int *count, CUdevice dev" -> two Params. "void" and "" give none."""
    if proto.strip() in ("", "void"):
        return ()
    params = []
    for item in proto.split(","):
        match = re.fullmatch(r"\s*(.*?[\s*])(\w+)\s*", item)
        if match is None:
            raise ValueError(f"not a C parameter: {item!r}")
        params.append(Param(re.sub(r"\s*\*\s*", " *", match[1]).replace("* *", "**").strip(), match[2]))
    return tuple(params)


@dataclass(frozen=True)
class Step:
    """One step of an answer: its word (notation.py has them; `give` for *P = E) and what it was written with."""

    word: str
    said: dict[str, str]

    def __getitem__(self, key: str) -> str:
        return self.said.get(key, "")


@dataclass(frozen=True)
class Symbol:
    """One exported symbol of libcuda.so.1.

    `since` is the CUDA version from which cuGetProcAddress answers with it; `twins` are its per-thread-default-stream
    forms as (suffix, since). `steps` are those of an answer that is generated (notation.py).
    """

    name: str
    since: int
    proto: str
    how: str
    twins: tuple[tuple[str, int], ...] = ()
    reason: str = ""  # of ABSENT and DIRECT, for the coverage page
    header: str = "cuda.h"
    carries: bool = False  # its call on the wire may carry an earlier error
    steps: tuple[Step, ...] = ()

    @property
    def params(self) -> tuple[Param, ...]:
        return parse_params(self.proto)

    @property
    def base(self) -> str:
        """The name that cuGetProcAddress is asked for: cuMemAlloc_v2 -> cuMemAlloc."""
        return re.sub(r"_v\d+$", "", self.name)


@dataclass(frozen=True)
class Wire:
    """One call on the wire: [id, args...] -> [number, result, values...].

    `args` and `reply` are C parameter lists of scalars, handles, `const char *` (msgpack str) and types of BINARY
    (msgpack bin); `CUstream *x` in `args` is the number that the client gives to a new object. `server`: "cuda" if the
    driver's function of the same name is asked with the same arguments, else as notation.py has it; `does` too.
    `carries`: it may tell the error of an earlier one-way call of its context, once it has succeeded: its CUDA page says
    so, it gives nothing back that would be lost, and a program that repeats it does no harm.
    """

    id: int
    name: str
    how: str
    args: str = ""
    reply: str = ""
    bulk: str = ""
    server: str = "cuda"
    does: str = ""
    blocks: bool = False
    carries: bool = False
    doc: str = ""

    @property
    def arg_params(self) -> tuple[Param, ...]:
        return parse_params(self.args)

    @property
    def reply_params(self) -> tuple[Param, ...]:
        return parse_params(self.reply)

    @property
    def effects(self) -> dict[str, str]:
        """`does`, taken apart: "destroys(event); settles" -> {"destroys": "event", "settles": ""}."""
        words = [re.fullmatch(r"(\w+)(?:\((.*)\))?", word) for word in self.does.split("; ") if word]
        if None in words:
            raise ValueError(f"{self.name}: not words with arguments: {self.does!r}")
        return {word[1]: word[2] or "" for word in words if word}


def in_order(wires: Iterable[Wire]) -> tuple[Wire, ...]:
    """By their ids. Raises ValueError for two calls with one id or one name."""
    ordered = sorted(wires, key=lambda wire: wire.id)
    ids, names = {wire.id: wire.name for wire in ordered}, {wire.name: wire for wire in ordered}
    for wire in ordered:
        if ids[wire.id] != wire.name or names[wire.name] is not wire:
            raise ValueError(f"{wire.name} #{wire.id}: another call has this id or this name")
    return tuple(ordered)


def is_hand(wire: Wire) -> bool:
    """True if a function of driver/ is written for this call: `server` is module.function."""
    return re.fullmatch(r"[a-z_]+\.\w+", wire.server) is not None
