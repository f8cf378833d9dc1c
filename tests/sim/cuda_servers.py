"""CUDA Servers, simulated: the real ones (their life, admission, channel, monitor, quota, ledger and row of the session
table) as processes of virtual time, on a driver that counts what it gives and knows better than any ledger.

Not real: what makes processes (Warm, Child), sockets (wires.py), and the driver's calls: ALLOC, FREE and WORK.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar, Protocol

import greenlet
import msgpack
import strands
import wires

from bitfusion.errors import CallFailed
from bitfusion.limits import ALLOCATION_GRANULE_BYTES
from bitfusion.server import process, warm
from bitfusion.session import Quota
from bitfusion.worker import admission, client, cuda_server, door, monitor, serve
from bitfusion.worker.control import Control
from bitfusion.worker.ledger import SharedLedger

ALLOC, FREE, WORK = 1, 2, 3
_PID_FIRST = 10_000
_START_S = 0.05  # of a process


class Driver:
    """What the devices of a Dispatcher have given, by process: what really is, whatever a ledger says. `limits`: of all
    together, `own`: of each process.
    """

    def __init__(self, limits: tuple[int, ...], own: tuple[int, ...], faults: list[str]) -> None:
        self._limits, self._own, self._faults = limits, own, faults
        self._given: list[dict[strands.Process, int]] = [{} for _ in limits]

    def used(self, device: int) -> int:
        return sum(self._given[device].values())

    def give(self, owner: strands.Process, device: int, count: int) -> None:
        self._given[device][owner] = self._given[device].get(owner, 0) + count
        for used, limit in self._bounds(owner, device):
            if used > limit:
                self._faults.append(f"device {device} has given {used} bytes of {limit}")

    def refused(self, owner: strands.Process, device: int, count: int) -> None:
        """A quota did not let these be asked for."""
        if all(used + count <= limit for used, limit in self._bounds(owner, device)):
            self._faults.append(f"{count} bytes are refused: {self._bounds(owner, device)}")

    def _bounds(self, owner: strands.Process, device: int) -> tuple[tuple[int, int], ...]:
        """What all and what one have, with the most that they may."""
        own = self._given[device].get(owner, 0)
        return (self.used(device), self._limits[device]), (own, self._own[device])

    def take_back(self, owner: strands.Process, device: int, count: int) -> None:
        self._given[device][owner] -= count

    def gone(self, owner: strands.Process) -> None:
        """The system frees what a process had."""
        for given in self._given:
            given.pop(owner, None)


class Session:
    """What dispatching calls to this driver needs, with the real quota."""

    def __init__(self, quota: Quota) -> None:
        self.quota = quota
        self.watching: deque[Any] = deque()
        self.staging = SimpleNamespace(look=lambda: None)
        self.pages_in = self.pages_out = 0


class Dispatch:
    """Runs the calls of a frame on the driver: bitfusion.dispatch without cuda-python."""

    def __init__(self, session: Session, channel: Any) -> None:
        self._quota, self._channel = session.quota, channel
        self._owner = strands.process()
        self._driver: Driver = self._owner.host.driver
        self._sizes: dict[int, tuple[int, int]] = {}
        self.calls = self.asks = 0

    def run(self, body: Any) -> None:
        unpacker = msgpack.Unpacker(use_list=False)
        unpacker.feed(body)
        for call, *arguments in unpacker:
            self.calls += 1
            if call == FREE:
                self._free(*arguments)
                continue
            self.asks += 1
            result, *values = self._alloc(*arguments) if call == ALLOC else self._work(*arguments)
            self._channel.reply(self.calls, int(result), tuple(values))

    def _alloc(self, device: int, count: int) -> tuple[Any, ...]:
        rounded = -(-count // ALLOCATION_GRANULE_BYTES) * ALLOCATION_GRANULE_BYTES
        try:
            charge = self._quota.reserve(device, count)
        except CallFailed as failure:
            self._driver.refused(self._owner, device, rounded)
            return (failure.code, 0)
        self._driver.give(self._owner, device, rounded)
        self._sizes[self.calls] = device, rounded
        self._quota.settle(self.calls, device, charge, 1)
        return (0, self.calls)

    def _free(self, pointer: int) -> None:
        self._driver.take_back(self._owner, *self._sizes.pop(pointer))
        self._quota.freed(pointer)

    def _work(self, seconds: float) -> tuple[Any, ...]:
        strands.sleep(seconds)
        return (0,)


class Child:
    """A child process as server/process.py has it."""

    known: ClassVar[set[int]] = set()

    def __init__(self, body: strands.Process) -> None:
        self.pid, self.gone, self.kill = body.pid, body.ended, body.kill

    def ended(self) -> bool:
        return self.gone.done()


class Process(process.Process):
    """With a place in sets that is the same in every run."""

    def __hash__(self) -> int:
        return self.pid


class Host(Protocol):
    """Where CUDA Servers run: the Dispatcher's process as this file sees it."""

    driver: Driver
    faults: list[str]
    listeners: dict[int, wires.Listener]
    weather: Any
    draw: Any

    def adopt(self, body: strands.Process) -> None:
        """A CUDA Server begins."""

    def kill_at_start(self, body: strands.Process) -> None:
        """kill -9 of one that has just begun."""


class Warm:
    """Makes CUDA Servers, as server/warm.py does. `host`: that of the Pool that is being made."""

    host: ClassVar[Host]

    def __init__(self, settings: Any) -> None:
        self._settings, self._host, self._made = settings, self.host, 0

    async def fork(self, table: int) -> process.Process:
        host = self._host
        await asyncio.sleep(host.draw.uniform(0, _START_S))
        if host.draw.random() < host.weather.fork_fails:
            raise warm.NoFork("it dies")
        self._made += 1
        body = strands.Process(host.faults, _PID_FIRST + self._made, host)
        host.adopt(body)
        ours, theirs = wires.pair(wires.Wire(host.draw, 0.001))
        body.at_end.append(theirs.close)
        control = Control.__new__(Control)
        control._socket = theirs  # type: ignore[assignment]
        settings = {**self._settings, "entrance": None}
        body.start(lambda: cuda_server.run(control, settings, table), main=True)
        if host.draw.random() < host.weather.start_dies:
            asyncio.get_running_loop().call_later(host.draw.uniform(0, _START_S), host.kill_at_start, body)
        return Process(Child(body), process.Mail(*wires.streams(ours)))  # type: ignore[arg-type]

    async def close(self) -> None:
        """CUDA Servers go on."""


class _Event:
    """threading.Event for strands."""

    def __init__(self) -> None:
        self.watchers: dict[Callable[[], None], None] = {}
        self._set = False

    def is_set(self) -> bool:
        return self._set

    def set(self) -> None:
        self._set = True
        for watcher in list(self.watchers):
            watcher()

    def wait(self, timeout_s: float | None = None) -> bool:
        return wires.wait_for([self], self.is_set, timeout_s)


class _Silent:
    """What kernels print: nothing."""

    @staticmethod
    def take() -> bytes:
        return b""


def _listen_in(_: str, first: int, last: int, begin: int | None = None) -> wires.Listener | None:
    """net/sockets.py for a CUDA Server."""
    owner = strands.process()
    taken: dict[int, wires.Listener] = owner.host.listeners
    port = next(
        (each for each in (*range(begin or first, last + 1), *range(first, last + 1)) if each not in taken), None
    )
    if port is None:
        return None
    listener = taken[port] = wires.Listener(port)

    def close() -> None:
        del taken[port]
        listener.close()

    owner.at_end.append(close)
    return listener


def _exit(code: int) -> None:
    raise strands.Exited(code)


def _crash(error: BaseException | None) -> None:
    if isinstance(error, greenlet.GreenletExit | strands.Exited):
        raise error
    strands.process().host.faults.append(f"a CUDA Server crashed: {error!r}")
    raise strands.Exited(70)


def _open_session(settings: Any, table: Any, _: Any, __: Any) -> Session:
    return Session(Quota(settings["limits"], SharedLedger(table, settings["row"]), settings["client_memory"]))


def install(put: Callable[[object, str, Any], None]) -> None:
    """Put processes, sockets and driver in the place of the real ones."""
    put(cuda_server, "listen_in", _listen_in)
    put(cuda_server, "_start_driver", lambda settings: None)
    # They would confine the tests.
    put(cuda_server, "confine_cuda_server", lambda: None)
    put(cuda_server, "keep_apart", lambda driver: None)
    put(admission, "selectors", SimpleNamespace(PollSelector=wires.Selector, EVENT_READ=wires.READ))
    put(client, "_open", _open_session)
    put(client, "Output", lambda: SimpleNamespace(printed=_Silent, errors=_Silent))
    put(client, "pools", SimpleNamespace(look=lambda session: None))
    put(client, "os", SimpleNamespace(_exit=_exit))
    put(serve, "Dispatch", Dispatch)
    put(serve, "hand_over", lambda session: None)
    events = {name: getattr(monitor.select, name) for name in ("POLLIN", "POLLRDHUP", "POLLHUP", "POLLERR")}
    put(monitor, "select", SimpleNamespace(poll=wires.Selector, **events))
    put(monitor, "threading", SimpleNamespace(Event=_Event))
    put(monitor, "_thread", SimpleNamespace(start_new_thread=lambda run, words: strands.process().start(run, *words)))
    put(monitor, "crash", _crash)
    put(door, "crash", _crash)
