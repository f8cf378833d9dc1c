"""How much of the host's memory a session makes its CUDA Server take, and when that is too much.

Looked at about once a second. A limit that the kernel keeps would be exact, but there is none for one process: what a
driver reserves is thousands of times what it uses (RLIMIT_AS, RLIMIT_DATA), and groups of processes (cgroups) are
whoever manages the host's. Between two looks the kernel helps itself, if it must: a CUDA Server goes first
(confine/rights.py).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ..errors import Code
from .deadlines import Ending

_MIB = 1 << 20
_PAGE = os.sysconf("SC_PAGE_SIZE")
_STATM = Path("/proc/self/statm")


def half_of_the_host() -> int:
    """What a session may have unless the server says otherwise: no session by itself fills the host."""
    return os.sysconf("SC_PHYS_PAGES") * _PAGE // 2


class HostMemory:
    """Of this process. `device` tells how many bytes are memory of a software GPU, which has a limit of its own."""

    def __init__(self, limit: int | None, device: Callable[[], int]) -> None:
        self._limit = half_of_the_host() if limit is None else limit
        self._device = device

    def look(self) -> Ending | None:
        """What to do about it: the end of the session if it is too much."""
        _, resident, shared, *_ = map(int, _STATM.read_text().split())
        own = (resident - shared) * _PAGE
        if own <= self._limit or own - self._device() <= self._limit:
            return None
        text = f"it makes its server take {own // _MIB} MiB of host memory, and {self._limit // _MIB} MiB are allowed"
        return Ending("host memory", Code.CONNECTION_LOST, text, "see BF_HOST_MEMORY_LIMIT of the server")
