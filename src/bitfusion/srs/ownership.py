"""Which scheduler of this host owns which GPU: lock files, held by locks of the kernel that die with their processes.

Two files a device. UUID.lock is held alone by the scheduler that owns it; its text is for people: who that is.
UUID.leases is shared by the Dispatchers that serve it, which outlive a scheduler that is killed; its text is the id of
the scheduler that started them. As long as these live, only that scheduler, started again with its state, may own the
device.

The directory belongs to everybody, as /tmp does, because schedulers of different users must see each other. A file
stays behind when its owner is gone; what counts is the lock.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path

from ..errors import BitfusionError, SchedulerError

_DIRECTORY_MODE = 0o1777
_FILE_MODE = 0o666
_TEXT_BYTES_MAX = 256


class Ownership:
    """The devices that this process, the scheduler `server_id`, owns until it is closed or the process ends."""

    def __init__(self, directory: Path, server_id: str) -> None:
        self._directory = directory
        self._server_id = server_id
        self._held: list[int] = []

    def take(self, devices: Iterable[tuple[int, str]], port: int) -> None:
        """Own all of these (index, UUID), or none: then raises BitfusionError that names each device and its owner.

        `port` is this scheduler's, for what the next one says.
        """
        _make_directory(self._directory)
        refused = []
        for index, uuid in devices:
            fd = _open(self._directory / f"{uuid}.lock")
            self._held.append(fd)
            if not _lock(fd, fcntl.LOCK_EX):
                refused.append(f"device {index} ({uuid}) is owned by {_text(fd) or 'another resource scheduler'}")
            elif self._is_lent_by_another(uuid):
                refused.append(f"device {index} ({uuid}) still serves leases of a resource scheduler that was killed")
            else:
                _write(fd, f"the resource scheduler with process ID {os.getpid()} and port {port}")
        if refused:
            self.close()
            raise BitfusionError(
                "; ".join(refused),
                "give other devices with -d, or end that scheduler (one that was killed: start it again first)",
            )

    def lend(self, uuids: Iterable[str]) -> list[int]:
        """Descriptors for a Dispatcher to inherit: as long as it has them open, no other scheduler takes these devices.
        Raises SchedulerError.
        """
        lent: list[int] = []
        try:
            for uuid in uuids:
                lent.append(_open(self._leases(uuid)))
                _lock(lent[-1], fcntl.LOCK_SH)
                _write(lent[-1], self._server_id)
        except SchedulerError:
            _close(lent)
            raise
        return lent

    def _leases(self, uuid: str) -> Path:
        return self._directory / f"{uuid}.leases"

    def _is_lent_by_another(self, uuid: str) -> bool:
        fd = _open(self._leases(uuid))
        try:
            return not _lock(fd, fcntl.LOCK_EX) and _text(fd) != self._server_id
        finally:
            os.close(fd)

    def close(self) -> None:
        """Own nothing more."""
        _close(self._held)


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


def _close(fds: list[int]) -> None:
    while fds:
        os.close(fds.pop())


def _write(fd: int, text: str) -> None:
    try:
        os.ftruncate(fd, 0)
        os.pwrite(fd, text.encode(), 0)
    except OSError:
        pass  # Another user's file, open for reading: the lock holds all the same.


def _text(fd: int) -> str:
    """What the holder wrote, "" if that cannot be shown."""
    text = os.pread(fd, _TEXT_BYTES_MAX, 0).decode("utf-8", "replace")
    return text if text.isprintable() else ""


def _lock(fd: int, kind: int) -> bool:
    """Take the lock if it can be had at once."""
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def _cannot(path: Path, error: OSError) -> SchedulerError:
    return SchedulerError(
        f"cannot use {path} to own GPUs: {error.strerror}",
        "make it writable, or set BF_STATE_DIR to a directory of your own",
    )
