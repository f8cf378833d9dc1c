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

    kill = end


class Body:
    """The process of a Dispatcher on its host."""

    def __init__(self, host: Host, lease: Lease, number: int) -> None:
        self.host, self.lease = host, lease
        self.process = Process(number, number, 55000 + number)
        self.ended = asyncio.Event()
        self._ending = False

    def end(self) -> None:
        if not self._ending:
            self._ending = True
            self.host.cluster.later(self.host.cluster.weather.end_s, self._gone)

    def _gone(self) -> None:
        del self.host.running[self.lease.id]
        self.ended.set()


class Starting:
    """A Dispatcher that may come up."""

    def __init__(self, body: Body) -> None:
        self.dispatcher = Dispatcher(body.lease.id, body.process)
        self._cluster = body.host.cluster

    async def ready(self) -> None:
        await self._cluster.pause(self._cluster.weather.start_s)
        if self._cluster.random.random() < self._cluster.weather.start_fails:
            self.dispatcher.end()
            raise SchedulerError("the Dispatcher did not start")


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
        self._host.started += 1
        body = Body(self._host, lease, self._host.started)
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

    def start(self) -> None:
        _host.set(self)
        self._store = Store(self.kept)
        self.service = service.Service(self.gpus, self._store, Supervisor(self), None)  # type: ignore[arg-type]
        self.service.restore()

    def kill(self) -> None:
        """kill -9: nothing is written or answered any more; Dispatchers go on."""
        dead, self.service = self.service, None
        self._store.open = False
        if dead._timer:
            dead._timer.cancel()
        for task in [*dead._tasks, *self._requests]:
            task.cancel()

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
        self, demand: dict[str, Any], client: dict[str, Any], order: Any = None, ticket: str | None = None
    ) -> dict[str, Any]:
        given = None if order is None else Order.from_list(order)
        return await self._ask(
            lambda srs: srs.submit(Demand.from_dict(demand), Client.from_dict(client), given, ticket or "")
        )

    async def poll(self, ticket: str, wait_s: float = 0.0) -> dict[str, Any]:
        return await self._ask(lambda srs: srs.poll(ticket, wait_s))

    async def confirm(self, ticket: str, gpus: int, ttl_s: float | None = None) -> dict[str, Any]:
        return await self._ask(lambda srs: srs.confirm(ticket, gpus, ttl_s))

    async def cancel(self, ticket: str) -> None:
        try:
            await self._ask(lambda srs: srs.cancel(ticket))
        except SrsError as error:
            if error.code not in ("not_found", "gone"):
                raise

    async def renew(self, lease: str) -> float | None:
        return await self._ask(lambda srs: srs.renew(lease))

    async def release(self, lease: str) -> None:
        await self._ask(lambda srs: srs.release(lease))

    def _listing(self, srs: service.Service) -> dict[str, Any]:
        name = self.address.host
        server = {"id": name, "hostname": name, "release": "1", "driver_version": "1", "cuda_version": "13.0"}
        return {"server": server, "gpus": view.gpus_view(srs.state)}

    async def _ask(self, request: Any) -> Any:
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
        await self._message()
        if isinstance(error := task.exception(), SchedulerError):
            raise SrsError(error.kind, error.detail, error.hint)
        return task.result()

    async def _message(self) -> None:
        cluster = self.host.cluster
        await cluster.pause(cluster.weather.message_s)
        if self._client.dead or cluster.random.random() < cluster.weather.lost:
            raise SrsUnreachable(f"the message to or from {self.address} was lost")


async def _answer(request: Any, srs: service.Service) -> Any:
    answer = request(srs)
    return await answer if asyncio.iscoroutine(answer) else answer


class Cluster:
    """All hosts. `faults`: what should never have happened."""

    def __init__(self, seed: int, weather: Weather, machines: Sequence[Sequence[int]]) -> None:
        self.random = random.Random(seed)
        self.weather = weather
        self.faults: list[str] = []
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
        return [asyncio.ensure_future(host.live()) for host in self.hosts]

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
