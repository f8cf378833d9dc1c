"""An HTTP server's port for those that speak TLS, with the methods of aiohttp's sites. Others get one plain answer that
says so, which aiohttp itself would not give.
"""

from __future__ import annotations

import asyncio
import json
import socket

from aiohttp import web

from ..limits import HTTP_PEERS_MAX, PEERS_OF_ADDRESS_MAX
from ..net.peers import Peers, Visit
from ..observe.log import logger
from ..observe.muffled import Muffled
from ..wire.hello import only_tls
from .door import Door
from .identity import Identity


class SecureSite:
    """Of an application that was set up."""

    def __init__(self, runner: web.AppRunner, listener: socket.socket, identity: Identity) -> None:
        server = runner.server
        assert server is not None
        self._listener = listener
        self._server = server
        peers = Peers(HTTP_PEERS_MAX, PEERS_OF_ADDRESS_MAX)
        self._door = Door(listener, peers, Muffled(logger), identity, _plain_answer())

    async def start(self) -> None:
        """Accept connections from now on."""
        self._door.open_for(lambda visit: _Visiting(self._server(), visit))

    async def stop(self) -> None:
        """Accept no more. Connections that are open go on."""
        self._door.close()
        self._listener.close()


class _Visiting(asyncio.Protocol):
    """Passes all on to aiohttp's protocol of one connection, and tells the door what it wants to know of it."""

    def __init__(self, handler: web.RequestHandler, visit: Visit) -> None:
        self._handler = handler
        self._visit = visit

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._visit.heard()
        self._handler.connection_made(transport)

    def connection_lost(self, error: BaseException | None) -> None:
        self._visit.leave()
        self._handler.connection_lost(error)

    def data_received(self, data: bytes) -> None:
        self._handler.data_received(data)

    def eof_received(self) -> None:
        self._handler.eof_received()

    def pause_writing(self) -> None:
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        self._handler.resume_writing()


def _plain_answer() -> bytes:
    refused = only_tls()
    error = {"code": "bad_request", "detail": refused.detail, "hint": refused.hint}
    body = json.dumps({"error": error}).encode() + b"\n"
    head = (
        f"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body
