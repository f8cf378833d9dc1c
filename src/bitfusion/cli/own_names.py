"""What this machine is called: the names and addresses by which others may connect to it. Never raises."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc/net")
_GLOBAL = "00"  # the scope of an address of IPv6 that is not of one link alone


def own_names() -> list[str]:
    """Names first, the host's own before all others; each once."""
    host = socket.gethostname()
    return list(dict.fromkeys((host, *_canonical(host), "localhost", *sorted(_ipv4()), *sorted(_ipv6()), "::1")))


def _canonical(host: str) -> Iterator[str]:
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_CANONNAME)
    except OSError:
        return
    yield from (name for *_, name, _ in found if name and not re.fullmatch(r"[0-9.]+|.*:.*", name))


def _ipv4(proc: Path = _PROC) -> set[str]:
    """A line of the table names an address, and the next ones what it is."""
    found, address = {"127.0.0.1"}, ""
    for line in _lines(proc / "fib_trie"):
        if match := re.search(r"\|-- ([0-9.]+)$", line):
            address = match[1]
        elif "/32 host LOCAL" in line:
            found.add(address)
    return found


def _ipv6(proc: Path = _PROC) -> set[str]:
    rows = (line.split() for line in _lines(proc / "if_inet6"))
    return {str(ipaddress.ip_address(int(row[0], 16))) for row in rows if row[3] == _GLOBAL}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
