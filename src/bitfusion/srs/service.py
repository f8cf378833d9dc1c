"""The shell around the scheduler's core: stores what its turns change, does what they ask for, and wakes those who
wait.

A turn takes effect only once the store has it. What a client asked for fails with the store; what simply happened (a
Dispatcher listens, a Dispatcher is gone) is tried again until the store takes it, because it stays true. Knows no
HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..errors import Draining, Gone, NotFound, SchedulerError, StoreError
from ..limits import SRS_READY_FRESH_S, STORE_RETRY_S
from ..observe.log import logger
from ..scheduler import core, view
from ..scheduler.estimate import Estimates
from ..scheduler.model import Client, Demand, Gpu, Lease, LeaseState, Moment, Order, Process
from ..scheduler.state import StartDispatcher, State, StopDispatcher, Turn, Wake
from ..scheduler.store import Store
from .counts import LeaseCounts
from .crowd import check_crowd
from .rights import Caller
from .supervisor import Dispatcher, Starting, Supervisor, find

T = TypeVar("T")


ANYBODY = Caller()


class Service:
    """One scheduler. For the tasks of one event loop; call restore() first and stop() at the end."""

    def __init__(
        self, gpus: tuple[Gpu, ...], store: Store, supervisor: Supervisor, auto_release_s: float | None
    ) -> None:
        self.state = State(gpus)
        self.counts = LeaseCounts()
        self._writable_s = float("-inf")  # when the store last took something to see whether it does
        self._store = store
        self._supervisor = supervisor
        self._auto_release_s = auto_release_s
        self._dispatchers: dict[str, Dispatcher] = {}
        self._failures: dict[str, SchedulerError] = {}  # why the Dispatchers of leases did not start, until it is told
        self._changed = asyncio.Condition()  # of leases
        self._polls: dict[str, set[asyncio.Event]] = {}
        self._shown: dict[str, dict[str, Any]] = {}  # the last answer about a ticket: a poll waits for another one
        self._estimates = Estimates()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    def restore(self) -> None:
        """Go on with what the store has and with the Dispatchers that still run. Raises StoreError."""
        kept = self._store.load()
        alive: dict[str, Process] = {}
        for lease_id, process in find(kept.leases).items():
            try:
                self._dispatchers[lease_id] = Dispatcher(lease_id, process, None)
                alive[lease_id] = process
            except ProcessLookupError:
                pass  # It ended in between.
        turn = core.restore(self.state.gpus, kept, alive, _now())
        for lease in kept.leases:
            logger().info(
                "lease.adopted" if lease.id in turn.state.leases else "lease.lost",
                lease=lease.id,
                state=lease.state.value,
            )
        for lease_id, dispatcher in self._dispatchers.items():
            self._spawn_task(self._outlive(lease_id, dispatcher))
        self._apply(turn)

    def set_auto_release(self, seconds: float | None) -> None:
        """The time of a lease that asks for none, from the next one on; None: for ever."""
        self._auto_release_s = seconds

    # What clients ask for. Everything raises SchedulerError or StoreError.

    def submit(
        self,
        demand: Demand,
        client: Client,
        order: Order | None,
        moved: str = "",
        caller: Caller = ANYBODY,
        seal: str = "",
    ) -> dict[str, Any]:
        """Put a ticket into the queue, or the ticket `moved` at the place of this order, which has this `seal`."""
        self._refuse_if_stopping()
        check_crowd(self.state, client)
        caller.check_order(self.state, order, moved, seal)
        named, id = caller.named(client), str(uuid.uuid4())
        owner = named.user if caller.entry else ""
        ticket = self._apply(core.submit(self.state, id, demand, named, order, _now(), moved, owner, caller.quota))
        return self._show(ticket, caller)

    async def poll(self, ticket: str, wait_s: float, caller: Caller = ANYBODY) -> dict[str, Any]:
        """The ticket: once its place or offer is not what was answered last, or after `wait_s`."""
        self._refuse_if_stopping()
        caller.check_ticket(self.state, ticket)
        self._apply(core.poll(self.state, ticket, _now(), wait_s))
        if wait_s and self._shown.get(ticket) == view.ticket_view(self.state, ticket):
            event = asyncio.Event()
            self._polls.setdefault(ticket, set()).add(event)
            try:
                await asyncio.wait_for(event.wait(), wait_s)
            except asyncio.TimeoutError:
                pass
            finally:
                self._forget_poll(ticket, event)
                if (
                    ticket in self.state.tickets
                ):  # also when the client has hung up: it owes the next sign of life from now
                    self._apply(core.poll(self.state, ticket, _now()))
            self._refuse_if_stopping()
        return self._show(ticket, caller)

    def cancel(self, ticket: str, caller: Caller = ANYBODY) -> None:
        """Take a ticket out of the queue."""
        caller.check_ticket(self.state, ticket)
        self._apply(core.cancel(self.state, ticket))

    async def confirm(self, ticket: str, gpus: object, ttl_s: object, caller: Caller = ANYBODY) -> dict[str, Any]:
        """The lease, once its Dispatcher listens. A caller that is cancelled meanwhile gets none: the lease is
        released.
        """
        self._refuse_if_stopping()
        caller.check_ticket(self.state, ticket)
        asked_s, lasts_s = self._auto_release_s if ttl_s is None else ttl_s, caller.quota.lasts_s
        if ttl_s is None and asked_s is not None and lasts_s is not None:
            asked_s = min(self._auto_release_s or lasts_s, lasts_s)
        lease = self._apply(core.confirm(self.state, ticket, gpus, asked_s, _now(), caller.quota)).id
        try:
            await self._until(lambda: self._state_of(lease) is not LeaseState.STARTING)
        except asyncio.CancelledError:
            logger().warning("lease.unclaimed", lease=lease)
            self._failures.pop(lease, None)
            self._release_quietly(lease)
            raise
        if self._state_of(lease) is LeaseState.ACTIVE:
            return view.lease_view(self.state, lease, _now())
        raise self._failures.pop(lease, None) or Gone(
            f"lease {lease}: was ended while it started", "request GPUs again"
        )

    def renew(self, lease: str, caller: Caller = ANYBODY) -> float | None:
        """Begin the lease's time anew; seconds left, None without end."""
        caller.check_lease(self.state, lease)
        self._apply(core.renew(self.state, lease, _now()))
        return view.lease_view(self.state, lease, _now())["expires_in_s"]

    async def release(self, lease: str, caller: Caller = ANYBODY) -> None:
        """End a lease; returns when its Dispatcher is gone."""
        caller.check_lease(self.state, lease)
        self._apply(core.release(self.state, lease))
        await self._until(lambda: lease not in self.state.leases)

    def leases(self, caller: Caller = ANYBODY) -> list[dict[str, Any]]:
        """All leases, as the caller may see them."""
        return view.leases_view(self.state, _now(), caller.sees)

    def dispatchers(self) -> Mapping[str, Process]:
        """Lease -> Dispatcher, of those that listen."""
        return {id: held.lease.process for id, held in self.state.leases.items() if held.lease.process is not None}

    def renew_certificates(self) -> None:
        """Have the Dispatchers read theirs again."""
        for dispatcher in self._dispatchers.values():
            dispatcher.renew()

    def when_gone(self, call: Callable[[str], object]) -> None:
        """Call this with the lease of each Dispatcher that runs now, once that is gone."""
        for lease, dispatcher in self._dispatchers.items():
            dispatcher.gone.add_done_callback(lambda _, lease=lease: call(lease))  # type: ignore[misc]

    def problem(self) -> str:
        """Why a request would fail now; "" if it would not."""
        if self._stopping:
            return "it is shutting down"
        if time.monotonic() - self._writable_s < SRS_READY_FRESH_S:
            return ""
        try:
            self._store.keep_fact("looked_at", str(int(time.time())))
        except StoreError as error:
            return error.detail
        self._writable_s = time.monotonic()
        return ""

    # The end.

    async def drain(self) -> None:
        """Take nothing new, and tell those who wait; return when all leases have ended by themselves."""
        self._stopping = True
        for events in self._polls.values():
            for event in events:
                event.set()
        await self._until(lambda: not self.state.leases)

    async def stop(self) -> None:
        """End all leases, after drain(); return when their Dispatchers are gone."""
        for lease in list(self.state.leases):
            self._release_quietly(lease)
        await self._until(lambda: not self.state.leases)
        if self._timer:
            self._timer.cancel()

    def kill(self) -> None:
        """Do not wait for sessions to end."""
        for dispatcher in self._dispatchers.values():
            dispatcher.kill()

    # Turns.

    def _apply(self, turn: Turn[T]) -> T:
        """Keep a turn and do what it asks for. Raises StoreError; then nothing has happened."""
        self._store.write(turn.changes)
        before, self.state = self.state, turn.state
        for ticket in [id for id in self._shown if id not in turn.state.tickets]:
            del self._shown[ticket]
        for action in turn.actions:
            match action:
                case StartDispatcher(lease):
                    self._start(lease)
                case StopDispatcher(lease):
                    self._stop(lease.id)
                case Wake(tickets):
                    self._wake(tickets)
        if before.leases is not self.state.leases:
            self._spawn_task(self._announce())
        self._set_timer()
        return turn.value

    async def _happened(self, transition: Callable[[], Turn[Any]]) -> None:
        """Apply what is a fact, however long the store takes to accept it."""
        while True:
            try:
                self._apply(transition())
                return
            except StoreError as error:
                logger().error("store.failed", reason=str(error))
                await asyncio.sleep(STORE_RETRY_S)

    def _start(self, lease: Lease) -> None:
        log = logger().bind(
            lease=lease.id,
            order=lease.order.to_list(),
            gpus=[share.index for share in lease.shares],
            memory_mib=[share.memory_mib for share in lease.shares],
        )
        try:
            starting = self._supervisor.spawn(lease)
        except SchedulerError as error:
            self.counts.failed += 1
            log.error("lease.failed", reason=str(error))
            self._failures[lease.id] = error
            self._spawn_task(self._happened(lambda: core.ended(self.state, lease.id, _now())))
            return
        log.info(
            "lease.granted",
            pid=starting.dispatcher.process.pid,
            port=starting.dispatcher.process.port,
            ttl_s=lease.ttl_s,
        )
        self.counts.granted += 1
        self._dispatchers[lease.id] = starting.dispatcher
        self._spawn_task(self._live(lease.id, starting))

    async def _live(self, lease: str, starting: Starting) -> None:
        """A Dispatcher from its start to its end."""
        process = starting.dispatcher.process
        begin_s = time.monotonic()
        try:
            await starting.ready()
        except SchedulerError as error:
            if self._state_of(lease) is LeaseState.STARTING:
                self.counts.failed += 1
                logger().error("lease.failed", lease=lease, reason=str(error))
                self._failures[lease] = error
        else:
            self.counts.starts.observe(time.monotonic() - begin_s)
            await self._happened(lambda: core.started(self.state, lease, process, _now()))
            self._spawn_task(self._follow(lease, starting))
        await self._outlive(lease, starting.dispatcher)
        starting.close()

    async def _follow(self, lease: str, starting: Starting) -> None:
        """A Dispatcher that somebody else has told to end says so: its lease ends, and is shown so meanwhile."""
        if await starting.draining() and self._state_of(lease) is LeaseState.ACTIVE:
            logger().info("lease.draining", lease=lease, pid=starting.dispatcher.process.pid)
            with contextlib.suppress(Gone):  # it has ended before the store took it
                await self._happened(lambda: core.release(self.state, lease))

    async def _outlive(self, lease: str, dispatcher: Dispatcher) -> None:
        """Nothing but a Dispatcher's end gives its memory back."""
        code = await dispatcher.gone
        if self._state_of(lease) is LeaseState.ACTIVE:
            logger().error("dispatcher.died", lease=lease, pid=dispatcher.process.pid, code=code)
        logger().info("lease.ended", lease=lease)
        self._dispatchers.pop(lease, None)
        await self._happened(lambda: core.ended(self.state, lease, _now()))

    def _stop(self, lease: str) -> None:
        # Without a Dispatcher it has failed to start or is gone, and core.ended() is on its way.
        if lease in self._dispatchers:
            self._dispatchers[lease].end()

    def _release_quietly(self, lease: str) -> None:
        try:
            self._apply(core.release(self.state, lease))
        except (Gone, NotFound):
            pass
        except StoreError as error:
            logger().error("store.failed", reason=str(error))

    # Waiting.

    def _show(self, ticket: str, caller: Caller) -> dict[str, Any]:
        self._shown[ticket] = view.ticket_view(self.state, ticket)
        now = _now()
        start_in_s = self._estimates.start_in_s(self.state, ticket, now)
        seal = {"seal": caller.seal(self.state.tickets[ticket].ticket.order)} if caller.entry else {}
        return self._shown[ticket] | view.waiting_view(self.state, ticket, now, start_in_s, caller.sees) | seal

    def _wake(self, tickets: tuple[str, ...]) -> None:
        for ticket in tickets:
            for event in self._polls.get(ticket, ()):
                event.set()

    def _forget_poll(self, ticket: str, event: asyncio.Event) -> None:
        self._polls[ticket].discard(event)
        if not self._polls[ticket]:
            del self._polls[ticket]

    async def _announce(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Wait until the leases are so."""
        async with self._changed:
            await self._changed.wait_for(condition)

    def _state_of(self, lease: str) -> LeaseState | None:
        held = self.state.leases.get(lease)
        return held.lease.state if held else None

    def _set_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
        due_s = core.next_deadline_s(self.state)
        self._timer = None
        if due_s is not None:
            # A little late, so that it is due by then.
            self._timer = asyncio.get_running_loop().call_later(max(0.0, due_s - _now().s) + 0.001, self._tick)

    def _tick(self) -> None:
        turn = core.tick(self.state, _now())
        for id in self.state.leases:
            if turn.state.leases[id].lease.state is not self.state.leases[id].lease.state:
                logger().info("lease.expired", lease=id)
        try:
            self._apply(turn)
        except StoreError as error:
            logger().error("store.failed", reason=str(error))
            self._timer = asyncio.get_running_loop().call_later(STORE_RETRY_S, self._tick)

    def _refuse_if_stopping(self) -> None:
        if self._stopping:
            raise Draining("this resource scheduler is shutting down", "use another one, or try later")

    def _spawn_task(self, coroutine: Any) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger().critical("scheduler.crashed", exc_info=task.exception())


def _now() -> Moment:
    return Moment(time.monotonic(), time.time())
