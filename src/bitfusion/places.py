"""The directories of this user: home, and where files may be put that can be made again.

Also of a user who has no home: a batch job, a container, an account that no list of users knows. Makes nothing but
what prepare() is asked for.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from .errors import BitfusionError


def home(environ: Mapping[str, str]) -> Path | None:
    """The home directory: HOME, or if that is not set what the system says of this user. None if there is no such
    directory, or this user may not enter it: then no file of it is looked for.
    """
    text = environ.get("HOME")
    if text is None:
        try:
            text = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            return None
    return Path(text) if os.path.isabs(text) and os.path.isdir(text) and os.access(text, os.X_OK) else None


def temporary() -> Path:
    """The directory for temporary files. Raises BitfusionError if there is none that can be written."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError as error:
        raise BitfusionError(
            "there is no directory for temporary files that can be written", "set TMPDIR to one"
        ) from error


def own_temporary() -> Path:
    """A directory of this user below that for temporary files. Raises BitfusionError as temporary()."""
    return temporary() / f"bitfusion-{os.geteuid()}"


def caches(environ: Mapping[str, str]) -> Iterator[Path]:
    """Where files of this user may be kept that can be made again, best first. Not each can be made: prepare()."""
    if os.path.isabs(given := environ.get("XDG_CACHE_HOME", "")):
        yield Path(given) / "bitfusion"
    if (own := home(environ)) is not None:
        yield own / ".cache" / "bitfusion"
    try:
        yield own_temporary()
    except BitfusionError:
        return


def can_be_written(path: Path) -> bool:
    """Whether this user may make `path`, or write in it if it is there."""
    place = path
    while not place.exists() and place != place.parent:
        place = place.parent
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def make(directory: Path) -> None:
    """Make a directory and what is above it; what is below own_temporary() as prepare() does. Raises OSError."""
    with contextlib.suppress(BitfusionError):
        base = own_temporary()
        if directory.is_relative_to(base):
            prepare(base, *directory.relative_to(base).parts)
            return
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)


def prepare(base: Path, *below: str) -> Path:
    """Make the directories base, base/below... and return the last. Raises OSError, also if one of them is not a
    directory of this user that nobody else can write: in a directory of all somebody may have made it first.
    """
    base.parent.mkdir(parents=True, exist_ok=True)
    directory = base
    for step in ("", *below):
        directory = directory / step
        directory.mkdir(mode=0o700, exist_ok=True)
        facts = directory.lstat()
        if not stat.S_ISDIR(facts.st_mode):
            raise NotADirectoryError(20, "it is not a directory", str(directory))
        if facts.st_uid != os.geteuid() or facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise PermissionError(1, "others can write it", str(directory))
    return directory
