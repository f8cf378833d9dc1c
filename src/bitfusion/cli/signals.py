"""Signals of a command: Ctrl-C of any, and all of one that holds something, or has a child, while it runs.

The latter are blocked in all threads and received by one, with what the kernel says about their origin: those of the
terminal went to the child too, because it is in the same process group; those that a process sent did not, and have
to be passed on.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ..errors import BitfusionError

# Those that end or tell a program something. The job control signals keep their effect: this process stops with the
# child.
_WATCHED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
_ENDING = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT})

Handler = Callable[[int, bool], None]  # number, whether the terminal (the kernel) sent it
T = TypeVar("T")


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """asyncio.run() for a command: Ctrl-C cancels `work` between two callbacks of the loop.

    asyncio's own handler cancels wherever the main thread is, which may be inside a callback that has just seen that
    its future waits. A second Ctrl-C ends at once. An ignored SIGINT stays so. Raises KeyboardInterrupt.
    """
    interrupted = False

    async def main() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None

        def interrupt() -> None:
            nonlocal interrupted
            interrupted = True
            loop.remove_signal_handler(signal.SIGINT)
            task.cancel()

        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            loop.add_signal_handler(signal.SIGINT, interrupt)
        return await work

    try:
        return asyncio.run(main())
    except asyncio.CancelledError:
        if interrupted:
            raise KeyboardInterrupt from None
        raise


class Interrupted(BitfusionError):
    """A signal ended the command before its work was done; what it held has been given back."""

    def __init__(self, number: int) -> None:
        super().__init__(f"interrupted by {signal.Signals(number).name}", "nothing is held")
        self.exit_code = 128 + number


class Signals:
    """`async with Signals() as signals`, first of all: no thread may exist yet. A signal that is ignored stays so.

    `mask` is the mask to start a child with. Until somebody handles them, ending signals are kept in mind.
    """

    def __init__(self) -> None:
        self.mask: set[int | signal.Signals] = set()
        self._watched: set[signal.Signals] = set()
        self._handler: Handler | None = None
        self._ending: int | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._receive, daemon=True)

    async def __aenter__(self) -> Signals:
        self._loop = asyncio.get_running_loop()
        # An inherited SIG_IGN would make the kernel reap the child unseen.
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._watched = {number for number in _WATCHED if signal.getsignal(number) is not signal.SIG_IGN}
        self._watched.add(signal.SIGCHLD)
        self.mask = set(signal.pthread_sigmask(signal.SIG_BLOCK, self._watched))
        self._thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping = True
        assert self._thread.ident is not None
        signal.pthread_kill(self._thread.ident, signal.SIGCHLD)
        self._thread.join()
        # What arrived during the end is over: it must not kill the process on its way out.
        while signal.sigtimedwait(self._watched, 0) is not None:
            pass
        signal.pthread_sigmask(signal.SIG_SETMASK, self.mask)

    def handle(self, handler: Handler | None) -> None:
        """Who gets the signals from now on; None: nobody."""
        self._handler = handler

    def check(self) -> None:
        """Raise Interrupted if an ending signal came that nobody handled."""
        if self._ending is not None:
            raise Interrupted(self._ending)

    async def interruptible(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`, which is cancelled once by the first ending signal. Raises Interrupted then."""
        task = asyncio.ensure_future(work)

        def interrupt(number: int, _: bool) -> None:
            if number in _ENDING and self._ending is None:
                self._ending = number
                task.cancel()

        self.handle(interrupt)
        try:
            if self._ending is not None:
                task.cancel()
            return await task
        except asyncio.CancelledError:
            self.check()
            raise
        finally:
            self.handle(None)

    def _receive(self) -> None:
        while True:
            received = signal.sigwaitinfo(self._watched)
            if self._stopping:
                return
            # Codes above 0 are the kernel's: of the terminal, or of a child that ended.
            self._loop.call_soon_threadsafe(self._deliver, received.si_signo, received.si_code > 0)

    def _deliver(self, number: int, by_kernel: bool) -> None:
        if self._handler is not None:
            self._handler(number, by_kernel)
        elif number in _ENDING and self._ending is None:
            self._ending = number
