"""Code images that clients have sent, kept on disk under their SHA-256, so that the next start need not send them.

Theory of operation. An image is a file that is named after the SHA-256 of its content. The content is hashed by the
server when it comes, and again whenever it is read: whatever a client says, or the disk has made of it, nothing else
can be had under that name. A file is written under a name of its own and then renamed, so the servers of a machine
share a directory without a lock. Above the limit those go that were not used for the longest time; a process that has
one open still reads it.

Knows nothing of CUDA, of sessions and of connections.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from . import places
from .errors import BitfusionError
from .limits import IMAGE_BYTES_MAX, IMAGE_PART_AGE_S, IMAGE_STORE_SPARE_BYTES

if TYPE_CHECKING:
    from .confine.user import User

DIGEST_BYTES = 32
_SYSTEM = Path("/var/cache")
_PART = ".part"
_LOOKS = 64  # into how many parts the limit is cut: after each that is written, what others have written is looked at


class StoreUnusable(BitfusionError):
    """There is no directory that images may be kept in; the text says why."""


class ImageStore:
    """The images below `directory`, of at most `bytes_max` bytes together, but for what other processes write just
    now.
    """

    def __init__(self, directory: Path, bytes_max: int) -> None:
        self._directory = directory
        self._bytes_max = bytes_max
        self._room = 0  # bytes that may be written before the directory is looked through again

    def find(self, digest: bytes) -> bytearray | None:
        """The image with this SHA-256; None if it is not there, or not what its name says: then it is deleted."""
        path = self._directory / digest.hex()
        try:
            data = _read(path)
        except OSError:
            return None
        if hashlib.sha256(data).digest() != digest:
            _delete(path)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # used now
        return data

    @contextlib.contextmanager
    def keep(self, size: int) -> Iterator[ImageWriter | None]:
        """To write an image of `size` bytes piece by piece: it is there once the block has ended. None if there is no
        room for it. An error of the disk only means that it is not kept.

        Room is made for each piece when it is there: others do not lose theirs for what somebody only announces.
        """
        writer = self._begin(size)
        try:
            yield writer
            if writer is not None:
                writer.finish()
        finally:
            if writer is not None:
                writer.close()

    def _begin(self, size: int) -> ImageWriter | None:
        if size > self._bytes_max:
            return None
        try:
            return ImageWriter(self._directory, self._has_room)
        except OSError:
            return None

    def _has_room(self, size: int) -> bool:
        """Whether so many bytes more may be written. Raises OSError."""
        if size > self._room:
            self._make_room(size)
        self._room -= size
        free = os.statvfs(self._directory)
        return free.f_bavail * free.f_frsize >= size + IMAGE_STORE_SPARE_BYTES

    def _make_room(self, size: int) -> None:
        """Delete what was not used for the longest time until `size` bytes fit; and what a process that died has left
        of an image.
        """
        kept, now = [], time.time()
        with os.scandir(self._directory) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    facts = entry.stat(follow_symlinks=False)
                    if entry.name.endswith(_PART) and now - facts.st_mtime > IMAGE_PART_AGE_S:
                        _delete(Path(entry.path))
                    else:
                        kept.append((facts.st_mtime_ns, facts.st_size, entry.path))
        used = sum(bytes_ for _, bytes_, _ in kept)
        for _, bytes_, path in sorted(kept):
            if used + size <= self._bytes_max:
                break
            _delete(Path(path))
            used -= bytes_
        self._room = max(size, min(self._bytes_max - used, self._bytes_max // _LOOKS))


class ImageWriter:
    """An image on its way to the disk. `has_room` is asked before each piece."""

    def __init__(self, directory: Path, has_room: Callable[[int], bool]) -> None:
        """Raises OSError."""
        self._directory = directory
        self._has_room = has_room
        self._path = directory / f"{os.getpid()}-{secrets.token_hex(8)}{_PART}"
        self._hash = hashlib.sha256()
        self._file: BinaryIO | None = None
        fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(fd, "wb", buffering=0)

    def add(self, piece: memoryview) -> None:
        """The next bytes."""
        if self._file is None:
            return
        self._hash.update(piece)
        try:
            if not self._has_room(len(piece)):
                self.close()
                return
            while piece:
                piece = piece[self._file.write(piece) :]
        except OSError:
            self.close()

    def finish(self) -> None:
        """All bytes are there: the image gets its name."""
        if self._file is None:
            return
        target = self._directory / self._hash.hexdigest()
        # Not over one that is there: that would wait for the disk.
        if target.exists():
            return
        with contextlib.suppress(OSError):
            self._path.rename(target)
            self._file.close()
            self._file = None

    def close(self) -> None:
        """Throw away what has not got its name."""
        if self._file is not None:
            self._file.close()
            self._file = None
            _delete(self._path)


def choose_directory(chosen: str, environ: Mapping[str, str], user: User | None = None) -> Path:
    """Make the directory `chosen`, or without one the first of the usual ones that can be made, for `user`, or for that
    of this process. Raises StoreUnusable.
    """
    if chosen:
        return _prepare(Path(chosen), user)
    system = [_SYSTEM / "bitfusion"] if os.geteuid() == 0 or (_SYSTEM / "bitfusion").exists() else []
    problem = StoreUnusable("no directory can be written")
    for place in (*system, *places.caches(environ)):
        try:
            return _prepare(place / "images", user)
        except StoreUnusable as error:
            problem = error
    raise problem


def _prepare(directory: Path, user: User | None) -> Path:
    """Make the directory, for this user alone, and see that it is. Raises StoreUnusable.

    What is in it is code of the clients. In a directory of all, somebody else may have made it first.
    """
    try:
        directory.parent.mkdir(mode=0o711 if user else 0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            directory.mkdir(mode=0o700)
            if user is not None:
                os.chown(directory, user.uid, user.gid)
        facts = directory.lstat()
    except OSError as error:
        raise StoreUnusable(f"cannot make {directory}: {error.strerror}") from error
    owner = os.geteuid() if user is None else user.uid
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != owner or facts.st_mode & 0o077:
        whose = user.name if user else "this user"
        raise StoreUnusable(f"{directory} is not a directory of {whose} alone (mode 0700)")
    if user is not None and (part := user.closed((directory,))):
        raise StoreUnusable(f"{user.name} may not enter {part}")
    if not os.access(directory, os.W_OK | os.X_OK):
        raise StoreUnusable(f"cannot write in {directory}")
    return directory


def _read(path: Path) -> bytearray:
    """Raises OSError."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb", buffering=0) as file:
        data = bytearray(min(os.fstat(file.fileno()).st_size, IMAGE_BYTES_MAX))
        with memoryview(data) as view:
            done = 0
            while done < len(data) and (count := file.readinto(view[done:])):
                done += count
        del data[done:]
        return data


def _delete(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
