"""The scheduler's state as its HTTP API shows it: plain dicts, and the reasons why somebody waits."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from ..limits import NAMED_MAX, QUEUE_SHOWN_MAX
from ..wording import counted
from .core import find_lease, find_ticket, free, offered
from .model import Demand, Lease, Moment, Ticket
from .placement import most, place, size_text, wanted_mib
from .state import State

Sees = Callable[[str], bool]  # whether who looks may see what belongs to this user
_NOBODY = {"host": "", "user": "", "program": "", "pid": 0, "address": ""}


def everything(_: str) -> bool:
    """Where there are no tokens."""
    return True


def ticket_view(state: State, id: str) -> dict[str, Any]:
    """{"ticket", "order", "state": "waiting", "position" from 0, "offer", "most", "reason"}. Raises NotFound or Gone.

    `most` is how many GPUs of the demand this server could give if nothing were leased.
    """
    ticket, position = find_ticket(state, id).ticket, list(state.tickets).index(id)
    return {
        "ticket": id,
        "order": ticket.order.to_list(),
        "state": "waiting",
        "position": position,
        "offer": len(offered(state, id)),
        "most": most(ticket.demand, state.gpus),
        "reason": _reason(state, ticket.demand, position),
    }


def waiting_view(
    state: State, id: str, now: Moment, start_in_s: float | None, sees: Sees = everything
) -> dict[str, Any]:
    """What more there is to tell of a ticket than ticket_view() has, and what changes all the time: {"waited_s",
    "ahead": the first who wait before it, "holding": if nobody does, the oldest leases of GPUs that it could use,
    "start_in_s" or null}. Raises NotFound or Gone.
    """
    waiting = find_ticket(state, id)
    before = itertools.takewhile(lambda other: other != id, state.tickets)
    ahead = [state.tickets[other].ticket for other in itertools.islice(before, NAMED_MAX)]
    return {
        "waited_s": now.s - waiting.since_s,
        "ahead": [{"client": _client(other, sees), "gpus": other.demand.gpus} for other in ahead],
        "holding": [] if ahead else _holding(state, waiting.ticket.demand, now, sees),
        "start_in_s": start_in_s,
    }


def _client(of: Ticket | Lease, sees: Sees) -> dict[str, Any]:
    """Who it is, where that is to be seen."""
    return of.client.to_dict() if sees(of.owner) else dict(_NOBODY)


def _holding(state: State, demand: Demand, now: Moment, sees: Sees) -> list[dict[str, Any]]:
    allowed = {gpu.uuid for gpu in state.gpus if demand.devices is None or gpu.index in demand.devices}
    holding = [
        {"client": lease["client"], "gpus": len(lease["shares"]), "held_s": lease["held_s"]}
        for lease in leases_view(state, now, sees)
        if any(share["uuid"] in allowed for share in lease["shares"])
    ]
    return holding[:NAMED_MAX]


def lease_view(state: State, id: str, now: Moment, sees: Sees = everything) -> dict[str, Any]:
    """{"lease", "state", "port" or null, "shares", "expires_in_s" or null, "since_unix_s" or null, "held_s" or null,
    "client"}. Of a lease that is not to be seen, only what it takes and since when. Raises NotFound or Gone.
    """
    held = find_lease(state, id)
    seen = sees(held.lease.owner)
    return {
        "lease": id if seen else "",
        "state": held.lease.state.value,
        "port": held.lease.process.port if seen and held.lease.process else None,
        "shares": [asdict(share) for share in held.lease.shares],
        "expires_in_s": None if held.expires_at_s is None or not seen else max(0.0, held.expires_at_s - now.s),
        "since_unix_s": held.lease.since_unix_s,
        "held_s": None if held.since_s is None else now.s - held.since_s,
        "client": _client(held.lease, sees),
    }


def gpus_view(state: State, sees: Sees = everything) -> list[dict[str, Any]]:
    """Each GPU with "free_mib" and its "leases": [{"lease", "memory_mib"}]."""
    spare = free(state)
    leases: dict[str, list[dict[str, Any]]] = {gpu.uuid: [] for gpu in state.gpus}
    for held in state.leases.values():
        for share in held.lease.shares:
            lease = held.lease.id if sees(held.lease.owner) else ""
            leases.get(share.uuid, []).append({"lease": lease, "memory_mib": share.memory_mib})
    return [asdict(gpu) | {"free_mib": spare[gpu.index], "leases": leases[gpu.uuid]} for gpu in state.gpus]


def leases_view(state: State, now: Moment, sees: Sees = everything) -> list[dict[str, Any]]:
    """lease_view() of every lease, the oldest first."""
    oldest_first = sorted(
        state.leases.values(), key=lambda held: float("-inf") if held.since_s is None else held.since_s
    )
    return [lease_view(state, held.lease.id, now, sees) for held in oldest_first]


def queue_view(state: State, now: Moment, sees: Sees = everything) -> list[dict[str, Any]]:
    """The first QUEUE_SHOWN_MAX who wait: {"position" from 0, "client", "demand", "waited_s"}."""
    first = itertools.islice(state.tickets.values(), QUEUE_SHOWN_MAX)
    return [
        {
            "position": position,
            "client": _client(waiting.ticket, sees),
            "demand": waiting.ticket.demand.to_dict(),
            "waited_s": now.s - waiting.since_s,
        }
        for position, waiting in enumerate(first)
    ]


def _reason(state: State, demand: Demand, position: int) -> str:
    if position:
        return f"behind {position} other{'s' if position > 1 else ''}"
    here = len([gpu for gpu in state.gpus if demand.devices is None or gpu.index in demand.devices])
    fitting = len(
        place(Demand(demand.gpus, demand.fraction, demand.memory_mib, demand.devices), state.gpus, free(state))
    )
    if fitting >= demand.gpus:
        return f"{demand.gpus} of {counted(here, 'GPU')} {_size(state, demand)} can be had"
    verb = "has" if fitting == 1 else "have"
    return f"waits for {demand.gpus} of {counted(here, 'GPU')} {_size(state, demand)}: {fitting} {verb} that much free"


def _size(state: State, demand: Demand) -> str:
    """In MiB where it is the same for all GPUs."""
    sizes = {wanted_mib(demand, gpu) for gpu in state.gpus if demand.devices is None or gpu.index in demand.devices}
    return f"with {sizes.pop()} MiB" if len(sizes) == 1 else size_text(demand)
