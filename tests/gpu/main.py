"""Everything that a machine with an NVIDIA driver can tell, in minutes, without network and without root.

    python tests/gpu/main.py [--out FILE] [--seconds N] [--rounds N] [-k EXPRESSION]

Runs the conformance programs and the sweep directly on the installed driver, through the wire to a server on it, and
on softgpu; then the canonical benchmark on the installed driver. Writes one JSON object: `machine`, `tests` (for each
what failed, and for each program "same" or what differed), `benchmark`. Needs the packages of the tests; gcc and nvcc
only for programs that BF_TEST_BUILT, a directory, does not hold already (`make gpu-kit` fills build/gpu-kit).
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BENCHMARK_S = 120.0  # of the time, for the benchmark
SLACK = 1.2  # of the tests' time: the one that runs at its end comes to its own
NAME_BYTES = 128


def machine() -> dict[str, Any]:
    """The installed driver and its devices, by the driver itself; raises SystemExit if there is none."""
    try:
        cuda = ctypes.CDLL("libcuda.so.1")
    except OSError as error:
        raise SystemExit(f"no CUDA driver: {error}; run this on a machine with a GPU and NVIDIA's driver") from None
    if code := cuda.cuInit(0):
        raise SystemExit(f"no GPU: cuInit returns {code}; see whether nvidia-smi lists one")
    version, count, name = ctypes.c_int(), ctypes.c_int(), ctypes.create_string_buffer(NAME_BYTES)
    cuda.cuDriverGetVersion(ctypes.byref(version))
    cuda.cuDeviceGetCount(ctypes.byref(count))
    devices = []
    for ordinal in range(count.value):
        cuda.cuDeviceGetName(name, NAME_BYTES, ordinal)
        devices.append(name.value.decode(errors="replace"))
    return {"cuda": version.value, "devices": devices, "cpus": os.cpu_count(), "kernel": platform.release()}


def tests(seconds: float, chosen: str) -> dict[str, Any]:
    """What became of each conformance test."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        report.write_text("{}")
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "tests" / "gpu"), os.environ.get("PYTHONPATH", "")]),
            "BF_TEST_DRIVER": "system",
            "BF_REPORT": str(report),
            "BF_REPORT_SECONDS": str(seconds),
        }
        command = [sys.executable, "-m", "pytest", "-q", "-p", "gpu_report", "-p", "no:cacheprovider", "-k", chosen]
        _run([*command, "tests/conformance"], environment, SLACK * seconds)
        return json.loads(report.read_text())


def benchmark(seconds: float, rounds: int) -> Any:
    """The canonical benchmark's rows; where it fails, its last words."""
    command = [sys.executable, "benchmarks/canonical.py", "--json", "--rounds", str(rounds), "--installed-driver"]
    code, output = _run(command, dict(os.environ), seconds)
    return json.loads(output) if code == 0 else {"failed": code, "output": output[-2000:]}


def _run(command: list[str], environment: dict[str, str], seconds: float) -> tuple[int, str]:
    try:
        done = subprocess.run(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=max(seconds, 1)
        )
    except subprocess.TimeoutExpired:
        return 124, f"not done in {seconds:.0f} s"
    return done.returncode, done.stdout


def summary(found: dict[str, Any]) -> str:
    """A line for people."""
    programs = [row for test in found["tests"].values() for row in test.get("programs", []) if "command" in row]
    same = {way: sum(row[way] == "same" for row in programs) for way in ("through_the_wire", "softgpu")}
    outcomes = [test["outcome"] for test in found["tests"].values()]
    counts = ", ".join(f"{outcomes.count(word)} {word}" for word in ("passed", "failed", "skipped"))
    return (
        f"{counts}; of {len(programs)} programs {same['through_the_wire']} do the same through the wire, "
        f"{same['softgpu']} on softgpu; {found['seconds']} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "gpu.json", help="the JSON file (build/gpu.json)")
    parser.add_argument("--seconds", type=float, default=460, help="how long it may take (460)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the benchmark, 0 for none (3)")
    parser.add_argument("-k", default="", metavar="EXPRESSION", help="tests, as pytest chooses them (all)")
    arguments = parser.parse_args()
    begin = time.monotonic()
    found: dict[str, Any] = {"machine": machine()}
    found["tests"] = tests(arguments.seconds - (BENCHMARK_S if arguments.rounds else 0), arguments.k)
    if arguments.rounds:
        found["benchmark"] = benchmark(arguments.seconds - (time.monotonic() - begin), arguments.rounds)
    found["seconds"] = round(time.monotonic() - begin)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(found, indent=1), encoding="utf-8")
    print(f"{arguments.out}: {summary(found)}")


if __name__ == "__main__":
    main()
