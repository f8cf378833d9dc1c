"""Names of schedulers, looked up as the shim does it: whatever addresses this machine has itself.

aiohttp asks with AI_ADDRCONFIG, for which the loopback interface does not count: on a machine that has no more than an
IPv6 address of a link (a laptop without a network, and a bridge of virtual machines), `localhost` has no address.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult


class Resolver(AbstractResolver):
    """For aiohttp.TCPConnector."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of `host`. Raises socket.gaierror, an OSError, if it has none."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        return [_result(host, *each) for each in found]

    async def close(self) -> None:
        """Nothing is held."""


def _result(host: str, family: int, kind: int, proto: int, name: str, address: Any) -> ResolveResult:
    # With its zone, which an address of a link needs.
    numeric, service = socket.getnameinfo(address, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=numeric, port=int(service), family=family, proto=proto, flags=flags)
