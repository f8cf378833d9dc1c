"""Which C files call which, as the linker's symbols show it: no circles, and names that tell the file.

Of a library that was built: nm reads its objects.
"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from checkout import ROOT

OBJECTS = ROOT / "build" / "native" / "objects"
LIBRARIES = ("shim",)
DEFINES, NEEDS = set("TDBRCVW"), "U"

# Edges that close no circle, with the reason.
MEANT = {
    "libcuda/generated/names": "a table of the addresses of all symbols, for cuGetProcAddress",
    "lc_driver": "what libcuda/ asks of whichever library links it, by a table of functions",
    "lc_absent": "how whichever library links libcuda/ answers a symbol that it has not",
}
# Circles that stand, as files without suffix.
CIRCLES: dict[str, list[set[str]]] = {"shim": []}

# Names that others gave.
FOREIGN = re.compile(r"cu[A-Z]|nvml[A-Z]|__wrap_|__(asan|ubsan|tsan|odr)_")
# Symbols of another file's name, with the reason.
NAMED_OTHERWISE = {
    "lc_driver": "driver.h declares it, each library that links libcuda/ defines it",
    "lc_absent": "absent.h declares it, each library that links libcuda/ defines it",
    "ln_absent": "as lc_absent, of libnvml/",
}


@cache
def symbols(library: str) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Source without suffix -> (what it defines, what it needs), of every object that has a source."""
    found = {}
    for path in sorted((OBJECTS / library).rglob("*.o")):
        source = path.relative_to(OBJECTS / library).with_suffix("")
        if not (ROOT / source.with_suffix(".c")).is_file():
            continue
        defined, needed = set(), set()
        listing = subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout
        for *_, kind, symbol in map(str.split, listing.splitlines()):
            if kind in DEFINES:
                defined.add(symbol)
            elif kind == NEEDS:
                needed.add(symbol)
        found[source.as_posix()] = frozenset(defined), frozenset(needed)
    assert len(found) > 50, f"{library} is not built: python setup.py build_ext --inplace"
    return found


def calls(found: dict[str, tuple[frozenset[str], frozenset[str]]]) -> dict[str, dict[str, set[str]]]:
    """Source -> source that it calls -> by which symbols, but for those that are meant."""
    home = {symbol: source for source, (defined, _) in found.items() for symbol in defined}
    edges: dict[str, dict[str, set[str]]] = {}
    for source, (_, needed) in found.items():
        edges[source] = defaultdict(set)
        for symbol in needed - MEANT.keys():
            if home.get(symbol, source) not in (source, *MEANT) and source not in MEANT:
                edges[source][home[symbol]].add(symbol)
    return edges


def circles(edges: dict[str, dict[str, set[str]]]) -> Iterator[set[str]]:
    """The strongly connected components of more than one file."""

    def reached(start: str) -> set[str]:
        seen, pending = set(), [start]
        while pending:
            for other in edges[pending.pop()]:
                if other not in seen:
                    seen.add(other)
                    pending.append(other)
        return seen

    reach = {source: reached(source) for source in edges}
    left = {source for source in edges if source in reach[source]}
    while left:
        source = left.pop()
        circle = {other for other in reach[source] if source in reach[other]}
        left -= circle
        yield circle


@pytest.mark.parametrize("library", LIBRARIES)
def test_c_files_call_each_other_in_no_circle(library):
    edges = calls(symbols(library))
    new = [circle for circle in circles(edges) if circle not in CIRCLES[library]]
    shown = [
        f"{source} -> {other}: {', '.join(sorted(edges[source][other])[:4])}"
        for circle in new
        for source in sorted(circle)
        for other in sorted(edges[source])
        if other in circle
    ]
    assert not shown, "\n".join(shown)


def test_no_circle_is_listed_that_is_open():
    for library in LIBRARIES:
        standing = list(circles(calls(symbols(library))))
        assert [circle for circle in CIRCLES[library] if circle not in standing] == []


def test_a_circle_is_seen_and_a_line_is_not():
    line: dict[str, dict[str, set[str]]] = {"a": {"b": {"x"}}, "b": {"c": {"y"}}, "c": {}}
    assert list(circles(line)) == []
    assert list(circles(line | {"c": {"b": {"z"}}})) == [{"b", "c"}]


def prefix_of(source: str) -> str:
    """How the external names of a file begin: bf_stream_ of shim/wire/stream.c, bf_nvml_call_ of shim/nvml/call.c."""
    house, *rooms = Path(source).parts
    between = "nvml_" if rooms[0] == "nvml" else ""
    return f"{ {'shim': 'bf', 'libcuda': 'lc', 'libnvml': 'ln'}[house] }_{between}{rooms[-1]}"


def test_external_names_tell_their_file():
    wrong = [
        f"{source}: {symbol}"
        for source, (defined, _) in symbols("shim").items()
        for symbol in sorted(defined - NAMED_OTHERWISE.keys())
        if not FOREIGN.match(symbol) and not f"{symbol}_".startswith(f"{prefix_of(source)}_")
    ]
    assert not wrong, "\n".join(wrong)
