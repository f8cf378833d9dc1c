"""Clients whose connections are cut: programs behind a cutter, and a session byte by byte, as a client that resumes has
it.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgpack
import running
import toolkit
from cutter import HERE, THERE, Cutter
from patience import PATIENCE_S

from bitfusion import __version__
from bitfusion.limits import PROTOCOL_VERSIONS
from bitfusion.net.client import ask_dispatcher
from bitfusion.wire.calls import pack_calls, parse_reply
from bitfusion.wire.frames import FRAME_HEADER_BYTES, Kind, pack_header, parse_header
from bitfusion.wire.hello import Hello

PORTS = 6


@contextlib.contextmanager
def cut_server(
    scratch: Path, seed: int = 0, most: int = 0, scale: int = 1, **extra: str
) -> Iterator[tuple[running.Dispatcher, Cutter]]:
    """A Dispatcher and the network before it, which cuts at most so many data connections by itself."""
    first = running.free_port() + 1
    ports = {"BF_SERVER_PORT_MIN": str(first), "BF_SERVER_PORT_MAX": str(first + PORTS - 1)}
    with running.dispatcher(scratch, "--softgpu", "2", "--host", THERE, **ports, **extra) as server:
        cutter = Cutter(seed, [server.port], range(first, first + PORTS), most, scale)
        try:
            yield server, cutter
        finally:
            cutter.close()


def behind(*servers: running.Dispatcher, **extra: str) -> dict[str, str]:
    """The environment of a program behind their cutters."""
    return {**running.remote(**extra), "BF_SERVERS": ";".join(f"{HERE}:{server.port}" for server in servers)}


class Asking:
    """A running asks.c."""

    def __init__(self, directory: Path, environment: dict[str, str], *words: str) -> None:
        source = Path(__file__).parent / "programs" / "asks.c"
        program = directory / "asks"
        if not program.exists():
            program = toolkit.build_driver_program(source, directory)
        self.process = subprocess.Popen(
            [program, *words],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.first = self.process.stdout.readline().split()

    def __enter__(self) -> Asking:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def ask(self) -> list[str]:
        """The result of a request to each device."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split()

    def end(self) -> tuple[str, str]:
        """Let it end; what it wrote on stdout since, and on stderr."""
        return self.process.communicate(timeout=PATIENCE_S)


class Resumable:
    """A session of the protocol: frames to and fro, and how many bytes of either direction this end has seen."""

    def __init__(self, server: running.Dispatcher | int, seconds: int = 20, host: str = THERE) -> None:
        self.hello = Hello(PROTOCOL_VERSIONS, __version__, host="here", program="resumable", pid=1, resume=seconds)
        self._host = host
        welcome = ask_dispatcher(host, server if isinstance(server, int) else server.port, self.hello)
        self.hello = replace(self.hello, token=welcome.token)
        self.port = welcome.port
        self.taken = self.sent = self.number = 0
        self.socket = self.connect()
        self.socket.sendall(self.hello.frame())
        assert self.frame()[0] is Kind.WELCOME

    def connect(self) -> socket.socket:
        connected = socket.create_connection((self._host, self.port), PATIENCE_S)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def say_again(self, taken: int, token: bytes | None = None) -> tuple[socket.socket, Kind, dict]:
        """HELLO on another connection: that, and what the server answers."""
        again = self.connect()
        again.sendall(replace(self.hello, token=self.hello.token if token is None else token, taken=taken).frame())
        kind, body, _ = frame_of(again)
        return again, kind, msgpack.unpackb(body)

    def resume(self) -> int:
        """Go on over another connection; how many bytes the server has taken."""
        self.socket, kind, fields = self.say_again(self.taken)
        assert kind is Kind.WELCOME
        return fields["resume"]

    def frame(self) -> tuple[Kind, bytes, bytes]:
        found = frame_of(self.socket)
        self.taken += FRAME_HEADER_BYTES + len(found[1]) + len(found[2])
        return found

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)
        self.sent += len(data)

    def ask(self, call: int, *args) -> tuple[int, tuple]:
        """A request, and its result and values."""
        self.number += 1
        self.send(pack_calls([(call, *args)], 0))
        return self.reply()

    def reply(self) -> tuple[int, tuple]:
        while True:
            kind, body, _ = self.frame()
            if kind is Kind.REPLY:
                number, result, values = parse_reply(body)
                assert number == self.number
                return result, values

    def goodbye(self) -> None:
        self.send(pack_header(Kind.GOODBYE, 0))
        self.socket.close()


def frame_of(connection: socket.socket) -> tuple[Kind, bytes, bytes]:
    header = parse_header(exactly(connection, FRAME_HEADER_BYTES))
    assert header is not None
    return header.kind, exactly(connection, header.body_bytes), exactly(connection, header.bulk_bytes)


def exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise ConnectionError("the server has closed the connection")
        data += piece
    return data


def is_closed(connection: socket.socket) -> bool:
    """True once the other end has ended it."""
    try:
        while connection.recv(1 << 16):
            pass
    except ConnectionError:
        pass
    return True
