"""The pool of CUDA Servers: some are kept ready, each is given to one client, and all are watched until they are gone.

Theory: a slot is a row of the shared session table and belongs to one process from its start until it is reaped. A
process is *starting*, *idle* (it listens and waits for a client) or *serving*. Whenever one leaves idle, the pool
starts others up to WORKERS_IDLE, one for a lease.

Clients stand in a queue, and each process that becomes idle goes to the first of it. If a process fails at its start,
no client loses its place: another one is started. Clients that wait are told only what another start cannot solve: no
data port is free (the pool then waits until a process ends, or a client asks again), or START_FAILURES_MAX starts
failed in a row.
"""

from __future__ import annotations

import asyncio
import heapq
import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..config.quotas import Quotas
from ..config.server import PortRange, ServerConfig
from ..errors import Code, Refused
from ..limits import (
    CLIENT_COMES_S,
    CLIENTS_MAX,
    REFILL_DELAY_S,
    SPAWN_TIMEOUT_S,
    START_FAILURES_MAX,
    WORKERS_IDLE,
)
from ..observe.log import logger
from ..wire.control import NO_PORT
from ..wire.hello import TOKEN_BYTES
from ..wording import counted
from ..worker.session_table import SessionTable, create
from .devices import Devices, driver_settings
from .identity import Identity
from .process import Process
from .queue import Queue
from .totals import Counts, Totals, counts_of
from .warm import NoFork, Warm

# More of them at once only make each of them late.
_STARTS_MAX = max(WORKERS_IDLE, os.cpu_count() or 1)
_ROWS = CLIENTS_MAX + WORKERS_IDLE


@dataclass(frozen=True)
class Place:
    """Where the client goes and what it has to say there. `claimed` is done once it has come, or its CUDA Server is
    gone.
    """

    port: int
    token: bytes
    session: str
    claimed: asyncio.Future[None]


@dataclass(frozen=True)
class Idle:
    """A CUDA Server that listens on `port`."""

    process: Process
    port: int


class Pool:
    """The CUDA Servers of a Dispatcher. `session_table` shows the sessions that run, `totals` what has ended. They keep
    code images in `image_store`, unless it is None.
    """

    def __init__(
        self,
        config: ServerConfig,
        devices: Devices,
        quotas: Callable[[], Quotas],
        image_store: Path | None = None,
        table: int | None = None,
        identity: Identity | None = None,
    ) -> None:
        """`quotas`: what holds for the next client. `table`: of new_table(), which somebody else looks at. `identity`:
        that of CUDA Servers that speak TLS.
        """
        self.image_store = image_store
        self._quotas = quotas
        self._devices = len(devices.ordinals)
        self.resume_s = config.resume_s
        self._ports: PortRange = config.data_ports
        self._rows = list(range(_ROWS))
        self.session_table = SessionTable(new_table(len(devices.ordinals)) if table is None else table)
        self.totals = Totals(self.session_table.tally)
        self._warm = Warm(
            {
                **driver_settings(config.softgpu),
                "host": config.host,
                "first_port": config.data_ports.first,
                "last_port": config.data_ports.last,
                "devices": list(devices.ordinals),
                "limits": list(devices.limits),
                "resume_s": config.resume_s,
                "snapshot": dict(devices.snapshot),
                "image_store": image_store and [str(image_store), config.image_store_bytes],
                "tls": identity and list(identity.pair),
            }
        )
        self._taken: dict[int, int] = {}  # row -> the data port of its process, or the one where it is to look first
        self._expected: dict[int, float] = {}  # port -> until when a client may come to a process that has ended
        self._idle: deque[Idle] = deque()
        self._starting = 0
        self._fresh: set[Process] = set()  # started, and not ready yet
        self._queue: Queue[Place] = Queue()
        self._serving: dict[Process, str] = {}  # and its session
        self.granted: dict[str, Quotas] = {}  # to the sessions that run
        self._alive: set[Process] = set()  # all that could be started
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures = 0  # starts that failed since one did not
        self._why_failed = "the first CUDA Server is being started"  # why there may be none; "" once one has started
        self._draining = False
        self._generation = 0  # of the settings that CUDA Servers are started with
        # A lease mostly has one client.
        self._lean = bool(config.lease)

    @property
    def serving(self) -> int:
        """The number of sessions."""
        return len(self._serving)

    @property
    def idle(self) -> int:
        """How many CUDA Servers wait for a client."""
        return len(self._idle)

    def sessions(self) -> set[str]:
        """Those that were given a CUDA Server which has not ended."""
        return set(self._serving.values())

    def counts(self) -> Counts:
        """What the sessions have done, those that run and those that have ended."""
        return counts_of(self.session_table)

    def problem(self) -> str:
        """Why a client that came now would not be served; "" if it would.

        As long as the last start has failed, this tries another one: whoever sends no clients here for that reason
        learns when it is over.
        """
        if self._draining:
            return "it is shutting down"
        if self._is_full():
            return f"it has {counted(self._quotas().clients_max, 'client')}, the most it takes"
        if self._idle or not self._why_failed:
            return ""
        self.fill()
        return self._why_failed

    def fill(self) -> None:
        """Start processes until enough are idle or starting, not too many at a time."""
        wanted = max(1, len(self._queue)) if self._lean else WORKERS_IDLE + len(self._queue)
        while (
            not self._draining
            and self._rows
            and len(self._idle) + self._starting < wanted
            and self._starting < _STARTS_MAX
        ):
            self._starting += 1
            row = heapq.heappop(self._rows)  # the lowest: sums over the table stay short
            self.session_table.open(row)
            self._begin(self._live(row))

    def _begin(self, life: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(life)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _fill_soon(self) -> None:
        """Replace what was taken: at once if nothing is ready for a next client that is likely, otherwise after the
        client's own start.
        """
        if self._idle or self._starting or self._lean:
            asyncio.get_running_loop().call_later(REFILL_DELAY_S, self.fill)
        else:
            self.fill()

    def check_open(self) -> None:
        """Raises Refused if there will be no more clients."""
        if self._draining:
            raise _draining()

    async def take(self, log: Any) -> Place:
        """A CUDA Server for a client, told its token; waits until it is the client's turn, and says so in its `log`.
        Raises Refused.

        If it is cancelled, the client has left the queue, or the CUDA Server that it was just given ends.
        """
        self.check_open()
        if self._is_full():
            raise Refused(
                Code.TOO_MANY_CLIENTS,
                f"this server already has {counted(self._quotas().clients_max, 'client')}, the most it takes",
                "wait until one ends",
            )
        place = self._queue.join()
        self._match()
        self.fill()
        if not place.done():
            log.info("client.waiting", ahead=len(self._queue) - 1)
        begin_s = time.monotonic()
        self.totals.show_waiting(len(self._queue))
        try:
            found = await place
        except asyncio.CancelledError:
            if not place.cancelled() and place.exception() is None:
                self.end_session(place.result().session)
            raise
        finally:
            self.totals.show_waiting(len(self._queue))
        self.totals.waits.observe(time.monotonic() - begin_s)
        return found

    def _is_full(self) -> bool:
        return len(self._serving) + len(self._queue) >= self._quotas().clients_max

    def drain(self) -> None:
        """No new session; idle processes end. One that still starts holds nothing, and would take its time to hear of
        it.
        """
        self._draining = True
        self._queue.refuse(_draining())
        for child in self._fresh:
            child.kill()
        for idle in self._idle:
            idle.process.end()
        self._idle.clear()
        self._begin(self._warm.close())

    def renew(self, identity: Identity) -> None:
        """CUDA Servers that are given to clients from now on have this certificate; sessions go on with theirs."""
        if self._draining:
            return
        self._generation += 1
        self._warm.renew({"tls": list(identity.pair)})
        for idle in self._idle:
            idle.process.end()
        self._idle.clear()
        self.fill()

    def end_sessions(self) -> None:
        """Tell the running sessions to end now."""
        for child in self._serving:
            child.end()

    def kill(self) -> None:
        """Kill what is left: also what was told to end while it was idle, and does not."""
        for child in self._alive:
            child.kill()

    async def empty(self) -> None:
        """Wait until no process is left."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _match(self) -> None:
        """Give what is idle to those who wait."""
        for idle in list(self._idle):
            if not len(self._queue):
                return
            if idle.process.ended():
                continue  # it is about to be missed
            self._idle.remove(idle)
            claimed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            place = Place(idle.port, secrets.token_bytes(TOKEN_BYTES), secrets.token_hex(4), claimed)
            self._serving[idle.process] = place.session
            quotas = self._quotas()
            self.granted[place.session] = quotas
            idle.process.tell({"token": place.token, "session": place.session, **self._told(quotas)})
            self._queue.give(place)
            self._begin(self._see_claimed(idle, claimed))
            self._fill_soon()

    @property
    def quotas(self) -> Quotas:
        """What holds for the next client."""
        return self._quotas()

    def _told(self, quotas: Quotas) -> dict[str, Any]:
        """What a CUDA Server is told of its client's."""
        return {
            "client_memory": list(quotas.memory_of(self._devices)),
            "host_memory": quotas.host_memory,
            "idle_timeout_s": quotas.idle_timeout_s,
            "session_timeout_s": quotas.session_timeout_s,
        }

    async def _see_claimed(self, given: Idle, claimed: asyncio.Future[None]) -> None:
        if await given.process.answer() is None:
            # It has ended, and its client may be on its way: that shall find nobody there, and not one that listens
            # there next and has not been told of any client.
            self._expected[given.port] = time.monotonic() + CLIENT_COMES_S
        claimed.set_result(None)

    def end_session(self, session: str) -> None:
        """Tell its CUDA Server to end."""
        for child, served in self._serving.items():
            if served == session:
                child.end()

    def _failed(self, reason: str) -> None:
        """A process could not start."""
        if self._draining:
            return
        logger().warning("cuda_server.failed", reason=reason, ports=str(self._ports))
        self._why_failed = f"no CUDA Server could be started: {reason}"
        if reason == NO_PORT:
            self._why_failed = f"no data port is free in {self._ports}"
            hint = "set BF_SERVER_PORT_MIN and BF_SERVER_PORT_MAX on the server to a larger range"
            # Others that start have found one, or are about to fail too.
            self._queue.refuse(
                Refused(Code.TOO_MANY_CLIENTS, f"no data port is free in {self._ports}", hint), keep=self._starting
            )
            return
        self._failures += 1
        if self._failures >= START_FAILURES_MAX:
            self._failures = 0
            self._queue.refuse(
                Refused(Code.TOO_MANY_CLIENTS, f"no CUDA Server could be started: {reason}", "see the server's log")
            )
        if len(self._queue):
            self.fill()

    async def _live(self, row: int) -> None:
        """One process, from its start until it is reaped."""
        generation = self._generation
        try:
            child, answer = await self._start(row)
            if child is not None:
                self._alive.add(child)
                self._arrived(child, row, answer, generation)
                self._gone(child, await child.wait())
                self._alive.discard(child)
        finally:
            with self.totals.moving():
                self.totals.add(self.session_table.clear(row))
            self._taken.pop(row, None)
            heapq.heappush(self._rows, row)

    async def _start(self, row: int) -> tuple[Process | None, dict[str, Any]]:
        """A process that was started, and what it says first."""
        child = None
        begin_s = time.monotonic()
        try:
            child = await self._warm.fork(self.session_table.fd)
            self._taken[row] = self._port_for_next()
            child.tell({"row": row, "port": self._taken[row]})
            answer = await self._first_answer(child)
            if "port" in answer:
                self.totals.starts.observe(time.monotonic() - begin_s)
        except (NoFork, OSError) as error:
            answer = {"failed": (error.strerror if isinstance(error, OSError) else str(error)) or "operating system"}
        finally:
            self._starting -= 1
        if child is None:
            self._failed(answer["failed"])
        return child, answer

    def _port_for_next(self) -> int:
        """The lowest data port that none of these processes has, and where nobody may come for one that is gone. Each
        looks on from there, but does not try those of all others.
        """
        now_s = time.monotonic()
        self._expected = {port: until_s for port, until_s in self._expected.items() if until_s > now_s}
        taken = {*self._taken.values(), *self._expected}
        ports = range(self._ports.first, self._ports.last + 1)
        return next((port for port in ports if port not in taken), self._ports.first)

    async def _first_answer(self, child: Process) -> dict[str, Any]:
        self._fresh.add(child)
        try:
            if self._draining:
                child.kill()
            answer = await asyncio.wait_for(child.answer(), SPAWN_TIMEOUT_S)
        except asyncio.TimeoutError:
            child.kill()
            answer = {"failed": f"not ready within {SPAWN_TIMEOUT_S:g} s"}
        finally:
            self._fresh.discard(child)
        return answer or {"failed": "it died at its start"}

    def _arrived(self, child: Process, row: int, answer: dict[str, Any], generation: int) -> None:
        if "port" not in answer:
            self._failed(answer["failed"])
        elif self._draining:
            child.end()
        elif generation != self._generation:
            child.end()
            self.fill()
        else:
            self._failures, self._why_failed = 0, ""
            self._taken[row] = answer["port"]
            self._idle.append(Idle(child, answer["port"]))
            self._match()
            if len(self._queue):
                self.fill()

    def _gone(self, child: Process, code: int) -> None:
        """A process has ended: a serving one with its session, an idle one by accident."""
        session = self._serving.pop(child, None)
        self.granted.pop(session or "", None)
        idle = [idle for idle in self._idle if idle.process is child]
        for entry in idle:
            self._idle.remove(entry)
        if session is not None and code == 0:
            logger().info("cuda_server.ended", session=session, pid=child.pid)
        elif session is not None or idle:
            # It wrote no canonical line of its own.
            logger().error("cuda_server.died", session=session, pid=child.pid, code=code)
            if session is not None:
                self.totals.died()
        if session is not None or idle:
            asyncio.get_running_loop().call_soon(self.fill)


def new_table(devices: int) -> int:
    """The shared session table of a Dispatcher that is to serve so many devices: its file descriptor."""
    return create(_ROWS, devices)


def _draining() -> Refused:
    return Refused(Code.DRAINING, "this server is shutting down", "use another one, or try later")
