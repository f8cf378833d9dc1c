"""Turns of one address: so many of its clients may have been given a CUDA Server and not have come to it yet.

A client comes at once. Whoever says HELLO and does not come keeps a CUDA Server from the others for some seconds; this
way not many of them, and clients of other addresses are served beside. The next of the address waits in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """At most `most` turns of each address. For the tasks of one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._turns: dict[str, tuple[asyncio.Semaphore, set[object]]] = {}

    def __len__(self) -> int:
        """Of how many addresses there are turns, or clients that wait for one."""
        return len(self._turns)

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[Turn]:
        """Wait for a turn; it ends with the block, unless it is told to end with something else."""
        turns, who = self._turns.setdefault(address, (asyncio.Semaphore(self._most), set()))
        turn = Turn()
        who.add(turn)

        def end() -> None:
            turns.release()
            self._forget(address, turn)

        try:
            await turns.acquire()
        except BaseException:
            self._forget(address, turn)
            raise
        try:
            yield turn
        finally:
            if turn.with_what is None:
                end()
            else:
                turn.with_what.add_done_callback(lambda _: end())

    def _forget(self, address: str, turn: Turn) -> None:
        _, who = self._turns[address]
        who.discard(turn)
        if not who:
            del self._turns[address]


class Turn:
    """`with_what` is what it ends with."""

    with_what: asyncio.Future[None] | None = None
