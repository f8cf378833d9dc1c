"""Running programs for tests: directly on softgpu, or through the wire to a Dispatcher that this file starts and stops.

Everything is the real thing in real processes. Knows no particular program.
"""

from __future__ import annotations

import atexit
import getpass
import hashlib
import itertools
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import certified
import driver
import issued
from patience import PATIENCE_S

from bitfusion import native
from bitfusion.net.trust import Trust

# With BF_TEST_SECURE=1 all servers that tests start speak TLS and want tokens, and clients name and trust them so and
# have a token that may do everything. A program of a test is told the directory of all this in its place.
_SWITCH = os.environ.get("BF_TEST_SECURE", "")
SECURE = _SWITCH != ""
SCHEME = "tls://" if SECURE else ""
HERE = f"{SCHEME}127.0.0.1"
WEB = f"{'https' if SECURE else 'http'}://127.0.0.1"
RELAYS = ("127.0.0.2", "10.213.77.1")  # where servers of some tests are reached, too
PORTS_FIRST = 12000
PORTS_OF_A_WORKER = 4000
PORTS_BETWEEN = 10
# Not from the beginning: what a run that was interrupted has left behind listens there.
_ports = itertools.count(os.getpid())
CLAIMS_MAX = 100
_claims: deque[socket.socket] = deque()


@dataclass(frozen=True)
class Outcome:
    """What a program did that must be the same wherever its GPU is."""

    code: int
    output: str  # stdout without the lines that begin with "time"
    errors: str = field(compare=False)


def _secure() -> dict[str, str]:
    """What servers and clients of this process find in their environment."""
    if not SECURE:
        return {}
    directory = Path(_SWITCH)
    if _SWITCH == "1":
        directory = Path(tempfile.mkdtemp(prefix="bitfusion-secure"))
        atexit.register(shutil.rmtree, directory, ignore_errors=True)
        certified.make(directory, *certified.NAMES, *RELAYS)
        issued.keep(directory / "token", issued.issue(directory / "tokens", getpass.getuser(), "administer"))
    return {
        "BF_TEST_SECURE": str(directory),
        "BF_TLS_CERT": str(directory / "server.pem"),
        "BF_TLS_KEY": str(directory / "server-key.pem"),
        "BF_TOKENS": str(directory / "tokens"),
        "BF_TLS_CA": str(directory / "ca.pem"),
        "BF_TOKEN_FILE": str(directory / "token"),
    }


_ENVIRONMENT = _secure()
# What a client in this process trusts, and has.
TRUST = Trust(Path(_ENVIRONMENT["BF_TLS_CA"])) if SECURE else None
CONTEXT = TRUST and TRUST.context()  # for connections of its own
# What ties a proof of a token to a connection.
BINDING = (
    hashlib.sha256(ssl.PEM_cert_to_DER_cert(Path(_ENVIRONMENT["BF_TLS_CERT"]).read_text())).digest() if SECURE else b""
)
# For servers that clients name as the documents do: they want tokens alone.
WITHOUT_TLS = {"BF_TLS_CERT": "", "BF_TLS_KEY": ""}
OPEN = {**WITHOUT_TLS, "BF_TOKENS": ""}  # for what must be so on a server without either
os.environ.update({name: _ENVIRONMENT[name] for name in ("BF_TLS_CA", "BF_TOKEN_FILE") if SECURE})


def clean_environment(**extra: str) -> dict[str, str]:
    """This process's environment without anything of ours or of a GPU's, and `extra`.

    Software GPUs have a memory that does not depend on the machine; SOFTGPU_MEMORY="" leaves it to softgpu."""
    ours: tuple[str, ...] = ("BF_", "LD_PRELOAD", "CUDA_", "TRITON_")
    if not driver.SYSTEM:  # these may say which driver is installed, and what its GPUs are
        ours += ("LD_LIBRARY_PATH", "SOFTGPU_")
    # Not items(): a test may do this in a thread, and pytest takes a variable of its own away meanwhile.
    inherited = {name: os.environ.get(name) for name in os.environ if not name.startswith(ours)}
    base = {name: value for name, value in inherited.items() if value is not None}
    # What one test has sent is not there for another: a server that keeps images has a directory of its own.
    return {**base, **_ENVIRONMENT, "SOFTGPU_MEMORY": str(16 << 30), "BF_IMAGE_STORE_BYTES": "0", **extra}


def direct(**extra: str) -> dict[str, str]:
    """The environment of a program that runs in its own process on the driver that is tested."""
    driver.needs_softgpu(extra)
    return clean_environment(**extra) if driver.SYSTEM else on_softgpu(**extra)


def on_softgpu(**extra: str) -> dict[str, str]:
    """The environment of a program that runs on softgpu in its own process."""
    directory = native.link_directory(native.SOFTGPU)
    return clean_environment(LD_PRELOAD=str(directory / "libcuda.so.1"), **extra)


def remote(*ports: int, **extra: str) -> dict[str, str]:
    """The environment of a program whose GPUs are those of the Dispatchers on these ports of this machine."""
    directory = native.link_directory(native.SHIM)
    servers = ";".join(f"{HERE}:{port}" for port in ports)
    return clean_environment(LD_PRELOAD=str(directory / "libbfshim.so"), BF_SERVERS=servers, **extra)


def run(
    command: Sequence[str | Path], environment: Mapping[str, str], timeout_s: float = PATIENCE_S, reads: str = ""
) -> Outcome:
    """Run a program, which `reads` that, to its end. Raises subprocess.TimeoutExpired if it does not come to one."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, env=dict(environment), input=reads, capture_output=True, text=True, errors="replace", timeout=timeout_s
    )
    kept = [line for line in done.stdout.splitlines(keepends=True) if not line.startswith("time")]
    return Outcome(done.returncode, "".join(kept), done.stderr)


def as_nobody(command: str) -> str:
    """A Python program that runs a command line as a user who is not root; the command's module is loaded while it can
    be read.
    """
    drop = "os.setgid(65534); os.setuid(65534)" if os.getuid() == 0 else "pass"
    imports = f"import os, sys\nfrom bitfusion.cli import main\nfrom bitfusion.cli.commands import {command}\n"
    return f"{imports}{drop}\nsys.exit(main.main(sys.argv[1:]))\n"


def free_port() -> int:
    """A TCP port that nobody listens on, and that nobody takes before it is used.

    Below the ports that the system gives to connections and CUDA Servers take. Those of two test processes at once
    are apart, and two in a row leave room for the Dispatchers of a scheduler, which take the ports after the one
    they are told.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = PORTS_FIRST + PORTS_OF_A_WORKER * worker
    while True:
        port = first + next(_ports) * PORTS_BETWEEN % PORTS_OF_A_WORKER
        if not _claim(port):
            continue
        try:
            socket.create_server(("0.0.0.0", port)).close()
        except OSError:
            continue
        return port


def _claim(port: int) -> bool:
    """Keep a port from other test runs of this machine for a while: until long after somebody listens on it."""
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0bitfusion-test-port-{port}")  # a name that ends with this process
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    if len(_claims) > CLAIMS_MAX:
        _claims.popleft().close()
    return True


class Dispatcher:
    """A running Dispatcher. `output` holds its lines on stdout so far, `log()` what it wrote on stderr."""

    def __init__(self, process: subprocess.Popen[str], port: int, log_file: Path) -> None:
        self.process = process
        self.port = port
        self.output: list[str] = []
        self._log_file = log_file
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def log(self) -> str:
        return self._log_file.read_text(errors="replace")

    def wait_until_ready(self, timeout_s: float) -> None:
        if not self._ready.wait(timeout_s) or not any(line.startswith("Listening on") for line in self.output):
            self.process.kill()
            raise AssertionError(f"the server did not start (exit code {self.process.wait()}):\n{self.log()}")

    def stop(self) -> int:
        """End it as an operator would and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self._reader.join(PATIENCE_S)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line.rstrip("\n"))
            if line.startswith("Listening on"):
                self._ready.set()
        self._ready.set()


@contextmanager
def dispatcher(scratch: Path, *options: str, port: int | None = None, **extra: str) -> Iterator[Dispatcher]:
    """A Dispatcher with these options and environment variables, listening when this returns, stopped at the end."""
    driver.needs_softgpu(extra)
    port = port or free_port()
    log_file = scratch / f"dispatcher-{port}.log"
    extra = {"BF_IMAGE_STORE": str(scratch / f"images-{port}"), "BF_IMAGE_STORE_BYTES": str(1 << 30), **extra}
    begin = [sys.executable, "-m", "bitfusion.cli.main", "server", "-p", str(port), "--grace", "1"]
    command = [*begin, *driver.server_options(options)]
    with serving(command, clean_environment(**extra), port, log_file) as server:
        yield server


@contextmanager
def serving(command: Sequence[str], environment: Mapping[str, str], port: int, log_file: Path) -> Iterator[Dispatcher]:
    """What `command` starts, a Dispatcher on that port, ready when this returns, stopped at the end."""
    with log_file.open("w") as log:
        # Without a terminal: of one that has none SIGHUP is no end of it.
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        )
    server = Dispatcher(process, port, log_file)
    try:
        server.wait_until_ready(PATIENCE_S)
        yield server
    finally:
        server.stop()


class Scheduler(Dispatcher):
    """A running resource scheduler; otherwise as a Dispatcher. `port` is that of its HTTP API."""

    def kill(self) -> None:
        """What a crash does: its Dispatchers go on."""
        self.process.kill()
        self.process.wait(PATIENCE_S)


@contextmanager
def scheduler(scratch: Path, *options: str, port: int | None = None, **extra: str) -> Iterator[Scheduler]:
    """A resource scheduler with these options and environment variables, listening when this returns, ended with all
    that it started.

    Its state is in scratch/state, shared by those with the same `scratch` as if they were on one host: give two of
    them different GPUs, "--softgpu", "8", "-d", "0,1,2,3" and "--softgpu", "8", "-d", "4,5,6,7". Started again with
    the same port, it goes on where it ended.
    """
    port = port or free_port()
    state = scratch / "state"
    log_file = scratch / f"scheduler-{port}.log"
    command = [
        sys.executable,
        "-m",
        "bitfusion.cli.main",
        "resource_scheduler",
        "-s",
        str(port),
        "-p",
        str(free_port()),
        *options,
    ]
    environment = clean_environment(**{"BF_STATE_DIR": str(state), "BF_TEST_SRS_PORT": str(port), **extra})
    with log_file.open("a") as log:
        # Without a terminal: of one that has none SIGHUP is no end of it.
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        )
    server = Scheduler(process, port, log_file)
    try:
        server.wait_until_ready(PATIENCE_S)
        yield server
    finally:
        try:
            server.stop()
        finally:
            _end_strays(port)


def _end_strays(port: int) -> None:
    """Kill the Dispatchers that a killed scheduler with this port has left behind, and their CUDA Servers."""
    mark = f"BF_TEST_SRS_PORT={port}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            pass
