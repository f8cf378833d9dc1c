"""First frames at the pace of each address: one that comes too often waits, and is turned away if it would be long."""

from __future__ import annotations

import asyncio
import time

from ..errors import Code, Refused
from ..limits import HELLO_ADDRESSES_MAX, HELLO_WAIT_MAX_S, HELLOS_BURST, HELLOS_PER_S
from ..net.pace import Pace


class Paced:
    """The first frames of one port."""

    def __init__(self) -> None:
        self._pace = Pace(HELLOS_BURST, HELLOS_PER_S, HELLO_ADDRESSES_MAX)

    async def turn(self, address: str) -> None:
        """One more from `address`: return when it may be served. Raises Refused."""
        wait_s = self._pace.wait_s(address, time.monotonic())
        if wait_s > HELLO_WAIT_MAX_S:
            self._pace.take_back(address)
            raise Refused(
                Code.TOO_MANY_CLIENTS,
                f"more than {HELLOS_PER_S:g} clients a second come from {address}",
                "begin fewer at a time",
            )
        if wait_s:
            await asyncio.sleep(wait_s)
