"""/metrics, /healthz and /readyz over HTTP: of a Dispatcher on a port of its own, of a resource scheduler on its API's.

A request costs the event loop some milliseconds and the sessions nothing: they run in other processes, and their counts
are read from memory.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable

from aiohttp import web

from ..limits import METRICS_BODY_BYTES_MAX
from ..observe.exposition import expose
from ..observe.metrics import Samples
from .http_port import HttpPort, errors_in_json
from .identity import Identity


class Looks:
    """The handlers. `gather` gives the samples; `problem` says why no client or request would be served now, "" if one
    would.
    """

    def __init__(self, gather: Callable[[], Awaitable[Samples]], problem: Callable[[], str]) -> None:
        self._gather = gather
        self._problem = problem

    def routes(self) -> list[web.RouteDef]:
        """For the application."""
        return [
            web.get("/metrics", self.metrics),
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
        ]

    async def metrics(self, request: web.Request) -> web.Response:
        """The page that Prometheus scrapes."""
        samples = await self._gather()
        samples["bitfusion_ready"] = {(): float(not self._problem())}
        text, content_type = expose(samples, request.headers.get("Accept", ""))
        return web.Response(body=text, headers={"Content-Type": content_type})

    async def healthz(self, _: web.Request) -> web.Response:
        """The process lives, and its event loop turns: nobody else could answer."""
        return web.json_response({"status": "ok"})

    async def readyz(self, _: web.Request) -> web.Response:
        """200 if a client or a request would be served now, 503 with the reason otherwise."""
        if reason := self._problem():
            return web.json_response({"status": "not ready", "reason": reason}, status=503)
        return web.json_response({"status": "ready"})


def web_port(looks: Looks, listener: socket.socket, identity: Identity | None = None) -> HttpPort:
    """`looks` on a port of their own, over TLS if there is an `identity`."""
    app = web.Application(client_max_size=METRICS_BODY_BYTES_MAX, middlewares=[errors_in_json])
    app.add_routes(looks.routes())
    return HttpPort(app, listener, identity)
