"""What /proc tells of processes: start time, command line, process group. Linux only; a process that is gone is no
error.
"""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")
_GROUP, _START_TIME, _STATE = 2, 19, 0  # fields of stat, counted after the name


def pids() -> list[int]:
    """All processes that are there."""
    return [int(name) for name in os.listdir(_PROC) if name.isdigit()]


def start_time(pid: int) -> int | None:
    """Ticks since boot at which the process began: with its id, a name that is never used again. None if it is gone."""
    fields = _stat(pid)
    return int(fields[_START_TIME]) if fields and fields[_STATE] not in "ZX" else None


def words(pid: int) -> list[str]:
    """The command line, empty if the process is gone or a zombie."""
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace").rstrip("\0").split("\0")
    except OSError:
        return []


def option(pid: int, name: str) -> str:
    """The word after `name` in the command line, "" if there is none."""
    line = words(pid)
    return line[line.index(name) + 1] if name in line[:-1] else ""


def find_dispatchers() -> dict[str, int]:
    """The Dispatchers of this host that serve leases, of all schedulers: lease -> process id.

    Each leads a process group. One without is a child of a Dispatcher that has not yet become a CUDA Server.
    """
    return {
        lease: pid
        for pid in pids()
        if "bitfusion.server" in words(pid) and (lease := option(pid, "--lease")) and _in_group(pid, pid)
    }


def members(group: int) -> list[int]:
    """The processes of a group that have not ended, whatever they are: those that are left of the Dispatcher whose id
    is `group`, which has.

    A process may be anything but what it is going to be (a child between fork and exec), and one that ends has no
    command line any more while it still has its GPU: only the group tells whose they are.
    """
    if start_time(group) is not None:
        return []  # Nobody else can have the id as long as the group is there: it is used again.
    # Twice, because a process may fork and end while the list is read. What it forked does not fork again.
    return _members(group) or _members(group)


def _members(group: int) -> list[int]:
    return [pid for pid in pids() if _in_group(pid, group)]


def _in_group(pid: int, group: int) -> bool:
    fields = _stat(pid)
    return bool(fields) and int(fields[_GROUP]) == group and not _has_ended(pid, fields[_STATE])


def _has_ended(pid: int, state: str) -> bool:
    """A zombie has; not one that is only its first thread, while others still run."""
    if state not in "ZX":
        return False
    try:
        return len(os.listdir(_PROC / str(pid) / "task")) <= 1
    except OSError:
        return True


def _stat(pid: int) -> list[str]:
    """Fields 3 and later of /proc/PID/stat, empty if there is none. The name before them may contain anything."""
    try:
        return (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
