"""Python generated from the wire table: one function per call that takes the arguments apart and calls the driver.

A function replaces numbers by handles and calls cuda-python, or the function of driver/ that the table names.
Straight-line code, because a launch passes here: a table that is walked costs three times as much. What a call does
besides (`Wire.does`) has a shape of its own in shapes.py.
"""

from __future__ import annotations

from collections.abc import Iterable

from .kinds import HANDLES, KINDS
from .model import ASK, BINARY, ENUMS, TELL, Param, Wire, is_hand
from .shapes import function

_HEAD = '''"""Calls of the wire table: (session, call) -> the driver. Written by bitfusion.api.generate, never edited.

`call` is the decoded array [id, args...]. A tell returns its CUresult, an ask (CUresult, values...), or None if it is answered later.
"""

from typing import Any

from ..driver import {modules}
from ..driver.arguments import check_alike, each, encode, handles, not_inline, packed, record, unpack_rows, unpacked
from ..driver.binding import BYTES_HEADER, NOT_READY, SUCCESS, cuda, enum
from ..driver.binding import add_dependencies, atomic_capabilities, create_context, remove_dependencies, set_border_color
from ..driver.jit import JitOptions
from ..driver.ports import Answer
from ..driver.session import DriverSession
from ..driver.structures import Memory, structure, structures
from ..driver.telling import bytes_of
from ..limits import BULK_INLINE_BYTES
from . import structures as described

# ruff: noqa
'''

_TABLES = '''"""The tables of a session, one for each kind of objects. Written by bitfusion.api.generate, never edited."""

from __future__ import annotations

from typing import Any

from .objects import {classes}


class Tables:
    """Number -> object. `tables` has all of them, written out: a look at vars(self) would make each later look at an
    attribute slower.
    """

    def __init__(self) -> None:
{made}
        self.tables: tuple[Handles[Any], ...] = (
{listed}
        )
'''

# Modules that the shapes need, besides those of hand-written calls.
_ALWAYS = (
    "arrays",
    "boxes",
    "callbacks",
    "contexts",
    "copies",
    "descriptions",
    "links",
    "memory",
    "polling",
    "pools",
    "streams",
    "virtual",
    "waits",
)


def calls_module(wires: Iterable[Wire]) -> str:
    """generated/calls.py."""
    wires = tuple(wires)
    modules = sorted({*_ALWAYS, *(wire.server.partition(".")[0] for wire in wires if is_hand(wire))})
    functions = "\n\n".join(function(wire) for wire in wires)
    tables = [
        _table("TELLS", "tells without bulk data", [w for w in wires if w.how == TELL and w.bulk != "in"]),
        _table("ASKS", "asks without bulk data in", [w for w in wires if w.how == ASK and w.bulk != "in"]),
        _table("BULK_TELLS", "tells that bulk data follows", [w for w in wires if w.how == TELL and w.bulk == "in"]),
        _table("BULK_ASKS", "asks that bulk data follows", [w for w in wires if w.how == ASK and w.bulk == "in"]),
    ]
    logs = "".join(f"    {w.id}: {_empty_logs(w)},\n" for w in wires if _empty_logs(w))
    names = "".join(f'    {w.id}: "{w.name}",\n' for w in wires)
    arguments = "".join(f'    {w.id}: "{_letters(w)}",\n' for w in wires)
    return (
        f"{_HEAD.format(modules=', '.join(modules))}\n\n{functions}\n\n\n"
        + "\n".join(tables)
        + f"\n# Values that come with every result, also where the call was not even tried.\nEMPTY = {{\n{logs}}}\n"
        + f"\nNAMES = {{\n{names}}}\n"
        + f"\n# A letter an argument: wire/arguments.py.\nARGUMENTS = {{\n{arguments}}}\n"
    )


def _table(name: str, title: str, wires: Iterable[Wire]) -> str:
    rows = "".join(f"    {wire.id}: {wire.name},\n" for wire in wires)
    return f"# {title[0].upper()}{title[1:]}.\n{name} = {{\n{rows}}}\n"


_LETTERS = {
    "int": "i",
    "CUdevice": "i",
    "unsigned int": "u",
    "cuuint32_t": "u",
    "float": "f",
    "const char *": "s",
    **dict.fromkeys(("size_t", "CUdeviceptr", "cuuint64_t", "unsigned long long"), "z"),
    **dict.fromkeys(BINARY, "b"),
    **dict.fromkeys((*ENUMS, *HANDLES), "n"),
}


def _letters(wire: Wire) -> str:
    unknown = [param.type for param in wire.arg_params if not param.is_new and param.type not in _LETTERS]
    if unknown:
        raise ValueError(f"{wire.name}: the generator cannot express an argument of type {unknown[0]!r}")
    return "".join("n" if param.is_new else _LETTERS[param.type] for param in wire.arg_params)


def _empty_logs(wire: Wire) -> str:
    logs = wire.reply_params if any(param.name.endswith("_log") for param in wire.reply_params) else ()
    return f"({', '.join(_nothing(param) for param in logs)})" if logs else ""


def _nothing(param: Param) -> str:
    assert param.type in BINARY or param.type == "int"
    return 'b""' if param.type in BINARY else "0"


def tables_module() -> str:
    """session/tables.py."""
    types = {kind.table: "Named()" if kind.named else f"Handles[{kind.holds}]" for kind in KINDS}
    classes = sorted({"Handle", "Handles", "Named", *(kind.holds for kind in KINDS)})
    return _TABLES.format(
        classes=", ".join(classes),
        made="\n".join(
            f"        self.{table} = {type_}" if type_ == "Named()" else f"        self.{table}: {type_} = Handles()"
            for table, type_ in types.items()
        ),
        listed="\n".join(f"            self.{table}," for table in types),
    )
