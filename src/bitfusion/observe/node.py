"""Facts of this machine for health checks, from /proc, /sys and the system calls. Linux only; raises nothing."""

from __future__ import annotations

import os
import resource
from pathlib import Path

_NVIDIA = "0x10de"
_LOOPBACK = 772  # ARPHRD_LOOPBACK


def open_files() -> tuple[int, int]:
    """Soft and hard limit of open files of this process."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)


def interfaces(root: Path = Path("/sys/class/net")) -> dict[str, int]:
    """MTU of each network interface that is up, without loopback."""
    found = {}
    for interface in root.glob("*"):
        kind, state, mtu = (_read(interface / name) for name in ("type", "operstate", "mtu"))
        # A tunnel says "unknown" as long as it is up.
        if kind != str(_LOOPBACK) and state in ("up", "unknown") and mtu.isdigit():
            found[interface.name] = int(mtu)
    return found


def nvidia_hardware(root: Path = Path("/sys/bus/pci/devices")) -> bool:
    """True if there is an NVIDIA display or compute device in the machine, with or without a driver."""
    devices = root.glob("*")
    return any(_read(device / "vendor") == _NVIDIA and _read(device / "class").startswith("0x03") for device in devices)


def free_bytes(directory: Path) -> tuple[Path, int]:
    """The nearest directory above that exists, and what this user may still write there."""
    place = directory
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        status = os.statvfs(place)
    except OSError:
        return place, 0
    return place, status.f_bavail * status.f_frsize


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
