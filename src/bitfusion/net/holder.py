"""Which TCP ports are listened on, and by which process, as far as /proc tells this user. Linux only; never raises."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

_LISTEN = "0A"


def find_holder(port: int) -> str:
    """A sentence that names the holder of a listening port, "" if none can be found."""
    inodes = _listening_inodes(port)
    for process in Path("/proc").glob("[0-9]*") if inodes else ():
        if _holds(process, inodes):
            return f"the port is held by process {process.name} ({_command(process)})"
    return ""


def listening_ports() -> set[int]:
    """The ports that somebody listens on, on any address of this machine's network name space."""
    return {port for port, _ in _listening()}


def _listening_inodes(port: int) -> set[str]:
    """Inodes of the sockets that listen on `port`."""
    return {inode for listening, inode in _listening() if listening == port}


def _listening() -> Iterator[tuple[int, str]]:
    """Port and inode of every listening TCP socket."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            if fields[3] == _LISTEN:
                yield int(fields[1].rpartition(":")[2], 16), fields[9]


def _holds(process: Path, inodes: set[str]) -> bool:
    try:
        links = [os.readlink(fd) for fd in (process / "fd").iterdir()]
    except OSError:
        return False  # of another user, or gone
    found = (re.fullmatch(r"socket:\[(\d+)\]", link) for link in links)
    return any(match is not None and match[1] in inodes for match in found)


def _command(process: Path) -> str:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return "gone"
    return b" ".join(words[:4]).decode("utf-8", "replace").strip()
