"""The door of a port: accepts connections as long as there is room for them, and hands each to whoever serves it.

It accepts them itself, one by one, so that it is known of each from its first moment, also within a TLS handshake, and
the one that goes when there are too many is chosen (net/peers.py). Without a free descriptor the system cannot accept:
then the door is closed for a moment, instead of being tried again at once, and if that does not help silent
connections end.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

from ..errors import RemoteProtocolError
from ..limits import DOOR_PAUSE_S, DOOR_TOLD_MAX, HELLO_BYTES_MAX, HELLO_TIMEOUT_S, LISTEN_BACKLOG
from ..net.peers import Peers, Visit
from ..observe.muffled import Muffled
from ..wire.foreign import speaks_tls
from .identity import Identity

_LOOK_BYTES = 3  # as many as speaks_tls() wants to see
_AT_ONCE = 64  # connections accepted before others have their turn
_DROPPED_AT_ONCE = 16  # silent ones, without a descriptor
_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter, Visit], Awaitable[None]]
Protocols = Callable[[Visit], asyncio.BaseProtocol]


class Door:
    """Of the port that `listener` listens on. With an `identity` it is for those that speak TLS; others are sent
    `refusal`, in plain.
    """

    def __init__(
        self,
        listener: socket.socket,
        peers: Peers,
        muffled: Muffled,
        identity: Identity | None = None,
        refusal: bytes = b"",
        full: bytes = b"",
    ) -> None:
        """`full`: what those are sent for whom there is no place."""
        self._listener = listener
        self._peers = peers
        self._muffled = muffled
        self._identity = identity
        self._refusal = refusal
        self._full = full
        self._loop = asyncio.get_running_loop()
        self._begin: Callable[[socket.socket, Visit], Awaitable[None]]
        self._tasks: set[asyncio.Task[None]] = set()
        self._told: set[asyncio.Task[None]] = set()  # who is being told over TLS that there is no place
        self._pausing: asyncio.TimerHandle | None = None
        self._is_open = False
        self._is_short = False  # of descriptors, when the last one came

    def open(self, serve: Serve) -> None:
        """Accept connections from now on; each is closed when `serve` returns, or is cancelled."""

        async def begin(connection: socket.socket, visit: Visit) -> None:
            reader = asyncio.StreamReader(loop=self._loop)
            protocol = asyncio.StreamReaderProtocol(reader, loop=self._loop)
            transport = await self._transport(lambda: protocol, connection)
            try:
                await serve(reader, asyncio.StreamWriter(transport, protocol, reader, self._loop), visit)
            except asyncio.CancelledError:
                transport.abort()
                raise
            finally:
                transport.close()
                visit.leave()

        self._open(begin)

    def open_for(self, protocols: Protocols) -> None:
        """The same with a protocol of its own for each connection, which tells the visit when the connection ends."""

        async def begin(connection: socket.socket, visit: Visit) -> None:
            transport = await self._transport(lambda: protocols(visit), connection)
            visit.dismiss = transport.abort

        self._open(begin)

    def close(self) -> None:
        """Accept no more. Whoever is served already stays."""
        self._is_open = False
        self._loop.remove_reader(self._listener)
        if self._pausing is not None:
            self._pausing.cancel()
        for told in self._told:
            told.cancel()
        self._muffled.tell()

    def _open(self, begin: Callable[[socket.socket, Visit], Awaitable[None]]) -> None:
        self._begin = begin
        self._is_open = True
        self._listener.setblocking(False)
        # It listens anew, with a backlog of its own: those who come at the same moment are not made to try again.
        self._listener.listen(LISTEN_BACKLOG)
        self._loop.add_reader(self._listener, self._accept)

    async def _transport(self, protocol: Callable[[], asyncio.BaseProtocol], connection: socket.socket) -> Any:
        if self._identity is None:
            transport, _ = await self._loop.connect_accepted_socket(protocol, connection)
            return transport
        await self._require_tls(connection)
        transport, _ = await self._loop.connect_accepted_socket(
            protocol,
            connection,
            ssl=self._identity.context,
            ssl_handshake_timeout=HELLO_TIMEOUT_S,
        )
        return transport

    async def _require_tls(self, connection: socket.socket) -> None:
        """Wait for what comes first, and leave it where it is. Raises RemoteProtocolError for a peer that does not
        speak TLS, once it has been told so.
        """
        first = await asyncio.wait_for(_first_bytes(connection), HELLO_TIMEOUT_S)
        if not first:
            raise RemoteProtocolError("closed before HELLO")
        if not speaks_tls(first):
            await asyncio.wait_for(self._loop.sock_sendall(connection, self._refusal), HELLO_TIMEOUT_S)
            # What it has sent is taken, or its system would throw the answer away with the connection.
            connection.recv(HELLO_BYTES_MAX)
            raise RemoteProtocolError("it does not speak TLS")

    def _accept(self) -> None:
        self._muffled.flush()
        for _ in range(_AT_ONCE):
            try:
                connection, address = self._listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno not in _NO_ROOM:
                    continue  # it went away again
                self._make_room()
                return
            self._is_short = False
            self._enter(connection, str(address[0]))

    def _enter(self, connection: socket.socket, address: str) -> None:
        task: asyncio.Task[None] | None = None
        visit = self._peers.enter(address, lambda: task and task.cancel())
        if visit is None:
            self._turn_away(connection, address)
            return
        connection.setblocking(False)
        task = self._loop.create_task(self._visit(connection, visit))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # One that ends before its first step has nobody else to close its connection.
        task.add_done_callback(lambda ended: connection.close() if ended.cancelled() else None)

    async def _visit(self, connection: socket.socket, visit: Visit) -> None:
        try:
            await self._begin(connection, visit)
        except asyncio.CancelledError:
            visit.leave()
            connection.close()
            self._muffled.warning("peer.dismissed", visit.address, reason="silent, and others came")
        except (RemoteProtocolError, ssl.SSLError, asyncio.TimeoutError) as error:
            visit.leave()
            connection.close()
            self._muffled.warning("peer.dismissed", visit.address, reason=_reason(error))
        except OSError as error:
            visit.leave()
            connection.close()
            self._muffled.info("peer.gone", visit.address, reason=error.strerror or str(error))

    def _turn_away(self, connection: socket.socket, address: str) -> None:
        self._muffled.warning("peer.dismissed", address, reason="too many connections")
        connection.setblocking(False)
        if self._identity is not None and len(self._told) < DOOR_TOLD_MAX:
            told = self._loop.create_task(self._tell_full(connection))
            self._told.add(told)
            told.add_done_callback(self._told.discard)
            return
        with connection, contextlib.suppress(OSError):
            if self._identity is None:
                connection.send(self._full)

    async def _tell_full(self, connection: socket.socket) -> None:
        """Over TLS this takes a handshake, and so a few have a place for it that they do not have for more."""
        reader = asyncio.StreamReader(loop=self._loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=self._loop)
        try:
            transport = await asyncio.wait_for(self._transport(lambda: protocol, connection), HELLO_TIMEOUT_S)
        except (RemoteProtocolError, OSError, asyncio.TimeoutError):
            connection.close()
            return
        except asyncio.CancelledError:
            connection.close()
            raise
        writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
        try:
            writer.write(self._full)
            await asyncio.wait_for(writer.drain(), HELLO_TIMEOUT_S)
            # What it sends is taken, or its system would throw the answer away with the connection.
            await asyncio.wait_for(reader.read(HELLO_BYTES_MAX), HELLO_TIMEOUT_S)
        except (OSError, asyncio.TimeoutError):
            pass  # it does not want to know
        finally:
            transport.close()

    def _make_room(self) -> None:
        """Close the door for a moment. Whoever has just come has that long to speak; if there is no room then, the
        silent ones go.
        """
        if self._is_short:
            for _ in range(_DROPPED_AT_ONCE):
                self._peers.drop_silent()
        self._is_short = True
        self._muffled.warning("door.paused", "", reason="no descriptor is free", connections=len(self._peers))
        self._loop.remove_reader(self._listener)
        self._pausing = self._loop.call_later(DOOR_PAUSE_S, self._go_on)

    def _go_on(self) -> None:
        if self._is_open:
            self._loop.add_reader(self._listener, self._accept)


async def _first_bytes(connection: socket.socket) -> bytes:
    """What comes first, left where it is for whoever takes the connection on; nothing at its end."""
    loop = asyncio.get_running_loop()
    come = asyncio.Event()
    loop.add_reader(connection, come.set)
    try:
        await come.wait()
    finally:
        loop.remove_reader(connection)
    return connection.recv(_LOOK_BYTES, socket.MSG_PEEK)


def _reason(error: Exception) -> str:
    """Why a connection came to nothing, for the log."""
    if isinstance(error, RemoteProtocolError):
        return error.detail
    if isinstance(error, ssl.SSLError):
        return f"no TLS handshake: {(error.reason or str(error)).replace('_', ' ').lower()}"
    return "it sent nothing in time"
