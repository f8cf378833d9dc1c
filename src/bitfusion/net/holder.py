"""Which TCP ports are taken, and by which process, as far as /proc tells this user. Linux only; never raises."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_LISTEN = "0A"


class _Socket(NamedTuple):
    """A row of the kernel's table. `remote` is empty for one that listens."""

    port: int
    remote: str
    inode: str


def find_holder(port: int) -> str:
    """A sentence that names the holder of a port that cannot be bound, "" if none can be found."""
    found = [each for each in _sockets() if each.port == port and each.inode != "0"]
    for each in sorted(found, key=lambda one: one.remote != ""):
        process = _process_of(each.inode)
        given = f", whose connection to {each.remote} was given it by the system" if each.remote else ""
        if process:
            return f"the port is held by process {process.name} ({_command(process)}){given}"
        if given:
            return f"the port is held by a process of another user{given}"
    return ""


def listening_ports() -> set[int]:
    """The ports that somebody listens on, on any address of this machine's network name space."""
    return {each.port for each in _sockets() if not each.remote}


def _sockets() -> Iterator[_Socket]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            remote = "" if fields[3] == _LISTEN else _address(fields[2])
            yield _Socket(int(fields[1].rpartition(":")[2], 16), remote, fields[9])


def _address(text: str) -> str:
    """Hexadecimal words of this machine's order, and a port."""
    words, _, port = text.rpartition(":")
    packed = b"".join(int(words[at : at + 8], 16).to_bytes(4, sys.byteorder) for at in range(0, len(words), 8))
    address = str(ipaddress.ip_address(packed))
    return f"[{address}]:{int(port, 16)}" if ":" in address else f"{address}:{int(port, 16)}"


def _process_of(inode: str) -> Path | None:
    return next((process for process in Path("/proc").glob("[0-9]*") if _holds(process, inode)), None)


def _holds(process: Path, inode: str) -> bool:
    try:
        return any(_link(fd) == f"socket:[{inode}]" for fd in (process / "fd").iterdir())
    except OSError:
        return False  # of another user, or gone


def _link(fd: Path) -> str:
    try:
        return os.readlink(fd)
    except OSError:
        return ""  # closed meanwhile


def _command(process: Path) -> str:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return "gone"
    return b" ".join(words[:4]).decode("utf-8", "replace").strip()
