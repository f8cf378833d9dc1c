"""The adaptor file of GPUs that are held: an adaptor.conf whose comments carry what giving them back needs.

    10.1.202.20:55001  # lease UUID srs 10.1.202.20:56001 version 0.1.0 gpus 2 memory_mib 8080

One line a server; `memory_mib` is one number, or one for each GPU between commas. Opens files, but no connection.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import BitfusionError, ConfigError
from ..limits import DISPATCHER_PORT, SRS_PORT
from ..wording import counted
from . import addresses
from .adaptor import HOME_FILE
from .addresses import Address

_HEAD = (
    "# GPUs of a shared pool, held until `flexdirect release_gpus -f` this file."
    " Use: `flexdirect client -f` this file.\n"
    "# The comments are needed to release: do not edit.\n"
)
_GENERATED_HEAD = "# GPUs of one `flexdirect run`, which removes this file at its end.\n"
_COMMENT = re.compile(r"lease ([0-9a-f-]{36}) srs (\S+) version (\S+) gpus ([0-9]{1,4}) memory_mib ([0-9,]{1,1000})")
_HINT = "name a file that `request_gpus -f` has written"


@dataclass(frozen=True)
class HeldLease:
    """One line: where clients connect, and the lease of `memory_mib[i]` MiB of each GPU at the scheduler `srs`."""

    dispatcher: Address
    lease: str
    srs: Address
    release: str
    memory_mib: tuple[int, ...]

    def __str__(self) -> str:
        same = len(set(self.memory_mib)) == 1
        memory = str(self.memory_mib[0]) if same else ",".join(map(str, self.memory_mib))
        version = re.sub(r"\s+", "_", self.release) or "unknown"
        return (
            f"{self.dispatcher}  # lease {self.lease} srs {self.srs} version {version} gpus {len(self.memory_mib)}"
            f" memory_mib {memory}"
        )


def text_of(held: Sequence[HeldLease]) -> str:
    """The whole file."""
    return _HEAD + _lines(held)


def read(path: Path) -> tuple[HeldLease, ...]:
    """What a file says is held. Raises ConfigError naming file and line for a file that is no lease file."""
    text = addresses.read_text(path, "the lease file", _HINT)
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        address, _, comment = line.partition("#")
        if not address.strip():
            continue
        place = f"{path}:{number}"
        match = _COMMENT.fullmatch(comment.strip())
        if match is None:
            raise ConfigError(f"{place}: says nothing of a lease, so this is no file of request_gpus", _HINT)
        lease, srs, release, count, memory = match.groups()
        sizes = [int(size) for size in memory.split(",") if size]
        sizes = sizes * int(count) if len(sizes) == 1 else sizes
        if len(sizes) != int(count) or not sizes:
            raise ConfigError(
                f"{place}: {counted(int(count), 'GPU')} with memory_mib {memory} do not go together", _HINT
            )
        dispatcher = addresses.parse_at(place, address, DISPATCHER_PORT)
        found.append(HeldLease(dispatcher, lease, addresses.parse_at(place, srs, SRS_PORT), release, tuple(sizes)))
    if not found:
        raise ConfigError(f"{path}: no lease in it, so this is no file of request_gpus", _HINT)
    return tuple(found)


def default(home: Path | None) -> Path:
    """The file of request_gpus and release_gpus unless one is named. Raises ConfigError for a user without a home."""
    if home is None:
        raise ConfigError(f"this user has no home directory with a {HOME_FILE}", "name a file with -f")
    return home / HOME_FILE


class NewFile:
    """A file that will appear complete or not at all, with mode 0600. Nothing of another file is ever overwritten.

    Making the object already writes to the directory: a place that cannot be written is known before GPUs are held.
    Raises ConfigError for that.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            handle, scratch = tempfile.mkstemp(prefix=f".{path.name[:50]}.", dir=path.parent)
        except OSError as error:
            raise ConfigError(
                f"cannot write {path}: {error.strerror}", "name a file in a directory that can be written"
            ) from error
        os.close(handle)
        self._scratch = Path(scratch)

    def commit(self, text: str) -> None:
        """Let the file appear. Raises BitfusionError if there is one of this name by now, or the disk is full."""
        try:
            _write(self._scratch, text)
            self._appear()
        except FileExistsError as error:
            raise BitfusionError(
                f"{self.path} was written by another process in the meantime", "name another file with -f"
            ) from error
        except OSError as error:
            raise BitfusionError(f"cannot write {self.path}: {error.strerror}", "name another place with -f") from error
        finally:
            self.discard()

    def _appear(self) -> None:
        try:
            os.link(self._scratch, self.path)
        except OSError as error:
            # A file system without hard links: the name is taken first, and is an empty file for an instant.
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
                raise
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            os.replace(self._scratch, self.path)

    def discard(self) -> None:
        """Nothing appears. After commit() nothing is left to discard."""
        self._scratch.unlink(missing_ok=True)


def replace(path: Path, held: Sequence[HeldLease]) -> None:
    """Write what is still held over a lease file. Raises BitfusionError."""
    new = NewFile(path.with_name(f".{path.name[:50]}.{secrets.token_hex(8)}"))
    new.commit(text_of(held))
    try:
        os.replace(new.path, path)
    except OSError as error:
        new.path.unlink(missing_ok=True)
        raise BitfusionError(f"cannot write {path}: {error.strerror}", "make it writable") from error


@contextlib.contextmanager
def generated(directory: Path, held: Sequence[HeldLease]) -> Iterator[Path]:
    """A new file `bitfusion<digits>` in a directory for temporary files, there for as long as the block runs. Raises
    BitfusionError.

    The file is locked: one that a killed process left behind is not, and the next one of its user removes it.
    """
    _sweep(directory)
    path, handle = _new_generated(directory)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            _write(path, _GENERATED_HEAD + _lines(held))
        except OSError as error:
            raise BitfusionError(
                f"cannot write {path}: {error.strerror}", "set TMPDIR to a directory with room"
            ) from error
        yield path
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _new_generated(directory: Path) -> tuple[Path, int]:
    while True:
        path = directory / f"bitfusion{secrets.randbelow(10**9):09d}"
        try:
            return path, os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise BitfusionError(
                f"cannot write {path}: {error.strerror}", "set TMPDIR to a directory that can be written"
            ) from error


def _sweep(directory: Path) -> None:
    """Remove generated files of this user that nobody holds any more. What cannot be looked at stays."""
    for path in directory.glob("bitfusion" + "[0-9]" * 9):
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                mine = (
                    os.fstat(handle).st_uid == os.getuid()
                    and os.read(handle, len(_GENERATED_HEAD)) == _GENERATED_HEAD.encode()
                )
                if mine:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()
            finally:
                os.close(handle)


def _lines(held: Sequence[HeldLease]) -> str:
    return "".join(f"{each}\n" for each in held)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        # A lease that nobody can name any more is held for ever: the file must survive a power failure.
        os.fsync(file.fileno())
