"""Python generated from the wire table: one function per call that takes the arguments apart and calls the driver.

A function replaces numbers by handles and calls cuda-python, or the function of driver/ that the table names.
Straight-line code, because a launch passes here: a table that is walked costs three times as much.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .kinds import HANDLES
from .model import ASK, TELL, Param, Wire

_HEAD = '''"""Calls of the wire table: (session, call) -> the driver. Written by bitfusion.api.generate, never edited.

`call` is the decoded array [id, args...]. A tell returns its CUresult, an ask (CUresult, values...), or None if it is answered later.
"""

from typing import Any

from ..driver import {modules}
from ..driver.binding import BYTES_HEADER, SUCCESS, cuda, enum
from ..limits import BULK_INLINE_BYTES

# ruff: noqa
'''

_BY_NUMBER = {"module", "library", "kernel"}  # hand-written calls enter what is found in these under their number
_ENUMS = {
    "CUlimit",
    "CUfunc_cache",
    "CUsharedconfig",
    "CUfunction_attribute",
    "CUmemPool_attribute",
    "CUdevice_P2PAttribute",
}


def calls_module(wires: Iterable[Wire]) -> str:
    """generated/calls.py."""
    wires = tuple(wires)
    modules = sorted({wire.server.partition(".")[0] for wire in wires if is_hand(wire)})
    functions = "\n\n".join(_function(wire) for wire in wires)
    tables = [
        _table("TELLS", "tells without bulk data", [w for w in wires if w.how == TELL and w.bulk != "in"]),
        _table("ASKS", "asks without bulk data in", [w for w in wires if w.how == ASK and w.bulk != "in"]),
        _table("BULK_TELLS", "tells that bulk data follows", [w for w in wires if w.how == TELL and w.bulk == "in"]),
        _table("BULK_ASKS", "asks that bulk data follows", [w for w in wires if w.how == ASK and w.bulk == "in"]),
    ]
    logs = "".join(f"    {w.id}: {_empty_logs(w)},\n" for w in wires if _empty_logs(w))
    names = "".join(f'    {w.id}: "{w.name}",\n' for w in wires)
    return (
        f"{_HEAD.format(modules=', '.join(modules))}\n\n{functions}\n\n\n"
        + "\n".join(tables)
        + f"\n# Values that come with every result, also where the call was not even tried.\nEMPTY = {{\n{logs}}}\n"
        + f"\nNAMES = {{\n{names}}}\n"
    )


def _table(name: str, title: str, wires: Iterable[Wire]) -> str:
    rows = "".join(f"    {wire.id}: {wire.name},\n" for wire in wires)
    return f"# {title[0].upper()}{title[1:]}.\n{name} = {{\n{rows}}}\n"


def _empty_logs(wire: Wire) -> str:
    logs = wire.reply_params if any(param.name.endswith("_log") for param in wire.reply_params) else ()
    assert all(param.type == "bytes" for param in logs)
    return f"({', '.join(['b' + chr(34) * 2] * len(logs))})" if logs else ""


def _function(wire: Wire) -> str:
    names = ", ".join(_safe(param) for param in wire.arg_params)
    lines = [f"def {wire.name}(session: Any, call: Any) -> Any:"]
    lines.append(f"    _, {names} = call" if names else "    (_,) = call")
    new = [param for param in wire.arg_params if param.is_pointer and param.pointee in HANDLES]
    lines += [f"    session.check_new({_safe(param)})" for param in new]
    if is_hand(wire):
        arguments = "".join(f", {_hand_argument(param)}" for param in wire.arg_params)
        lines.append(f"    return {wire.server}(session{arguments})")
    else:
        lines += _driver_call(wire, new)
    return "\n".join(lines) + "\n"


def is_hand(wire: Wire) -> bool:
    """True if a function of driver/ is written for this call: `server` is module.function."""
    return re.fullmatch(r"[a-z_]+\.\w+", wire.server) is not None


def _driver_call(wire: Wire, new: list[Param]) -> list[str]:
    call = _expression(wire, new)
    destroyed = _destroyed(wire)
    if new:
        if len(new) != 1 or wire.how != TELL:
            raise ValueError(f"{wire.name}: only a tell that makes one object can be generated")
        return [
            f"    result, handle = {call}",
            "    if result is SUCCESS:",
            f"        {_enter(new[0])}",
            "    return result",
        ]
    if destroyed:
        answer = "result" if wire.how == TELL else "(result,)"
        return [
            f"    result = {call}[0]",
            "    if result is SUCCESS:",
            f"        session.drop({_safe(destroyed)})",
            f"    return {answer}",
        ]
    if wire.how == TELL:
        return [*_checks(wire), f"    return {call}[0]"]
    if wire.reply_params:
        return [f"    answer = {call}", "    return answer if answer[0] is SUCCESS else answer[:1]"]
    return [f"    return {call}"]


def _expression(wire: Wire, new: list[Param]) -> str:
    """The call of cuda-python: of the same name and arguments, or the one that `server` writes out."""
    if wire.server == "cuda":
        arguments = ", ".join(_cuda_argument(param) for param in wire.arg_params if param not in new)
        return f"cuda.{re.sub(r'_v[0-9]+$', '', wire.name)}({arguments})"
    match = re.fullmatch(r"(cu\w+)\((.*)\)", wire.server)
    params = {param.name: param for param in wire.arg_params}
    words = match[2].split(", ") if match else []
    if not match or {word.removeprefix("*") for word in words} != set(params):
        raise ValueError(
            f"{wire.name}: server is cuda, module.function, or a call of the driver with all arguments, not {wire.server!r}"
        )
    return f"cuda.{match[1]}({', '.join(_written(word, params[word.removeprefix('*')]) for word in words)})"


def _written(word: str, param: Param) -> str:
    """An argument of a call that is written out. *data: where the bytes of `data` are, and how many."""
    if (param.type == "bytes") != word.startswith("*"):
        raise ValueError(f"{param.name}: bytes, and nothing else, are given as *{param.name}")
    name = _safe(param)
    return f"id({name}) + BYTES_HEADER, len({name})" if param.type == "bytes" else _cuda_argument(param)


def _checks(wire: Wire) -> list[str]:
    """Only bytes have an address that may be read, and the driver takes no more than these before it returns."""
    names = [_safe(param) for param in wire.arg_params if param.type == "bytes"]
    return [
        line
        for name in names
        for line in (
            f"    if {name}.__class__ is not bytes or len({name}) > BULK_INLINE_BYTES:",
            f'        raise ValueError("{name}: not bytes, or too many")',
        )
    ]


def _destroyed(wire: Wire) -> Param | None:
    """The object that a call like cuStreamDestroy ends."""
    return wire.arg_params[0] if re.search(r"Destroy(_v[0-9]+)?$", wire.name) else None


def _enter(param: Param) -> str:
    if param.pointee == "CUstream":
        return f"session.add_stream({_safe(param)}, handle)"
    return f"session.add(session.{HANDLES[param.pointee].table}, {_safe(param)}, handle, session.current.number)"


def _cuda_argument(param: Param) -> str:
    name, kind = _safe(param), HANDLES.get(param.type)
    if kind:
        return f"session.{kind.table}[{name}]" + (".handle" if kind.record else "")
    if param.type == "CUdevice":
        return f"session.device({name})"
    return f"enum(cuda.{param.type}, {name})" if param.type in _ENUMS else name


def _hand_argument(param: Param) -> str:
    kind = HANDLES.get(param.type)
    return f"session.{kind.table}[{_safe(param)}]" if kind and kind.name not in _BY_NUMBER else _safe(param)


def _safe(param: Param) -> str:
    """Names that would hide the function's own arguments or a builtin get a tail."""
    return param.name + "_" if param.name in ("session", "call", "bytes", "cuda", "enum", "type") else param.name
