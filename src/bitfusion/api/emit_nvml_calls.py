"""NVML across the wire: descriptors and one-line stubs in C, the same descriptors for the server in Python.

A parameter is described by a letter, a size and, of arrays, where its number of elements is:

    D device        u number by value     o out             v in and out, its first word tells its size
    i in            c count, in and out   s text out        a array out     x array in and out
    n array out that may be NULL: its count goes in as 0 then
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from .emit_libcuda import BANNER
from .layout import sizes
from .model import Param
from .nvml import HAND, REMOTE, SERVER, Array, Function

_PYTHON = '''"""NVML's functions that a server answers: name -> (letter, bytes, count) of each parameter. Written by bitfusion.api.generate.

The letters are those of bitfusion.api.emit_nvml_calls; count is the place of the parameter with the number of elements, or minus
that number.
"""

# ruff: noqa
'''


@dataclass(frozen=True)
class Described:
    """A parameter as the descriptor has it. `count`: place of the parameter that has it, or minus the number itself."""

    letter: str
    bytes: int
    count: int = 0
    type: str = ""  # whose size `bytes` is, for the compiler to check


def answered(functions: Iterable[Function]) -> list[Function]:
    """The functions that may be asked of a server: a reply that holds handles would mean nothing to the client."""
    return [f for f in functions if f.how in (REMOTE, SERVER, HAND) and "nvmlDevice_t *" not in f.proto]


def _cdef() -> str:
    return files(__package__).joinpath("nvml_types.cdef").read_text()


def _versioned(cdef: str) -> set[str]:
    """The structures that begin with their version, by all their names."""
    names = set(re.findall(r"typedef struct \w*\s*\{\s*unsigned int version;[^}]*(?:\{[^}]*\}[^}]*)*\}\s*(\w+);", cdef))
    for name, alias in re.findall(r"typedef (\w+) (\w+);", cdef):
        if name in names:
            names.add(alias)
    return names


def _describe(function: Function, known: Mapping[str, int], versioned: set[str]) -> list[Described]:
    arrays = {array.name: array for array in function.arrays}
    names = [param.name for param in function.params]
    counts = {array.count for array in function.arrays}
    return [_parameter(param, arrays.get(param.name), names, counts, known, versioned) for param in function.params]


def _parameter(
    param: Param, array: Array | None, names: list[str], counts: set[str], known: Mapping[str, int], versioned: set[str]
) -> Described:
    if param.type == "nvmlDevice_t":
        return Described("D", 4)
    if not param.is_pointer:
        return Described("u", known[param.type], 0, param.type)
    kind = param.pointee.removeprefix("const ")
    if array:
        count = names.index(array.count) if array.count in names else -int(array.count)
        letter = "x" if array.read else "n" if array.optional else "s" if kind == "char" else "a"
        return Described(letter, known[kind], count, kind)
    if param.name in counts:
        return Described("c", 4)
    if param.pointee.startswith("const "):
        return Described("i", known[kind], 0, kind)
    return Described("v", 0) if kind in versioned else Described("o", known[kind], 0, kind)


def functions_header(functions: tuple[Function, ...]) -> str:
    names = "\n".join(f"    BF_{f.name}," for f in answered(functions))
    return (
        f"{BANNER}#ifndef BF_NVML_GENERATED_FUNCTIONS_H\n#define BF_NVML_GENERATED_FUNCTIONS_H\n\n"
        f"enum bf_nvml_index {{\n{names}\n    BF_NVML_COUNT\n}};\n\n#endif\n"
    )


def functions_source(functions: tuple[Function, ...]) -> str:
    cdef = _cdef()
    known, versioned = sizes(cdef), _versioned(cdef)
    described = {f.name: _describe(f, known, versioned) for f in answered(functions)}
    used = sorted({(p.type, p.bytes) for params in described.values() for p in params if p.type})
    checks = "\n".join(f'_Static_assert(sizeof({kind}) == {count}, "{kind}");' for kind, count in used)
    params = "\n".join(
        f"static const struct bf_nvml_param {name}_params[] = {{"
        + ", ".join(f"{{'{p.letter}', {p.count}, {p.bytes}}}" for p in params)
        + "};"
        for name, params in described.items()
    )
    rows = "\n".join(
        f'    [BF_{name}] = {{"{name}", {name}_params, {len(params)}}},' for name, params in described.items()
    )
    return (
        f'{BANNER}#include "../call.h"\n\n{checks}\n\n{params}\n\n'
        f"const struct bf_nvml_function bf_nvml_functions[BF_NVML_COUNT] = {{\n{rows}\n}};\n"
    )


def stubs_source(functions: tuple[Function, ...]) -> str:
    bodies = []
    for function in functions:
        if function.how in (REMOTE, SERVER):
            values = (
                f"{{.p = {p.name}}}" if p.is_pointer or p.type == "nvmlDevice_t" else f"{{.u = (uint64_t){p.name}}}"
                for p in function.params
            )
            bodies.append(
                f"nvmlReturn_t {function.name}({function.proto})\n{{\n    return"
                f" bf_nvml_call(&bf_nvml_functions[BF_{function.name}], (const union"
                f" bf_nvml_arg[]){{{', '.join(values)}}});\n}}\n"
            )
    return f'{BANNER}#include "../../../libnvml/generated/nvml_api.h"\n#include "../call.h"\n\n' + "\n".join(bodies)


def description_module(functions: tuple[Function, ...]) -> str:
    """generated/nvml.py."""
    cdef = _cdef()
    known, versioned = sizes(cdef), _versioned(cdef)
    rows = []
    for function in answered(functions):
        params = "".join(f'("{p.letter}", {p.bytes}, {p.count}), ' for p in _describe(function, known, versioned))
        rows.append(f'    "{function.name}": ({params.rstrip()}),\n')
    return f"{_PYTHON}\nFUNCTIONS: dict[str, tuple[tuple[str, int, int], ...]] = {{\n{''.join(rows)}}}\n"
