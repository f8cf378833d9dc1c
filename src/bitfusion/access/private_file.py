"""Files that nobody but their owner may read: a user's token, a server's tokens."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import NamedTuple

from ..errors import ConfigError


class Mark(NamedTuple):
    """By which a file is told from what was there before."""

    inode: int
    changed_ns: int
    bytes: int


def read(path: Path, what: str, bytes_max: int) -> tuple[bytes, Mark]:
    """The content of `what`. Raises ConfigError that names the file: also if others can read it, or if it belongs to
    another user. FileNotFoundError if there is none.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(f"cannot read {what} {path}: {error.strerror}", "make it readable for this user") from error
    try:
        facts = os.fstat(handle)
        _check(path, what, facts, bytes_max)
        data = b""
        while part := os.read(handle, bytes_max + 1 - len(data)):
            data += part
    finally:
        os.close(handle)
    return data, _mark(facts)


def mark(path: Path) -> Mark | None:
    """Of the file that is there now; None if there is none, or none that can be looked at."""
    try:
        return _mark(os.stat(path))
    except OSError:
        return None


def write(path: Path, data: bytes) -> None:
    """Put `data` into the file, at once or not at all, with mode 0600 and the owner that it had. Raises ConfigError."""
    scratch = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:50]}.", dir=path.parent)
        scratch = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            with contextlib.suppress(FileNotFoundError):
                before = os.stat(path)
                if before.st_uid != os.geteuid():
                    os.fchown(file.fileno(), before.st_uid, before.st_gid)
        os.replace(scratch, path)
    except OSError as error:
        raise ConfigError(
            f"cannot write {path}: {error.strerror}", "name a file in a directory that can be written"
        ) from error
    finally:
        if scratch is not None:
            scratch.unlink(missing_ok=True)


def _check(path: Path, what: str, facts: os.stat_result, bytes_max: int) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise ConfigError(f"{what} {path} is not a file", "name a file")
    if facts.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        mode = f"{stat.S_IMODE(facts.st_mode):04o}"
        raise ConfigError(f"others can read {what} {path}: its mode is {mode}", f"chmod 600 {path}")
    if facts.st_uid not in (os.geteuid(), 0) and os.geteuid() != 0:
        raise ConfigError(f"{what} {path} belongs to another user", "name a file of this user")
    if facts.st_size > bytes_max:
        raise ConfigError(f"{what} {path} has more than {bytes_max} bytes", "name the right file")


def _mark(facts: os.stat_result) -> Mark:
    return Mark(facts.st_ino, facts.st_mtime_ns, facts.st_size)
