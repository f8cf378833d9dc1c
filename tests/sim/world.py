"""Clients of a cluster and their programs, which use the Dispatchers of their leases, and what goes wrong with them.

`faults` of the cluster is told what must never be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import cluster
import served
import strands
import wires
from cluster import Cluster, Host
from cuda_servers import ALLOC, FREE, WORK

from bitfusion.errors import BitfusionError, Code
from bitfusion.limits import DISPATCHER_END_S, LEASE_RESTART_GRACE_S, LEASE_TTL_S, TICKET_SILENCE_S
from bitfusion.net.client import Client
from bitfusion.scheduler.model import Demand, Lease
from bitfusion.srs.acquire import Wish, acquire
from bitfusion.srs.holding import Grant, give_back, keep
from bitfusion.srs.pool import Pool

MIB = 1 << 20
CLEAN_S = 5.0  # until nothing is left of a program that was killed: what an operator is promised
VANISHED_S = 12.0  # of one whose host is gone without a word
GONE_S = LEASE_TTL_S + DISPATCHER_END_S + TICKET_SILENCE_S + 5.0  # of its leases and tickets, in good weather
PATIENCE_S = 3600.0  # virtual
NOT_STARTED = "could be started"  # why a Dispatcher may refuse somebody whom nobody has harmed: three starts failed
client_of: ContextVar[Someone] = ContextVar("client")


@dataclass(frozen=True)
class Weather(cluster.Weather):
    """Besides: probabilities per start of a CUDA Server, and per program; a program's bytes are so late at most."""

    late_s: float = 0.01
    fork_fails: float = 0.0
    start_dies: float = 0.0
    cut: float = 0.0
    vanish: float = 0.0
    kill_worker: float = 0.0
    kill_dispatcher: float = 0.0


class Body(cluster.Body):
    """The process of a Dispatcher, and what it serves."""

    def __init__(self, host: Host, lease: Lease, number: int) -> None:
        super().__init__(host, lease, number)
        weather, faults = host.cluster.weather, host.cluster.faults
        wire = wires.Wire(host.cluster.random, weather.late_s, weather.lost)
        limits = tuple(share.memory_mib * MIB for share in lease.shares)
        self.server = served.Server(weather, wire, limits, lease.id, faults)
        self._watching = asyncio.ensure_future(self._watch())

    def open(self) -> None:
        if not self._ending:
            self.server.open()

    def end(self) -> None:
        if not self._ending:
            self._ending = True
            self.server.end()
            asyncio.get_running_loop().call_later(DISPATCHER_END_S, self.kill)

    def kill(self) -> None:
        self._ending = True
        self.server.kill()

    async def _watch(self) -> None:
        await self.server.ended.wait()
        self.host.cluster.later(self.host.cluster.weather.end_s, self._gone)


@dataclass(frozen=True)
class Step:
    """What a program does: memory of a device of one of its servers, perhaps work, perhaps give the memory back."""

    server: int
    device: int
    count: int
    work_s: float
    frees: bool


class Program:
    """A process of an application with a session at each of the Dispatchers; `harmed` once something was done to it or
    them.
    """

    def __init__(self, world: Cluster, servers: Sequence[served.Server], pid: int) -> None:
        self.world, self.servers = world, tuple(servers)
        self.harmed = any(server.ended.is_set() for server in servers)
        self.body = strands.Process(world.faults, pid)
        self._steps = [self._step() for _ in range(world.random.randint(1, 4))]
        self._plan_harm()
        self.body.start(self._run, main=True)

    def kill(self, within_s: float = CLEAN_S) -> None:
        """kill -9: its sessions are gone `within_s`."""
        if not self.body.ended.done():
            self.body.kill()
            asyncio.get_running_loop().call_later(within_s, self._check_clean)

    def vanish(self) -> None:
        """Its host is gone, and says nothing."""
        for end in self.body.ends:
            end.vanish()
        self.kill(VANISHED_S)

    def _cut(self) -> None:
        for end in self.body.ends:
            end.cut()

    def _step(self) -> Step:
        draw = self.world.random
        number = draw.randrange(len(self.servers))
        limits = self.servers[number].limits
        device = draw.randrange(len(limits))
        limit = limits[device]
        count = draw.choice((1, 513, limit // 2, limit // 3, limit, limit + 1, draw.randint(1, limit)))
        return Step(number, device, count, draw.choice((0.0, 0.0, draw.uniform(0, 20))), draw.random() < 0.3)

    def _plan_harm(self) -> None:
        draw, weather = self.world.random, self.world.weather
        server = draw.choice(self.servers)
        harms: tuple[tuple[float, Callable[[], None]], ...] = (
            (weather.cut, self._cut),
            (weather.vanish, self.vanish),
            (weather.kill_worker, server.kill_one),
            (weather.kill_dispatcher, server.kill),
        )
        for chance, harm in harms:
            if draw.random() < chance:
                asyncio.get_running_loop().call_later(draw.uniform(0, 5), self._harm, harm)

    def _harm(self, harm: Callable[[], None]) -> None:
        if self.body.ended.done():
            return
        self.world.tell(f"program {self.body.pid}: {harm.__name__}")
        for other in self.world.programs:
            other.harmed |= bool(set(other.servers) & set(self.servers))
        harm()

    def _check_clean(self) -> None:
        if any(server.has_session_of(self.body.pid) for server in self.servers):
            self.world.faults.append(f"program {self.body.pid} is dead and still has a session")

    def _run(self) -> int:
        try:
            sessions = [server.client() for server in self.servers]
            for step in self._steps:
                self._do(sessions[step.server], step)
            for session in sessions:
                session.close()
        except (BitfusionError, OSError) as error:
            self.world.tell(f"program {self.body.pid}: {error}")
            harmed = self.harmed or any(server.harmed for server in self.servers)
            if "timed out" in str(error):
                self.world.faults.append(f"program {self.body.pid} waited for a server that was gone: {error}")
            if not harmed and NOT_STARTED not in str(error):
                self.world.faults.append(f"program {self.body.pid} was harmed by nobody and got: {error}")
            return 1
        return 0

    def _do(self, session: Client, step: Step) -> None:
        reply = session.ask(ALLOC, step.device, step.count)
        if reply.result not in (0, Code.OUT_OF_MEMORY):
            self.world.faults.append(f"an allocation gave {reply.result}")
        if step.work_s:
            session.ask(WORK, step.work_s)
        if reply.result == 0 and step.frees:
            session.tell(FREE, reply.values[0])


class Someone:
    """A client: wants, gets, runs programs for a while, gives back; dies on the way if `dies` says so."""

    def __init__(self, world: Cluster, number: int, dies: bool) -> None:
        draw = world.random
        self.world, self.number, self.dies = world, number, dies
        size: dict[str, Any] = draw.choice([{}, {"fraction": 0.5}, {"fraction": 0.3}, {"memory_mib": 40}])
        single = draw.random() < 0.3
        self.wish = Wish(Demand(draw.choice([1, 1, 2] if single else [1, 2, 3]), **size), single, ttl_s=LEASE_TTL_S)
        self.dead = False
        self.served_s: float | None = None
        self._programs: list[Program] = []

    async def live(self) -> None:
        client_of.set(self)
        await self.world.pause(10)
        life = asyncio.ensure_future(self._life())
        if not self.dies:
            await life
            return
        await asyncio.wait((life,), timeout=self.world.random.uniform(0, 20))
        # Killed: what it still does on its way out reaches nobody.
        self.dead = True
        self.world.tell(f"client {self.number} is killed")
        vanishes = self.world.random.random() < 0.5
        life.cancel()
        for program in self._programs:
            program.vanish() if vanishes else program.kill()
        await asyncio.wait((life,))
        asyncio.get_running_loop().call_later(self._gone_s(), self._check_gone)

    def _gone_s(self) -> float:
        weather = self.world.weather
        kills_s = weather.kills * (weather.down_s + 60.0 + LEASE_RESTART_GRACE_S)  # after each it has some time anew
        return GONE_S + kills_s + weather.start_s + 2 * weather.end_s

    def _check_gone(self) -> None:
        for host in self.world.hosts:
            kept = (*host.kept.leases.values(), *host.kept.tickets.values())
            if left := [each.id for each in kept if each.client.pid == self.number]:
                self.world.faults.append(f"{host.address}: client {self.number} is dead and still has {left}")

    async def _life(self) -> None:
        while True:
            try:
                await self._once()
                return
            except BitfusionError:
                # A user who tries again: no server answered, or a Dispatcher did not start.
                await asyncio.sleep(1)

    async def _once(self) -> None:
        addresses = [host.address for host in self.world.hosts]
        facts = {"host": "h", "user": "u", "program": "p", "pid": self.number}
        async with Pool(addresses, lambda *_: None) as pool:
            grants = await acquire(pool, self.wish, facts, lambda *_: None)
            self._check(grants)
            self.served_s = asyncio.get_running_loop().time()
            keeping = asyncio.ensure_future(keep(grants, LEASE_TTL_S, self._lost))
            try:
                await self._use(grants)
            finally:
                keeping.cancel()
            while await give_back(grants):
                pass  # a server that was not reached; leases that have ended already are none to give back

    async def _use(self, grants: Sequence[Grant]) -> None:
        running = [body for grant in grants for host in self.world.hosts if (body := host.running.get(grant.lease))]
        if len(running) < len(grants):
            return  # a Dispatcher has died already
        for number in range(self.world.random.randint(1, 2)):
            program = Program(self.world, [body.server for body in running], 100 * (self.number + 1) + number)
            self._programs.append(program)
            self.world.programs.append(program)
        await asyncio.wait([program.body.ended for program in self._programs])

    def _lost(self, _: Grant, error: BitfusionError) -> None:
        if not self.dead and not any(program.harmed for program in self._programs):
            self.world.faults.append(f"client {self.number} renews and has lost its lease: {error}")
        for program in self._programs:
            program.harmed = True

    def _check(self, grants: Sequence[Grant]) -> None:
        shares = [share for grant in grants for share in grant.shares]
        if len(shares) != self.wish.demand.gpus or len({share.uuid for share in shares}) != len(shares):
            self.world.faults.append(f"client {self.number} got {len(shares)} GPUs instead of {self.wish.demand.gpus}")
        if self.wish.single and len(grants) != 1:
            self.world.faults.append(f"client {self.number} got GPUs of {len(grants)} servers")
