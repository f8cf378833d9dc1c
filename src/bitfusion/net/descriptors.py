"""How many files this process may have open: as many as the system allows it, within reason."""

from __future__ import annotations

import resource

from ..limits import (
    CLIENTS_MAX,
    OPEN_FILES_MAX,
    OPEN_FILES_OF_CLIENT,
    OPEN_FILES_OWN,
    PEERS_FEW,
    PEERS_MAX,
    WORKERS_IDLE,
)

NEEDED = OPEN_FILES_OWN + OPEN_FILES_OF_CLIENT * (CLIENTS_MAX + WORKERS_IDLE)  # by a Dispatcher with all its clients


def raise_limit() -> int:
    """Raise the soft limit of this process, and of those that it starts, to the hard one. Returns what holds now.

    Not without end: some programs look at each number up to the limit, and some systems allow a thousand million.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    wanted = OPEN_FILES_MAX if hard == unlimited else min(hard, OPEN_FILES_MAX)
    if soft == unlimited or soft >= wanted:
        return OPEN_FILES_MAX if soft == unlimited else soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        return soft
    return wanted


def for_peers(files: int) -> int:
    """How many of `files` are for connections that may be anybody's: what the clients need is kept from them."""
    return max(PEERS_FEW, min(PEERS_MAX, max(files - NEEDED, files // 4)))


def shortage(files: int) -> str:
    """What is to be said if `files` are too few for all clients; "" if they are not."""
    if files >= NEEDED + PEERS_FEW:
        return ""
    clients = max(0, (files - OPEN_FILES_OWN - PEERS_FEW) // OPEN_FILES_OF_CLIENT - WORKERS_IDLE)
    return (
        f"the limit of open files is {files}, which is enough for some {clients} clients; for {CLIENTS_MAX} set it to"
        f" {NEEDED + PEERS_FEW} or more (ulimit -Hn, LimitNOFILE= of a unit)"
    )
