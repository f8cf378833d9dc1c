"""A server and a resource scheduler on one host, whose clients and processes are killed at any moment; and what of all
that they had is not given back.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import running
from patience import until, within
from sessions import children, cuda_servers

from bitfusion.config.addresses import Address
from bitfusion.errors import BitfusionError
from bitfusion.limits import WORKERS_IDLE
from bitfusion.net import query
from bitfusion.srs import processes
from bitfusion.srs.client import Srs

MIB = 1 << 20
GPUS, WHOLE = 2, 1024  # of the scheduler, and MiB of each
LIFE_S = 1.5  # in which a process is killed
TTL = "2"  # of the leases of a `run`
SHARED = Path("/dev/shm")
ENDING = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


class Field:
    """Where it all happens. `kill` does one of the kinds of kills, and `left` says what is not given back."""

    def __init__(self, scratch: Path, stack: ExitStack, application: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self._application, self._stack = str(application), stack
        self._home, self._pool = scratch / "home", scratch / "pool"
        for directory in (self._home, self._pool):
            directory.mkdir()
        self._memory = {"SOFTGPU_MEMORY": str(WHOLE * MIB)}
        limit = {"BF_GPU_DEVICE_MEMORY_LIMIT": str(WHOLE * MIB)}
        self.server = stack.enter_context(running.dispatcher(scratch, "--softgpu", "1", **limit))
        self.scheduler = stack.enter_context(running.scheduler(self._pool, "--softgpu", str(GPUS), **self._memory))
        self.met = 0  # how many kills met a session or a lease
        self._started: list[subprocess.Popen[bytes]] = []
        until(lambda: len(cuda_servers(self.server)) == WORKERS_IDLE, "it is at rest")
        assert not self._left_at_server() and not self._left_at_scheduler()
        self._shared = self._names()
        self._files = self._descriptors()

    # The kills.

    def kinds(self) -> Mapping[str, Callable[[], None]]:
        """Every kind by its name."""
        kinds: dict[str, Callable[[], None]] = {
            "CUDA Server": self._kill_cuda_server,
            "warm process": self._kill_warm,
            "Dispatcher of a lease": self._kill_dispatcher,
            "scheduler": self._kill_scheduler,
        }
        for number in ENDING:
            kinds[f"client, {number.name}"] = lambda number=number: self._end(self._client(), number)
            kinds[f"run, {number.name}"] = lambda number=number: self._end(self._run(), number)
            kinds[f"request, {number.name}"] = lambda number=number: self._end(self._request(), number)
        return kinds

    def _end(self, process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        self._wait(process)
        process.send_signal(number)

    def _kill_cuda_server(self) -> None:
        """One that is idle, or has a client."""
        client = self._client()
        self._wait(client)
        if victims := list(cuda_servers(self.server)):
            _kill(self.random.choice(victims))
        client.kill()

    def _kill_warm(self) -> None:
        client = self._client()
        self._wait(client)
        for pid in children(self.server.process.pid):
            if "--warm" in processes.words(pid):
                _kill(pid)
        client.kill()

    def _kill_dispatcher(self) -> None:
        """The run is told by its program's end, at the latest when its lease is lost."""
        run = self._run()
        self._wait(run)
        for pid in self._dispatchers():
            _kill(pid)
        run.terminate()

    def _kill_scheduler(self) -> None:
        run = self._run()
        self._wait(run)
        self.scheduler.kill()
        again = running.scheduler(self._pool, "--softgpu", str(GPUS), port=self.scheduler.port, **self._memory)
        self.scheduler = self._stack.enter_context(again)
        run.terminate()

    # What is started.

    def _client(self) -> subprocess.Popen[bytes]:
        return self._start([self._application], running.remote(self.server.port))

    def _run(self) -> subprocess.Popen[bytes]:
        return self._start(self._words("run", "-n", "1", "--", self._application), BF_LEASE_TTL=TTL)

    def _request(self) -> subprocess.Popen[bytes]:
        path = self._home / f"held-{len(self._started)}.conf"
        return self._start(self._words("request_gpus", "-n", "1", "-f", str(path), "--auto_release_timeout", TTL))

    def _words(self, command: str, *words: str) -> list[str]:
        server = ("--server_list", f"{running.HERE}:{self.scheduler.port}")
        return [sys.executable, "-m", "bitfusion.cli.main", command, *server, *words]

    def _start(
        self, words: Sequence[str], environment: Mapping[str, str] | None = None, **extra: str
    ) -> subprocess.Popen[bytes]:
        nothing = subprocess.DEVNULL
        environment = environment or running.clean_environment(**extra)
        started = subprocess.Popen(
            words, env={**environment, "HOME": str(self._home)}, stdin=nothing, stdout=nothing, stderr=nothing
        )
        self._started.append(started)
        return started

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """For some moment of its life: from its start, or from when it has a session or a lease."""
        has = self._has_session if process.args == [self._application] else self._dispatchers
        if self.random.random() < 0.6:
            until(lambda: has() or process.poll() is not None, "it has what it wants")
        try:
            process.wait(self.random.uniform(0, LIFE_S))
        except subprocess.TimeoutExpired:
            pass
        self.met += bool(has())

    def _has_session(self) -> bool:
        return bool((self._told() or {}).get("clients"))

    # What is left.

    def left(self) -> list[str]:
        """What somebody still has; what can be seen at once comes first."""
        looks = (self._left_processes, self._left_files, self._left_at_server, self._left_at_scheduler)
        return next((found for look in looks if (found := look())), [])

    def _left_processes(self) -> list[str]:
        self._started = [each for each in self._started if each.poll() is None]
        left = [f"process {' '.join(map(str, each.args))}" for each in self._started]  # type: ignore[arg-type]
        left += [f"Dispatcher {pid}" for pid in self._dispatchers()]
        idle, below = cuda_servers(self.server), children(self.server.process.pid, "RSDZ")
        others = [words for pid in below if pid not in idle if "--monitor" not in (words := processes.words(pid))]
        if len(idle) != WORKERS_IDLE or len(others) != 1 or "--warm" not in others[0]:
            left.append(f"processes of the server: {len(idle)} are idle, besides {others}")
        return left

    def _left_files(self) -> list[str]:
        left = [f"{SHARED}/{name}" for name in self._names() - self._shared]
        files = self._descriptors()
        if any(now > before for now, before in zip(files, self._files, strict=True)):
            left.append(f"server and scheduler have {files} descriptors, and had {self._files}")
        return left

    def _left_at_server(self) -> list[str]:
        told = self._told()
        if told is None:
            return ["the server does not answer"]
        used = [device["memory_used"] for device in told["devices"]]
        return [f"sessions {told['clients']}, memory {used}"] if told["clients"] or any(used) else []

    def _left_at_scheduler(self) -> list[str]:
        try:
            listing = asyncio.run(self._listing())
        except BitfusionError as error:
            return [f"the scheduler does not answer: {error}"]
        free = [gpu["free_mib"] for gpu in listing["gpus"]]
        left = [f"leases {listing['leases']}, waiting {listing['queue']}, free {free}"]
        return left if listing["tasks"] or listing["waiting"] or free != [WHOLE] * GPUS else []

    async def _listing(self) -> dict[str, Any]:
        async with Srs(Address("127.0.0.1", self.scheduler.port, tls=running.SECURE)) as srs:
            return await srs.gpus()

    def _told(self) -> dict[str, Any] | None:
        try:
            return query.ask("127.0.0.1", self.server.port, "stats", trust=running.TRUST)
        except BitfusionError:
            return None

    def _dispatchers(self) -> list[int]:
        """Those of the scheduler's leases."""
        mark = f"BF_TEST_SRS_PORT={self.scheduler.port}".encode()
        return [pid for pid in processes.find_dispatchers().values() if mark in _environment(pid)]

    def _names(self) -> set[str]:
        return {name for name in os.listdir(SHARED) if "bitfusion" in name}

    def _descriptors(self) -> tuple[int, ...]:
        """How many the server and the scheduler have open."""
        return tuple(len(os.listdir(f"/proc/{each.process.pid}/fd")) for each in (self.server, self.scheduler))


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # it has ended by itself


@contextmanager
def field(scratch: Path, application: Path, seed: int) -> Iterator[Field]:
    with ExitStack() as stack:
        yield Field(scratch, stack, application, seed)


def given_back_s(place: Field, seconds: float) -> float:
    """How long it takes until nothing is left. Raises AssertionError if it is more than `seconds` of a calm machine."""
    begin_s = time.monotonic()
    assert within(seconds, lambda: not place.left()), place.left()
    return time.monotonic() - begin_s
