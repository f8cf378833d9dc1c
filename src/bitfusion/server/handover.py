"""What a program hands to a Dispatcher that it starts, through inherited file descriptors, and the answer that it gets.

The program (the resource scheduler, or `local -p`) is called the starter below. It hands over a listening socket, so
that no other process can take the port in between; the snapshot of the host's devices, so that they need not be asked
again; a pipe for lines of JSON: {"port": P} once the Dispatcher listens, or {"failed": why}, and {"draining": true}
once it has been told to end, by whomever; and, if it wants to look at what the sessions do, their table; and, if not
everybody may use the GPUs, who may. The pipe closes with the process, so the starter is never left waiting. Nothing
ties the Dispatcher to it after the first line: it need not read the second.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import BitfusionError, ConfigError
from ..wire.control import LENGTH, pack, unpack


class Handover:
    """The Dispatcher's side. `text` is the value of --handover: the numbers of the descriptors between commas. `table`
    is that of the session table, None if the starter does not look at it.
    """

    def __init__(self, text: str) -> None:
        try:
            numbers = [int(number) for number in text.split(",")]
            self._listener, self._snapshot, self._notify = numbers[:3]
            self.table = table_of(text)
            self._access = numbers[4] if len(numbers) > 4 else None
            for fd in numbers:
                os.set_inheritable(fd, False)
        except (ValueError, OSError) as error:
            raise ConfigError(
                f"--handover {text}: is not what the starter of a Dispatcher gives", "leave it out"
            ) from error

    def listener(self) -> socket.socket:
        """The socket to accept clients on."""
        return socket.socket(fileno=self._listener)

    def snapshot(self) -> dict[str, Any]:
        """The snapshot of all devices of the host."""
        # pread: other Dispatchers read the same open file.
        data = os.pread(self._snapshot, os.fstat(self._snapshot).st_size, 0)
        os.close(self._snapshot)
        return unpack(data[LENGTH.size :])

    def access(self) -> dict[str, Any] | None:
        """Who may use the GPUs, as start() was told; None if everybody may."""
        if self._access is None:
            return None
        data = os.pread(self._access, os.fstat(self._access).st_size, 0)
        os.close(self._access)
        return unpack(data[LENGTH.size :])

    def tell_ready(self, port: int) -> None:
        """Clients are accepted from now on."""
        self._tell({"port": port})

    def tell_failed(self, error: BitfusionError) -> None:
        """This Dispatcher does not start."""
        self._tell({"failed": error.detail, "hint": error.hint})

    def tell_draining(self) -> None:
        """No client is accepted any more."""
        self._tell({"draining": True})

    def _tell(self, message: dict[str, Any]) -> None:
        try:
            os.write(self._notify, json.dumps(message).encode() + b"\n")
        except OSError:
            pass  # The starter is gone; a scheduler finds this process when it is back.


# The starter's side.


def snapshot_file(snapshot: dict[str, Any]) -> int:
    """A descriptor of a file in memory for any number of Dispatchers."""
    return _memory_file("bitfusion-snapshot", snapshot)


def access_file(access: dict[str, Any]) -> int:
    """The same for access(): no other process sees it, as it would a command line."""
    return _memory_file("bitfusion-access", access)


def _memory_file(name: str, content: dict[str, Any]) -> int:
    fd = os.memfd_create(name, os.MFD_CLOEXEC)
    data = pack(content)
    while data:
        data = data[os.write(fd, data) :]
    return fd


def start(
    listener: socket.socket,
    snapshot: int,
    words: Sequence[str],
    environment: Mapping[str, str],
    lent: Sequence[int] = (),
    table: int | None = None,
    access: int | None = None,
    **options: Any,
) -> tuple[subprocess.Popen[bytes], int]:
    """Start a Dispatcher without grace that serves clients of `listener`. `snapshot` is of snapshot_file(), `table` of
    new_table() in pool.py, if the starter wants to look at it; `access`, only with a table, of access_file(). It keeps
    `lent` open too.

    `words` and `options` are more of its command line and for Popen. Returns the process, which is in a session of
    its own, and the descriptor to read its line from. Raises OSError; there is neither then.
    """
    reading, writing = os.pipe()
    handed = (listener.fileno(), snapshot, writing, *(each for each in (table, access) if each is not None))
    port = str(listener.getsockname()[1])
    try:
        child = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "bitfusion.server",
                "--port",
                port,
                "--grace",
                "0",
                *words,
                "--handover",
                ",".join(map(str, handed)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(*handed, *lent),
            env=dict(environment),
            **options,
        )
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    return child, reading


def table_of(text: str) -> int | None:
    """The descriptor of the session table in the value of --handover, None if there is none."""
    numbers = text.split(",")
    return int(numbers[3]) if len(numbers) > 3 and numbers[3].isdigit() else None


def is_draining(line: bytes) -> bool:
    """Whether a later line says that the Dispatcher ends."""
    return bool(line) and "draining" in json.loads(line)


def failure(line: bytes) -> tuple[str, str] | None:
    """What a Dispatcher's line says: None if it listens, otherwise why it does not start, and a hint. Empty: it ended
    without one.
    """
    answer = json.loads(line) if line else {}
    return None if "port" in answer else (answer.get("failed", "it ended at its start"), answer.get("hint", ""))
