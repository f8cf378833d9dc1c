"""Probers of ports, in every way that costs a prober little; and what a good client does beside them.

    probing.py HOST FIRST-LAST,... KIND ...     probe these ports of HOST until the standard input ends; says "NAME is
                                                through" whenever all ports have been probed so
    probing.py work HOST PORT NUMBER            what a good client does, by TLS if BF_TLS_CA names a CA

KIND is one of KINDS or "half_open", which needs root.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from patience import PATIENCE_S
from sessions import Session

from bitfusion.net.trust import Trust
from bitfusion.wire.frames import Kind, pack_header
from bitfusion.wire.hello import Hello

COPY_BYTES = 3 << 20
SYNS = 4  # at once
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


def handshake(peer: socket.socket, chance: random.Random) -> None:
    """TLS that is begun, whole or in part, and never goes on."""
    peer.sendall(CLIENT_HELLO[: chance.choice([5, 40, len(CLIENT_HELLO)])])


class Prober:
    """A thread at an address of its own that does one thing to each of `ports` in turn, and keeps its connections open
    for as long as it can. `passes` counts; one with a `name` says so.
    """

    def __init__(self, host: str, address: str, probe: Probe, ports: list[int], stop: threading.Event) -> None:
        """`host` is probed; `address`: from where, "" from wherever the system likes."""
        self.passes = 0
        self.name = ""
        self._host, self._address, self._probe, self._ports, self._stop = host, address, probe, ports, stop
        self._held: list[socket.socket] = []
        self._chance = random.Random(address or probe.__name__)
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._stop.is_set():
            for port in self._ports:
                if self._stop.wait(BREATH_S):
                    break
                with contextlib.suppress(OSError):
                    peer = self._connect(port)
                    self._held.append(peer)
                    self._probe(peer, self._chance)
                while len(self._held) > 100 or (self._held and self._probe in (scan, reset)):
                    self._held.pop(0).close()
            else:
                self._passed()
        for peer in self._held:
            peer.close()

    def _passed(self) -> None:
        self.passes += 1
        if self.name:
            print(f"{self.name} is through", flush=True)

    def _connect(self, port: int) -> socket.socket:
        return socket.create_connection((self._host, port), PATIENCE_S, (self._address, 0))


class Slow(Prober):
    """A first message to each port at once, byte by byte."""

    def _run(self) -> None:
        message = {port: HELLO if self._chance.random() < 0.5 else HTTP for port in self._ports}
        while not self._stop.is_set():
            peers: dict[int, socket.socket] = {}
            for port in self._ports:
                with contextlib.suppress(OSError):
                    peers[port] = self._connect(port)
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
            self._passed()


class HalfOpen(Prober):
    """SYNs that nobody goes on with: from addresses of no host, so that nobody says that it was not he."""

    def _run(self) -> None:
        target = socket.inet_aton(self._host)
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as sender:
            while not self._stop.is_set():
                for port in self._ports:
                    if self._stop.wait(BREATH_S):
                        return
                    for _ in range(SYNS):
                        source = bytes((198, 18, self._chance.randrange(256), self._chance.randrange(1, 255)))
                        sender.sendto(syn(source, target, self._chance.randrange(1024, 65536), port), (self._host, 0))
                self._passed()


def syn(source: bytes, target: bytes, source_port: int, port: int) -> bytes:
    """A packet of IP that asks for a connection."""
    segment = struct.pack(">HHIIBBHHH", source_port, port, 1, 0, 5 << 4, 2, 64240, 0, 0)
    pseudo = source + target + struct.pack(">BBH", 0, socket.IPPROTO_TCP, len(segment)) + segment
    total = sum(struct.unpack(f">{len(pseudo) // 2}H", pseudo))
    total = (total & 0xFFFF) + (total >> 16)
    checksum = ~(total + (total >> 16)) & 0xFFFF
    segment = segment[:16] + struct.pack(">H", checksum) + segment[18:]
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 0, 0, 64, 6, 0, source, target) + segment


def client_hello() -> bytes:
    """The first bytes of a client that speaks TLS."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_bio(incoming, outgoing, server_hostname="probe").do_handshake()
    return outgoing.read()


CLIENT_HELLO = client_hello()
# Those that need nothing but connections.
KINDS: dict[str, tuple[type[Prober], Probe]] = {
    **{probe.__name__: (Prober, probe) for probe in (scan, reset, noise, greedy, stranger, handshake)},
    "slow": (Slow, scan),
}


def work(session: Session, number: int) -> None:
    """What a good client does: copies, a kernel, and every byte is right."""
    count, data = COPY_BYTES // 4, random.Random(number).randbytes(COPY_BYTES)
    with session:
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


def spread(text: str) -> list[int]:
    """Ports as a command line has them: 1-3,7."""
    ends = (part.partition("-") for part in text.split(","))
    return [port for first, _, last in ends for port in range(int(first), int(last or first) + 1)]


def main() -> None:
    if sys.argv[1] == "work":
        host, port, number = sys.argv[2], *map(int, sys.argv[3:])
        ca = os.environ.get("BF_TLS_CA")
        work(Session(port, host=host, trust=Trust(Path(ca)) if ca else None), number)
        return
    host, ports, names, stop = sys.argv[1], spread(sys.argv[2]), sys.argv[3:], threading.Event()
    kinds = {**KINDS, "half_open": (HalfOpen, scan)}
    for name in names:
        kind, probe = kinds[name]
        prober = kind(host, "", probe, ports, stop)
        prober.name = name
        prober.thread.start()
    sys.stdin.read()
    stop.set()


if __name__ == "__main__":
    main()
