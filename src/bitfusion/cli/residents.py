"""Which servers of this installation run on this machine, of any user. Starts and ends none.

A process belongs to the installation whose files it runs: not to one with the same Python elsewhere, and not to a
container whose paths are the same and whose files are others. So files are compared as the process sees them, below
/proc/PID/root.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..srs import processes
from .invocation import NAMES

# Command or module -> what it is called in messages. A CUDA Server ends with its Dispatcher, so it is not listed.
_ROLES = {"server": "server", "s": "server", "resource_scheduler": "resource scheduler"}
_MODULES = {"bitfusion.server": "server"}
_PROGRAMS = ("bitfusion", "bitfusion.cli.main")  # modules that are the command line


@dataclass(frozen=True)
class Running:
    """A process of this installation that stays in memory."""

    pid: int
    role: str

    def __str__(self) -> str:
        return f"{self.role} (pid {self.pid})"


@dataclass(frozen=True)
class _Started:
    """What a command line starts; `script` is "" for a module of Python's."""

    role: str
    python: str
    script: str


def running(scripts: Sequence[Path]) -> list[Running]:
    """Servers and resource schedulers of this installation, in the order of their pids. `scripts`: its programs, if
    they are known.
    """
    found = []
    for pid in sorted(processes.pids()):
        started = _started(processes.words(pid))
        if started and pid != os.getpid() and _is_ours(pid, started, scripts):
            found.append(Running(pid, started.role))
    return found


def _started(words: list[str]) -> _Started | None:
    """What a command line `python [option]... SCRIPT|-m MODULE command ...` is, None if nothing of ours."""
    rest = iter(words[1:])
    for word in rest:
        if word == "-m":
            module = next(rest, "")
            role = _MODULES.get(module) or (_command(rest) if module in _PROGRAMS else None)
            return _Started(role, words[0], "") if role else None
        if word in ("-X", "-W"):
            next(rest, "")
        elif not word.startswith("-"):
            role = _command(rest) if os.path.basename(word) in NAMES else None
            return _Started(role, words[0], word) if role else None
    return None


def _command(words: Iterator[str]) -> str | None:
    return _ROLES.get(next(words, ""))


def _is_ours(pid: int, started: _Started, scripts: Sequence[Path]) -> bool:
    """By the program that was started, or else by the environment whose Python it runs."""
    process = Path("/proc", str(pid))
    try:
        os.stat(process / "cwd")
        search = _variable(process, "PATH")
    except OSError:
        # Another user's process, of which only the command line can be seen.
        if started.script and scripts:
            return Path(started.script) in scripts
        return os.path.isabs(started.python) and _environment(started.python) == sys.prefix
    if started.script and scripts:
        return any(_same(_seen(process, started.script), script) for script in scripts)
    python = started.python
    if os.sep not in python:
        places = (os.path.join(place, python) for place in search.split(os.pathsep) if os.path.isabs(place))
        python = next((place for place in places if _seen(process, place).exists()), "")
    return bool(python) and _same(_seen(process, _environment(python)), Path(sys.prefix))


def _seen(process: Path, path: str) -> Path:
    """A path as it is for that process."""
    return process / "root" / path.lstrip("/") if os.path.isabs(path) else process / "cwd" / path


def _environment(python: str) -> str:
    """What PREFIX/bin/python belongs to. The last part is not resolved: in a virtual environment it is a link out of
    it.
    """
    return os.path.dirname(os.path.dirname(python)) or "."


def _variable(process: Path, name: str) -> str:
    """A variable that the process was started with. Raises OSError."""
    for item in (process / "environ").read_bytes().split(b"\0"):
        if item.startswith(f"{name}=".encode()):
            return os.fsdecode(item.partition(b"=")[2])
    return os.defpath


def _same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
