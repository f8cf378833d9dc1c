"""What a process that serves clients may reach: the files that Python, the C library and a driver open, and its ports.

What NVIDIA's driver opens is from its documents, and has not been tried; softgpu's was seen by strace.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from . import landlock
from .landlock import CONTROL, KEEP, MAKE_DIR, READ, REMOVE_DIR, USE, Domain
from .report import Report

_LIBRARIES = ("/usr", "/lib", "/lib64", "/nix/store", "/gnu/store", "/run/opengl-driver")
_KERNEL = ("/proc", "/sys")
# Single files: beside them are keys and lists of passwords.
_SETTINGS = (
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/machine-id", "/etc/nvidia"),
    # How the address that a server listens on is found by its name.
    *("/etc/gai.conf", "/etc/host.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/services"),
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_DRIVERS = ("/dev/nvidia*", "/dev/dxg")  # the latter in Windows' Linux
_SHARED = "/dev/shm"


@dataclass(frozen=True)
class Needs:
    """Of one kind of process: a library that it loads as its driver ("": NVIDIA's), directories whose files it keeps,
    ports that it will listen on.
    """

    driver: str = ""
    keeps: Sequence[str] = ()
    ports: range = range(0)


def restrict(needs: Needs, report: Report) -> None:
    """Let go of all else, for this process and what it forks."""
    number = landlock.abi()
    try:
        domain = Domain()
        domain.allow([*_LIBRARIES, *_KERNEL, *_SETTINGS, *_programs(needs.driver)], READ)
        domain.allow([*_DEVICES, *(found for pattern in _DRIVERS for found in glob(pattern))], USE | READ | CONTROL)
        domain.allow([_SHARED, *_named_places(), *needs.keeps], KEEP)
        domain.allow(_compiled() if not needs.driver else (), KEEP | MAKE_DIR | REMOVE_DIR)
        domain.allow_to_listen(needs.ports)
        domain.enter()
    except OSError as error:
        report.add("files", f"the kernel has no Landlock: {error.strerror}")
        return
    report.add("files")
    report.add("network", _from(number, landlock.ABI_NETWORK, "6.7"))
    report.add("neighbours", _from(number, landlock.ABI_PROCESSES, "6.12"))


def keep_apart() -> None:
    """From other processes that were restricted together: none looks into another. Unix sockets still join them."""
    try:
        Domain(further=True).enter()
    except OSError:
        pass  # told when the first was not to be had


def _from(number: int, needed: int, release: str) -> str:
    return "" if number >= needed else f"needs Linux {release}: this kernel's Landlock is of version {number}"


def _programs(driver: str) -> Iterator[str]:
    """Where Python and this package are, and what the loader is told to look through."""
    yield from (sys.prefix, sys.base_prefix)
    # The first is the directory that the server was started in.
    yield from sys.path if getattr(sys.flags, "safe_path", False) else sys.path[1:]
    yield from os.environ.get("LD_LIBRARY_PATH", "").split(":")
    yield from os.environ.get("LD_PRELOAD", "").replace(" ", ":").split(":")
    if driver:
        yield from (str(Path(driver).parent), str(Path(driver).resolve().parent))


def _named_places() -> Iterator[str]:
    """Where softgpu keeps who uses its devices, if it is told where, and the pipes of MPS."""
    if named := os.environ.get("SOFTGPU_REGISTRY"):
        yield str(Path(named).parent)
    yield os.environ.get("CUDA_MPS_PIPE_DIRECTORY") or os.path.join("/tmp", "nvidia-mps")


def _compiled() -> Iterator[str]:
    """Where NVIDIA's driver keeps what it has compiled from PTX; made, since what is not there cannot be allowed."""
    named, home = os.environ.get("CUDA_CACHE_PATH"), os.environ.get("HOME")
    if os.environ.get("CUDA_CACHE_DISABLE") == "1" or not (named or home):
        return
    place = named or os.path.join(home or "", ".nv", "ComputeCache")
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)
    except OSError:
        return  # the driver will find the same, and go without
    yield place
