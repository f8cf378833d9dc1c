"""All ports of a server and of a scheduler are probed at once, from many addresses, in every way that costs a prober
little: a good client works beside and gets every byte right.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator

import running
from lending import lease_of
from patience import PATIENCE_S, until
from sessions import Session, logged

from bitfusion.config.addresses import Address
from bitfusion.net.query import ask
from bitfusion.net.trust import connect
from bitfusion.srs.client import Srs
from bitfusion.wire.frames import Kind, pack_header
from bitfusion.wire.hello import Hello

ROUNDS, DATA_PORTS = 3, 60
COPY_BYTES = 3 << 20
BREATH_S = 0.02  # between two probes of one prober: this machine is to be probed, not to be busy
HELLO = Hello((1,), "probe", bytes(16), "nowhere", "probe", 1).frame()
HTTP = b"GET /v1/gpus HTTP/1.1\r\nHost: probe\r\n\r\n"
ADD = b"""
.version 6.4
.target sm_50
.address_size 64
.visible .entry add(.param .u64 p, .param .u32 n)
{
  .reg .u64 %a, %o; .reg .u32 %v, %i, %b, %t, %n; .reg .pred %p;
  ld.param.u64 %a, [p]; ld.param.u32 %n, [n];
  mov.u32 %i, %ctaid.x; mov.u32 %b, %ntid.x; mov.u32 %t, %tid.x; mad.lo.u32 %i, %i, %b, %t;
  setp.ge.u32 %p, %i, %n; @%p bra done;
  mul.wide.u32 %o, %i, 4; add.u64 %a, %a, %o;
  ld.global.u32 %v, [%a]; add.u32 %v, %v, 7; st.global.u32 [%a], %v;
done:
  ret;
}
"""
Probe = Callable[[socket.socket, random.Random], None]


def scan(peer: socket.socket, chance: random.Random) -> None:
    """What a port scanner does."""


def reset(peer: socket.socket, chance: random.Random) -> None:
    """Something, and then gone without a word."""
    peer.sendall(HELLO[: chance.randrange(len(HELLO))])
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def noise(peer: socket.socket, chance: random.Random) -> None:
    peer.sendall(chance.randbytes(chance.randrange(1, 4096)))


def greedy(peer: socket.socket, chance: random.Random) -> None:
    """Headers that announce much."""
    peer.sendall(pack_header(chance.choice([Kind.HELLO, Kind.CALLS, Kind.DATA]), 16 << 20, 0) + bytes(5))


def stranger(peer: socket.socket, chance: random.Random) -> None:
    """A client with another one's words, on ports where HELLO means something."""
    peer.sendall(chance.choice([HELLO, HTTP, HTTP * 20]))


class Prober:
    """A thread at an address of its own that does one thing to each of `ports` in turn, and keeps its connections open
    for as long as it can. `passes` counts.
    """

    def __init__(self, address: str, probe: Probe, ports: list[int], stop: threading.Event) -> None:
        self.passes = 0
        self._address, self._probe, self._ports, self._stop = address, probe, ports, stop
        self._held: list[socket.socket] = []
        self._chance = random.Random(address)
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._stop.is_set():
            for port in self._ports:
                if self._stop.wait(BREATH_S):
                    break
                with contextlib.suppress(OSError):
                    peer = socket.create_connection(("127.0.0.1", port), PATIENCE_S, (self._address, 0))
                    self._held.append(peer)
                    self._probe(peer, self._chance)
                while len(self._held) > 100 or (self._held and self._probe in (scan, reset)):
                    self._held.pop(0).close()
            else:
                self.passes += 1
        for peer in self._held:
            peer.close()


class Slow(Prober):
    """A first message to each port at once, byte by byte."""

    def _run(self) -> None:
        message = {port: HELLO if self._chance.random() < 0.5 else HTTP for port in self._ports}
        while not self._stop.is_set():
            peers: dict[int, socket.socket] = {}
            for port in self._ports:
                with contextlib.suppress(OSError):
                    peers[port] = socket.create_connection(("127.0.0.1", port), PATIENCE_S, (self._address, 0))
            for place in itertools.count():
                for port, peer in list(peers.items()):
                    try:
                        peer.sendall(message[port][place : place + 1])
                    except OSError:
                        peers.pop(port).close()
                if not peers or place == len(HELLO) or self._stop.wait(10 * BREATH_S):
                    break
            for peer in peers.values():
                peer.close()
            self.passes += 1


@contextlib.contextmanager
def probed(ports: list[int]) -> Iterator[list[Prober]]:
    """Probers of all these ports, at work."""
    stop = threading.Event()
    kinds = [(Prober, probe) for probe in (scan, reset, noise, greedy, stranger)] + [(Slow, scan)]
    made = [kind(f"127.0.7.{number}", probe, ports, stop) for number, (kind, probe) in enumerate(kinds, 1)]
    for each in made:
        each.thread.start()
    try:
        yield made
    finally:
        stop.set()
        for each in made:
            each.thread.join(PATIENCE_S)


def work(server: running.Dispatcher, number: int) -> None:
    """What a good client does: copies, a kernel, and every byte is right."""
    count, data = COPY_BYTES // 4, random.Random(number).randbytes(COPY_BYTES)
    with Session(server) as session:
        session.use_device()
        target = session.ask("cuMemAlloc_v2", COPY_BYTES).values[0]
        session.tell("copy_htod", target, COPY_BYTES, 0, bulk=data)
        module, function = session.new(), session.new()
        assert session.ask("module_load", module, b"", 0, bulk=ADD).result == 0
        assert session.ask("module_get_function", function, module, "add").result == 0
        arguments = struct.pack("<QI", target, count)
        session.tell("launch", function, -(-count // 256), 1, 1, 256, 1, 1, 0, 0, arguments)
        came = session.ask("copy_dtoh", target, COPY_BYTES, 0)
        words = struct.unpack(f"<{count}I", data)
        assert came.result == 0 and came.data == struct.pack(f"<{count}I", *((word + 7) & 0xFFFFFFFF for word in words))


async def test_probing_of_all_ports_from_many_addresses_leaves_a_good_client_undisturbed(tmp_path, gpus):
    metrics, first = running.free_port(), running.free_port()
    data = {"BF_SERVER_PORT_MIN": str(first), "BF_SERVER_PORT_MAX": str(first + DATA_PORTS - 1)}
    options = ("--softgpu", "1", "--metrics_port", str(metrics))
    with (
        running.dispatcher(tmp_path, *options, **data) as server,
        running.scheduler(tmp_path, "--softgpu", "1") as scheduler,
    ):
        ports = [server.port, scheduler.port, metrics, *range(first, first + DATA_PORTS)]
        with probed(ports) as probers:
            for number in range(ROUNDS):
                work(server, number)
                outcome = running.run([gpus], running.remote(server.port))
                assert outcome.code == 0 and outcome.errors == "", outcome.errors
                async with Srs(Address("127.0.0.1", scheduler.port, tls=running.SECURE)) as srs:
                    lease = await lease_of(srs)
                    await srs.release(lease["lease"])
                assert prometheus_is_up(metrics)
            until(lambda: all(each.passes for each in probers), "all have probed all ports")
            work(server, ROUNDS)
        until(lambda: not ask("127.0.0.1", server.port, "stats", trust=running.TRUST)["clients_now"], "nobody is left")
        assert server.stop() == 0 and scheduler.stop() == 0
        for each in (server, scheduler):
            assert "Traceback" not in each.log() and '"critical"' not in each.log()
        assert not logged(server, "cuda_server.died") and not logged(server, "cuda_server.failed")
        assert logged(server, "peer.dismissed")


def prometheus_is_up(port: int) -> bool:
    with connect("127.0.0.1", port, PATIENCE_S, running.TRUST) as connection:
        connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return connection.recv(64).startswith(b"HTTP/1.1 200")
