"""An application as a child: started in this process group, sent the signals that we get, waited for. Knows nothing of
GPUs.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence

from . import launch
from .signals import Signals, run_async


async def run(words: Sequence[str], environment: Mapping[str, str], signals: Signals) -> int:
    """Run the application to its end and return its exit code, 128 + number if a signal ended it.

    Signals of the terminal reach it by themselves; those that somebody sent to us are passed on. Raises LaunchError
    with 126 or 127, and Interrupted if an ending signal came before it started.
    """
    signals.check()
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    pid = _start(words, environment, signals)

    def told(number: int, by_kernel: bool) -> None:
        if ended.done():
            return
        if number == signal.SIGCHLD:
            # It may be about another child: a shell that becomes this command leaves us those of its process
            # substitutions.
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                ended.set_result(os.waitstatus_to_exitcode(status))
        elif not by_kernel:
            os.kill(pid, number)

    signals.handle(told)
    try:
        code = await ended
    finally:
        signals.handle(None)
    return code if code >= 0 else 128 - code


def run_alone(words: Sequence[str], environment: Mapping[str, str]) -> int:
    """run() for a command that does nothing else meanwhile."""

    async def body() -> int:
        async with Signals() as signals:
            return await run(words, environment, signals)

    return run_async(body())


def _start(words: Sequence[str], environment: Mapping[str, str], signals: Signals) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        return _spawn(words, environment, signals)
    except OSError as error:
        if (script := launch.script_words(words, error)) is None:
            raise launch.start_error(words[0], error) from error
        return _spawn(script, environment, signals)


def _spawn(words: Sequence[str], environment: Mapping[str, str], signals: Signals) -> int:
    return os.posix_spawnp(
        words[0],
        list(words),
        dict(environment),
        setsigmask=signals.mask,
        # Python ignores these, and an ignored signal stays ignored in the application.
        setsigdef=(signal.SIGPIPE, signal.SIGXFSZ),
    )
