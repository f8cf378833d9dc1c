"""What is run for each group of rows, in interleaved rounds, and the medians of what came out."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from processes import HERE, Installation, Server, Unable, numbers

COPY_BYTES = 64 << 20
ASYNC_BYTES = 256 << 20
PING_COUNT = 4000
QUERY_COUNT = 20_000
FUNCTION_COUNT = 2_000
REPLAY_COUNT = 100
SMALL_COUNT = 200_000  # so many that the Dispatcher's preparing for the next client does not count
LAUNCH_COUNT = 200_000
COPY_REPS = 5
ASYNC_REPS = 2
DELAY_MS = 10.0
DELAYED_PINGS = 5
DELAYED_HOST = "127.0.0.2"
DATA_PORTS = range(45201, 45225)  # of the CUDA Servers that may be alive at the same time here
# A Dispatcher prepares for the next client while nobody starts; this is more than it waits before it does.
REST_S = 3.5

BARE, ECHO, DIRECT = "bare socket", "bare echo", "softgpu"
Medians = dict[tuple[str, str], float]  # (whose, of what)


@dataclass(frozen=True)
class Run:
    """`runtime` is NVIDIA's libcudart, None if there is none."""

    installations: list[Installation]
    tools: dict[str, str]
    runtime: Path | None
    rounds: int
    unable: dict[tuple[str, str], str] = field(default_factory=dict)  # (whose, of what) -> why there is no such number


class Samples:
    """What the programs of a group have printed so far. Servers run on `server_cpu`, programs on `client_cpu`."""

    def __init__(self, run: Run, stack: ExitStack, server_cpu: int | None, client_cpu: int | None) -> None:
        self.run = run
        self._cpu = client_cpu
        self._values: dict[tuple[str, str], list[float]] = defaultdict(list)
        self.bare = stack.enter_context(Server([run.tools["floor"], "serve"], server_cpu))
        self.servers = {each.name: stack.enter_context(each.dispatcher(server_cpu)) for each in run.installations}
        self.remote = {each.name: each.remote(self.servers[each.name].port) for each in run.installations}
        self._direct = run.installations[0].direct()

    def take(self, who: str, columns: str, command: list[str], env: Mapping[str, str] | None = None) -> None:
        """Run a program; `columns` says what the numbers of its lines are."""
        for line in numbers(command, self._cpu, env):
            for column, value in zip(columns.split(), line, strict=False):
                self._values[who, column].append(value)

    def floor(self, columns: str, mode: str, *words: object, port: int = 0, who: str = BARE) -> None:
        self.take(who, columns, [self.run.tools["floor"], mode, str(port or self.bare.port), *map(str, words)])

    def direct(self, columns: str, *words: object) -> None:
        self.take(DIRECT, columns, [self.run.tools["calls"], *map(str, words)], self._direct)

    def calls(self, columns: str, *words: object, **extra: str) -> None:
        """By every installation, one after another, with more variables. One that stands beside may be older and unable
        to.
        """
        for who, env in self.remote.items():
            try:
                self.take(who, columns, [self.run.tools["calls"], *map(str, words)], {**env, **extra})
            except Unable as reason:
                if who == self.run.installations[0].name:
                    raise SystemExit(f"calls {' '.join(map(str, words))}: {reason}") from reason
                self.run.unable[who, columns] = str(reason)

    def both(self, name: str, *words: object) -> None:
        self.direct(name, name, *words)
        self.calls(name, name, *words)

    def medians(self) -> Medians:
        return {key: statistics.median(values) for key, values in self._values.items()}

    def least(self) -> Medians:
        return {key: min(values) for key, values in self._values.items()}


def one_cpu(run: Run) -> Medians:
    with ExitStack() as stack:
        samples = Samples(run, stack, 0, 0)
        echo = stack.enter_context(Server([sys.executable, str(HERE / "echo.py")], 0))
        for _ in range(run.rounds):
            samples.floor("ping", "ping", PING_COUNT)
            samples.floor("ping", "ping", PING_COUNT, port=echo.port, who=ECHO)
            samples.calls("ask", "ask", PING_COUNT)
            samples.both("query", QUERY_COUNT)
            samples.both("function", FUNCTION_COUNT)
            samples.both("functions", FUNCTION_COUNT)
            samples.both("replays", REPLAY_COUNT)
            for kind in ("copies", "default", "fills", "records"):
                samples.both(kind, SMALL_COUNT)
        return samples.medians()


def not_pinned(run: Run) -> Medians:
    with ExitStack() as stack:
        samples = Samples(run, stack, None, None)
        for _ in range(run.rounds):
            for raw, copy in (("push", "htod"), ("pull", "dtoh")):
                samples.floor(raw, raw, COPY_BYTES, COPY_REPS)
                samples.calls(copy, copy, COPY_BYTES, COPY_REPS)
            samples.both("launch", LAUNCH_COUNT)
        return samples.medians()


def two_cpus(run: Run) -> Medians:
    """Nothing where there are no two."""
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        return {}
    with ExitStack() as stack:
        samples = Samples(run, stack, cpus[0], cpus[1])
        for _ in range(run.rounds):
            samples.floor("pull", "pull", COPY_BYTES, COPY_REPS)
            samples.calls("dtoh", "dtoh", COPY_BYTES, COPY_REPS)
            samples.floor("pull_async", "pull", ASYNC_BYTES, ASYNC_REPS)
            samples.direct("async async_complete", "async", ASYNC_BYTES, ASYNC_REPS)
            samples.calls("async async_complete", "async", ASYNC_BYTES, ASYNC_REPS)
        return samples.medians()


def resuming(run: Run) -> Medians:
    """Copies of sessions that survive a cut, and of such that do not: on one CPU, and on two where there are two."""
    cpus = sorted(os.sched_getaffinity(0))
    found: Medians = {}
    for where in ("one", "two")[: len(cpus)]:
        with ExitStack() as stack:
            samples = Samples(run, stack, cpus[0], cpus[where == "two"])
            for _ in range(run.rounds):
                for copy in ("htod", "dtoh"):
                    samples.calls(f"{copy}_{where}", copy, ASYNC_BYTES, COPY_REPS)
                    samples.calls(f"{copy}_{where}_ends", copy, ASYNC_BYTES, COPY_REPS, BF_RESUME_S="0")
            found |= samples.medians()
    return found


def start(run: Run) -> Medians:
    with ExitStack() as stack:
        samples = Samples(run, stack, None, None)
        ports = [samples.bare.port, *(server.port for server in samples.servers.values()), *DATA_PORTS]
        stack.enter_context(Server([sys.executable, str(HERE / "proxy.py"), str(DELAY_MS), *map(str, ports)], None))
        for _ in range(run.rounds):
            samples.direct("start", "start")
            _start_once(samples, "start", [run.tools["calls"], "start"], delayed=False)
            _round_trips_once(samples, "first", [run.tools["calls"], "first"])
            if run.runtime:
                _round_trips_once(samples, "runtime", [run.tools["runtime"], str(run.runtime)])
            samples.take(
                BARE, "ping", [run.tools["floor"], "ping", str(samples.bare.port), str(DELAYED_PINGS), DELAYED_HOST]
            )
        # A start that something else has held up would be several round trips.
        return {key: value for key, value in samples.medians().items() if key[1] == "start"} | {
            key: value for key, value in samples.least().items() if key[1] != "start"
        }


def round_trip_ms(medians: Medians) -> float:
    """One round trip through the proxy: twice its delay, and what the proxy itself takes."""
    return medians[BARE, "ping"] / 1e3


def round_trips(medians: Medians, who: str, program: str) -> float:
    """How often the program waited for an answer, by how much longer it took through the proxy."""
    return (medians[who, f"{program}_late"] - medians[who, program]) / round_trip_ms(medians)


def _round_trips_once(samples: Samples, name: str, command: list[str]) -> None:
    _start_once(samples, name, command, delayed=False)
    _start_once(samples, f"{name}_late", command, delayed=True)


def _start_once(samples: Samples, name: str, command: list[str], delayed: bool) -> None:
    time.sleep(REST_S)
    for installation in samples.run.installations:
        env = samples.remote[installation.name]
        if delayed:
            env = {**env, "BF_SERVERS": f"{DELAYED_HOST}:{samples.servers[installation.name].port}"}
        samples.take(installation.name, name, command, env)
