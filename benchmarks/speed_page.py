"""Writes docs/user/speed.md and its pictures from speed.json, which speed.py measured.

    python benchmarks/speed_page.py [--check]

With --check nothing is written: it ends with 1 if a file is not what the figures say.
"""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import Any

import line_chart
from line_chart import Axis

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "user" / "speed.md"
COLUMNS = 110
Figures = dict[str, Any]

TEXT = """\
# How fast is it?

Written by `benchmarks/speed_page.py` from figures of {date}, release {release}: {processor}, {processors}
processors, load {load} at the beginning: other programs ran, too.
Client, server and a software GPU were **on one machine**, so there was no
network between them: the tables say what the software costs. A network adds its round trip time to each answer, and
its rate is a limit for copies. No figure of a real GPU is here, because none was measured.

## What a call costs

| what | through the server | beside it |
| --- | --- | --- |
{calls}

Most calls do not wait: launches, copies to the device from pinned memory, fills and events are sent, and the program
goes on. What must be known waits for the server: a copy to the host, a synchronisation, an allocation.

## Copies by size

![Throughput of copies by their size](speed-copies.svg)

| bytes | to the device, GB/s | a bare socket | from the device, GB/s | a bare socket |
| --- | --- | --- | --- | --- |
{sizes}

## A step of a training, by the round trip time

A step copies a batch of 64 KiB to the device, launches 100 kernels, and copies the loss back. It waits once, at its
end. So it costs about one round trip more than beside the GPU, whatever the number of launches. Without a network, on
the software GPU of the program's own process, it takes {direct:.2f} ms.

![Time of a step by the round trip time](speed-steps.svg)

| round trip, ms | step, ms |
| --- | --- |
{steps}

A step that waits k times costs k round trips. If it is slow: wait less often (`.item()`, `.cpu()`,
`cudaDeviceSynchronize` in each step), use pinned memory and asynchronous copies, capture the step as a graph.

## Your own network

`flexdirect net_perf` measures the round trip time and the rate between this machine and a server
([reports](../operator/operations.md#reports)). `python benchmarks/canonical.py` in a checkout measures the rest, each
figure beside what the machine can do; `python benchmarks/speed.py` measures what is on this page.
"""


def _calls(rows: dict[str, dict[str, float]]) -> str:
    ask, start, launch = rows["synchronous_call"], rows["start"], rows["launch"]
    copy, query, replay = rows["small_copy"], rows["event_query"], rows["graph_replay"]
    first = rows["first_result"]["round_trips"]
    alone = "without a server: "
    table = (
        ("a call that waits for its answer", f"{ask['us']:.0f} µs", f"bare TCP: {ask['c_ping_pong_us']:.0f} µs"),
        (
            "launches of a kernel, a second",
            f"{launch['per_second']:,.0f}",
            f"{alone}{launch['direct_per_second']:,.0f}",
        ),
        ("a copy of 64 bytes to the device", f"{copy['us']:.1f} µs", f"{alone}{copy['direct_us']:.1f} µs"),
        ("`cuEventQuery` of what is over", f"{query['us']:.3f} µs", f"{alone}{query['direct_us']:.3f} µs"),
        ("a graph of 2,000 kernels", f"{replay['us'] / 1e3:.2f} ms", f"{alone}{replay['direct_us'] / 1e3:.2f} ms"),
        ("`cuInit` and a context", f"{start['ms']:.0f} ms", f"{alone}{start['direct_ms']:.1f} ms"),
        ("from `cuInit` to a kernel's first result", f"{first:.0f} round trips", ""),
    )
    return "\n".join(f"| {what} | {here} | {beside} |" for what, here, beside in table)


def _bytes(size: float) -> str:
    return f"{size / 2**20:g} MiB" if size >= 1 << 20 else f"{size / 2**10:g} KiB"


def page(figures: Figures) -> str:
    sizes = "\n".join(
        f"| {_bytes(row['bytes'])} | {row['to_device']:.2f} | {row['socket_to']:.2f} | {row['to_host']:.2f}"
        f" | {row['socket_from']:.2f} |"
        for row in figures["sizes"]
    )
    steps = "\n".join(f"| {row['round_trip_ms']:.2f} | {row['step_ms']:.2f} |" for row in figures["steps"]["rows"])
    text = TEXT.format(
        **figures["machine"],
        calls=_calls(figures["canonical"]),
        sizes=sizes,
        steps=steps,
        direct=figures["steps"]["direct_ms"],
    )
    return "\n\n".join(map(_wrapped, text.rstrip("\n").split("\n\n"))) + "\n"


def _wrapped(paragraph: str) -> str:
    """At most COLUMNS wide, but for tables, headings and pictures."""
    return (
        paragraph
        if paragraph.startswith(("|", "#", "!"))
        else textwrap.fill(paragraph, COLUMNS, break_on_hyphens=False)
    )


def copies(figures: Figures) -> str:
    rows = figures["sizes"]
    names = {
        "to_device": "to the device",
        "to_host": "from the device",
        "socket_to": "a bare socket, there",
        "socket_from": "a bare socket, back",
    }
    lines = {name: [(row["bytes"], row[of]) for row in rows] for of, name in names.items()}
    largest = max(y for points in lines.values() for _, y in points)
    sizes = [row["bytes"] for row in rows]
    across = Axis("bytes of a copy", sizes[0], sizes[-1], sizes, _bytes, logarithmic=True)
    return line_chart.draw("Throughput of copies", across, line_chart.from_zero("GB/s", largest), lines)


def steps(figures: Figures) -> str:
    rows = figures["steps"]["rows"]
    taken = [(row["round_trip_ms"], row["step_ms"]) for row in rows]
    direct = figures["steps"]["direct_ms"]
    last = max(x for x, _ in taken)
    lines = {
        "a step through the server": taken,
        "without a server, and one round trip": [(x, direct + x) for x in (0.0, last)],
    }
    across = line_chart.from_zero("round trip time, ms", last)
    up = line_chart.from_zero("ms", max(y for points in lines.values() for _, y in points))
    return line_chart.draw("A step of a training: batch in, 100 launches, loss out", across, up, lines)


def made(figures: Figures) -> dict[Path, str]:
    return {
        PAGE: page(figures),
        PAGE.with_name("speed-copies.svg"): copies(figures),
        PAGE.with_name("speed-steps.svg"): steps(figures),
    }


def main() -> int:
    files = made(json.loads((HERE / "speed.json").read_text()))
    if "--check" in sys.argv[1:]:
        stale = [path for path, text in files.items() if not path.is_file() or path.read_text() != text]
        for path in stale:
            print(f"{path} is not what speed.json says; run python benchmarks/speed_page.py", file=sys.stderr)
        return 1 if stale else 0
    for path, text in files.items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
