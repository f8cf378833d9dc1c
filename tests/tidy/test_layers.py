"""The architecture's layers hold: Python's imports and C's includes against the table in layers.py."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest
from checkout import ROOT, files, name
from layers import BESIDE, PYTHON, ROOMS, C

PACKAGE = ROOT / "src" / "bitfusion"
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Absolute dotted names of what the file imports, also inside functions."""
    package = ("bitfusion", *path.relative_to(PACKAGE).parent.parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) + 1 - node.level]) if node.level else ""
            stem = ".".join(piece for piece in (base, node.module) if piece)
            found |= {f"{stem}.{alias.name}" for alias in node.names}
    return found


def violation(part: str, imported_name: str, file: str = "") -> str | None:
    layer = PYTHON[part]
    if any(f"{imported_name}.".startswith(f"{module}.") for module in layer.files.get(file, ())):
        return f"{file} must not import {imported_name}"
    pieces = imported_name.split(".")
    if pieces[0] == "bitfusion":
        other = pieces[1] if len(pieces) > 1 else ""
        if (
            other in PYTHON
            and other != part
            and (other in layer.never or not (layer.everything or other in layer.knows))
        ):
            return f"{part} must not import {other}"
        return "nothing may import cli" if other == "cli" != part else None
    if pieces[0] in layer.never:
        return f"{part} must not import {pieces[0]}"
    if pieces[0] not in sys.stdlib_module_names and pieces[0] not in layer.packages:
        return f"{part} may not import the package {pieces[0]}"
    return None


def test_python_parts_import_only_what_their_layer_allows():
    modules = [path for path in files(".py", below="src/bitfusion") if part_of(path) not in ("__init__", "__main__")]
    assert len(modules) > 20
    unknown = {part_of(path) for path in modules} - set(PYTHON)
    assert not unknown, f"not in the table of layers: {sorted(unknown)}"
    wrong = [
        f"{name(path)}: {problem} ({item})"
        for path in modules
        for item in sorted(imported(path))
        if (problem := violation(part_of(path), item, path.name))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("part", "item", "fine"),
    [
        ("wire", "socket", False),
        ("wire", "msgpack", True),
        ("driver", "bitfusion.wire.frames", False),
        ("worker", "cuda.bindings", False),
        ("server", "bitfusion.cli.main", False),
        ("cli", "bitfusion.server.main", True),
        ("session", "bitfusion.errors", True),
    ],
)
def test_the_rule_itself_tells_allowed_from_forbidden(part, item, fine):
    assert (violation(part, item) is None) == fine


def test_a_command_knows_no_other_command():
    commands = [path for path in files(".py", below="src/bitfusion/cli/commands") if path.stem != "__init__"]
    assert len(commands) > 20
    others = [
        f"{name(path)}: {item}"
        for path in commands
        for item in sorted(imported(path))
        if item.startswith("bitfusion.cli.commands.")
    ]
    assert not others, "\n".join(others)


@pytest.mark.parametrize("file", ["core.py", "sqlite.py"])
@pytest.mark.parametrize("item", ["sqlite3", "sqlite3.Connection", "bitfusion.scheduler.store.Store"])
def test_a_rule_for_one_file_holds_for_that_file_alone(file, item):
    assert (violation("scheduler", item, file) is None) == (file == "sqlite.py")


def test_the_table_of_the_architecture_is_the_one_that_is_checked():
    page = (ROOT / "docs" / "developer" / "architecture.md").read_text()
    section = page.partition("\n## Layers\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if line.startswith("| `")]
    written = {
        part.strip("`"): (set(re.findall("`(.+?)`", knows)), set(re.findall("`(.+?)`", packages)))
        for part, knows, packages in rows
    }
    base = {"errors", "limits", "wording"}
    python = {
        part: (set(layer.knows - base), set(layer.packages)) for part, layer in PYTHON.items() if part not in base
    }
    assert written == python | {f"{part}/": (set(rule.knows - {part}), set()) for part, rule in C.items()}
    assert {part.strip("`") for part, knows, _ in rows if knows == "every part"} == {
        part for part, layer in PYTHON.items() if layer.everything
    }


def included(path: Path) -> list[tuple[str, bool]]:
    """(header, ours) of each include of the file."""
    return [(ours or system, bool(ours)) for ours, system in INCLUDE.findall(path.read_text())]


def place(path: Path, header: str) -> str | None:
    """The top directory of a header in quotes: beside the file, below its own top directory, or from the checkout."""
    top = name(path).split("/")[0]
    for base in (path.parent, ROOT / top, ROOT):
        found = (base / header).resolve()
        if found.is_file() and found.is_relative_to(ROOT):
            return name(found).split("/")[0]
    return None


@pytest.mark.parametrize("directory", sorted(C))
def test_c_files_include_only_what_their_directory_allows(directory):
    if not (ROOT / directory).is_dir():
        pytest.fail(f"{directory}/ does not exist")
    rule, wrong = C[directory], []
    for path in files(".c", ".h", ".def", below=directory):
        forbidden = rule.never | rule.files.get(path.name, frozenset())
        for header, ours in included(path):
            if header in forbidden or Path(header).name in forbidden:
                wrong.append(f"{name(path)} must not include {header}")
            elif ours and (where := place(path, header)) not in rule.knows:
                wrong.append(f"{name(path)} includes {header} of {where}")
    assert not wrong, "\n".join(wrong)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[1]


def beyond(directory: str, room: str) -> set[str]:
    """The rooms of which that one may include nothing."""
    rooms, beside = ROOMS[directory], BESIDE[directory]
    above = rooms[rooms.index(beside.get(room, room)) + 1 :]
    return {*above, *beside} - {room}


@pytest.mark.parametrize("directory", sorted(ROOMS))
def test_a_room_includes_nothing_of_those_above_it(directory):
    wrong = []
    for path in files(".c", ".h", ".def", below=directory):
        if room_of(path) in {*ROOMS[directory], *BESIDE[directory]}:
            ours = [(path.parent / header).resolve() for header, own in included(path) if own]
            rooms = {room_of(header): header.name for header in ours if header.is_relative_to(ROOT / directory)}
            wrong += [
                f"{name(path)} includes {rooms[room]} of {room}/"
                for room in sorted(rooms.keys() & beyond(directory, room_of(path)))
            ]
    assert not wrong, "\n".join(wrong)


def test_the_rule_of_rooms_tells_allowed_from_forbidden():
    assert beyond("shim", "wire") == {"managed", "state", "api", "nvml", "tls"}
    assert beyond("shim", "managed") == {"state", "api", "nvml", "tls"}
    assert beyond("shim", "state") == {"api", "nvml", "tls"}
    assert beyond("shim", "api") == {"nvml", "tls"}
    assert beyond("shim", "nvml") == {"managed", "state", "api", "tls"}
    assert beyond("shim", "tls") == {"managed", "state", "api", "nvml"}
