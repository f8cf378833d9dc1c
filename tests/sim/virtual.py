"""asyncio in virtual time: when nothing can run, the clock jumps to the next timer. The same program runs the same way
every time.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any


class Deadlock(Exception):
    """Nothing can run and no timer is set: everybody waits for somebody else, for ever."""


class _Jumping:
    """A selector that does not wait: it moves the loop's clock instead."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._real = selectors.DefaultSelector()
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        ready = self._real.select(0)
        if not ready and timeout is None:
            raise Deadlock
        if not ready and timeout:
            self._loop.clock_s += timeout
        return ready

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class VirtualLoop(asyncio.SelectorEventLoop):
    """`clock_s`: seconds since the beginning of the simulation."""

    def __init__(self) -> None:
        self.clock_s = 0.0
        super().__init__(_Jumping(self))  # type: ignore[arg-type]

    def time(self) -> float:
        return self.clock_s


def run(main: Coroutine[Any, Any, Any]) -> Any:
    """asyncio.run() in virtual time. Raises Deadlock."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main)
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left))
        loop.close()
