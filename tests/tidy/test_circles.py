"""No circles among C files, and external names that say their file: both as the linker sees them, by nm on the objects
of the last build.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

import pytest
from checkout import ROOT
from symbols import CIRCLES, NAMES, PREFIXES

sys.path.insert(0, str(ROOT))
import native_build

LIBRARIES = {library.name: library for library in native_build.LIBRARIES}


@dataclass
class Object:
    """External symbols of a C file: those that it defines, and those that it needs."""

    defined: set[str] = field(default_factory=set)
    needed: set[str] = field(default_factory=set)


@cache
def objects_of(library: str) -> dict[str, Object]:
    """C file below the checkout -> its object's symbols, for a library of native_build."""
    folder = native_build.directory() / "objects"
    sources = [source.relative_to(ROOT) for source in native_build.sources_of(LIBRARIES[library])]
    files = {str(folder / source.with_suffix(".o")): source.as_posix() for source in sources}
    ran = subprocess.run(["nm", "-A", "-g", *files], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, f"build the libraries first, with make native: {ran.stderr}"
    found = {source: Object() for source in files.values()}
    for line in ran.stdout.splitlines():
        file, _, rest = line.partition(":")
        *_, kind, symbol = rest.split()
        (found[files[file]].needed if kind in "Uw" else found[files[file]].defined).add(symbol)
    return found


def edges_of(objects: dict[str, Object]) -> dict[str, dict[str, set[str]]]:
    """File -> file whose symbols it needs -> those symbols."""
    definers = {symbol: file for file, each in objects.items() for symbol in each.defined}
    edges: dict[str, dict[str, set[str]]] = {file: {} for file in objects}
    for file, each in objects.items():
        for symbol in each.needed & definers.keys():
            edges[file].setdefault(definers[symbol], set()).add(symbol)
    return edges


def reachable(edges: dict[str, Iterable[str]], start: str) -> set[str]:
    """What can be come to from `start`, over one edge or more."""
    found: set[str] = set()
    pending = list(edges[start])
    while pending:
        file = pending.pop()
        if file not in found:
            found.add(file)
            pending.extend(edges[file])
    return found


def circles_of(edges: dict[str, Iterable[str]]) -> set[frozenset[str]]:
    """The strongly connected components of more than one file."""
    reach = {file: reachable(edges, file) for file in edges}
    return {
        frozenset(other for other in reach[file] if file in reach[other])
        for file in edges
        if any(other != file and file in reach[other] for other in reach[file])
    }


def described(circle: frozenset[str], edges: dict[str, dict[str, set[str]]]) -> str:
    ways = [
        f"    {file} needs {', '.join(sorted(edges[file][other]))} of {other}"
        for file in sorted(circle)
        for other in sorted(circle & edges[file].keys())
    ]
    return "\n".join([f"{len(circle)} files need each other:", *ways])


def rule(file: str) -> tuple[str, ...]:
    """How names of that C file may begin."""
    folders = [place for place in PREFIXES if file == place or file.startswith(f"{place}/")]
    stem = file.rpartition("/")[2].removesuffix(".c")
    return tuple(prefix.format(file=stem) for prefix in PREFIXES[max(folders, key=len)])


def fits(file: str, symbol: str) -> bool:
    if any(re.fullmatch(pattern, symbol) for pattern in NAMES):
        return True
    return any(symbol.startswith(prefix) or symbol == prefix.rstrip("_") for prefix in rule(file))


@pytest.mark.parametrize("library", LIBRARIES)
def test_c_files_need_each_other_in_one_direction(library):
    edges = edges_of(objects_of(library))
    unmeant = circles_of(edges) - CIRCLES.keys()
    assert not unmeant, "\n".join(described(circle, edges) for circle in unmeant)


def test_every_circle_that_is_meant_is_there():
    found = {circle for library in LIBRARIES for circle in circles_of(edges_of(objects_of(library)))}
    assert found == set(CIRCLES)


@pytest.mark.parametrize("library", LIBRARIES)
def test_an_external_name_says_its_file(library):
    objects = objects_of(library)
    assert any(each.defined for each in objects.values())
    wrong = [
        f"{file}: {name}" for file, each in objects.items() for name in sorted(each.defined) if not fits(file, name)
    ]
    assert not wrong, "\n".join(wrong)


def test_a_circle_over_several_files_is_found():
    edges = {"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": ["e"], "e": [], "f": ["f"]}
    assert circles_of(edges) == {frozenset("abc")}


@pytest.mark.parametrize(
    ("file", "symbol", "fine"),
    [
        ("softgpu/driver/sched/queue.c", "sg_queue_append", True),
        ("softgpu/driver/sched/queue.c", "sg_sched_append", False),
        ("softgpu/driver/sched/queue.c", "sg_queued", False),
        ("softgpu/isa/float.c", "isa_float_lower", True),
        ("softgpu/isa/float.c", "sg_float_lower", False),
        ("softgpu/ptx/parse.c", "sg_ptx_parse", True),
        ("shim/nvml/wire.c", "bf_wire_ask", False),
        ("libcuda/md2.c", "lc_md2", True),
        ("shim/api/streams.c", "cuStreamCreate", True),
    ],
)
def test_the_rule_for_names_tells_right_from_wrong(file, symbol, fine):
    assert fits(file, symbol) == fine
