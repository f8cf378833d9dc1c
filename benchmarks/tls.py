"""What TLS and tokens cost: the same programs on a server that wants neither, on one that speaks TLS, and on one that
wants a token, too, in alternating rounds.

    python benchmarks/tls.py [--json] [--rounds N]

* synchronous_call: µs of cuMemGetInfo (median);
* launch: launches of an empty kernel a second, from the first launch to the end of the synchronisation;
* copy_to_device, copy_to_host: GB/s (10^9) of a 64 MiB copy;
* start: ms of cuInit and a current context in a process that has begun, by a server that had time to prepare.

Each row has the value of each server, and the ratios to the first. Over loopback, not pinned. Needs gcc and an
installed bitfusion; the servers are `python -m bitfusion.server --softgpu 1`. Ratios are comparable between machines
with the same processors, absolute values are not.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from canonical import Row, rate, show
from measures import COPY_BYTES, COPY_REPS, LAUNCH_COUNT, PING_COUNT, REST_S
from processes import LISTEN, Installation, compile_native, numbers

from bitfusion import certificates

PLAIN = "plain"


@dataclass(frozen=True)
class Way:
    """How a server is reached: its options, and what its clients find in their environment."""

    scheme: str
    options: tuple[str, ...]
    environment: dict[str, str]


def ways(scratch: Path) -> dict[str, Way]:
    authority = certificates.new_authority("benchmark")
    pair = certificates.new_server(authority, [LISTEN])
    files = {name: scratch / name for name in ("ca.pem", "server.pem", "key.pem", "tokens", "token")}
    for name, data in {"ca.pem": authority.certificate, "server.pem": pair.certificate, "key.pem": pair.key}.items():
        files[name].touch(0o600)
        files[name].write_bytes(data)
    words = ("token", "create", "--user", "benchmark", "--tokens", str(files["tokens"]))
    made = subprocess.run([sys.executable, "-m", "bitfusion.cli.main", *words], check=True, stdout=subprocess.PIPE)
    files["token"].touch(0o600)
    files["token"].write_bytes(made.stdout)
    certified = ("--tls-cert", str(files["server.pem"]), "--tls-key", str(files["key.pem"]))
    trusts, holds = {"BF_TLS_CA": str(files["ca.pem"])}, {"BF_TOKEN_FILE": str(files["token"])}
    return {
        PLAIN: Way("", (), {}),
        "tls": Way("tls://", certified, trusts),
        "tls_token": Way("tls://", (*certified, "--tokens", str(files["tokens"])), {**trusts, **holds}),
    }


@dataclass(frozen=True)
class Measure:
    """The words of `calls`, and what is shown of the number that it prints."""

    words: tuple[object, ...]
    unit: str
    shown: Callable[[float], float]


MEASURES = {
    "synchronous_call": Measure(("ask", PING_COUNT), "us", lambda us: us),
    "launch": Measure(("launch", LAUNCH_COUNT), "per_second", lambda seconds: LAUNCH_COUNT / seconds),
    "copy_to_device": Measure(("htod", COPY_BYTES, COPY_REPS), "GB_s", rate),
    "copy_to_host": Measure(("dtoh", COPY_BYTES, COPY_REPS), "GB_s", rate),
    "start": Measure(("start",), "ms", lambda ms: ms),
}


def measured(program: str, rounds: int, scratch: Path) -> dict[str, Row]:
    """The rows, of medians."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    here = Installation("here")
    with ExitStack() as stack:
        clients = {}
        for name, way in ways(scratch).items():
            port = stack.enter_context(here.dispatcher(None, *way.options)).port
            clients[name] = {**here.remote(port, f"{way.scheme}{LISTEN}"), **way.environment}
        for _ in range(rounds):
            for row, measure in MEASURES.items():
                if row == "start":
                    time.sleep(REST_S)
                for name, environment in clients.items():
                    for line in numbers([program, *map(str, measure.words)], None, environment):
                        found[row][name] += line
    return {row: beside(MEASURES[row], each) for row, each in found.items()}


def beside(measure: Measure, found: dict[str, list[float]]) -> Row:
    values = {name: measure.shown(statistics.median(printed)) for name, printed in found.items()}
    ratios = {f"{name}_ratio": value / values[PLAIN] for name, value in values.items() if name != PLAIN}
    return {**{f"{name}_{measure.unit}": value for name, value in values.items()}, **ratios}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (5)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = str(compile_native("calls", Path(folder)))
        rows = measured(program, arguments.rounds, Path(folder))
    if arguments.json:
        print(json.dumps(rows, indent=2))
    else:
        show({"here": rows})


if __name__ == "__main__":
    main()
