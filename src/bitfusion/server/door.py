"""The door of a port: accepts connections as long as there is room for them, and hands each to whoever serves it.

It accepts them itself, one by one, so that it is known of each from its first moment, also within a TLS handshake, and
the one that goes when there are too many is chosen (net/peers.py). Without a free descriptor the system cannot accept:
then a silent connection ends, and if there is none the door is closed for a moment instead of being tried again at
once.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

from ..limits import DOOR_PAUSE_S, HELLO_TIMEOUT_S, LISTEN_BACKLOG
from ..net.peers import Peers, Visit
from ..observe.muffled import Muffled

_AT_ONCE = 64  # connections accepted before others have their turn
_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter, Visit], Awaitable[None]]
Protocols = Callable[[Visit], asyncio.BaseProtocol]


class Door:
    """Of the port that `listener` listens on. `tls` gives the context for the next connection, None for none."""

    def __init__(
        self,
        listener: socket.socket,
        peers: Peers,
        muffled: Muffled,
        tls: Callable[[], ssl.SSLContext | None] = lambda: None,
    ) -> None:
        self._listener = listener
        self._peers = peers
        self._muffled = muffled
        self._tls = tls
        self._loop = asyncio.get_running_loop()
        self._begin: Callable[[socket.socket, Visit], Awaitable[None]]
        self._tasks: set[asyncio.Task[None]] = set()
        self._pausing: asyncio.TimerHandle | None = None
        self._is_open = False

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
        self._muffled.tell()

    def _open(self, begin: Callable[[socket.socket, Visit], Awaitable[None]]) -> None:
        self._begin = begin
        self._is_open = True
        self._listener.setblocking(False)
        # It listens anew, with a backlog of its own: those who come at the same moment are not made to try again.
        self._listener.listen(LISTEN_BACKLOG)
        self._loop.add_reader(self._listener, self._accept)

    async def _transport(self, protocol: Callable[[], asyncio.BaseProtocol], connection: socket.socket) -> Any:
        context = self._tls()
        patience_s = None if context is None else HELLO_TIMEOUT_S
        transport, _ = await self._loop.connect_accepted_socket(
            protocol, connection, ssl=context, ssl_handshake_timeout=patience_s
        )
        return transport

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
                if not self._peers.drop_silent():
                    self._pause()
                # What was dropped gives its descriptor back in a moment.
                return
            self._enter(connection, str(address[0]))

    def _enter(self, connection: socket.socket, address: str) -> None:
        task: asyncio.Task[None] | None = None
        visit = self._peers.enter(address, lambda: task and task.cancel())
        if visit is None:
            connection.close()
            self._muffled.warning("peer.dismissed", address, reason="too many connections")
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
        except OSError as error:  # of TLS, too
            visit.leave()
            connection.close()
            self._muffled.info("peer.gone", visit.address, reason=error.strerror or str(error))

    def _pause(self) -> None:
        self._muffled.warning("door.paused", "", reason="no descriptor is free", connections=len(self._peers))
        self._loop.remove_reader(self._listener)
        self._pausing = self._loop.call_later(DOOR_PAUSE_S, self._go_on)

    def _go_on(self) -> None:
        if self._is_open:
            self._loop.add_reader(self._listener, self._accept)
