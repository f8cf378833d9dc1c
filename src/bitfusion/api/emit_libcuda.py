"""libcuda/generated/: types, prototypes, the name table, per-thread-stream twins, absent symbols."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from .array_formats import FLAGS, FORMATS
from .model import ABSENT, Symbol

BANNER = "/* Written by src/bitfusion/api/generate.py from the API table. Do not edit. */\n"


def types_header() -> str:
    body = files(__package__).joinpath("types.cdef").read_text()
    flags = "".join(f"#define CUDA_ARRAY3D_{name} {number:#x}u\n" for name, number in FLAGS.items())
    return (
        f"{BANNER}#ifndef LC_CUDA_TYPES_H\n#define LC_CUDA_TYPES_H\n\n#include <stddef.h>\n#include"
        f" <stdint.h>\n\n{body}\n#define CU_STREAM_LEGACY ((CUstream)0x1)\n#define CU_STREAM_PER_THREAD"
        " ((CUstream)0x2)\n#define CU_LAUNCH_PARAM_END ((void *)0)\n#define CU_LAUNCH_PARAM_BUFFER_POINTER ((void"
        " *)1)\n#define CU_LAUNCH_PARAM_BUFFER_SIZE ((void *)2)\n#define CU_MEMHOSTALLOC_PORTABLE 1u\n#define"
        " CU_MEMHOSTALLOC_DEVICEMAP 2u\n#define CU_MEMHOSTALLOC_WRITECOMBINED 4u\n#define CU_MEMHOSTREGISTER_PORTABLE"
        " 1u\n#define CU_MEMHOSTREGISTER_DEVICEMAP 2u\n#define CU_MEMHOSTREGISTER_IOMEMORY 4u\n#define"
        " CU_MEMHOSTREGISTER_READ_ONLY 8u\n#define CU_GRAPH_KERNEL_NODE_PORT_DEFAULT 0\n#define"
        " CU_GRAPH_KERNEL_NODE_PORT_PROGRAMMATIC 1\n#define CU_GRAPH_KERNEL_NODE_PORT_LAUNCH_ORDER 2\n#define"
        " CU_GRAPH_COND_ASSIGN_DEFAULT 0x1\n"
        f"{flags}\n#endif\n"
    )


def array_formats_header() -> str:
    rows = " \\\n".join(
        f"    ROW(CU_AD_FORMAT_{name}, {each.channels}, {each.bytes}, {each.side})" for name, each in FORMATS.items()
    )
    return (
        f"{BANNER}/* format, channels (0: 1, 2 or 4), bytes of a channel or else of the element, texels on its side */\n"
        f"#ifndef LC_ARRAY_FORMATS_H\n#define LC_ARRAY_FORMATS_H\n\n#define LC_ARRAY_FORMATS(ROW) \\\n{rows}\n\n#endif\n"
    )


def api_header(symbols: tuple[Symbol, ...]) -> str:
    lines = [
        f'{BANNER}#ifndef LC_CUDA_API_H\n#define LC_CUDA_API_H\n\n#include "cuda_types.h"\n',
        '#define LC_API __attribute__((visibility("default")))\n',
    ]
    for symbol in symbols:
        if symbol.how == ABSENT:
            continue
        lines.append(f"LC_API CUresult {symbol.name}({symbol.proto});")
        lines += [f"LC_API CUresult {symbol.name}_{suffix}({symbol.proto});" for suffix, _ in symbol.twins]
    return "\n".join(lines) + "\n\n#endif\n"


def sticky_header(sticky: Mapping[str, int]) -> str:
    cases = "\n".join(f"    case {name}:" for name in sticky)
    return (
        f'{BANNER}#ifndef LC_STICKY_H\n#define LC_STICKY_H\n\n#include <stdbool.h>\n\n#include "cuda_types.h"\n\n'
        "/* After such an error a context is of no use: every later call in it gives the same. */\n"
        f"static inline bool lc_is_sticky(CUresult result)\n{{\n    switch (result) {{\n{cases}\n        return true;\n"
        "    default:\n        return false;\n    }\n}\n\n#endif\n"
    )


def names_source(symbols: tuple[Symbol, ...]) -> str:
    """Rows (base name, version, per-thread form, address), sorted by base, then form, then version."""
    rows = [(s.base, 0, s.since, s.name) for s in symbols]
    rows += [(s.base, 1, since, f"{s.name}_{suffix}") for s in symbols for suffix, since in s.twins]
    rows.sort()
    declared = "\n".join(f"void {name}(void);" for *_, name in sorted(rows, key=lambda row: row[3]))
    body = "\n".join(f'    {{"{base}", {since}, {form}, {name}}},' for base, form, since, name in rows)
    return (
        f"{BANNER}/* The addresses alone matter here, so every symbol is declared void(void). */\n#include"
        f' "../names.h"\n\n{declared}\n\nconst struct lc_name lc_names[] = {{\n{body}\n}};\nconst size_t lc_names_count'
        " = sizeof lc_names / sizeof lc_names[0];\n"
    )


# Structures that name a stream, and where.
_STREAM_FIELDS = {"CUlaunchConfig": "hStream", "CUDA_GRAPH_INSTANTIATE_PARAMS": "hUploadStream"}
# What stands for a form in a stream that the driver has not.
_ORDERED = {
    "cuMemcpyAtoA_v2": "lc_array_copies_in_arrays",
    "cuMemcpyAtoD_v2": "lc_array_copies_to_device",
    "cuMemcpyDtoA_v2": "lc_array_copies_from_device",
}


def _twin(symbol: Symbol, suffix: str) -> str:
    head = f"CUresult {symbol.name}_{suffix}({symbol.proto})\n{{\n"
    names = [p.name for p in symbol.params]
    streams = {p.name for p in symbol.params if p.type == "CUstream"}
    if suffix == "ptsz" and streams:
        args = ", ".join(f"lc_ptsz({name})" if name in streams else name for name in names)
        return f"{head}    return {symbol.name}({args});\n}}\n"
    if suffix == "ptsz":
        return head + _twin_of_field(symbol)
    if symbol.name in _ORDERED:
        return _waited(head, _ORDERED[symbol.name], names)
    stem, version = (symbol.name[:-3], "_v2") if symbol.name.endswith("_v2") else (symbol.name, "")
    stem = stem.removesuffix("Unaligned")
    asynchronous = f"{stem}Async" + (version if "Memset" not in stem else "")
    return _waited(head, asynchronous, names)


def _waited(head: str, asynchronous: str, names: list[str]) -> str:
    args = ", ".join([*names, "CU_STREAM_PER_THREAD"])
    return (
        f"{head}    CUresult result = {asynchronous}({args});\n"
        "    return result ? result : cuStreamSynchronize(CU_STREAM_PER_THREAD);\n}\n"
    )


def _twin_of_field(symbol: Symbol) -> str:
    """The body of a twin whose stream is a field of what a parameter points to; results come back through it."""
    (given,) = (p for p in symbol.params if p.is_pointer and p.pointee.removeprefix("const ") in _STREAM_FIELDS)
    structure, name = given.pointee.removeprefix("const "), given.name
    field = _STREAM_FIELDS[structure]
    args = ", ".join(f"{name} ? &copy : NULL" if p is given else p.name for p in symbol.params)
    copied = (
        f"    {structure} copy;\n    if ({name}) {{\n        copy = *{name};\n"
        f"        copy.{field} = lc_ptsz(copy.{field});\n    }}\n"
    )
    if given.type.startswith("const"):
        return f"{copied}    return {symbol.name}({args});\n}}\n"
    back = f"    if ({name}) {{\n        copy.{field} = {name}->{field};\n        *{name} = copy;\n    }}\n"
    return f"{copied}    CUresult result = {symbol.name}({args});\n{back}    return result;\n}}\n"


def twins_source(symbols: tuple[Symbol, ...]) -> str:
    """_ptsz: stream NULL means the thread's default stream. _ptds: the copy is ordered on that stream, then waited
    for.
    """
    bodies = [_twin(s, suffix) for s in symbols if s.how != ABSENT for suffix, _ in s.twins]
    return (
        f'{BANNER}#include "../array_copies.h"\n#include "cuda_api.h"\n\nstatic inline CUstream lc_ptsz(CUstream stream)\n{{\n'
        "    return stream ? stream : CU_STREAM_PER_THREAD;\n}\n\n" + "\n".join(bodies)
    )


def absent_source(symbols: tuple[Symbol, ...], header: str, how: str = ABSENT) -> str:
    """The symbols that are answered so; those of ABSENT with their twins, which twins_source() has for all others."""
    lines = [f'{BANNER}#include "{header}"\n']
    for symbol in symbols:
        if symbol.how == how:
            names = [symbol.name, *(f"{symbol.name}_{suffix}" for suffix, _ in symbol.twins if how == ABSENT)]
            lines += [f"LC_ABSENT({name})" for name in names]
    return "\n".join(lines) + "\n"
