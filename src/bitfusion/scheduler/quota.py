"""How much of a scheduler's GPUs one user may have, all leases together, and how long a lease may last. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import OverQuota
from ..wording import counted
from .model import Demand, Share
from .placement import wanted_mib
from .state import State

_HINT = "release some of your own, ask for less, or ask the operator for more"


@dataclass(frozen=True)
class Quota:
    """None: no limit."""

    gpus: int | None = None
    memory_mib: int | None = None
    minutes: int | None = None

    @property
    def lasts_s(self) -> float | None:
        """How long a lease may last, however often it is renewed."""
        return None if self.minutes is None else 60.0 * self.minutes


def check_demand(state: State, owner: str, demand: Demand, quota: Quota) -> None:
    """Raise OverQuota for a demand that would be too much beside what `owner` has: it would wait, and hold up others,
    for what it is not granted.
    """
    sizes = sorted(
        wanted_mib(demand, gpu) for gpu in state.gpus if demand.devices is None or gpu.index in demand.devices
    )
    _check(state, owner, demand.gpus, sum(sizes[: demand.gpus]), quota)


def check_shares(state: State, owner: str, shares: Sequence[Share], quota: Quota) -> None:
    """Raise OverQuota for shares that would be too much beside what `owner` has."""
    _check(state, owner, len(shares), sum(share.memory_mib for share in shares), quota)


def check_time(ttl_s: float | None, quota: Quota) -> None:
    """Raise OverQuota for a lease that asks for more time than it may have."""
    if ttl_s is not None and quota.lasts_s is not None and ttl_s > quota.lasts_s:
        raise OverQuota(
            f"ttl_s {ttl_s:g}: a lease of yours ends after {counted(quota.minutes or 0, 'minute')}", "ask for less time"
        )


def _check(state: State, owner: str, gpus: int, memory_mib: int, quota: Quota) -> None:
    held = [share for each in state.leases.values() if each.lease.owner == owner for share in each.lease.shares]
    have_mib = sum(share.memory_mib for share in held)
    if quota.gpus is not None and len(held) + gpus > quota.gpus:
        raise OverQuota(
            f"{counted(gpus, 'GPU')}: {owner} may have {quota.gpus} at this server, and has {len(held)}", _HINT
        )
    if quota.memory_mib is not None and have_mib + memory_mib > quota.memory_mib:
        raise OverQuota(
            f"{memory_mib} MiB: {owner} may have {quota.memory_mib} MiB at this server, and has {have_mib} MiB", _HINT
        )
