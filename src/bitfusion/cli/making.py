"""Directories and files that commands make on a machine, and what became of each. Nothing here raises for a path."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import show

DIRECTORY_MODE = 0o755
FILE_MODE = 0o644


@dataclass(frozen=True)
class Made:
    """What became of one path: made, updated, kept (it was there), removed or failed; `reason` says why if that is not
    plain.
    """

    path: Path
    state: str
    reason: str | None = None


def make_directory(path: Path) -> Made:
    """Make a directory that all may read, if it is not there."""
    try:
        path.mkdir(parents=True)
        path.chmod(DIRECTORY_MODE)
    except FileExistsError:
        return Made(path, "kept") if path.is_dir() else Made(path, "failed", "it is not a directory")
    except OSError as error:
        return Made(path, "failed", error.strerror)
    return Made(path, "made")


def make_file(path: Path, text: Callable[[], str], mode: int = FILE_MODE) -> Made:
    """Write a new file. Never replaces one that is there, or that somebody else makes at the same time. Nobody reads it
    whom `mode` does not let, at no moment.
    """
    try:
        with open(path, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(text())
        path.chmod(mode)
    except FileExistsError:
        return Made(path, "kept") if path.is_file() else Made(path, "failed", "it is there but is not a file")
    except OSError as error:
        return Made(path, "failed", error.strerror)
    return Made(path, "made")


def put_file(path: Path, text: str) -> Made:
    """Give a file of ours this text, at once: nobody reads half of it. What else is there is the caller's to know."""
    try:
        there = path.read_text(encoding="utf-8", errors="replace") if path.exists() else None
        if there == text:
            return Made(path, "kept")
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        fresh.chmod(FILE_MODE)
        fresh.replace(path)
    except OSError as error:
        return Made(path, "failed", error.strerror)
    return Made(path, "made" if there is None else "updated")


def table(made: Sequence[Made]) -> None:
    """Show them to a user."""
    show.table(["path", "state"], [[item.path, _words(item)] for item in made])


def facts(made: Sequence[Made]) -> list[dict[str, str | None]]:
    """The same for a program."""
    return [{"path": str(item.path), "state": item.state, "reason": item.reason} for item in made]


def _words(item: Made) -> str:
    plain = {"kept": "was there, left as it is"}.get(item.state, item.state)
    return f"{plain}: {item.reason}" if item.reason else plain
