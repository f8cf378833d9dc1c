"""Hosts with resource schedulers, for simulation: the real service and core above a network, Dispatchers and clocks of
virtual time.

Everything random comes from one seed: how long messages take, which are lost, when schedulers are killed and come
back, how far their clocks are off. The truth about GPUs is kept apart from what any scheduler believes: a Dispatcher
that is started looks whether its memory is really free.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Coroutine, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from bitfusion.config.addresses import Address
from bitfusion.errors import SchedulerError, SrsError, SrsUnreachable, StoreError
from bitfusion.limits import SRS_ANSWER_TIMEOUT_S
from bitfusion.scheduler import view
from bitfusion.scheduler.model import Client, Demand, Gpu, Lease, Order, Process, Ticket
from bitfusion.scheduler.state import DropTicket, EndLease, ForgetLease, Mark, Past, PutLease, PutTicket, Snapshot
from bitfusion.srs import acquire, holding, pool, service

_EPOCH = 1_700_000_000.0
_host: ContextVar[Host] = ContextVar("host")


@dataclass(frozen=True)
class Weather:
    """What goes wrong. Probabilities are per message or per start; seconds are upper ends of uniform draws."""

    message_s: float = 0.05
    lost: float = 0.0
    start_s: float = 1.0
    start_fails: float = 0.0
    end_s: float = 1.0
    kills: int = 0  # of each scheduler
    down_s: float = 5.0
    skew_s: float = 0.0
    jumps: int = 0  # of each host's clock
    swallowed: float = 0.0  # requests of which nothing is heard any more: carried out or not


class Dispatcher:
    """What the service sees of a Dispatcher's process, and the process: `gone` is done when it has ended, whoever
    watches.
    """

    def __init__(self, lease: str, process: Process, _: object = None) -> None:
        self._body = _host.get().running[lease]
        self.process = process
        self.gone = asyncio.ensure_future(self._body.ended.wait())

    def end(self) -> None:
        self._body.end()

    def kill(self) -> None:
        self._body.kill()


class Body:
    """The process of a Dispatcher on its host."""

    def __init__(self, host: Host, lease: Lease, number: int) -> None:
        self.host, self.lease = host, lease
        self.process = Process(number, number, 55000 + number)
        self.ended = asyncio.Event()
        self._ending = False

    def open(self) -> None:
        """It listens."""

    def end(self) -> None:
        if not self._ending:
            self._ending = True
            self.host.cluster.later(self.host.cluster.weather.end_s, self._gone)

    kill = end

    def _gone(self) -> None:
        del self.host.running[self.lease.id]
        self.ended.set()


class Starting:
    """A Dispatcher that may come up."""

    def __init__(self, body: Body) -> None:
        self.dispatcher = Dispatcher(body.lease.id, body.process)
        self._cluster, self._body = body.host.cluster, body

    async def ready(self) -> None:
        await self._cluster.pause(self._cluster.weather.start_s)
        if self._cluster.random.random() < self._cluster.weather.start_fails:
            self.dispatcher.end()
            raise SchedulerError("the Dispatcher did not start")
        self._body.open()

    async def draining(self) -> bool:
        """Nobody but its scheduler tells it to end, or it is killed: it says nothing."""
        await self._body.ended.wait()
        return False

    def close(self) -> None:
        """There is no pipe."""


class Supervisor:
    """Starts Dispatchers of a host, and looks whether the GPUs really have room for them."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def spawn(self, lease: Lease) -> Starting:
        for share in lease.shares:
            others = [
                other for body in self._host.running.values() for other in body.lease.shares if other.uuid == share.uuid
            ]
            if sum(other.memory_mib for other in others) + share.memory_mib > share.total_mib:
                self._host.cluster.faults.append(f"{self._host.address}: GPU {share.index} is over-granted")
        if len({share.uuid for share in lease.shares}) != len(lease.shares):
            self._host.cluster.faults.append(f"{self._host.address}: a lease has one GPU twice")
        self._host.cluster.tell(f"{self._host.address.host}: client {lease.client.pid} is granted {lease.id[:8]}")
        self._host.check_order(lease)
        self._host.started += 1
        body = self._host.cluster.body(self._host, lease, self._host.started)
        self._host.running[lease.id] = body
        return Starting(body)


class Store:
    """A store in memory that outlives its scheduler; `open` False: its scheduler was killed and can write no more."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self.open = True

    def load(self) -> Snapshot:
        kept = self._kept
        tickets, leases = tuple(kept.tickets.values()), tuple(kept.leases.values())
        return Snapshot(tickets, leases, dict(kept.gone), kept.mark_us, kept.past_s)

    def write(self, changes: Sequence[object]) -> None:
        if not self.open:
            raise StoreError("killed")
        kept = self._kept
        for change in changes:
            match change:
                case PutTicket(ticket):
                    kept.tickets[ticket.id] = ticket
                case DropTicket(id):
                    kept.tickets.pop(id, None)
                case PutLease(lease):
                    kept.leases[lease.id] = lease
                case EndLease(id, unix_s):
                    kept.leases.pop(id, None)
                    kept.gone[id] = unix_s
                case ForgetLease(id):
                    kept.gone.pop(id, None)
                case Mark(time_us):
                    kept.mark_us = time_us
                case Past(seconds):
                    kept.past_s = seconds


@dataclass
class Kept:
    tickets: dict[str, Ticket] = field(default_factory=dict)
    leases: dict[str, Lease] = field(default_factory=dict)
    gone: dict[str, float] = field(default_factory=dict)
    mark_us: int = 0
    past_s: tuple[float, ...] = ()


class Host:
    """A host with GPUs and a scheduler that is killed and comes back; `running`: lease -> the Dispatcher that
    exists.
    """

    def __init__(self, cluster: Cluster, number: int, memories: Sequence[int]) -> None:
        self.cluster = cluster
        self.address = Address(f"server{number}", 56001)
        self.gpus = tuple(
            Gpu(index, f"GPU-{number}-{index}", "a GPU", "8.0", memory) for index, memory in enumerate(memories)
        )
        self.running: dict[str, Body] = {}
        self.started = 0
        self.kept = Kept()
        self.skew_s = cluster.random.uniform(-1, 1) * cluster.weather.skew_s
        self.service: service.Service | None = None
        self._store: Store | None = None
        self._requests: set[asyncio.Task[Any]] = set()
        self._placed_s: dict[str, float] = {}  # ticket -> when it was put where it stands
        self.asked_s: dict[int, float] = {}  # client -> when it asked for an order, if it got one

    def start(self) -> None:
        self.cluster.tell(f"{self.address.host}: the scheduler starts")
        _host.set(self)
        self._store = Store(self.kept)
        self.service = service.Service(self.gpus, self._store, Supervisor(self), None)  # type: ignore[arg-type]
        self.service.restore()

    def kill(self) -> None:
        """kill -9: nothing is written or answered any more; Dispatchers go on."""
        self.cluster.tell(f"{self.address.host}: the scheduler is killed")
        dead, self.service = self.service, None
        self._store.open = False
        if dead._timer:
            dead._timer.cancel()
        for task in in_order([*dead._tasks, *self._requests]):
            task.cancel()

    def placed(self, ticket: str) -> None:
        """A ticket has been put into the queue, or moved in it."""
        self._placed_s[ticket] = asyncio.get_running_loop().time()

    def check_order(self, granted: Lease) -> None:
        """Nobody may stand here who had its place before the client of `granted` asked for one. If this server could
        not be reached then, others have issued its order.
        """
        asked_s = self.asked_s.get(granted.client.pid, 0.0)
        for id in self.service.state.tickets:
            if id != granted.id and self._placed_s.get(id, asked_s) < asked_s:
                other = self.service.state.tickets[id].ticket
                self.cluster.faults.append(
                    f"{self.address}: client {granted.client.pid} overtakes client {other.client.pid}"
                )

    async def jump(self) -> None:
        """The clock is set, now and then."""
        for _ in range(self.cluster.weather.jumps):
            await self.cluster.pause(20)
            self.skew_s = self.cluster.random.uniform(-1, 1) * self.cluster.weather.skew_s

    async def live(self) -> None:
        """From the start to the last of its kills."""
        self.start()
        for _ in range(self.cluster.weather.kills):
            await self.cluster.pause(60)
            self.kill()
            await self.cluster.pause(self.cluster.weather.down_s)
            self.start()

    def serve(self, request: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a request in this host's context."""
        _host.set(self)
        task = asyncio.ensure_future(request)
        self._requests.add(task)
        task.add_done_callback(self._requests.discard)
        return task


class Wire:
    """One client's view of one scheduler: bitfusion.srs.client.Srs without HTTP. Of a client that is dead nothing
    arrives.
    """

    def __init__(self, host: Host, client: Any) -> None:
        self.host, self.address, self._client = host, host.address, client

    async def __aenter__(self) -> Wire:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def gpus(self, patience_s: float = 0.0) -> dict[str, Any]:
        return await self._ask(self._listing)

    async def submit(
        self,
        demand: dict[str, Any],
        client: dict[str, Any],
        order: Any = None,
        ticket: str | None = None,
        seal: str | None = None,
    ) -> dict[str, Any]:
        given = None if order is None else Order.from_list(order)
        began_s = asyncio.get_running_loop().time()
        if given is None:
            self.host.asked_s.pop(client["pid"], None)

        def put(srs: service.Service) -> dict[str, Any]:
            answer = srs.submit(Demand.from_dict(demand), Client.from_dict(client), given, ticket or "")
            self.host.placed(answer["ticket"])
            self._tell(f"places {answer['ticket'][:8]} {answer['order'][0]} position {answer['position']}")
            return answer

        answer = await self._ask(put)
        if given is None:
            self.host.asked_s[client["pid"]] = began_s
        return answer

    async def poll(self, ticket: str, wait_s: float = 0.0) -> dict[str, Any]:
        return await self._ask(lambda srs: srs.poll(ticket, wait_s))

    async def confirm(self, ticket: str, gpus: int, ttl_s: float | None = None) -> dict[str, Any]:
        self._tell(f"confirms {ticket[:8]}")
        return await self._ask(lambda srs: srs.confirm(ticket, gpus, ttl_s))

    async def cancel(self, ticket: str) -> None:
        try:
            await self._ask(lambda srs: srs.cancel(ticket))
        except SrsError as error:
            if error.code not in ("not_found", "gone"):
                raise

    def _tell(self, what: str) -> None:
        number = getattr(self._client, "number", "")
        self.host.cluster.tell(f"{self.host.address.host}: client {number} {what}")

    async def renew(self, lease: str) -> float | None:
        return await self._ask(lambda srs: srs.renew(lease))

    async def release(self, lease: str) -> None:
        self._tell(f"releases {lease[:8]}")
        await self._ask(lambda srs: srs.release(lease))

    def _listing(self, srs: service.Service) -> dict[str, Any]:
        name = self.address.host
        server = {"id": name, "hostname": name, "release": "1", "driver_version": "1", "cuda_version": "13.0"}
        return {"server": server, "gpus": view.gpus_view(srs.state)}

    async def _ask(self, request: Any) -> Any:
        cluster = self.host.cluster
        swallowed = cluster.weather.swallowed and cluster.random.random() < cluster.weather.swallowed
        if swallowed and cluster.random.random() < 0.5:
            await asyncio.sleep(SRS_ANSWER_TIMEOUT_S)
            raise SrsUnreachable(f"no answer of {self.address}")
        await self._message()
        if self.host.service is None:
            raise SrsUnreachable(f"{self.address} is down")
        task = self.host.serve(_answer(request, self.host.service))
        try:
            await asyncio.wait((task,))
        finally:
            task.cancel()  # a client that hangs up, is killed or gives up
        if task.cancelled() or isinstance(task.exception(), StoreError):
            raise SrsUnreachable(f"the connection to {self.address} broke")
        if swallowed:
            await asyncio.sleep(SRS_ANSWER_TIMEOUT_S)
            raise SrsUnreachable(f"no answer of {self.address}")
        await self._message()
        if isinstance(error := task.exception(), SchedulerError):
            raise SrsError(error.kind, error.detail, error.hint)
        return task.result()

    async def _message(self) -> None:
        cluster = self.host.cluster
        await cluster.pause(cluster.weather.message_s)
        if self._client.dead or cluster.random.random() < cluster.weather.lost:
            raise SrsUnreachable(f"the message to or from {self.address} was lost")


def in_order(tasks: Iterable[asyncio.Task[Any]]) -> list[asyncio.Task[Any]]:
    """As they were made: a set of tasks has another order in every run."""
    return sorted(tasks, key=lambda task: (len(task.get_name()), task.get_name()))


async def _answer(request: Any, srs: service.Service) -> Any:
    answer = request(srs)
    return await answer if asyncio.iscoroutine(answer) else answer


class Cluster:
    """All hosts. `faults`: what should never have happened."""

    def __init__(self, seed: int, weather: Weather, machines: Sequence[Sequence[int]]) -> None:
        self.random = random.Random(seed)
        self.weather = weather
        self.faults: list[str] = []
        self.history: list[str] = []  # what happened, for whoever looks for the cause of a fault
        self.programs: list[Any] = []  # of the clients
        self.body: Any = Body
        self.hosts = [Host(self, number, memories) for number, memories in enumerate(machines)]

    def install(self, monkeypatch: Any, client_of: ContextVar[Any]) -> None:
        """Put clock, random numbers, Dispatchers and network in the place of the real ones."""
        by_address = {host.address: host for host in self.hosts}
        loop_time = lambda: asyncio.get_running_loop().time()
        clock = SimpleNamespace(monotonic=loop_time, time=lambda: _EPOCH + loop_time() + _host.get().skew_s)
        for module in (service, acquire, holding):
            monkeypatch.setattr(module, "time", clock)
        monkeypatch.setattr(
            service, "uuid", SimpleNamespace(uuid4=lambda: uuid.UUID(int=self.random.getrandbits(128), version=4))
        )
        monkeypatch.setattr(service, "Dispatcher", Dispatcher)
        monkeypatch.setattr(service, "find", _find)
        monkeypatch.setattr(pool, "Srs", lambda address: Wire(by_address[address], client_of.get()))

    def begin(self) -> list[asyncio.Task[None]]:
        return [asyncio.ensure_future(life()) for host in self.hosts for life in (host.live, host.jump)]

    def tell(self, what: str) -> None:
        """For the history."""
        self.history.append(f"{asyncio.get_running_loop().time():8.2f} {what}")

    async def pause(self, most_s: float) -> None:
        await asyncio.sleep(self.random.uniform(0, most_s))

    def later(self, most_s: float, call: Any) -> None:
        asyncio.get_running_loop().call_later(self.random.uniform(0, most_s), call)

    def left(self) -> list[str]:
        """Everything that somebody still has or waits for."""
        return [
            f"{host.address} {what} {id}"
            for host in self.hosts
            for what, ids in (("runs", host.running), ("leases", host.kept.leases), ("waits", host.kept.tickets))
            for id in ids
        ]


def _find(leases: Iterable[Lease]) -> dict[str, Process]:
    running = _host.get().running
    return {lease.id: running[lease.id].process for lease in leases if lease.id in running}
