"""The descriptions of structures, for both halves: shim/generated/structures.* and generated/structures.py."""

from __future__ import annotations

from collections.abc import Mapping

from .emit_libcuda import BANNER
from .kinds import KINDS
from .structures import Field, Structure

_PYTHON = '''"""Structures of the driver as they cross the wire: (name, bytes, members). Written by bitfusion.api.generate.

A member: path, letter, offset, `of`, offset of the count, its bytes, `other`, selector, value. The letters are those of
bitfusion.api.structures, but for r: a handle in a record. `of` is a structure, the table of a session, or the size of
an element.
"""

# ruff: noqa
'''


def header(structures: Mapping[str, Structure]) -> str:
    names = "\n".join(f"    BF_STRUCTURE_{name}," for name in structures)
    return (
        f"{BANNER}#ifndef BF_GENERATED_STRUCTURES_H\n#define BF_GENERATED_STRUCTURES_H\n\n"
        f"enum bf_structure_index {{\n{names}\n    BF_STRUCTURE_COUNT\n}};\n\n#endif\n"
    )


def source(structures: Mapping[str, Structure]) -> str:
    checks = "\n".join(line for structure in structures.values() for line in _checks(structure))
    members = "\n".join(
        f"static const struct bf_member {name}_members[] = {{\n"
        + "".join(f"    {_c_member(field)},\n" for field in structure.fields)
        + "};"
        for name, structure in structures.items()
        if structure.fields
    )
    rows = "\n".join(
        f"    [BF_STRUCTURE_{name}] = {{{structure.bytes}, {len(structure.fields)}, "
        f"{f'{name}_members' if structure.fields else 'NULL'}}},"
        for name, structure in structures.items()
    )
    return (
        f'{BANNER}#include "../state/structures.h"\n\n#include <stddef.h>\n\n{checks}\n\n{members}\n\n'
        f"const struct bf_structure bf_structures[BF_STRUCTURE_COUNT] = {{\n{rows}\n}};\n"
    )


def _checks(structure: Structure) -> list[str]:
    """What the compiler is to find as this package did."""
    name = structure.name
    offsets = dict.fromkeys((field.path, field.offset) for field in structure.fields)
    return [
        f'_Static_assert(sizeof({name}) == {structure.bytes}, "{name}");',
        *(f'_Static_assert(offsetof({name}, {path}) == {offset}, "{name}.{path}");' for path, offset in offsets),
    ]


def _c_member(field: Field) -> str:
    of = field.of if isinstance(field.of, int) else _c_name(field)
    return (
        f"{{'{field.letter}', {str(field.optional).lower()}, {field.count_bytes}, {field.selector}, {field.offset}, {of}, "
        f"{field.count}, {field.other}, {field.value}, {field.code}}}"
    )


def _c_name(field: Field) -> str:
    return f"BF_{str(field.of).upper()}" if field.letter in "hf" else f"BF_STRUCTURE_{field.of}"


def module(structures: Mapping[str, Structure]) -> str:
    """generated/structures.py: those that others hold come first."""
    written: dict[str, str] = {}
    for structure in structures.values():
        _write(structure, structures, written)
    return f"{_PYTHON}\n" + "\n".join(written.values())


def _write(structure: Structure, structures: Mapping[str, Structure], written: dict[str, str]) -> None:
    for field in structure.fields:
        if field.letter in "sa" and field.of not in written:
            _write(structures[str(field.of)], structures, written)
    members = "".join(f"\n        {_python_member(field)}," for field in structure.fields)
    rows = f"({members}\n    )" if members else "()"
    written[structure.name] = f'{structure.name} = (\n    "{structure.name}",\n    {structure.bytes},\n    {rows},\n)\n'


def _python_member(field: Field) -> str:
    kinds = {kind.name: kind for kind in KINDS}
    letter, of = field.letter, str(field.of)
    if letter in "hf":
        letter, of = "r" if kinds[of].record else "h", f'"{kinds[of].table}"'
    rest = (field.count, field.count_bytes, field.other, field.selector, field.value)
    return f'("{field.path}", "{letter}", {field.offset}, {of}, {", ".join(map(str, rest))})'
