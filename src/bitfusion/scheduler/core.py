"""The scheduler's transitions: (state, event, now) -> Turn. Pure: the same input gives the same Turn, and no input is
changed.

Theory of operation. Clients wait in one queue, sorted by their tickets' orders. Only the head of the queue is offered
anything: as many GPUs as can be placed at this moment. What is offered is held only by being the head with a client
that is alive; nothing else is reserved. The client confirms, and the ticket becomes a lease with the same id. A ticket
that is not polled dies, so a dead client does not hold up the queue.

A client that needs GPUs of several servers puts tickets with the same order into all their queues. Orders are total,
and a client waits only for running leases and for clients with a lower order. So there is no cycle of waiting: the
lowest order of all is the head wherever its client has a ticket, and is served as soon as enough leases end.

Orders look like times and are a logical clock: none is issued below `mark_us`, the latest seen, wherever the clocks of
this host and of others stand and whatever they do. Each server issues an order of its own; the client takes the latest
for all its tickets, which move back to it. So whoever comes after that is behind them, on each of these servers.

A lease goes STARTING -> ACTIVE -> ENDING -> gone. Its memory counts from the confirmation until its Dispatcher has
really ended, which only ended() says, whatever else has happened to it. A lease may skip states: if its Dispatcher
dies, an ACTIVE lease ends at once.

The shell keeps `turn.changes` in the store *before* it takes `turn.state` for its own and performs `turn.actions`. So a
crash at any point leaves a store from which restore() can continue: a Dispatcher may exist only for a lease that is
kept. If keeping fails, it drops the turn: the old state is still true.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..errors import BadRequest, Gone, NotFound, NotOffered, SchedulerError
from ..limits import (
    LEASE_RESTART_GRACE_S,
    LEASES_GONE_KEPT_S,
    LEASES_GONE_MAX,
    ORDER_FOREIGN_MAX_US,
    PAST_LEASES_MAX,
    TICKET_SILENCE_S,
    TICKETS_MAX,
)
from .model import Client, Demand, Gpu, Lease, LeaseState, Moment, Order, Process, Share, Ticket, check_count, check_ttl
from .placement import check, free_mib, place
from .quota import Quota, check_demand, check_shares, check_time
from .state import (
    Action,
    Change,
    DropTicket,
    EndLease,
    ForgetLease,
    Held,
    Mark,
    Past,
    PutLease,
    PutTicket,
    Snapshot,
    StartDispatcher,
    State,
    StopDispatcher,
    T,
    Turn,
    Waiting,
    Wake,
)

NO_QUOTA = Quota()

# Tickets.


def submit(
    state: State,
    id: str,
    demand: Demand,
    client: Client,
    order: Order | None,
    now: Moment,
    moved: str = "",
    owner: str = "",
    quota: Quota = NO_QUOTA,
) -> Turn[str]:
    """Put a ticket into the queue; the value is its id. `id` is a fresh UUID4, also for a new order if none is given.

    A ticket with this order that is in the queue already keeps its id and takes the new demand: submitting is safe to
    repeat. So does the ticket `moved`, if it is in the queue: it takes the order, which must not be an earlier one.
    Raises BadRequest or TooLarge for a demand that can never be satisfied here, OverQuota for one that is more than
    the user `owner` may have.
    """
    check(demand, state.gpus)
    check_demand(state, owner, demand, quota)
    if order is None:
        order = Order(max(int(now.unix_s * 1e6), state.mark_us + 1), id)
        seen_us = order.time_us
    else:
        # A wrong or forged one must leave room for those that follow.
        seen_us = min(order.time_us, ORDER_FOREIGN_MAX_US)
    old = _known(state, order, moved)
    if old is None and len(state.tickets) >= TICKETS_MAX:
        raise SchedulerError(f"{TICKETS_MAX} clients are waiting already", "try again later")
    ticket = Ticket(old.ticket.id if old else id, order, demand, client, owner)
    since_s = old.since_s if old else now.s
    queue = {**state.tickets, ticket.id: Waiting(ticket, now.s + TICKET_SILENCE_S, since_s)}
    mark_us = max(state.mark_us, seen_us)
    changes: list[Change] = [PutTicket(ticket)]
    if mark_us != state.mark_us:
        changes.append(Mark(mark_us))
    return _turn(state, replace(state, tickets=_sorted(queue), mark_us=mark_us), changes, value=ticket.id)


def _known(state: State, order: Order, moved: str) -> Waiting | None:
    """The ticket in the queue that is submitted again."""
    for waiting in state.tickets.values():
        if waiting.ticket.order == order:
            return waiting
    old = state.tickets.get(moved)
    if old is not None and order < old.ticket.order:
        raise BadRequest(f"order {order.to_list()}: is before {old.ticket.order.to_list()}, which the ticket has")
    return old


def poll(state: State, id: str, now: Moment, wait_s: float = 0.0) -> Turn[str]:
    """The ticket's client is alive, and will be silent for `wait_s` at most while it waits for an answer.

    The end of a long poll, early or not, is a poll() with 0: its client owes the next sign of life from then on.
    """
    waiting = find_ticket(state, id)
    heard = replace(waiting, silent_at_s=now.s + wait_s + TICKET_SILENCE_S)
    return Turn(replace(state, tickets={**state.tickets, id: heard}), (), (), id)


def cancel(state: State, id: str) -> Turn[None]:
    """Take the ticket out of the queue."""
    find_ticket(state, id)
    return _turn(state, _without(state, [id]), [DropTicket(id)], value=None)


def confirm(state: State, id: str, gpus: object, ttl_s: object, now: Moment, quota: Quota = NO_QUOTA) -> Turn[Lease]:
    """Make a lease of `gpus` GPUs of what the ticket is offered; its id is the ticket's, which is consumed.

    A confirmation that is repeated gives the lease it made. Raises NotOffered or OverQuota; the ticket is then still in
    the queue.
    """
    count, ttl = check_count(gpus), check_ttl(ttl_s)
    check_time(ttl, quota)
    if id in state.leases and state.leases[id].lease.state is not LeaseState.ENDING:
        return Turn(state, (), (), state.leases[id].lease)
    ticket = find_ticket(state, id).ticket
    shares = offered(state, id)
    if count > len(shares) or (ticket.demand.single and count != ticket.demand.gpus):
        raise NotOffered(f"gpus {count}: is not offered; {len(shares)} are now", "go on waiting with the same ticket")
    taken = tuple(sorted(shares[:count], key=lambda share: share.index))
    check_shares(state, ticket.owner, taken, quota)
    owned: dict[str, Any] = {"owner": ticket.owner, "lasts_s": quota.lasts_s}
    lease = Lease(id, ticket.order, ticket.client, taken, ttl, since_unix_s=now.unix_s, **owned)
    rest = _without(state, [id])
    after = replace(rest, leases={**rest.leases, id: Held(lease, since_s=now.s)})
    return _turn(state, after, [DropTicket(id), PutLease(lease)], [StartDispatcher(lease)], value=lease)


def offered(state: State, id: str) -> tuple[Share, ...]:
    """The shares that the ticket could be confirmed for now: none unless it is the head of the queue."""
    if next(iter(state.tickets), None) != id:
        return ()
    return place(state.tickets[id].ticket.demand, state.gpus, free(state))


def free(state: State) -> dict[int, int]:
    """Index of each GPU -> MiB that can be leased now."""
    return free_mib(state.gpus, (held.lease for held in state.leases.values()))


def find_ticket(state: State, id: str) -> Waiting:
    """The ticket in the queue. Raises Gone if it was confirmed, else NotFound."""
    if id in state.tickets:
        return state.tickets[id]
    if id in state.leases or id in state.gone:
        raise Gone(f"ticket {id}: was confirmed", "its lease has the same id")
    raise NotFound(f"ticket {id}: is not in the queue", "submit it again with the same order: it gets the same place")


# Leases.


def started(state: State, id: str, process: Process, now: Moment) -> Turn[Lease]:
    """The lease's Dispatcher listens. Its time to live begins. If it was released meanwhile, the Dispatcher is told to
    end (again).
    """
    held = find_lease(state, id)
    lease = held.lease.with_(process=process)
    if lease.state is LeaseState.ENDING:
        after = _with_lease(state, replace(held, lease=lease))
        return _turn(state, after, [PutLease(lease)], [StopDispatcher(lease)], value=lease)
    return _renewed(state, replace(held, lease=lease.with_(state=LeaseState.ACTIVE)), now)


def ended(state: State, id: str, now: Moment) -> Turn[None]:
    """The lease's Dispatcher does not exist (any more), for whatever reason: it ended, died, or never came up. Its
    memory is free.
    """
    if id not in state.leases:
        return Turn(state, (), (), None)
    past_s = _past(state, state.leases[id], now)
    leases = {other: held for other, held in state.leases.items() if other != id}
    gone = {**state.gone, id: now.s + LEASES_GONE_KEPT_S}
    excess = list(itertools.islice(gone, max(0, len(gone) - LEASES_GONE_MAX)))
    kept = {other: at for other, at in gone.items() if other not in excess}
    changes: list[Change] = [EndLease(id, now.unix_s), *map(ForgetLease, excess)]
    if past_s is not state.past_s:
        changes.append(Past(past_s))
    return _turn(state, replace(state, leases=leases, gone=kept, past_s=past_s), changes, value=None)


def renew(state: State, id: str, now: Moment) -> Turn[Lease]:
    """The lease lives for its whole time to live from now. Raises NotFound, or Gone if it ends or has ended."""
    held = find_lease(state, id)
    if held.lease.state is LeaseState.ENDING:
        raise Gone(f"lease {id}: has ended", "request GPUs again")
    if held.lease.state is LeaseState.STARTING or (held.lease.ttl_s is None and held.lease.lasts_s is None):
        return Turn(state, (), (), held.lease)
    return _renewed(state, held, now)


def release(state: State, id: str) -> Turn[Lease]:
    """The lease's Dispatcher is told to end; the lease is gone when it has. Safe to repeat until then; after that
    raises Gone.
    """
    held = find_lease(state, id)
    if held.lease.state is LeaseState.ENDING:
        return Turn(state, (), (), held.lease)
    ending = _ending(held)
    actions = [StopDispatcher(ending.lease)]
    return _turn(state, _with_lease(state, ending), [PutLease(ending.lease)], actions, value=ending.lease)


def find_lease(state: State, id: str) -> Held:
    """The lease. Raises Gone if it has ended, NotFound if it was never known or that is long ago."""
    if id in state.leases:
        return state.leases[id]
    if id in state.gone:
        raise Gone(f"lease {id}: has ended", "its GPUs are free already")
    raise NotFound(f"lease {id}: is not known here", "was it granted by another server?")


# Time.


def tick(state: State, now: Moment) -> Turn[None]:
    """Do what is due: tickets that were silent too long, leases that expired, ended leases to forget. Early or late
    does no harm.
    """
    silent = [id for id, waiting in state.tickets.items() if waiting.silent_at_s <= now.s]
    ending = {
        id: _ending(held)
        for id, held in state.leases.items()
        if held.expires_at_s is not None and held.expires_at_s <= now.s
    }
    expired = [held.lease for held in ending.values()]
    old = [id for id, at in state.gone.items() if at <= now.s]
    after = _without(state, silent)
    after = replace(after, leases={**after.leases, **ending})
    after = replace(after, gone={id: at for id, at in after.gone.items() if id not in old})
    changes: list[Change] = [*map(DropTicket, silent), *map(PutLease, expired), *map(ForgetLease, old)]
    return _turn(state, after, changes, [StopDispatcher(lease) for lease in expired], value=None)


def next_deadline_s(state: State) -> float | None:
    """The monotonic second at which tick() has something to do; None if there is nothing to wait for."""
    silences = (waiting.silent_at_s for waiting in state.tickets.values())
    expiries = (held.expires_at_s for held in state.leases.values() if held.expires_at_s is not None)
    return min(itertools.chain(silences, expiries, state.gone.values()), default=None)


def restore(gpus: Sequence[Gpu], kept: Snapshot, alive: Mapping[str, Process], now: Moment) -> Turn[None]:
    """Begin with what a store kept. `alive`: id of a lease -> its Dispatcher, for those found running.

    Waiting clients keep their place and get a new time of silence, if `gpus` can still satisfy their demands. An
    ACTIVE lease with a Dispatcher goes on; its expiry is what was left, but LEASE_RESTART_GRACE_S at least (or its
    whole time to live if that is shorter), because nobody could renew while the scheduler was down. Any other
    Dispatcher is ended: the client of a STARTING lease never had an answer.
    """
    held: dict[str, Held] = {}
    changes: list[Change] = []
    actions: list[Action] = []
    gone = {
        id: now.s + LEASES_GONE_KEPT_S - max(0.0, now.unix_s - at)
        for id, at in sorted(kept.gone.items(), key=lambda item: item[1])
    }
    for lease in kept.leases:
        if lease.id not in alive:
            gone[lease.id] = now.s + LEASES_GONE_KEPT_S
            changes.append(EndLease(lease.id, now.unix_s))
            continue
        lease = lease.with_(process=alive[lease.id])
        if lease.state is LeaseState.ACTIVE:
            held[lease.id] = _readopted(lease, now)
        else:
            lease = lease.with_(state=LeaseState.ENDING)
            held[lease.id] = Held(lease, None, _before(now, lease.since_unix_s))
            actions.append(StopDispatcher(lease))
        changes.append(PutLease(lease))
    possible = [ticket for ticket in kept.tickets if _is_possible(ticket.demand, gpus)]
    changes += [DropTicket(ticket.id) for ticket in kept.tickets if ticket not in possible]
    queue = _sorted({ticket.id: _readmitted(ticket, now) for ticket in possible})
    state = State(tuple(gpus), queue, held, gone, kept.mark_us, kept.past_s)
    return Turn(state, tuple(changes), tuple(actions), None)


def _is_possible(demand: Demand, gpus: Sequence[Gpu]) -> bool:
    try:
        check(demand, gpus)
    except SchedulerError:
        return False
    return True


def _readopted(lease: Lease, now: Moment) -> Held:
    since_s = _before(now, lease.since_unix_s)
    if lease.expires_unix_s is None or (lease.ttl_s is None and lease.lasts_s is None):
        return Held(lease, None, since_s)
    left_s = max(lease.expires_unix_s - now.unix_s, LEASE_RESTART_GRACE_S)
    most_s = _left_s(Held(lease, None, since_s), now)
    return Held(lease, now.s + (left_s if most_s is None else min(left_s, most_s)), since_s)


def _readmitted(ticket: Ticket, now: Moment) -> Waiting:
    came_s = _before(now, ticket.order.time_us / 1e6)
    return Waiting(ticket, now.s + TICKET_SILENCE_S, now.s if came_s is None else came_s)


def _before(now: Moment, unix_s: float | None) -> float | None:
    """The monotonic second of a moment that another process has written down; None if the clock was set back since."""
    return None if unix_s is None or unix_s > now.unix_s else now.s - (now.unix_s - unix_s)


# Inside.


def _renewed(state: State, held: Held, now: Moment) -> Turn[Lease]:
    ttl_s = _left_s(held, now)
    lease = held.lease.with_(expires_unix_s=None if ttl_s is None else now.unix_s + ttl_s)
    after = replace(held, lease=lease, expires_at_s=None if ttl_s is None else now.s + ttl_s)
    return _turn(state, _with_lease(state, after), [PutLease(lease)], value=lease)


def _left_s(held: Held, now: Moment) -> float | None:
    """How long a lease that is renewed lives from now: not beyond what it may last."""
    ttl_s, lasts_s = held.lease.ttl_s, held.lease.lasts_s
    if lasts_s is None:
        return ttl_s
    left_s = max(0.0, lasts_s - (0.0 if held.since_s is None else now.s - held.since_s))
    return left_s if ttl_s is None else min(ttl_s, left_s)


def _ending(held: Held) -> Held:
    return replace(held, lease=held.lease.with_(state=LeaseState.ENDING), expires_at_s=None)


def _past(state: State, ended: Held, now: Moment) -> tuple[float, ...]:
    """With how long `ended` was held, unless that is not known or its Dispatcher never came up."""
    if ended.lease.process is None or ended.since_s is None:
        return state.past_s
    return (*state.past_s, round(now.s - ended.since_s, 1))[-PAST_LEASES_MAX:]


def _sorted(tickets: Mapping[str, Waiting]) -> dict[str, Waiting]:
    return dict(sorted(tickets.items(), key=lambda item: item[1].ticket.order))


def _without(state: State, ids: Iterable[str]) -> State:
    drop = set(ids)
    return replace(state, tickets={id: waiting for id, waiting in state.tickets.items() if id not in drop})


def _with_lease(state: State, held: Held) -> State:
    return replace(state, leases={**state.leases, held.lease.id: held})


def _turn(
    before: State, after: State, changes: Sequence[Change], actions: Sequence[Action] = (), *, value: T
) -> Turn[T]:
    standings = _standings(after)
    woken = tuple(id for id, seen in _standings(before).items() if standings.get(id) != seen)
    return Turn(after, tuple(changes), (*actions, *([Wake(woken)] if woken else [])), value)


def _standings(state: State) -> dict[str, tuple[int, int]]:
    """Ticket -> (position, offer): what its client waits to see change."""
    return {
        id: (position, len(offered(state, id)) if position == 0 else 0) for position, id in enumerate(state.tickets)
    }
