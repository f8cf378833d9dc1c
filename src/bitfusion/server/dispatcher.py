"""The clients' first contact: HELLO, version, admission, and where to go. One connection, one answer."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from .. import __version__
from ..errors import Refused, RemoteProtocolError
from ..limits import HELLO_BYTES_MAX, HELLO_TIMEOUT_S
from ..net.sockets import tune
from ..observe.log import logger
from ..wire.frames import Frame, FrameBuffer, Kind
from ..wire.hello import Hello, Welcome, negotiate, parse_hello, refused_frame
from ..wire.states import Machine, Side
from .pool import Pool


class Dispatcher:
    """Answers clients on one listening socket."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._server: asyncio.Server | None = None

    async def listen(self, listener: socket.socket) -> None:
        """Accept clients from now on."""
        self._server = await asyncio.start_server(self._connected, sock=listener)

    def close(self) -> None:
        """Accept no more."""
        assert self._server is not None
        self._server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        log = logger()
        try:
            tune(writer.get_extra_info("socket"))
            await asyncio.wait_for(self._answer(reader, writer), HELLO_TIMEOUT_S * 2)
        except RemoteProtocolError as error:
            log.warning("peer.dismissed", reason=error.detail)
        except asyncio.TimeoutError:
            log.warning("peer.dismissed", reason=f"no HELLO within {HELLO_TIMEOUT_S:g} s")
        except OSError as error:
            log.info("peer.gone", reason=error.strerror)
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        machine = Machine(Side.SERVER, session=False)
        hello = await asyncio.wait_for(_read_hello(reader, machine), HELLO_TIMEOUT_S)
        log = logger().bind(program=hello.program, release=hello.release)
        try:
            version = negotiate(hello.versions)
            place = await self._pool.take()
        except Refused as refused:
            log.warning("client.refused", code=int(refused.code), reason=refused.detail, hint=refused.hint)
            machine.send(Kind.REFUSED)
            writer.write(refused_frame(refused))
        else:
            log.info("client.admitted", session=place.session, port=place.port)
            machine.send(Kind.WELCOME)
            writer.write(Welcome(version, place.port, place.token, __version__).frame())
        await writer.drain()


async def _read_hello(reader: asyncio.StreamReader, machine: Machine) -> Hello:
    """The first frame. Raises RemoteProtocolError for anything that is not a HELLO."""
    buffer = FrameBuffer(HELLO_BYTES_MAX, HELLO_BYTES_MAX)
    first = True
    while True:
        data = await reader.read(4096)
        if not data:
            raise RemoteProtocolError("closed before HELLO")
        if first and _is_text(data[:4]):
            raise RemoteProtocolError(f"not bitfusion: the peer speaks {_guess(data)}")
        first = False
        frame = _put(buffer, data)
        if frame is not None:
            break
    machine.receive(frame.kind)
    if len(buffer):
        raise RemoteProtocolError(f"{len(buffer)} bytes after HELLO")
    return parse_hello(frame.body)


def _put(buffer: FrameBuffer, data: bytes) -> Frame | None:
    rest: Any = memoryview(data)
    while rest:
        space = buffer.space()
        count = min(len(space), len(rest))
        space[:count] = rest[:count]
        buffer.received(count)
        rest = rest[count:]
        frame = buffer.next_frame()
        if frame is not None:
            if rest:
                raise RemoteProtocolError(f"{len(rest)} bytes after HELLO")
            return frame
    return None


def _is_text(start: bytes) -> bool:
    """True for a peer that begins with text: as the length of a body, four such characters are more than is allowed."""
    return len(start) == 4 and start.isascii() and start.decode().isprintable()


def _guess(data: bytes) -> str:
    """A name for the protocol of a peer that begins with text."""
    return "HTTP" if b" HTTP/" in data.split(b"\n")[0] else f"something that begins with {data[:4].decode()!r}"
