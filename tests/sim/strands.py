"""Blocking code in virtual time: a strand is a thread that gives way only where it waits, so every run is the same.

The code is that of processes which read sockets with blocking calls. A process may have several strands; killing it
ends all of them where they stand, when its sockets have been closed already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import greenlet


class Exited(BaseException):
    """os._exit(): the whole process ends here. Not an Exception, as nothing catches the end of a process."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Process:
    """A process of strands on `host`. `ended` is done once it is over; its result is the exit code, negative for a
    signal. `at_end`: what the system does then; `ends`: its connections to others.

    `faults` is told of exceptions that no process may end with.
    """

    def __init__(self, faults: list[str], pid: int, host: Any = None) -> None:
        self.pid, self.host = pid, host
        self.at_end: list[Callable[[], object]] = []
        self.ends: list[Any] = []
        self._loop = asyncio.get_running_loop()
        self._strands: dict[greenlet.greenlet, None] = {}
        self._faults = faults
        self.ended: asyncio.Future[int] = self._loop.create_future()

    def start(self, function: Callable[..., Any], *arguments: Any, main: bool = False) -> None:
        """Run a function on a strand of its own, soon. The process ends with the result of its `main` strand."""

        def run() -> None:
            try:
                code = function(*arguments)
            except Exited as exited:
                self.end(exited.code)
            except greenlet.GreenletExit:
                pass
            except Exception as error:
                self._faults.append(f"a process died of {error!r}")
                self.end(70)
            else:
                if main:
                    self.end(code or 0)
            finally:
                self._strands.pop(strand, None)

        strand = greenlet.greenlet(run)
        strand.process = self
        self._strands[strand] = None
        self._loop.call_soon(self.enter, strand)

    def enter(self, strand: greenlet.greenlet) -> None:
        """Let a strand go on until it waits again."""
        if not self.ended.done():
            strand.parent = greenlet.getcurrent()
            strand.switch()

    def end(self, code: int) -> None:
        """It is over, whoever says so: at once, wherever its strands stand."""
        if self.ended.done():
            return
        self.ended.set_result(code)
        for close in self.at_end:
            close()
        current = greenlet.getcurrent()
        left, self._strands = [each for each in self._strands if each is not current], {}
        for strand in left:
            strand.parent = current
            strand.throw(greenlet.GreenletExit)

    def kill(self) -> None:
        self.end(-9)


def process() -> Process:
    """The process of this strand."""
    return greenlet.getcurrent().process


def wait(future: asyncio.Future[Any]) -> Any:
    """The result of `future`, for which this strand gives way."""
    strand = greenlet.getcurrent()
    owner: Process = strand.process
    if owner.ended.done():
        raise greenlet.GreenletExit  # on its way out
    if not future.done():
        future.add_done_callback(lambda _: owner.enter(strand))
        strand.parent.switch()
    return future.result()


def sleep(seconds: float) -> None:
    """time.sleep() of a strand."""
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    timer = loop.call_later(seconds, done.set_result, None)
    try:
        wait(done)
    finally:
        timer.cancel()
