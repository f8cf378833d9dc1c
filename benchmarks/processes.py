"""The processes of a measurement: servers, programs, and the installations of bitfusion that they belong to."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CUDA_HEADERS = HERE.parent / "libcuda" / "generated"
RUN_TIMEOUT_S = 120
_CANNOT = 3  # how native/calls.c ends then
LISTEN = "127.0.0.1"


class Unable(Exception):
    """The program needs something that the driver does not have, and said what."""


def compile_native(name: str, out: Path) -> Path:
    binary = out / name
    flags = ["-std=c11", "-D_GNU_SOURCE", "-O2", f"-I{CUDA_HEADERS}"]
    subprocess.run(["gcc", *flags, str(HERE / "native" / f"{name}.c"), "-o", str(binary), "-ldl"], check=True)
    return binary


def pinned(cpu: int | None, command: Sequence[str]) -> list[str]:
    return list(command) if cpu is None else ["taskset", "-c", str(cpu), *command]


class Server:
    """A child process that says on a line of stdout, the one that ends in a number, which port it has."""

    def __init__(self, command: Sequence[str], cpu: int | None, env: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            pinned(cpu, command),
            stdout=subprocess.PIPE,
            text=True,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **(env or {})},
        )
        self.port = self._read_port()

    def _read_port(self) -> int:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            tail = line.strip().rpartition(":")[2]
            if tail.isdigit():
                return int(tail)
        raise SystemExit(f"{self.process.args!r} ended with {self.process.wait()} before it listened")

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.process.terminate()
        self.process.wait(RUN_TIMEOUT_S)


def numbers(command: Sequence[str], cpu: int | None, env: Mapping[str, str] | None = None) -> list[list[float]]:
    """Run `command`; the numbers of each line that it prints. Raises Unable."""
    run = subprocess.run(
        pinned(cpu, command), capture_output=True, text=True, timeout=RUN_TIMEOUT_S, env={**os.environ, **(env or {})}
    )
    if run.returncode == _CANNOT:
        raise Unable(run.stderr.strip())
    if run.returncode:
        raise SystemExit(f"{' '.join(command)} failed ({run.returncode}): {run.stderr.strip()}")
    return [[float(word) for word in line.split()] for line in run.stdout.splitlines()]


@dataclass(frozen=True)
class Installation:
    """A bitfusion: the one that is installed, or, with `checkout`, another one that was built in place. With
    `on_installed_driver` on the GPU of this machine instead of softgpu.
    """

    name: str
    checkout: Path | None = None
    on_installed_driver: bool = False

    @property
    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(self.checkout / "src")} if self.checkout else {}

    def dispatcher(self, cpu: int | None, *options: str) -> Server:
        command = [sys.executable, "-m", "bitfusion.server", "--host", LISTEN, "--port", str(free_port())]
        if not self.on_installed_driver:
            command += ["--softgpu", "1"]
        return Server([*command, *options], cpu, self.environment)

    def remote(self, port: int, host: str = LISTEN) -> dict[str, str]:
        """The environment of a client of the Dispatcher at this port."""
        return {"LD_PRELOAD": f"{self._directory('shim')}/libbfshim.so", "BF_SERVERS": f"{host}:{port}"}

    def direct(self) -> dict[str, str]:
        """The environment of a program that runs in its own process on the same driver as the server."""
        if self.on_installed_driver:
            return {}
        return {"LD_PRELOAD": f"{self._directory('softgpu')}/libcuda.so.1", "SOFTGPU_DEVICES": "1"}

    def _directory(self, library: str) -> str:
        command = [sys.executable, "-m", "bitfusion.cli.main", "path", library]
        env = {**os.environ, **self.environment}
        return subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout.strip()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LISTEN, 0))
        return probe.getsockname()[1]


def find_runtime() -> Path | None:
    """NVIDIA's libcudart, if pip has installed one here."""
    found = [path for place in sys.path for path in Path(place).glob("nvidia/*/lib/libcudart.so.1[23]")]
    return found[0] if found else None
