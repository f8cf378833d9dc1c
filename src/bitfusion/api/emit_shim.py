"""shim/generated/: descriptors of the calls on the wire, one-line stubs of plain symbols, the limits as C constants."""

from __future__ import annotations

import types
from collections.abc import Container

from .emit_libcuda import BANNER
from .kinds import HANDLES, KINDS
from .model import ASK, BINARY, ENUMS, FLOATS, NUMBERS, SIGNED, Param, Wire

_WIDE = {"size_t", "CUdeviceptr", "cuuint64_t", "unsigned long long"}


def _letter(param: Param) -> str:
    """One letter a value; shim/wire/encode.h says the same. u unsigned 32, z unsigned 64, i signed, f float, s string,
    b bytes, n number of a new object. Handles keep their kind, because the stubs look objects up by it.
    """
    if param.type in HANDLES:
        return HANDLES[param.type].letter
    if param.is_pointer and param.pointee in HANDLES:
        return "n"
    if param.type == "const char *":
        return "s"
    if param.type in BINARY:
        return "b"
    if param.type in FLOATS:
        return "f"
    if param.type in SIGNED:
        return "i"
    if param.type in _WIDE:
        return "z"
    if param.type in NUMBERS | ENUMS:
        return "u"
    raise ValueError(f"{param.name}: no letter stands for {param.type}")


def _letters(params: tuple[Param, ...]) -> str:
    return "".join(_letter(param) for param in params)


def calls_header(wires: tuple[Wire, ...]) -> str:
    names = "\n".join(f"    BF_CALL_{wire.name}," for wire in wires)
    counts = "\n".join(f"    BF_ARGS_{wire.name} = {len(wire.arg_params)}," for wire in wires)
    return (
        f"{BANNER}#ifndef BF_GENERATED_CALLS_H\n#define BF_GENERATED_CALLS_H\n\n"
        f"enum bf_call_index {{\n{names}\n    BF_CALL_COUNT\n}};\n\n"
        f"enum bf_call_args {{\n{counts}\n}};\n\n#endif\n"
    )


def calls_source(wires: tuple[Wire, ...]) -> str:
    rows = "\n".join(
        f'    [BF_CALL_{w.name}] = {{"{w.name}", "{_letters(w.arg_params)}", "{_letters(w.reply_params)}", '
        f"{w.id}, {len(w.arg_params)}, {len(w.reply_params)}, {'BF_HOW_ASK' if w.how == ASK else 'BF_HOW_TELL'}, "
        f"{ {'': 'BF_NO_BULK', 'in': 'BF_BULK_IN', 'out': 'BF_BULK_OUT'}[w.bulk] }, {str(w.carries).lower()}}},"
        for w in wires
    )
    return f'{BANNER}#include "../wire/encode.h"\n\nconst struct bf_call bf_calls[BF_CALL_COUNT] = {{\n{rows}\n}};\n'


def kinds_header() -> str:
    """shim/generated/kinds.h: the kinds of objects, and what a handle of nothing is answered."""
    of_context = {"context"}
    for kind in KINDS:  # a row's first parent stands above it
        if kind.parents and kind.parents[0] in of_context:
            of_context.add(kind.name)
    names = ", ".join(f"BF_{kind.name.upper()}" for kind in KINDS)
    rows = " \\\n".join(
        f"    ROW({kind.name.upper()}, {kind.bad}, {str(kind.name in of_context - {'context'}).lower()})"
        for kind in KINDS
    )
    return (
        f"{BANNER}#ifndef BF_GENERATED_KINDS_H\n#define BF_GENERATED_KINDS_H\n\n"
        f"enum bf_kind {{ BF_FREE, {names} }};\n\n"
        "/* ROW(kind, what a handle of nothing is answered, whether it is made in a context) */\n"
        f"#define BF_KINDS(ROW) \\\n{rows}\n\n#endif\n"
    )


def limits_header(limits: types.ModuleType, release: str, used: Container[str]) -> str:
    """The limits whose C names are `used`."""
    values = {"BF_RELEASE": f'"{release}"'}
    for name, value in vars(limits).items():
        if name.isupper() and isinstance(value, int):
            values[f"BF_{name}"] = f"{value}" if value < 1 << 31 else f"{value}ll"
        elif name.isupper() and isinstance(value, float) and name.endswith("_S"):
            values[f"BF_{name[:-2]}_MS"] = f"{round(value * 1000)}"
        elif name == "PROTOCOL_VERSIONS":
            values |= {"BF_PROTOCOL_VERSION_MIN": f"{min(value)}", "BF_PROTOCOL_VERSION_MAX": f"{max(value)}"}
    body = "\n".join(f"#define {name} {value}" for name, value in values.items() if name in used)
    why = "/* Of limits.py what shim/ uses: generate again after a first use. */"
    return f"{BANNER}{why}\n#ifndef BF_GENERATED_LIMITS_H\n#define BF_GENERATED_LIMITS_H\n\n{body}\n\n#endif\n"
