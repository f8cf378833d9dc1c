"""One child process of a server as its parent sees it: a CUDA Server, a monitor; started, told, watched, ended."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..wire.control import LENGTH, MESSAGE_BYTES_MAX, pack, unpack

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]


class Process:
    """A `python -m bitfusion.worker`, or another of our programs, and the socket to it. Closing the socket tells it to end."""

    def __init__(
        self, child: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._child = child
        self._reader = reader
        self._writer = writer

    @property
    def pid(self) -> int:
        return self._child.pid

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message; a process that is gone is noticed by answer() or wait()."""
        self._writer.write(pack(message))

    async def answer(self) -> dict[str, Any] | None:
        """The next message, None if the process is gone."""
        try:
            (length,) = LENGTH.unpack(await self._reader.readexactly(LENGTH.size))
            assert length <= MESSAGE_BYTES_MAX
            return unpack(await self._reader.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    def end(self) -> None:
        """Close the control socket: the process ends by itself, and ends its session."""
        self._writer.close()

    def kill(self) -> None:
        """For a process that did not end by itself."""
        if self._child.returncode is None:
            self._child.kill()

    async def wait(self) -> int:
        """Wait until the process has ended and is reaped; its exit code, negative for a signal."""
        code = await self._child.wait()
        self._writer.close()
        return code


async def start(
    arguments: tuple[str, ...], fds: tuple[int, ...], settings: Mapping[str, Any] | None, module: str = "bitfusion.worker"
) -> Process:
    """Start a process, pass it `fds` and tell it `settings`, if there are any."""
    ours, theirs = socket.socketpair()
    with theirs:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, "--control", str(theirs.fileno()), *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            pass_fds=(theirs.fileno(), *fds),
            env=child_environment(os.environ),
        )
    reader, writer = await asyncio.open_unix_connection(sock=ours)
    process = Process(child, reader, writer)
    if settings is not None:
        process.tell(dict(settings))
    return process


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a process of a server: with this package on the path, and without the client library, because a server
    that preloaded it would be its own client."""
    path = os.pathsep.join(filter(None, (str(_PACKAGE_ROOT), environ.get("PYTHONPATH"))))
    preload = [item for item in environ.get("LD_PRELOAD", "").split(":") if item and not item.endswith("libbfshim.so")]
    child = {**environ, "PYTHONPATH": path, "LD_PRELOAD": ":".join(preload)}
    # With it, NULL would mean the per-thread stream in cuda-python.
    child.pop("CUDA_PYTHON_CUDA_PER_THREAD_DEFAULT_STREAM", None)
    if not preload:
        del child["LD_PRELOAD"]
    return child
