"""Starts the short-lived processes that measure the network with a client (net/perf.py), not too many at a time."""

from __future__ import annotations

import asyncio
from typing import Any

from ..config.server import PortRange
from ..errors import Code, Refused
from ..limits import PERF_PROCESSES_MAX, SPAWN_TIMEOUT_S
from . import process
from .identity import Identity


class Measurements:
    """The measuring processes of one server, on `ports` of `host`; over TLS if there is an `identity`."""

    def __init__(self, host: str, ports: PortRange, identity: Identity | None = None) -> None:
        self._identity = identity
        self._host = host
        self._ports = ports
        self._tasks: set[asyncio.Task[int]] = set()

    async def start(self) -> dict[str, Any]:
        """A new one's `port` and `token` (hexadecimal). Raises Refused."""
        if len(self._tasks) >= PERF_PROCESSES_MAX:
            raise Refused(
                Code.TOO_MANY_CLIENTS,
                f"{PERF_PROCESSES_MAX} measurements are running already",
                "try again in a few seconds",
            )
        ports = ("--first", str(self._ports.first), "--last", str(self._ports.last))
        settings = {"tls": list(self._identity.pair)} if self._identity else None
        arguments = ("--host", self._host, *ports, *(("--secure",) if settings else ()))
        try:
            child = await process.start(arguments, (), settings, module="bitfusion.net.perf")
        except OSError as error:
            raise Refused(
                Code.OPERATING_SYSTEM, f"a measurement cannot be started: {error.strerror}", "see the server's log"
            ) from error
        reaper = asyncio.create_task(child.wait())
        self._tasks.add(reaper)
        reaper.add_done_callback(self._tasks.discard)
        try:
            answer = await asyncio.wait_for(child.answer(), SPAWN_TIMEOUT_S)
        except asyncio.TimeoutError:
            child.kill()
            answer = None
        if answer is None or "failed" in answer:
            reason = answer["failed"] if answer else "its process died"
            raise Refused(Code.TOO_MANY_CLIENTS, f"a measurement cannot be started: {reason}", "see the server's log")
        return answer
