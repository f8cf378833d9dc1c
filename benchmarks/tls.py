"""What TLS costs: the same work with a server that speaks it and with one that does not, in alternating rounds.

    python benchmarks/tls.py [--json] [--rounds N]

* synchronous_call: µs of a request of the smallest kind (median), over loopback;
* copy_to_device, copy_to_host: GB/s (10^9) of a 64 MiB copy;
* start: ms from the first connection to the answer of a session's CUDA Server.

Each row has the value with TLS, the one without, and their ratio. Both servers are `python -m bitfusion.server
--softgpu 1`; the client is bitfusion.net.client in one process, which is slower than the shim: the server's half of the
costs is the real one. Absolute values are not comparable between machines.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bitfusion import certificates
from bitfusion.api.table import WIRES
from bitfusion.net.client import Client
from bitfusion.net.trust import Trust

CALLS = {wire.name: wire.id for wire in WIRES}
PORTS = {"tls": 55801, "plain": 55802}
ASKS = 500
COPY_BYTES = 64 << 20
Seconds = dict[str, list[float]]


@contextmanager
def server(port: int, scratch: Path, *options: str) -> Iterator[None]:
    """A Dispatcher that listens."""
    command = [sys.executable, "-m", "bitfusion.server", "--host", "127.0.0.1", "-p", str(port), "--softgpu", "1"]
    with (scratch / f"{port}.log").open("w") as log:
        process = subprocess.Popen([*command, "--grace", "0", *options], stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        if not any(line.startswith("Listening on") for line in process.stdout):
            raise SystemExit((scratch / f"{port}.log").read_text())
        yield
    finally:
        process.terminate()
        process.wait()


def certified(scratch: Path) -> tuple[Path, Path, Trust]:
    """A certificate and its key as files, and what a client of them trusts."""
    authority = certificates.new_authority("benchmark")
    pair = certificates.new_server(authority, ["127.0.0.1"])
    files = {"ca.pem": authority.certificate, "server.pem": pair.certificate, "key.pem": pair.key}
    for name, data in files.items():
        with open(scratch / name, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(data)
    return scratch / "server.pem", scratch / "key.pem", Trust(scratch / "ca.pem")


def round_of(port: int, trust: Trust | None) -> dict[str, float]:
    """Seconds of each row, of one session."""
    begin = time.perf_counter()
    with Client("127.0.0.1", port, trust=trust) as client:
        seconds = {"start": time.perf_counter() - begin}
        context = client.new()
        client.ask(CALLS["ctx_retain_primary"], context, 0)
        client.tell(CALLS["ctx_use"], context)
        asks = [timed(lambda: client.ask(CALLS["ping"])) for _ in range(ASKS)]
        seconds["synchronous_call"] = statistics.median(asks)
        address = client.ask(CALLS["cuMemAlloc_v2"], COPY_BYTES).values[0]
        data = bytes(COPY_BYTES)

        def copy_to_device() -> None:
            client.tell(CALLS["copy_htod"], address, COPY_BYTES, 0, bulk=data)
            client.ask(CALLS["ping"])

        seconds["copy_to_device"] = min(timed(copy_to_device) for _ in range(3))
        seconds["copy_to_host"] = min(
            timed(lambda: client.ask(CALLS["copy_dtoh"], address, COPY_BYTES, 0)) for _ in range(3)
        )
    return seconds


def timed(work) -> float:  # type: ignore[no-untyped-def]
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def rows(found: dict[str, list[dict[str, float]]]) -> dict[str, dict[str, float]]:
    """The medians of all rounds."""
    units = {
        "start": ("ms", 1e3),
        "synchronous_call": ("us", 1e6),
        "copy_to_device": ("gb_s", 0),
        "copy_to_host": ("gb_s", 0),
    }
    result = {}
    for name, (unit, factor) in units.items():
        medians = {who: statistics.median(each[name] for each in rounds) for who, rounds in found.items()}
        shown = {who: s * factor if factor else COPY_BYTES / s / 1e9 for who, s in medians.items()}
        result[name] = {unit: shown["tls"], f"plain_{unit}": shown["plain"], "ratio": shown["tls"] / shown["plain"]}
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        scratch = Path(directory)
        certificate, key, trust = certified(scratch)
        stack.enter_context(server(PORTS["plain"], scratch))
        stack.enter_context(server(PORTS["tls"], scratch, "--tls-cert", str(certificate), "--tls-key", str(key)))
        found: dict[str, list[dict[str, float]]] = {"tls": [], "plain": []}
        for number in range(arguments.rounds + 1):
            for who in found:
                seconds = round_of(PORTS[who], trust if who == "tls" else None)
                if number:  # the first one warms both up
                    found[who].append(seconds)
    result = rows(found)
    if arguments.json:
        print(json.dumps(result, indent=2))
        return
    for name, row in result.items():
        print(f"{name:18}", "  ".join(f"{key} {value:.3g}" for key, value in row.items()))


if __name__ == "__main__":
    main()
