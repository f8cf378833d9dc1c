"""A scheduler with its store and a clock, for tests: the shell around the core as the service has it, without a
network.

It keeps a turn's changes, takes its state, does its actions, in this order, and can be killed between any two of
these. Dispatchers are entries of a dict: they come up, obey and die when the test says so, and outlive a kill.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from bitfusion.scheduler import core
from bitfusion.scheduler.model import Client, Gpu, Lease, Moment, Process
from bitfusion.scheduler.sqlite import SqliteStore
from bitfusion.scheduler.state import StartDispatcher, State, StopDispatcher, T, Turn, Wake

SOMEBODY = Client("host", "user", "program", 1)


class Killed(Exception):
    """The process of the scheduler was killed in the middle of a turn."""


def gpu(index: int, memory_mib: int = 1000) -> Gpu:
    return Gpu(index, f"GPU-{index}", "a GPU", "8.0", memory_mib)


class World:
    """One host. `running`: lease -> its Dispatcher, which exists; `told`: leases whose Dispatcher was told to end."""

    def __init__(self, gpus: Sequence[Gpu], path: Path) -> None:
        self.gpus, self.path = tuple(gpus), path
        self.s, self.unix_s = 100.0, 1_700_000_000.0
        self.running: dict[str, Lease] = {}
        self.told: set[str] = set()
        self.woken: set[str] = set()
        self.kill_after: int | None = None  # steps of the coming turn
        self.numbers = 0
        self.store = SqliteStore(path)
        self.state = State(self.gpus)
        self.begin()

    def now(self) -> Moment:
        return Moment(self.s, self.unix_s)

    def uuid(self) -> str:
        self.numbers += 1
        return str(uuid.UUID(int=self.numbers, version=4))

    def process(self, id: str) -> Process:
        return Process(pid=1000 + len(self.running), started=5, port=55001)

    def turn(self, transition: Callable[..., Turn[T]], *arguments: object, **named: object) -> T:
        """Do a transition of the core on the present state. Raises what it raises, and Killed."""
        turn = transition(self.state, *arguments, **named)
        self._step()
        self.store.write(turn.changes)
        self._step()
        self.state = turn.state
        for action in turn.actions:
            self._act(action)
            self._step()
        self.kill_after = None
        return turn.value

    def _step(self) -> None:
        if self.kill_after is not None:
            self.kill_after -= 1
            if self.kill_after < 0:
                raise Killed

    def _act(self, action: object) -> None:
        match action:
            case StartDispatcher(lease):
                assert lease.id not in self.running
                self.running[lease.id] = lease
            case StopDispatcher(lease):
                self.told.add(lease.id)
            case Wake(tickets):
                self.woken |= set(tickets)

    def begin(self) -> None:
        """Start the scheduler from what its store has, as after a kill."""
        self.kill_after = None
        self.store.close()  # what the kernel does for a process that was killed: nothing is flushed that was not
        self.store = SqliteStore(self.path)
        alive = {id: self.process(id) for id in self.running}
        kept = self.store.load()
        self.turn(lambda _: core.restore(self.gpus, kept, alive, self.now()))

    def pass_time(self, seconds: float) -> None:
        self.s += seconds
        self.unix_s += seconds
        self.turn(core.tick, self.now())

    # What a test mostly does.

    def submit(self, demand, order=None) -> str:
        return self.turn(core.submit, self.uuid(), demand, SOMEBODY, order, self.now())

    def confirm(self, id: str, gpus: int, ttl_s: float | None = None) -> Lease:
        return self.turn(core.confirm, id, gpus, ttl_s, self.now())

    def comes_up(self, id: str) -> Lease:
        return self.turn(core.started, id, self.process(id), self.now())

    def ends(self, id: str) -> None:
        """The Dispatcher's process ends, by itself or as told; the scheduler sees it."""
        self.running.pop(id, None)
        self.told.discard(id)
        self.turn(core.ended, id, self.now())
