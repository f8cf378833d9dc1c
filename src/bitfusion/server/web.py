"""/metrics, /healthz and /readyz over HTTP: of a Dispatcher on a port of its own, of a resource scheduler on its API's.

A request costs the event loop some milliseconds and the sessions nothing: they run in other processes, and their counts
are read from memory.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

from aiohttp import web

from ..limits import METRICS_BODY_BYTES_MAX
from ..observe.exposition import expose
from ..observe.metrics import Samples
from .identity import Identity
from .secure_site import SecureSite
from .silent import SilentConnections


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


Site = web.SockSite | SecureSite


def site(runner: web.AppRunner, listener: socket.socket, identity: Identity | None) -> Site:
    """What accepts connections for an application that was set up."""
    return SecureSite(runner, listener, identity) if identity else web.SockSite(runner, listener)


class WebPort:
    """`looks` on a port of their own, over TLS if there is an `identity`."""

    def __init__(self, looks: Looks, identity: Identity | None = None) -> None:
        self._identity = identity
        self._site: Site | None = None
        self._silent = SilentConnections()
        app = web.Application(client_max_size=METRICS_BODY_BYTES_MAX, middlewares=[self._silent.middleware()])
        app.add_routes(looks.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        self._dismissing: asyncio.Task[None] | None = None

    async def start(self, listener: socket.socket) -> None:
        """Answer from now on, until close()."""
        await self._runner.setup()
        self._site = site(self._runner, listener, self._identity)
        await self._site.start()
        assert self._runner.server is not None
        self._dismissing = asyncio.create_task(self._silent.dismiss(self._runner.server))

    async def close(self) -> None:
        """Answer no more."""
        if self._dismissing:
            self._dismissing.cancel()
        if self._site:
            await self._site.stop()
        await self._runner.cleanup()
