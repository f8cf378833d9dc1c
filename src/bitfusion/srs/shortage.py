"""Why GPUs are not to be had, in sentences: never, or not now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import EXIT_BUSY, EXIT_FAILED, BitfusionError
from ..scheduler.model import Demand
from ..scheduler.placement import place, size_text, wanted_mib
from ..wording import counted
from .filters import Filters
from .pool import Pool, free_of, gpus_of


class Shortage(BitfusionError):
    """The pool does not give what was asked for. `exit_code` 75 if it may later, 1 if it cannot."""

    def __init__(self, detail: str, hint: str, exit_code: int) -> None:
        super().__init__(detail, hint)
        self.exit_code = exit_code


def never(pool: Pool, demand: Demand, filters: Filters, single: bool, demands: Sequence[Demand], most: int) -> Shortage:
    """All GPUs together, were they free, are not enough. `demands`: what is asked of each server; `most`: what it could
    be.
    """
    # A server that does not answer now may have them: worth a retry.
    code = EXIT_BUSY if pool.silent else EXIT_FAILED
    unseen = f" ({len(pool.silent)} of the servers did not answer)" if pool.silent else ""
    allowed = [
        gpu for server, each in zip(pool.servers, demands, strict=True) for gpu in _allowed(each, server.listing)
    ]
    among = f" that match {filters}" if filters else ""
    if not allowed:
        what = f"no GPU of the servers matches {filters}" if filters else "the servers have no GPUs"
        return Shortage(f"{what}{unseen}", "`list_gpus` shows what there is", code)
    if not most and demand.memory_mib is not None:
        largest = max(gpu["memory_mib"] for gpu in allowed)
        return Shortage(f"no GPU{among} has {demand.memory_mib} MiB{unseen}", f"the largest has {largest} MiB", code)
    if not most:
        return Shortage(f"a share of {demand.fraction} is less than 1 MiB", "ask for more memory", code)
    where = "on any one server" if single else "in the pool"
    detail = f"{demand.gpus} GPUs {size_text(demand)} are more than there are{among} {where}{unseen}"
    return Shortage(detail, f"the most is {most}", code)


def not_now(listings: Sequence[tuple[Demand, dict[str, Any]]], demand: Demand, waited: str) -> Shortage:
    """The time is over. `listings`: what was asked of each server and what it says now."""
    free = min(
        demand.gpus, sum(len(place(_whatever(each), gpus_of(listing), free_of(listing))) for each, listing in listings)
    )
    tail = f" ({waited})" if waited else ""
    state = f"{free} {'is' if free == 1 else 'are'} free" if free < demand.gpus else "others are before you"
    detail = f"GPUs not available now: asked for {counted(demand.gpus, 'GPU')} {_size(listings, demand)}, {state}{tail}"
    return Shortage(detail, "wait longer with --timeout, or ask for fewer GPUs or less memory", EXIT_BUSY)


def _allowed(demand: Demand, listing: dict[str, Any]) -> list[dict[str, Any]]:
    return [gpu for gpu in listing["gpus"] if demand.devices is None or gpu["index"] in demand.devices]


def _whatever(demand: Demand) -> Demand:
    """The demand for as much of it as there is."""
    return Demand(demand.gpus, demand.fraction, demand.memory_mib, demand.devices)


def _size(listings: Sequence[tuple[Demand, dict[str, Any]]], demand: Demand) -> str:
    sizes = {wanted_mib(each, gpu) for each, listing in listings for gpu in gpus_of(listing)}
    each = " each" if demand.gpus > 1 else ""
    return f"with {sizes.pop()} MiB{each}" if len(sizes) == 1 else size_text(demand)
