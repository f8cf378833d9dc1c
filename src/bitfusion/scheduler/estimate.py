"""When those who wait are expected to have what they ask for here, from how long past leases were held.

Theory. Of a lease that is held nobody knows the end. Of the past leases, those that lasted longer than it already has
say something: half of them ended within their median. So a lease is expected to end then, and one that has outlived all
that are known says nothing. Whoever gets GPUs is expected to hold them for the median of all. The queue is played
through with these times: nobody overtakes, and the first takes its GPUs as soon as all of them are free. A client that
waits at several servers may take its GPUs elsewhere, and then everybody behind it is earlier.
"""

from __future__ import annotations

import heapq
import itertools
import statistics
from collections.abc import Mapping, Sequence

from ..limits import ESTIMATE_KEPT_S, ESTIMATED_TICKETS_MAX, PAST_LEASES_MIN
from .core import free
from .model import LeaseState, Moment, Share
from .placement import place
from .state import Held, State


def left_s(held_s: float, past_s: Sequence[float]) -> float | None:
    """How long a lease that is `held_s` old is expected to be held on. None if the past says nothing of it."""
    longer = [lasted for lasted in past_s if lasted > held_s]
    if len(past_s) < PAST_LEASES_MIN or not longer:
        return None
    return statistics.median(longer) - held_s


def starts_in_s(state: State, now: Moment) -> dict[str, float]:
    """Ticket -> seconds until all of its demand is expected to be free for it; only those of which that can be said."""
    found: dict[str, float] = {}
    if len(state.past_s) < PAST_LEASES_MIN:
        return found
    typical_s = statistics.median(state.past_s)
    spare, index_of = free(state), {gpu.uuid: gpu.index for gpu in state.gpus}
    ends = _ends(state, now)
    numbers, at_s = itertools.count(len(ends)), 0.0
    for id, waiting in itertools.islice(state.tickets.items(), ESTIMATED_TICKETS_MAX):
        demand = waiting.ticket.demand
        while len(shares := place(demand, state.gpus, spare)) < demand.gpus:
            if not ends:
                return found
            at_s, _, ended = heapq.heappop(ends)
            for share in ended:
                if share.uuid in index_of:
                    spare[index_of[share.uuid]] += share.memory_mib
        found[id] = at_s
        for share in shares:
            spare[share.index] -= share.memory_mib
        heapq.heappush(ends, (at_s + typical_s, next(numbers), shares))
    return found


def _ends(state: State, now: Moment) -> list[tuple[float, int, tuple[Share, ...]]]:
    """A heap of the leases whose end can be expected: in how many seconds, a number, and what is free then."""
    times = ((_lease_left_s(held, state.past_s, now), held.lease.shares) for held in state.leases.values())
    ends = [(time_s, number, shares) for number, (time_s, shares) in enumerate(times) if time_s is not None]
    heapq.heapify(ends)
    return ends


def _lease_left_s(held: Held, past_s: Sequence[float], now: Moment) -> float | None:
    if held.lease.state is LeaseState.ENDING:
        return 0.0
    return None if held.since_s is None else left_s(now.s - held.since_s, past_s)


class Estimates:
    """starts_in_s(), remembered for ESTIMATE_KEPT_S while the queue and the leases are the same: many ask at once."""

    def __init__(self) -> None:
        self._of: tuple[tuple[str, ...], Mapping[str, Held]] = ((), {})
        self._at_s = float("-inf")
        self._found: dict[str, float] = {}

    def start_in_s(self, state: State, ticket: str, now: Moment) -> float | None:
        """Seconds until `ticket` is expected to be served; None if that cannot be said yet."""
        queue = tuple(state.tickets)
        if queue != self._of[0] or state.leases is not self._of[1] or now.s - self._at_s > ESTIMATE_KEPT_S:
            self._of, self._at_s, self._found = (queue, state.leases), now.s, starts_in_s(state, now)
        expected_s = self._found.get(ticket)
        return None if expected_s is None else max(0.0, expected_s - (now.s - self._at_s))
