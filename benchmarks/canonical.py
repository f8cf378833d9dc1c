"""The canonical numbers, each beside its floor measured in the same run, interleaved.

    python benchmarks/canonical.py [--json] [--rounds N]

* µs a synchronous call (cuMemGetInfo, median), client and server pinned to one CPU, beside a bare C TCP ping-pong and a bare
  uvloop + msgpack echo pinned the same way;
* GB/s (10^9) of a 64 MiB copy each way, not pinned, beside a bare socket moving the same bytes;
* launches a second of an empty kernel, from the first launch to the end of the synchronisation.

Needs gcc and an installed bitfusion. The server is `python -m bitfusion.server --softgpu 1`: the wire, the dispatch and
cuda-python are the production ones. Ratios are comparable between machines, absolute values are not.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

HERE = Path(__file__).resolve().parent
CUDA_HEADERS = HERE.parent / "libcuda" / "generated"
COPY_BYTES = 64 << 20
PING_COUNT = 4000
LAUNCH_COUNT = 200_000
COPY_REPS = 5
RUN_TIMEOUT_S = 120


def compile_native(name: str, out: Path) -> Path:
    binary = out / name
    flags = ["-std=c11", "-D_GNU_SOURCE", "-O2", f"-I{CUDA_HEADERS}"]
    subprocess.run(["gcc", *flags, str(HERE / "native" / f"{name}.c"), "-o", str(binary), "-ldl"], check=True)
    return binary


def pinned(cpu: int | None, command: list[str]) -> list[str]:
    return command if cpu is None else ["taskset", "-c", str(cpu), *command]


class Server:
    """A child process that says on a line of stdout, the one that ends in a number, which port it has."""

    def __init__(self, command: list[str], cpu: int | None) -> None:
        self.process = subprocess.Popen(pinned(cpu, command), stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL)
        self.port = self._read_port()

    def _read_port(self) -> int:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            tail = line.strip().rpartition(":")[2]
            if tail.isdigit():
                return int(tail)
        raise SystemExit(f"{self.process.args} ended with {self.process.wait()} before it listened")

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.process.terminate()
        self.process.wait(RUN_TIMEOUT_S)


def numbers(command: list[str], cpu: int | None, env: dict[str, str] | None = None) -> list[float]:
    """Run `command`; the first number of each line that it prints."""
    run = subprocess.run(
        pinned(cpu, command), capture_output=True, text=True, timeout=RUN_TIMEOUT_S, env={**os.environ, **(env or {})}
    )
    if run.returncode:
        raise SystemExit(f"{' '.join(command)} failed ({run.returncode}): {run.stderr.strip()}")
    return [float(line.split()[0]) for line in run.stdout.splitlines()]


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def dispatcher(cpu: int | None) -> Server:
    command = [sys.executable, "-m", "bitfusion.server", "--host", "127.0.0.1", "--port", str(free_port()), "--softgpu", "1"]
    return Server(command, cpu)


def client_environment(port: int) -> dict[str, str]:
    shim = subprocess.run(
        [sys.executable, "-m", "bitfusion.cli.main", "path", "shim"], capture_output=True, text=True, check=True
    ).stdout.strip()
    return {"LD_PRELOAD": f"{shim}/libbfshim.so", "BF_SERVERS": f"127.0.0.1:{port}"}


def measure_calls(floor: Path, calls: Path, rounds: int) -> dict[str, float]:
    """Medians in µs: C ping-pong, uvloop + msgpack echo, cuMemGetInfo; everything on CPU 0."""
    samples: dict[str, list[float]] = {"ping_pong": [], "uvloop_echo": [], "ask": []}
    with ExitStack() as stack:
        bare = stack.enter_context(Server([str(floor), "serve"], 0))
        echo = stack.enter_context(Server([sys.executable, str(HERE / "echo.py")], 0))
        real = stack.enter_context(dispatcher(0))
        env = client_environment(real.port)
        for _ in range(rounds):
            samples["ping_pong"] += numbers([str(floor), "ping", str(bare.port), str(PING_COUNT)], 0)
            samples["uvloop_echo"] += numbers([str(floor), "ping", str(echo.port), str(PING_COUNT)], 0)
            samples["ask"] += numbers([str(calls), "ask", str(PING_COUNT)], 0, env)
    return {name: statistics.median(values) for name, values in samples.items()}


def measure_bulk(floor: Path, calls: Path, rounds: int) -> dict[str, float]:
    """Medians: GB/s of copies and of the bare socket each way, launches a second."""
    seconds: dict[str, list[float]] = {"push": [], "htod": [], "pull": [], "dtoh": [], "launch": []}
    with ExitStack() as stack:
        bare = stack.enter_context(Server([str(floor), "serve"], None))
        real = stack.enter_context(dispatcher(None))
        env = client_environment(real.port)
        size, reps = str(COPY_BYTES), str(COPY_REPS)
        for _ in range(rounds):
            for raw, copy in (("push", "htod"), ("pull", "dtoh")):
                seconds[raw] += numbers([str(floor), raw, str(bare.port), size, reps], None)
                seconds[copy] += numbers([str(calls), copy, size, reps], None, env)
            seconds["launch"] += numbers([str(calls), "launch", str(LAUNCH_COUNT)], None, env)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    rates = {name: COPY_BYTES / 1e9 / medians[name] for name in ("push", "htod", "pull", "dtoh")}
    return {**rates, "launches": LAUNCH_COUNT / medians["launch"]}


def report(calls: dict[str, float], bulk: dict[str, float]) -> dict[str, dict[str, float]]:
    return {
        "synchronous_call": {
            "us": calls["ask"],
            "c_ping_pong_us": calls["ping_pong"],
            "uvloop_msgpack_echo_us": calls["uvloop_echo"],
            "ratio_to_c": calls["ask"] / calls["ping_pong"],
        },
        "copy_to_device": {"GB_s": bulk["htod"], "socket_GB_s": bulk["push"], "ratio": bulk["htod"] / bulk["push"]},
        "copy_to_host": {"GB_s": bulk["dtoh"], "socket_GB_s": bulk["pull"], "ratio": bulk["dtoh"] / bulk["pull"]},
        "launch": {"per_second": bulk["launches"]},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds of each measurement (5)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        floor, calls = (compile_native(name, Path(folder)) for name in ("floor", "calls"))
        result = report(measure_calls(floor, calls, arguments.rounds), measure_bulk(floor, calls, arguments.rounds))
    if arguments.json:
        print(json.dumps(result, indent=2))
        return
    for name, values in result.items():
        print(f"{name:18}" + "  ".join(f"{key} {value:,.2f}" for key, value in values.items()))


if __name__ == "__main__":
    main()
