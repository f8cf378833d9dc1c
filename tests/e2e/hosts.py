"""Machines of a small network, for tests that type commands as a user would: default ports, addresses of the paper,
files in /etc.

A machine is a set of Linux namespaces (network, mount, UTS, PID) on one virtual switch: it has a name, addresses,
processes, an /etc, a /var, a /run/lock and a /dev/shm of its own. Whatever runs on it ends with it. Needs root,
ip(8), unshare(1) and nsenter(1). A machine with GPUs has softgpu installed as its driver: libcuda.so.1 on the
loader's path, as NVIDIA's would be.
"""

from __future__ import annotations

import itertools
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import running
import toolkit
from patience import PATIENCE_S

from bitfusion import native

_numbers = itertools.count()

# PID 1 of a machine reaps what its processes leave behind, and ends with its standard input.
_BOOT = """
set -e
trap '' CHLD
ip link set lo up
hostname {name}
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /run/lock
mount -t tmpfs tmpfs /mnt
for part in etc var; do
    mkdir -p /mnt/$part/upper /mnt/$part/work
    mount -t overlay overlay -o lowerdir=/$part,upperdir=/mnt/$part/upper,workdir=/mnt/$part/work /$part
done
echo {machine_id:032x} > /etc/machine-id
echo booted
exec cat
"""


@dataclass(frozen=True)
class Typed:
    """What a command line did."""

    code: int
    output: str
    errors: str

    def lines(self) -> list[str]:
        """stdout, of a command that must have succeeded."""
        assert self.code == 0, f"exit code {self.code}\n{self.output}{self.errors}"
        return self.output.splitlines()


class Background:
    """A command that goes on; `output` and `errors` hold its lines so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.output: list[str] = []
        self.errors: list[str] = []
        self._changed = threading.Condition()
        streams = ((process.stdout, self.output), (process.stderr, self.errors))
        self._readers = [threading.Thread(target=self._read, args=pair, daemon=True) for pair in streams]
        for reader in self._readers:
            reader.start()

    def wait_for(self, text: str, timeout_s: float = PATIENCE_S) -> str:
        """The first line on stdout or stderr that holds `text`."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while True:
                found = next((line for line in (*self.output, *self.errors) if text in line), None)
                if found is not None:
                    return found
                ended = not any(reader.is_alive() for reader in self._readers)
                if ended or (
                    not self._changed.wait(max(0.0, min(deadline - time.monotonic(), 1.0)))
                    and time.monotonic() > deadline
                ):
                    raise AssertionError(f"no line with {text!r}:\n" + "\n".join((*self.output, *self.errors)))

    def wait(self, timeout_s: float = PATIENCE_S) -> int:
        """Its exit code, with all its lines read."""
        code = self.process.wait(timeout_s)
        for reader in self._readers:
            reader.join(PATIENCE_S)
        return code

    def kill(self) -> None:
        """kill -9 of the command itself; our own child only stands before it."""
        child = self.process.pid
        os.kill(int(Path(f"/proc/{child}/task/{child}/children").read_text().split()[0]), signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def _read(self, stream, lines: list[str]) -> None:
        for line in stream:
            with self._changed:
                lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()


class Host:
    """A machine: `root` is its file system as this process sees it, `home` its user's home directory."""

    def __init__(self, name: str, boot: subprocess.Popen[str], scratch: Path, variables: dict[str, str]) -> None:
        self.name = name
        self._boot = boot
        self._pid = int(Path(f"/proc/{boot.pid}/task/{boot.pid}/children").read_text().split()[0])
        self.root = Path(f"/proc/{self._pid}/root")
        self.home = scratch / name
        self.home.mkdir()
        path = os.pathsep.join((str(scratch / "bin"), os.environ["PATH"]))
        self._variables = {"HOME": str(self.home), "PATH": path, **variables}

    def type(self, line: str, timeout_s: float = PATIENCE_S, **extra: str) -> Typed:
        """Type a line into a shell and wait for it."""
        done = subprocess.run(
            self._inside(line),
            env=self._environment(extra),
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=timeout_s,
        )
        return Typed(done.returncode, done.stdout, done.stderr)

    def start(self, line: str, stdin: bool = False, **extra: str) -> Background:
        """Type a line and leave it running. The shell becomes the command, so that its process is the command's.

        With `stdin`, its input stays open; otherwise it is at its end.
        """
        process = subprocess.Popen(
            self._inside(f"exec {line}"),
            env=self._environment(extra),
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        return Background(process)

    def shell(self) -> subprocess.Popen[bytes]:
        """A bash that does what it reads from its standard input."""
        return subprocess.Popen(
            self._inside("exec bash --noprofile --norc"),
            env=self._environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )

    def serve(self, line: str) -> Background:
        """Type the line of a server, variables before it allowed, and wait until it listens."""
        server = self.start(f"env {line}")
        server.wait_for("Listening on")
        return server

    def write(self, path: str, text: str) -> None:
        """Write a file of this machine; a relative path is in the home directory."""
        target = self.root / path.lstrip("/") if path.startswith("/") else self.home / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def end_processes(self) -> None:
        """End all that runs on it, at once."""
        subprocess.run(self._inside("kill -9 -1"), capture_output=True, timeout=PATIENCE_S)

    def shut_down(self) -> None:
        assert self._boot.stdin is not None
        self._boot.stdin.close()
        self._boot.wait(PATIENCE_S)

    def connect(self, switch: str, addresses: Sequence[str]) -> None:
        """Plug it into the switch. Every address of the world is beyond its one cable."""
        port = f"bf{os.getpid()}p{next(_numbers)}"
        _run(f"ip link add name eth0 netns {self._pid} type veth peer name {port}")
        _run(f"ip link set {port} master {switch} up")
        for address in addresses:
            _run(f"nsenter -t {self._pid} -n ip addr add {address}/32 dev eth0")
        _run(f"nsenter -t {self._pid} -n ip link set eth0 up")
        _run(f"nsenter -t {self._pid} -n ip route add default dev eth0 src {addresses[0]}")

    def _inside(self, line: str) -> list[str]:
        return [
            "nsenter",
            "-t",
            str(self._pid),
            "-n",
            "-m",
            "-u",
            "-p",
            "sh",
            "-c",
            f"cd {shlex.quote(str(self.home))} && {line}",
        ]

    def _environment(self, extra: dict[str, str]) -> dict[str, str]:
        return running.clean_environment(
            **{**running.WITHOUT_TLS, **self._variables, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **extra}
        )


@contextmanager
def network(scratch: Path, **machines: tuple[Sequence[str], int]) -> Iterator[dict[str, Host]]:
    """Machines on one switch: name -> (addresses, number of software GPUs). The running test is skipped where this
    cannot be.
    """
    _require()
    _install(scratch / "bin")
    switch = f"bf{os.getpid()}s{next(_numbers)}"
    hosts: dict[str, Host] = {}
    _run(f"ip link add {switch} type bridge")
    try:
        _run(f"ip link set {switch} up")
        for number, (name, (addresses, gpus)) in enumerate(machines.items(), 1):
            hosts[name] = Host(name, _start(name, number), scratch, _driver(gpus))
            hosts[name].connect(switch, addresses)
        yield hosts
    finally:
        for host in hosts.values():
            host.shut_down()
        _run(f"ip link del {switch}")


def _driver(gpus: int) -> dict[str, str]:
    """What makes softgpu the driver of a machine."""
    if not gpus:
        return {}
    directory = native.link_directory(native.SOFTGPU)
    return {"LD_LIBRARY_PATH": str(directory), "SOFTGPU_DEVICES": str(gpus), "SOFTGPU_MEMORY": str(12000 << 20)}


def _start(name: str, number: int) -> subprocess.Popen[str]:
    command = [
        "unshare",
        "--net",
        "--mount",
        "--uts",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "--propagation",
        "private",
    ]
    boot = subprocess.Popen(
        [*command, "sh", "-c", _BOOT.format(name=name, machine_id=number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert boot.stdout is not None and boot.stderr is not None
    if boot.stdout.readline() != "booted\n":
        toolkit.missing(
            "network of test machines", f"it needs namespaces and an overlay file system: {boot.stderr.read().strip()}"
        )
    return boot


def _install(directory: Path) -> None:
    """The commands that a user types, by the names that they type."""
    directory.mkdir()
    for name in ("flexdirect", "bitfusion"):
        script = Path(sys.executable).parent / name
        if script.is_file():
            (directory / name).symlink_to(script)
        else:
            (directory / name).write_text(
                f"#!{sys.executable}\nimport sys\nfrom bitfusion.cli.main import main\nsys.exit(main())\n"
            )
            (directory / name).chmod(0o755)
    (directory / "nvidia-smi").symlink_to(toolkit.nvidia_smi())


def _require() -> None:
    absent = [tool for tool in ("ip", "unshare", "nsenter", "mount") if shutil.which(tool) is None]
    if absent or os.geteuid() != 0:
        toolkit.missing("network of test machines", f"it needs root and {', '.join(absent) or 'namespaces'}")


def _run(line: str) -> None:
    subprocess.run(line.split(), check=True, capture_output=True, text=True, timeout=PATIENCE_S)
