"""The canonical numbers, each beside its floor measured in the same run, interleaved.

    python benchmarks/canonical.py [--json] [--rounds N] [--beside CHECKOUT] [--only GROUP…] [--installed-driver]

one_cpu: client and server on one CPU:
* synchronous_call: µs of cuMemGetInfo (median), beside a bare C TCP ping-pong and a bare uvloop + msgpack echo;
* graph_replay: µs of a launch of a captured graph of 2,000 kernel nodes in a row (a block of 256 threads each, which
  adds gradients to weights) and the wait for it, beside softgpu and one synchronous call;
* event_query: µs of cuEventQuery of an event that was seen complete, beside softgpu in the program's own process;
* small_copy: µs of each copy of 64 bytes to the device in a stream, from the first to the end of the
  synchronisation, beside softgpu; small_copy_default (cuMemcpyHtoD), small_fill (cuMemsetD8Async of 64 bytes) and
  event_record likewise.

not_pinned:
* copy_to_device, copy_to_host: GB/s (10^9) of a 64 MiB copy, beside a bare socket moving the same bytes;
* launch: launches of an empty kernel a second, from the first launch to the end of the synchronisation, beside
  softgpu.

two_cpus: client and server on a CPU each, where there are two:
* copy_to_host_two_cpus: as above;
* async_copy_to_host: ms of cuMemcpyDtoHAsync of 256 MiB to pinned memory, and until it is complete, beside softgpu's
  call and a bare socket moving the same bytes.

resuming: sessions that survive a broken connection, beside such that do not (BF_RESUME_S=0):
* resumable_copy_to_device, resumable_copy_to_host: GB/s of a 256 MiB copy, client and server on one CPU;
  resumable_copy_to_device_two_cpus, resumable_copy_to_host_two_cpus: on a CPU each, where there are two.

start: not pinned, by a server that had time to prepare for the next client:
* start: ms of cuInit and a current context in a process that has begun, beside softgpu;
* first_result: round trips of a driver API program from cuInit to a kernel's first result: how much longer the
  fastest takes through a proxy that delays every byte, divided by a ping-pong through the same proxy;
  runtime_first_result: the same of a program on the runtime API, if pip has installed libcudart. A TCP handshake is
  not delayed.

Needs gcc and an installed bitfusion. The server is `python -m bitfusion.server --softgpu 1`: the wire, the dispatch
and cuda-python are the production ones. With --installed-driver both it and what is beside it use this machine's GPU,
and "softgpu" above means that. Ratios are comparable between machines, absolute values are not. With
--beside, another checkout that was built in place (`setup.py build_ext --inplace`) is measured in the same rounds:
before and after a change. What that one cannot do is left out, with a line on stderr that says why.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import measures
from measures import BARE, DIRECT, ECHO, Medians, Run
from processes import Installation, compile_native, find_runtime

Row = dict[str, float]


def against(unit: str, value: float, floor_name: str, floor: float) -> Row:
    return {unit: value, f"{floor_name}_{unit}": floor, "ratio": value / floor}


def one_cpu(medians: Medians, who: str) -> dict[str, Row]:
    ask, c_floor = medians[who, "ask"], medians[BARE, "ping"]
    rows = {
        "synchronous_call": {
            "us": ask,
            "c_ping_pong_us": c_floor,
            "uvloop_msgpack_echo_us": medians[ECHO, "ping"],
            "ratio_to_c": ask / c_floor,
        }
    }
    names = {
        "event_query": "query",
        "host_function_awaited": "function",
        "host_function": "functions",
        "small_copy": "copies",
        "small_copy_default": "default",
        "small_fill": "fills",
        "event_record": "records",
    }
    rows |= {
        row: against("us", medians[who, call], "direct", medians[DIRECT, call])
        for row, call in names.items()
        if (who, call) in medians
    }
    if (who, "replays") in medians:
        replay, direct = medians[who, "replays"], medians[DIRECT, "replays"]
        rows["graph_replay"] = {"us": replay, "direct_us": direct, "request_us": ask, "ratio": replay / (direct + ask)}
    return rows


def not_pinned(medians: Medians, who: str) -> dict[str, Row]:
    per_second = {name: measures.LAUNCH_COUNT / medians[name, "launch"] for name in (who, DIRECT)}
    return {
        "copy_to_device": against("GB_s", rate(medians[who, "htod"]), "socket", rate(medians[BARE, "push"])),
        "copy_to_host": against("GB_s", rate(medians[who, "dtoh"]), "socket", rate(medians[BARE, "pull"])),
        "launch": against("per_second", per_second[who], "direct", per_second[DIRECT]),
    }


def two_cpus(medians: Medians, who: str) -> dict[str, Row]:
    call, complete = medians[who, "async"], medians[who, "async_complete"]
    return {
        "copy_to_host_two_cpus": against("GB_s", rate(medians[who, "dtoh"]), "socket", rate(medians[BARE, "pull"])),
        "async_copy_to_host": {
            "call_ms": 1e3 * call,
            "direct_call_ms": 1e3 * medians[DIRECT, "async"],
            **against("complete_ms", 1e3 * complete, "socket", 1e3 * medians[BARE, "pull_async"]),
        },
    }


def resuming(medians: Medians, who: str) -> dict[str, Row]:
    copies = {"resumable_copy_to_device": "htod", "resumable_copy_to_host": "dtoh"}
    places = {"": "one", "_two_cpus": "two"}
    return {
        row + suffix: against(
            "GB_s",
            measures.ASYNC_BYTES / 1e9 / medians[who, f"{copy}_{where}"],
            "ending",
            measures.ASYNC_BYTES / 1e9 / medians[who, f"{copy}_{where}_ends"],
        )
        for row, copy in copies.items()
        for suffix, where in places.items()
        if (who, f"{copy}_{where}") in medians
    }


def start(medians: Medians, who: str) -> dict[str, Row]:
    rows = {"start": against("ms", medians[who, "start"], "direct", medians[DIRECT, "start"])}
    for row, program in (("first_result", "first"), ("runtime_first_result", "runtime")):
        if (who, program) in medians:
            rows[row] = {
                "round_trips": measures.round_trips(medians, who, program),
                "ping_pong_ms": measures.round_trip_ms(medians),
            }
    return rows


def rate(seconds: float) -> float:
    return measures.COPY_BYTES / 1e9 / seconds


GROUPS: dict[str, tuple[Callable[[Run], Medians], Callable[[Medians, str], dict[str, Row]]]] = {
    "one_cpu": (measures.one_cpu, one_cpu),
    "not_pinned": (measures.not_pinned, not_pinned),
    "two_cpus": (measures.two_cpus, two_cpus),
    "resuming": (measures.resuming, resuming),
    "start": (measures.start, start),
}


def measure(run: Run, chosen: list[str]) -> dict[str, dict[str, Row]]:
    """The rows of each installation, by its name."""
    rows: dict[str, dict[str, Row]] = {installation.name: {} for installation in run.installations}
    for name in chosen:
        samples, report = GROUPS[name]
        medians = samples(run)
        for who, of_who in rows.items():
            of_who.update(report(medians, who) if medians else {})
    return rows


def show(rows: dict[str, dict[str, Row]]) -> None:
    """One line a row and installation, those of a row beneath each other."""
    several = len(rows) > 1
    width = max(map(len, next(iter(rows.values())))) + (10 if several else 1)
    for row in next(iter(rows.values())):
        for who, of_who in rows.items():
            if row not in of_who:
                continue
            title = f"{row} ({who})" if several else row
            print(f"{title:{width}}  " + "  ".join(f"{key} {value:,.3f}" for key, value in of_who[row].items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds of each measurement (5)")
    parser.add_argument("--beside", type=Path, metavar="CHECKOUT", help="measure this one, too, in the same rounds")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=list(GROUPS), help="groups of rows (all)")
    parser.add_argument("--installed-driver", action="store_true", help="use this machine's GPU instead of softgpu")
    arguments = parser.parse_args()
    installations = [Installation("here", on_installed_driver=arguments.installed_driver)]
    if arguments.beside:
        installations.append(Installation("beside", arguments.beside.resolve(), arguments.installed_driver))
    with tempfile.TemporaryDirectory() as folder:
        tools = {name: str(compile_native(name, Path(folder))) for name in ("floor", "calls", "runtime")}
        run = Run(installations, tools, find_runtime(), arguments.rounds)
        rows = measure(run, arguments.only)
    for (who, call), reason in run.unable.items():
        print(f"no {call} of {who}: {reason}", file=sys.stderr)
    if not arguments.json:
        show(rows)
    else:
        print(json.dumps(rows if arguments.beside else rows["here"], indent=2))


if __name__ == "__main__":
    main()
