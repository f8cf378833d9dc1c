"""The page of NVIDIA's samples: a table of what became of each, directly and through the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sample_runs

HEAD = """# NVIDIA's public samples

Written by `make test-samples`, of NVIDIA's [cuda-samples](https://github.com/NVIDIA/cuda-samples) as they
stand there, built for PTX alone (NVRTC is asked for PTX, too) with the toolkit of PyPI. Each program is run
with the arguments of the samples' own list for tests, directly on softgpu and through the network to a server
on softgpu.

*directly* and *network* are exit codes: 2 is what a sample returns when the device lacks something that it
needs, *time* is a program that was not at its end in time. *same*: code and output are alike, times and rates
aside (`tests/samples/samples.yaml` has the rules).

"""


def page(rows: Sequence[Mapping[str, Any]], left_out: Mapping[str, str]) -> str:
    """Of results (`name`, `direct`, `wire`, `masks`, `unordered`, perhaps `why`), and why others have no program."""
    table = "| sample | directly | network | same | why not |\n| --- | --- | --- | --- | --- |\n"
    table += "".join(_row(row) for row in rows)
    by_reason: dict[str, list[str]] = {}
    for name, why in left_out.items():
        by_reason.setdefault(why, []).append(name)
    rest = "".join(f"| {_cell(why)} | {', '.join(names)} |\n" for why, names in by_reason.items())
    absent = f"\n## Not built, or not run\n\n| why | samples |\n| --- | --- |\n{rest}" if rest else ""
    return f"{HEAD}{summary(rows)}\n\n{table}{absent}"


def summary(rows: Sequence[Mapping[str, Any]]) -> str:
    well = [sum(sample_runs.ended_well(row[way]) for row in rows) for way in ("direct", "wire")]
    both = [row for row in rows if all(sample_runs.ended_well(row[way]) for way in ("direct", "wire"))]
    same = sum(not sample_runs.first_difference(row) for row in both)
    return (
        f"{len(rows)} samples were run: {well[0]} end well directly, {well[1]} through the network, "
        f"{same} both ways with the same output."
    )


def line(row: Mapping[str, Any]) -> str:
    """A result for a terminal."""
    return f"{row['name']}: " + ", ".join(cell for cell in _cells(row)[1:] if cell)


def _cells(row: Mapping[str, Any]) -> list[str]:
    different = sample_runs.first_difference(row)
    bad = next((row[way] for way in ("direct", "wire") if sample_runs.code(row[way]) != "0"), None)
    reason = row.get("why") or (sample_runs.why(bad) if bad else different) if bad or different else ""
    same = "different" if different else "same"
    return [row["name"], sample_runs.code(row["direct"]), sample_runs.code(row["wire"]), same, reason]


def _row(row: Mapping[str, Any]) -> str:
    return "| " + " | ".join(map(_cell, _cells(row))) + " |\n"


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("<", "&lt;").replace("*", r"\*")
