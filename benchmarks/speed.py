"""The figures of docs/user/speed.md, measured on this machine and written to speed.json; speed_page.py makes the page.

    python benchmarks/speed.py [--rounds N] [--output FILE]

* canonical: some rows of canonical.py;
* sizes: GB/s (10^9) of a copy of each size to and from the device, beside a bare socket that moves the same bytes;
* steps: ms of a step of a training (a batch of 64 KiB to the device, 100 launches, the loss back) at each round trip
  time, which proxy.py makes; beside the same step without a network, and the ping-pong that was measured there.

Client and server are on one machine, so a network is no limit: what is measured is what the software costs. Needs
gcc and an installed bitfusion.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import canonical
import measures
from measures import BARE, DIRECT, Run, Samples
from processes import HERE, Installation, Server, compile_native, find_runtime

from bitfusion import __version__

SIZES = [1 << shift for shift in range(12, 29, 2)]  # 4 KiB to 256 MiB
MOVED_BYTES = 256 << 20  # by each measurement of a size, at most
REPS_MAX = 200
DELAYS_MS = (1.0, 2.0, 5.0, 10.0, 20.0)  # each way
STEP_COUNT = 20
GROUPS = ("one_cpu", "not_pinned", "start")
OUTPUT = HERE / "speed.json"


def sizes(run: Run) -> list[dict[str, float]]:
    """Rows of the copies of each size."""
    name = run.installations[0].name
    with ExitStack() as stack:
        samples = Samples(run, stack, None, None)
        for _ in range(run.rounds):
            for size in SIZES:
                reps = max(2, min(REPS_MAX, MOVED_BYTES // size))
                for raw, copy in (("push", "htod"), ("pull", "dtoh")):
                    samples.floor(f"{raw}{size}", raw, size, reps)
                    samples.calls(f"{copy}{size}", copy, size, reps)
        medians = samples.medians()
    rows = {
        "to_device": (name, "htod"),
        "to_host": (name, "dtoh"),
        "socket_to": (BARE, "push"),
        "socket_from": (BARE, "pull"),
    }
    return [
        {"bytes": size, **{row: size / 1e9 / medians[who, f"{of}{size}"] for row, (who, of) in rows.items()}}
        for size in SIZES
    ]


def steps(run: Run) -> dict[str, Any]:
    """The step without a network, and rows of it by round trip time."""
    name = run.installations[0].name
    with ExitStack() as stack:
        samples = Samples(run, stack, None, None)
        ports = [str(port) for port in (samples.bare.port, samples.servers[name].port, *measures.DATA_PORTS)]
        for _ in range(run.rounds):
            samples.direct("step", "steps", STEP_COUNT)
            samples.calls("step0", "steps", STEP_COUNT)
            samples.floor("ping0", "ping", measures.PING_COUNT)
        for delay in DELAYS_MS:
            with Server([sys.executable, str(HERE / "proxy.py"), str(delay), *ports], None):
                late = {**samples.remote[name], "BF_SERVERS": f"{measures.DELAYED_HOST}:{samples.servers[name].port}"}
                for _ in range(run.rounds):
                    samples.take(name, f"step{delay}", [run.tools["calls"], "steps", str(STEP_COUNT)], late)
                    samples.floor(f"ping{delay}", "ping", measures.DELAYED_PINGS, measures.DELAYED_HOST)
        medians = samples.medians()
    rows = [
        {"round_trip_ms": medians[BARE, f"ping{delay}"] / 1e3, "step_ms": medians[name, f"step{delay}"]}
        for delay in (0, *DELAYS_MS)
    ]
    return {"direct_ms": medians[DIRECT, "step"], "rows": rows}


def machine() -> dict[str, Any]:
    """What the figures are of."""
    model = [line.partition(":")[2] for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    return {
        "date": datetime.date.today().isoformat(),
        "release": __version__,
        "processor": model[0].strip() if model else "unknown",
        "processors": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds of each measurement (3)")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="file to write (%(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tools = {name: str(compile_native(name, Path(folder))) for name in ("floor", "calls", "runtime")}
        run = Run([Installation("here")], tools, find_runtime(), arguments.rounds)
        facts = machine()
        rows = canonical.measure(run, list(GROUPS))["here"]
        found = {"machine": facts, "canonical": rows, "sizes": sizes(run), "steps": steps(run)}
    arguments.output.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
