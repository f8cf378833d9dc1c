"""Ports that Linux gives to outgoing connections: those of servers are among them unless they are reserved. Never
raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ..limits import DISPATCHER_PORT, SRS_PORT

SETTING = "net.ipv4.ip_local_reserved_ports"
SERVERS = (
    (DISPATCHER_PORT, DISPATCHER_PORT),
    (SRS_PORT, SRS_PORT),
)  # besides the data ports, of which the user says which they are
_PROC = Path("/proc/sys/net/ipv4")

Range = tuple[int, int]


def given_to_connections(proc: Path = _PROC) -> Range:
    """The first and the last port that a connection may be given; (0, 0) if that is not known."""
    words = _read(proc / "ip_local_port_range").split()
    return (int(words[0]), int(words[1])) if len(words) == 2 and all(word.isdigit() for word in words) else (0, 0)


def reserved(proc: Path = _PROC) -> list[Range]:
    """The ports that are kept from that."""
    found = re.findall(r"(\d+)(?:-(\d+))?", _read(proc / "ip_local_reserved_ports"))
    return [(int(first), int(last or first)) for first, last in found]


def exposed(ports: Iterable[Range], proc: Path = _PROC) -> list[Range]:
    """Those of `ports` that a connection may be given, at least in part."""
    first, last = given_to_connections(proc)
    kept = {port for low, high in reserved(proc) for port in range(low, high + 1)}
    return [
        (low, high)
        for low, high in ports
        if any(port not in kept for port in range(max(low, first), min(high, last) + 1))
    ]


def remedy(ports: Iterable[Range], proc: Path = _PROC) -> str:
    """The command that reserves `ports`, too."""
    return f"sysctl -w {SETTING}={show(sorted({*reserved(proc), *ports}))}"


def show(ports: Iterable[Range]) -> str:
    """As the kernel writes them."""
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in ports)


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
