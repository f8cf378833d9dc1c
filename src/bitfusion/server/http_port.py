"""A port that speaks HTTP: an application of aiohttp behind a door (door.py), for those that speak TLS if the server
does.

What a peer can do is bounded. A connection on which no request comes ends after SRS_HEAD_TIMEOUT_S, and before that if
others need its place; so does one that has asked before and is quiet. What comes between the beginnings of two requests
is bounded in bytes, whether it is a head without end or more requests than are answered. And whatever comes, the answer
is JSON: also to what is no HTTP, and to those that speak plain where TLS is spoken.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable

from aiohttp import web

from ..limits import HTTP_BYTES_AHEAD_MAX, HTTP_PEERS_MAX, PEERS_OF_ADDRESS_MAX, SRS_HEAD_TIMEOUT_S
from ..net.peers import Peers, Visit
from ..observe.log import logger
from ..observe.muffled import Muffled
from ..wire.hello import only_tls
from .door import Door
from .identity import Identity

_LOOKS = 4  # in SRS_HEAD_TIMEOUT_S
_SHUTDOWN_S = 1.0  # for requests that are being answered
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class HttpPort:
    """`app` on the port of `listener`. `cancels`: a client that hangs up ends the handling of its request."""

    def __init__(
        self, app: web.Application, listener: socket.socket, identity: Identity | None = None, cancels: bool = False
    ) -> None:
        self._muffled = Muffled(logger)
        self._connections: dict[object, _Connection] = {}  # by aiohttp's protocol of each
        app.middlewares.insert(0, self._middleware())
        self._runner = _Runner(
            app, access_log=None, handler_cancellation=cancels, shutdown_timeout=_SHUTDOWN_S, auto_decompress=False
        )
        peers = Peers(HTTP_PEERS_MAX, PEERS_OF_ADDRESS_MAX)
        self._door = Door(listener, peers, self._muffled, identity, _plain_answer() if identity else b"")
        self._dismissing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Answer from now on, until close()."""
        await self._runner.setup()
        self._door.open_for(self._connected)
        self._dismissing = asyncio.create_task(self._dismiss_silent())

    async def close(self) -> None:
        """Answer no more."""
        if self._dismissing:
            self._dismissing.cancel()
            self._door.close()
        await self._runner.cleanup()

    def _connected(self, visit: Visit) -> asyncio.Protocol:
        server = self._runner.server
        assert server is not None
        handler = server()
        found = self._connections[handler] = _Connection(handler, visit, lambda: self._connections.pop(handler, None))
        return found

    def _middleware(self) -> Callable[..., Awaitable[web.StreamResponse]]:
        """The outermost one of the application: notes who asks."""

        @web.middleware
        async def noting(request: web.Request, handler: Handler) -> web.StreamResponse:
            connection = self._connections.get(request.protocol)
            if connection:
                connection.asks()
            try:
                return await handler(request)
            finally:
                if connection:
                    connection.is_answered()

        return noting

    async def _dismiss_silent(self) -> None:
        """End connections that are older than SRS_HEAD_TIMEOUT_S and have not asked, until cancelled.

        By looks and not by a clock: if this process gets no processor for seconds, a request may have come that it has
        not read yet, and it reads between two looks.
        """
        while True:
            await asyncio.sleep(SRS_HEAD_TIMEOUT_S / _LOOKS)
            for each in list(self._connections.values()):
                if each.is_silent_at_look(_LOOKS):
                    self._muffled.warning("peer.dismissed", each.visit.address, reason="no request came in time")
                    each.visit.dismiss()


class _Connection(asyncio.Protocol):
    """Passes all on to aiohttp's protocol of one connection, and tells `visit` what it is to know of it."""

    def __init__(self, handler: web.RequestHandler, visit: Visit, ended: Callable[[], object]) -> None:
        self.visit = visit
        self._handler = handler
        self._ended = ended
        self._asked = False
        self._looks = 0
        self._bytes = 0  # since the last request began
        self._transport: asyncio.BaseTransport | None = None

    def asks(self) -> None:
        """A request has come."""
        self._asked = True
        self._bytes = 0
        self.visit.heard()

    def is_answered(self) -> None:
        """And is over."""
        self.visit.quiet()

    def is_silent_at_look(self, most: int) -> bool:
        """Whether no request has come at more than so many looks."""
        self._looks += 1
        return not self._asked and self._looks > most

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._handler.connection_made(transport)

    def connection_lost(self, error: BaseException | None) -> None:
        self._ended()
        self.visit.leave()
        self._handler.connection_lost(error)

    def data_received(self, data: bytes) -> None:
        self._bytes += len(data)
        if self._bytes > HTTP_BYTES_AHEAD_MAX:
            self.visit.dismiss()
        else:
            self._handler.data_received(data)

    def eof_received(self) -> None:
        self._handler.eof_received()

    def pause_writing(self) -> None:
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        self._handler.resume_writing()


class _Handler(web.RequestHandler):
    """aiohttp's protocol of one connection, with answers in JSON to what is no request."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What came cannot be read, or its handler has a bug; the connection ends with the answer."""
        if status >= 500:
            logger().critical("request.crashed", method=request.method, path=request.path, exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("part of an answer has been sent")
        if status >= 500:
            answer = error_response(status, "failed", "a bug in this server", "see its log")
        else:
            said = (message or "").strip().partition("\n")[0].rstrip(":")
            answer = error_response(status, "bad_request", f"not a request of HTTP: {said or 'it cannot be read'}")
        answer.force_close()
        return answer


class _Server(web.Server):
    def __call__(self) -> web.RequestHandler:
        return _Handler(self, loop=self._loop, **self._kwargs)


class _Runner(web.AppRunner):
    """aiohttp's, which makes protocols of ours."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(
            made.request_handler,
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
            loop=made._loop,
            **made._kwargs,
        )


@web.middleware
async def errors_in_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A middleware for an application that has no answers of its own to what no route takes."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        answer = error_response(error.status, "not_found" if error.status == 404 else "bad_request", error.reason)
        if "Allow" in error.headers:
            answer.headers["Allow"] = error.headers["Allow"]
        return answer


def error_response(status: int, code: str, detail: str, hint: str = "") -> web.Response:
    """{"error": {"code", "detail", "hint"}}, as every error is told."""
    return web.json_response({"error": {"code": code, "detail": detail, "hint": hint}}, status=status)


def _plain_answer() -> bytes:
    """What a peer hears that does not speak TLS."""
    refused = only_tls()
    error = {"code": "bad_request", "detail": refused.detail, "hint": refused.hint}
    body = json.dumps({"error": error}).encode() + b"\n"
    head = (
        f"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body
