"""One child process of a server as its parent sees it: a CUDA Server, a monitor; started, told, watched, ended.

Watched through a pidfd, so that one that we started and one that was left to us (server/warm.py) are the same.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ..confine import user
from ..confine.environment import given
from ..wire.control import LENGTH, MESSAGE_BYTES_MAX, pack, unpack

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
# A child ignores these, but only once it has got so far. Until then they wait.
_HELD_BACK = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Child:
    """A process that is ours to reap, whoever started it. `gone` is done once it is; its result is the exit code,
    negative for a signal.

    `known` holds the process ids of all that there are.
    """

    known: ClassVar[set[int]] = set()

    def __init__(self, pid: int) -> None:
        """Raises OSError: there is no descriptor to watch it with."""
        self.pid = pid
        self._pidfd = os.pidfd_open(pid)
        self.known.add(pid)
        loop = asyncio.get_running_loop()
        self.gone: asyncio.Future[int] = loop.create_future()
        loop.add_reader(self._pidfd, self._reap)

    def ended(self) -> bool:
        """True if it does not run any more, also if that has not been noticed yet."""
        if self.gone.done():
            return True
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(0))

    def kill(self) -> None:
        """For a process that did not end by itself."""
        if not self.gone.done():
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def _reap(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        status = os.waitid(os.P_PIDFD, self._pidfd, os.WEXITED)
        os.close(self._pidfd)
        self.known.discard(self.pid)
        assert status is not None
        code = status.si_status if status.si_code == os.CLD_EXITED else -status.si_status
        if not self.gone.done():
            self.gone.set_result(code)


class Mail:
    """Our end of the control socket of a process."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, message: dict[str, Any]) -> None:
        """A process that is gone is noticed by receive(), or at its end."""
        self._writer.write(pack(message))

    async def receive(self) -> dict[str, Any] | None:
        """The next message, None if the process is gone, or says what none of ours would say."""
        try:
            (length,) = LENGTH.unpack(await self._reader.readexactly(LENGTH.size))
            return unpack(await self._reader.readexactly(length)) if length <= MESSAGE_BYTES_MAX else None
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            return None

    def close(self) -> None:
        self._writer.close()


class Process:
    """One of our programs, or a CUDA Server, and the socket to it. Closing the socket tells it to end."""

    def __init__(self, child: Child, mail: Mail) -> None:
        self._child = child
        self._mail = mail

    @property
    def pid(self) -> int:
        return self._child.pid

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message; a process that is gone is noticed by answer() or wait()."""
        self._mail.send(message)

    async def answer(self) -> dict[str, Any] | None:
        """The next message, None if the process is gone."""
        return await self._mail.receive()

    def end(self) -> None:
        """Close the control socket: the process ends by itself, and ends its session."""
        self._mail.close()

    def kill(self) -> None:
        """For a process that did not end by itself."""
        self._child.kill()

    def ended(self) -> bool:
        """True if it does not run any more, also if wait() has not returned yet."""
        return self._child.ended()

    async def wait(self) -> int:
        """Wait until the process has ended and is reaped; its exit code, negative for a signal."""
        code = await asyncio.shield(self._child.gone)
        self._mail.close()
        return code


async def start(
    arguments: tuple[str, ...],
    fds: tuple[int, ...],
    settings: Mapping[str, Any] | None,
    module: str = "bitfusion.worker",
) -> Process:
    """Start a process, pass it `fds` and tell it `settings`, if there are any. Raises OSError."""
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            child = _spawn(
                (sys.executable, "-m", module, "--control", str(theirs.fileno()), *arguments), (theirs.fileno(), *fds)
            )
        except BaseException:
            ours.close()
            raise
    process = Process(child, await mail(ours))
    if settings is not None:
        process.tell(dict(settings))
    return process


async def mail(ours: socket.socket) -> Mail:
    """`ours` is the end of a control socket; it belongs to the result."""
    return Mail(*await asyncio.open_unix_connection(sock=ours))


def _spawn(command: tuple[str, ...], fds: tuple[int, ...]) -> Child:
    environment, options = given(child_environment(os.environ)), dict[str, Any]()
    if (who := user.chosen(os.environ)[0]) is not None:
        environment = user.environment(environment, who)
        options = {"user": who.uid, "group": who.gid, "extra_groups": who.groups}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD_BACK)
    try:
        started = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=fds,
            env=environment,
            **options,
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    # It is reaped through its pidfd, and Popen must not try.
    started.returncode = 0
    try:
        return Child(started.pid)
    except OSError:
        os.kill(started.pid, signal.SIGKILL)
        os.waitpid(started.pid, 0)
        raise


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a process of a server: with this package on the path, and without the client library, because
    a server that preloaded it would be its own client."""
    path = os.pathsep.join(filter(None, (str(_PACKAGE_ROOT), environ.get("PYTHONPATH"))))
    # The loader divides the list at both.
    listed = environ.get("LD_PRELOAD", "").replace(" ", ":").split(":")
    preload = [item for item in listed if item and not item.endswith("libbfshim.so")]
    child = {**environ, "PYTHONPATH": path, "LD_PRELOAD": ":".join(preload)}
    # With it, NULL would mean the per-thread stream in cuda-python.
    child.pop("CUDA_PYTHON_CUDA_PER_THREAD_DEFAULT_STREAM", None)
    if not preload:
        del child["LD_PRELOAD"]
    return child
