"""GPUs of a pool for one client: all or nothing, in the order of arrival, over several schedulers.

Theory of operation. Schedulers do not know each other. The client puts a ticket with the same order into the queue of
each server that could serve it: each issues one, and the latest is taken, so that nobody who waits anywhere is
overtaken by whoever comes later, whatever the servers' clocks say. The client with the lowest order of all is the head
wherever it waits, so there is neither deadlock nor starvation (scheduler/core.py). The client follows its tickets with
long polls; as soon as the offers of the servers where it is the head suffice, it confirms. A server that has enough
alone is preferred. A confirmation may fail: then what was granted is given back, and the client waits on with the same
order, at its old place.

What is granted is told to the caller or given back, whatever happens here, cancellation included. Tickets die by
themselves.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import BitfusionError
from ..limits import SRS_LATE_S
from ..scheduler.model import Demand
from ..scheduler.placement import most, place, wanted_mib
from .filters import Filters
from .holding import Grant, give_back
from .place import Place
from .pool import NoServer, Pool, Server, free_of, gpus_of
from .shortage import never, not_now
from .standing import Standing

See = Callable[[Standing], None]


@dataclass(frozen=True)
class Wish:
    """What a client wants of a pool. `demand.devices` and `demand.single` come from the filters and `single` here.

    `timeout_s`: how long to wait, None for ever. `ttl_s`: time to live of the leases, None for ever.
    """

    demand: Demand
    single: bool = False
    filters: Filters = Filters({}, ())
    timeout_s: float | None = None
    ttl_s: float | None = None


async def acquire(pool: Pool, wish: Wish, client: Mapping[str, Any], see: See) -> list[Grant]:
    """The grants, one a server, in the order of the servers; together exactly what `wish` asks for. `see` is called
    with how the client stands whenever that may have changed while it waits.

    Raises NoServer if nobody answers, Shortage if the pool cannot give it or did not within the time, SrsError for a
    scheduler that refuses. Then, and if cancelled, nothing is held.
    """
    deadline_s = None if wish.timeout_s is None else time.monotonic() + wish.timeout_s
    # Who does not want to wait is not made to: a server that is stopped is waited for no longer than for GPUs.
    await pool.look(wish.timeout_s)
    demands = _demands(pool, wish)
    changed = asyncio.Event()
    seals: dict[tuple[Any, ...], str] = {}
    places = [Place(server, demand, wish.demand.gpus, client, changed, seals) for server, demand in demands]
    try:
        await _enter(places, wish)
        return await _wait(places, wish, changed, deadline_s, see)
    finally:
        await asyncio.gather(*(place.leave() for place in places))


def _demands(pool: Pool, wish: Wish) -> list[tuple[Server, Demand]]:
    """The servers that could take part, each with what is asked of it. Raises Shortage at once."""
    all_here = [(server, replace(wish.demand, devices=_devices(server, wish))) for server in pool.servers]
    counts = [most(demand, server.gpus) for server, demand in all_here]
    enough = max(counts) if wish.single else sum(counts)
    if enough < wish.demand.gpus:
        raise never(pool, wish.demand, wish.filters, wish.single, [demand for _, demand in all_here], enough)
    least = wish.demand.gpus if wish.single else 1
    return [
        (server, replace(demand, gpus=min(count, demand.gpus), single=wish.single))
        for (server, demand), count in zip(all_here, counts, strict=True)
        if count >= least
    ]


def _devices(server: Server, wish: Wish) -> tuple[int, ...] | None:
    found = wish.filters.devices(server.address, server.listing)
    return None if found is None else tuple(found)


async def _enter(places: Sequence[Place], wish: Wish) -> None:
    """Put a ticket into every queue, and move all to the latest of their orders. Places that cannot be reached follow
    later.
    """
    issued = await asyncio.gather(*(each.enter(None) for each in places))
    orders = [order for order in issued if order is not None]
    if not orders:
        raise _failure(places, wish) or NoServer("none of the servers can be reached any more", "try again")
    order = max(orders)
    await asyncio.gather(
        *(each.enter(order) for each, before in zip(places, issued, strict=True) if before not in (None, order))
    )
    for each in places:
        each.follow(order)


async def _wait(
    places: Sequence[Place], wish: Wish, changed: asyncio.Event, deadline_s: float | None, see: See
) -> list[Grant]:
    while True:
        changed.clear()
        if plan := await _plan(places, wish):
            if grants := await _confirm(plan, wish.ttl_s):
                return grants
        elif failure := _failure(places, wish):
            raise failure
        left_s = None if deadline_s is None else deadline_s - time.monotonic()
        if left_s is not None and left_s <= 0:
            raise not_now(
                await _listings(places), wish.demand, f"waited {wish.timeout_s:g} s" if wish.timeout_s else ""
            )
        see(Standing(wish.demand, wish.single, tuple(each.standing for each in places)))
        try:
            await asyncio.wait_for(changed.wait(), left_s)
        except asyncio.TimeoutError:
            pass


def _failure(places: Sequence[Place], wish: Wish) -> BitfusionError | None:
    """Why waiting is in vain, if it is: the schedulers that do not refuse have not enough GPUs, say because one
    restarted with fewer.
    """
    failures = [each.failure for each in places if each.failure]
    counts = [each.demand.gpus for each in places if not each.failure]
    enough = max(counts, default=0) if wish.single else sum(counts)
    return failures[0] if failures and enough < wish.demand.gpus else None


async def _plan(places: Sequence[Place], wish: Wish) -> list[tuple[Place, int]]:
    """How many GPUs to take where, from what is offered now; empty if that is not enough."""
    gpus = wish.demand.gpus
    if whole := [each for each in places if each.offer >= gpus]:
        return [(whole[0] if len(whole) == 1 else await _tightest(whole), gpus)]
    if wish.single or sum(each.offer for each in places) < gpus:
        return []
    plan: list[tuple[Place, int]] = []
    for each in sorted(places, key=lambda each: -each.offer):
        if taken := min(each.offer, gpus - sum(count for _, count in plan)):
            plan.append((each, taken))
    return plan


async def _tightest(places: Sequence[Place]) -> Place:
    """Of servers that have enough: the one where it breaks the fewest untouched GPUs, then leaves the least memory
    beside it.
    """
    listings = await asyncio.gather(*(each.server.srs.gpus(SRS_LATE_S) for each in places), return_exceptions=True)
    costs = [
        (_cost(each.demand, listing), each.server.number, each)
        for each, listing in zip(places, listings, strict=True)
        if isinstance(listing, dict)
    ]
    return min(costs, key=lambda cost: cost[:2])[2] if costs else places[0]


def _cost(demand: Demand, listing: dict[str, Any]) -> tuple[int, int]:
    gpus, free = {gpu.index: gpu for gpu in gpus_of(listing)}, free_of(listing)
    shares = place(demand, tuple(gpus.values()), free)
    untouched = sum(free[share.index] == gpus[share.index].memory_mib for share in shares)
    return untouched, sum(free[share.index] - wanted_mib(demand, gpus[share.index]) for share in shares)


async def _confirm(plan: Sequence[tuple[Place, int]], ttl_s: float | None) -> list[Grant]:
    """Confirm all of the plan, or give back what was granted and return an empty list: then the places are back in the
    queues.

    Cancelled, it first learns what was granted: a lease that nobody knows of would be held for ever.
    """
    confirming = asyncio.gather(*(each.confirm(count, ttl_s) for each, count in plan), return_exceptions=True)
    try:
        outcomes = await asyncio.shield(confirming)
    except asyncio.CancelledError:
        await give_back([grant for grant in await confirming if isinstance(grant, Grant)])
        raise
    granted = [outcome for outcome in outcomes if isinstance(outcome, Grant)]
    if len(granted) == len(plan):
        return sorted(granted, key=lambda grant: grant.number)
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    await _fall_back([] if failures else plan, outcomes, granted)
    if failures:
        raise failures[0]
    return []


async def _fall_back(plan: Sequence[tuple[Place, int]], outcomes: Sequence[object], granted: Sequence[Grant]) -> None:
    """Back in the queues with all of `plan`, and give back what was granted, also if cancelled.

    Where something was granted the ticket comes first: who is behind would be offered what is given back, and overtake.
    """
    places = [(each, isinstance(outcome, Grant)) for (each, _), outcome in zip(plan, outcomes, strict=False)]
    try:
        await asyncio.gather(*(each.go_on() for each, got in places if got))
    finally:
        await asyncio.gather(give_back(granted), *(each.go_on() for each, got in places if not got))


async def _listings(places: Sequence[Place]) -> list[tuple[Demand, dict[str, Any]]]:
    """What each server says now, for the message of a shortage."""
    answers = await asyncio.gather(*(each.server.srs.gpus(SRS_LATE_S) for each in places), return_exceptions=True)
    return [(each.demand, answer) for each, answer in zip(places, answers, strict=True) if isinstance(answer, dict)]
