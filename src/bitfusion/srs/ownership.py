"""Which scheduler of this host owns which GPU: a lock file a device, held by a lock of the kernel that dies with its process.

The directory belongs to everybody, as /tmp does, because schedulers of different users must see each other. A file stays behind
when its owner is gone; what counts is the lock. Its text is for people: who holds it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path

from ..errors import BitfusionError

_DIRECTORY_MODE = 0o1777
_FILE_MODE = 0o666
_TEXT_BYTES_MAX = 256


class Ownership:
    """The devices that this process owns, until it is closed or the process ends."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._held: list[int] = []

    def take(self, devices: Iterable[tuple[int, str]], port: int) -> None:
        """Own all of these (index, UUID), or none: then raises BitfusionError that names each device and its owner.

        `port` is this scheduler's, for what the next one says.
        """
        _make_directory(self._directory)
        refused = []
        for index, uuid in devices:
            fd = _open(self._directory / f"{uuid}.lock")
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                refused.append(f"device {index} ({uuid}) is owned by {_owner(fd)}")
                os.close(fd)
                continue
            self._held.append(fd)
            _write(fd, f"the resource scheduler with process ID {os.getpid()} and port {port}")
        if refused:
            self.close()
            raise BitfusionError("; ".join(refused), "give other devices with -d, or end that scheduler")

    def close(self) -> None:
        """Own nothing more."""
        for fd in self._held:
            os.close(fd)
        self._held.clear()


def _make_directory(directory: Path) -> None:
    try:
        directory.mkdir(parents=True)
        directory.chmod(_DIRECTORY_MODE)  # mkdir's mode is subject to the umask
    except FileExistsError:
        pass
    except OSError as error:
        raise _cannot(directory, error) from error


def _open(path: Path) -> int:
    """The lock file, made if it is not there; only for reading if it is another user's.

    Opened without O_CREAT first: in a directory of everybody, the kernel refuses O_CREAT for files of others.
    """
    attempts = (os.O_RDWR, os.O_RDONLY, os.O_RDWR | os.O_CREAT | os.O_EXCL, os.O_RDWR, os.O_RDONLY)
    for flags in attempts:
        try:
            fd = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, _FILE_MODE)
        except (FileNotFoundError, FileExistsError, PermissionError) as error:
            reason: OSError = error
        except OSError as error:
            raise _cannot(path, error) from error
        else:
            if flags & os.O_EXCL:
                os.fchmod(fd, _FILE_MODE)
            return fd
    raise _cannot(path, reason) from reason


def _write(fd: int, text: str) -> None:
    try:
        os.ftruncate(fd, 0)
        os.pwrite(fd, text.encode(), 0)
    except OSError:
        pass  # Another user's file, open for reading: the lock holds all the same.


def _owner(fd: int) -> str:
    text = os.pread(fd, _TEXT_BYTES_MAX, 0).decode("utf-8", "replace")
    return text if text.isprintable() and text else "another resource scheduler"


def _cannot(path: Path, error: OSError) -> BitfusionError:
    return BitfusionError(f"cannot use {path} to own GPUs: {error.strerror}", "make it writable, or set BF_STATE_DIR to a directory of your own")
