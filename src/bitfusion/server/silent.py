"""Ends connections on which no request comes: a peer that connects and sends nothing, or sends it byte by byte, would
keep a descriptor for ever.

Only until the first request; the HTTP server itself ends connections that fall silent after one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from ..limits import SRS_HEAD_TIMEOUT_S
from ..observe.log import logger

_LOOKS = 4  # in SRS_HEAD_TIMEOUT_S


class SilentConnections:
    """The connections of one HTTP server of which `heard` has seen no request."""

    def __init__(self) -> None:
        self._asked: set[object] = set()
        self._silent: dict[object, int] = {}  # at how many looks

    def middleware(self) -> Callable[..., Awaitable[web.StreamResponse]]:
        """The outermost middleware of the server's application: notes who asks."""

        @web.middleware
        async def heard(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            self._asked.add(request.protocol)
            return await handler(request)

        return heard

    async def dismiss(self, server: web.Server) -> None:
        """End those of `server` that are older than SRS_HEAD_TIMEOUT_S, until cancelled.

        By looks and not by a clock: if this process gets no processor for seconds, a request may have come that it has
        not read yet, and it reads between two looks.
        """
        while True:
            await asyncio.sleep(SRS_HEAD_TIMEOUT_S / _LOOKS)
            connections = server.connections
            self._asked.intersection_update(connections)
            self._silent = {each: self._silent.get(each, 0) + 1 for each in connections if each not in self._asked}
            late = [each for each in connections if self._silent.get(each, 0) > _LOOKS]
            for each in late:
                each.force_close()
            if late:
                logger().warning("peer.dismissed", reason="no request came in time", connections=len(late))
