"""The Dispatcher of a lease, simulated: the real Dispatcher, Pool and queue, above connections and processes of virtual
time; and the way to it for the real Python client.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import cuda_servers
import strands
import wires
from cluster import in_order

from bitfusion.config.quotas import Quotas
from bitfusion.config.server import PortRange, ServerConfig, load_server
from bitfusion.net import client as net_client
from bitfusion.net.peers import Peers
from bitfusion.server import dispatcher, pool, program
from bitfusion.server.bearers import Bearers
from bitfusion.server.gate import Gate
from bitfusion.server.queue import Queue

DISPATCHER = 0  # the port of each
_PORTS = PortRange(45201, 45263)
_CLIENTS, _SERVERS = "10.0.0.1", "10.0.0.2"
_TABLE_KEPT_S = 30.0  # after its Dispatcher: for what still looks at it


@cache
def _config() -> ServerConfig:
    return replace(load_server({"BF_IMAGE_STORE_BYTES": "0"}), data_ports=_PORTS)


def _one_in(count: int, wire: wires.Wire) -> bool:
    return wire.draw.random() < 1 / count


class Server:
    """The Dispatcher of a lease, with all that it starts. `ended` is set once nothing of it is left; `harmed`: a CUDA
    Server was killed that may have had a client.
    """

    def __init__(self, weather: Any, wire: wires.Wire, limits: tuple[int, ...], lease: str, faults: list[str]) -> None:
        self.weather, self.wire, self.draw, self.limits, self.faults = weather, wire, wire.draw, limits, faults
        self._quotas = Quotas(client_memory=tuple(limit // 2 for limit in limits)) if _one_in(3, wire) else Quotas()
        self.driver = cuda_servers.Driver(limits, self._quotas.client_memory or limits, faults)
        self.listeners: dict[int, wires.Listener] = {}
        self.harmed = False
        self.ended = asyncio.Event()
        self._lease = lease
        self._bodies: dict[strands.Process, None] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._pool: pool.Pool | None = None
        self._ending = False

    def open(self) -> None:
        """It listens."""
        ordinals = tuple(range(len(self.limits)))
        snapshot = {"devices": [{} for _ in ordinals]}
        devices: Any = SimpleNamespace(ordinals=ordinals, limits=self.limits, snapshot=snapshot)
        cuda_servers.Warm.host = Line.host = self
        self._pool = pool.Pool(replace(_config(), lease=self._lease), devices, lambda: self._quotas)
        answers: Any = None  # nobody asks
        gate = Gate(None)
        bearers = Bearers(self._pool, gate)
        self._dispatcher = dispatcher.Dispatcher(self._pool, answers, lambda: snapshot, gate, bearers, self._lease)
        self._peers = Peers(64, 64)
        self._pool.fill()

    def client(self) -> net_client.Client:
        """A session of the real client, which takes this for the name of a host."""
        host: Any = self
        return net_client.Client(host, DISPATCHER, "app", find_token=lambda: None)

    def __contains__(self, _: str) -> bool:
        return False  # no colon: a name

    def __str__(self) -> str:
        return f"lease {self._lease[:8]}"

    # As its network and its host see it.

    def connect(self, port: int, end: wires.End) -> None:
        """Somebody connects. Raises ConnectionRefusedError."""
        if port in self.listeners:
            self.listeners[port].put(end)
        elif port == DISPATCHER and self._pool is not None and not self._ending:
            self._begin(self._serve(end))
        else:
            raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))

    def adopt(self, body: strands.Process) -> None:
        """See cuda_servers.Host."""
        self._bodies[body] = None

        def gone() -> None:
            self.driver.gone(body)
            del self._bodies[body]

        body.at_end.append(gone)

    def end(self) -> None:
        """SIGTERM."""
        if not self._ending:
            self._ending = True
            self._begin(self._finish())

    def kill(self) -> None:
        """kill -9; what is left of its process group is killed as well, as the scheduler does it."""
        if self.ended.is_set():
            return
        self._ending = True
        if self._pool is not None:
            self._pool._draining = True  # no timer of it starts anything any more
            for task in in_order((*self._pool._tasks, *self._tasks)):
                task.cancel()
        for body in list(self._bodies):
            body.kill()
        self._over()

    def kill_one(self) -> None:
        """kill -9 of a CUDA Server."""
        if self._bodies:
            self.draw.choice(list(self._bodies)).kill()

    def kill_at_start(self, body: strands.Process) -> None:
        """See cuda_servers.Host."""
        self.harmed |= len(body.at_end) > 2  # it listens, and may have been given to a client
        body.kill()

    def has_session_of(self, pid: int) -> bool:
        """Whether a client with this process id has a session here."""
        if self._pool is None or self.ended.is_set():
            return False
        return any(row.pid == pid for row in self._pool.session_table.sessions())

    async def _serve(self, end: wires.End) -> None:
        visit = self._peers.enter(_CLIENTS, end.close)
        assert visit is not None
        reader, writer = wires.streams(end)
        try:
            await self._dispatcher._connected(reader, writer, visit)  # type: ignore[arg-type]
        finally:
            visit.leave()
            writer.close()

    async def _finish(self) -> None:
        if self._pool is not None:
            signals: Any = SimpleNamespace(next=asyncio.Event().wait)
            await program._finish(self._pool, signals, 0.0)
            if left := self._pool.session_table.sessions():
                self.faults.append(f"sessions are left in the table: {left}")
        if self._bodies or any(map(self.driver.used, range(len(self.limits)))):
            self.faults.append("a Dispatcher has ended and left CUDA Servers")
        self._over()

    def _over(self) -> None:
        if self._pool is not None:
            asyncio.get_running_loop().call_later(_TABLE_KEPT_S, os.close, self._pool.session_table.fd)
        self.ended.set()

    def _begin(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Line(Queue[Any]):
    """The Dispatcher's queue, watched: whoever came first gets the next thing."""

    host: Any

    def __init__(self) -> None:
        super().__init__()
        self._faults = self.host.faults

    def give(self, thing: Any) -> None:
        first = next(place for place in self._places if not place.done())
        super().give(thing)
        if not first.done():
            self._faults.append("a client is overtaken in the queue of a Dispatcher")


def _connect(host: Any, port: int, *_: Any) -> wires.End:
    """net/trust.py for a client, which has a Server in the place of a name."""
    ours, theirs = wires.pair(host.wire, _CLIENTS, _SERVERS)
    strands.process().at_end.append(ours.close)
    strands.process().ends.append(ours)
    strands.sleep(host.wire.delay_s())
    host.connect(port, theirs)
    return ours


def install(put: Callable[[object, str, Any], None]) -> None:
    """Put all that is simulated in the place of what is real."""
    cuda_servers.install(put)
    put(pool, "Warm", cuda_servers.Warm)
    put(pool, "Queue", Line)
    put(net_client, "connect", _connect)
    put(net_client, "os", SimpleNamespace(getpid=lambda: strands.process().pid))
