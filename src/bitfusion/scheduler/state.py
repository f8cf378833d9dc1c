"""What the core holds and what a transition gives: State, Turn, the changes to keep, the actions to take. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .model import Gpu, Lease, Ticket

T = TypeVar("T")


@dataclass(frozen=True)
class Waiting:
    """A ticket in the queue, the monotonic second at which its silence ends it, and the one at which it came."""

    ticket: Ticket
    silent_at_s: float
    since_s: float = 0.0


@dataclass(frozen=True)
class Held:
    """A lease, and the monotonic second of its expiry. None: it has none, or its Dispatcher does not listen yet.
    `since_s`: the one at which it was granted, None if that is not known.
    """

    lease: Lease
    expires_at_s: float | None = None
    since_s: float | None = None


@dataclass(frozen=True)
class State:
    """Everything the scheduler knows. A transition makes a new one; mappings are never changed in place.

    `tickets` are in the order of the queue. `gone`: id of an ended lease -> monotonic second at which it is forgotten.
    `mark_us` is the latest time that an order seen here had, so that none is issued before it. `past_s`: how long the
    last leases were held, the latest at the end.
    """

    gpus: tuple[Gpu, ...]
    tickets: Mapping[str, Waiting] = field(default_factory=dict)
    leases: Mapping[str, Held] = field(default_factory=dict)
    gone: Mapping[str, float] = field(default_factory=dict)
    mark_us: int = 0
    past_s: tuple[float, ...] = ()


# What a Store must keep, all of a turn in one transaction, before its actions are taken.


@dataclass(frozen=True)
class PutTicket:
    ticket: Ticket


@dataclass(frozen=True)
class DropTicket:
    id: str


@dataclass(frozen=True)
class PutLease:
    lease: Lease


@dataclass(frozen=True)
class EndLease:
    """The lease is gone since `unix_s`; its id is remembered."""

    id: str
    unix_s: float


@dataclass(frozen=True)
class ForgetLease:
    """An ended lease was remembered long enough."""

    id: str


@dataclass(frozen=True)
class Mark:
    """State.mark_us."""

    time_us: int


@dataclass(frozen=True)
class Past:
    """State.past_s."""

    seconds: tuple[float, ...]


Change = PutTicket | DropTicket | PutLease | EndLease | ForgetLease | Mark | Past


# What the shell must do, after the changes are kept.


@dataclass(frozen=True)
class StartDispatcher:
    """Start the lease's Dispatcher; then core.started(), or core.ended() if it did not come up."""

    lease: Lease


@dataclass(frozen=True)
class StopDispatcher:
    """End the lease's Dispatcher, whether or not it listens yet; then core.ended(). May come twice for a lease."""

    lease: Lease


@dataclass(frozen=True)
class Wake:
    """Position or offer of these tickets changed, or they are no longer in the queue: answer those who wait for it."""

    tickets: tuple[str, ...]


Action = StartDispatcher | StopDispatcher | Wake


@dataclass(frozen=True)
class Turn(Generic[T]):
    """The outcome of a transition: the next state, what to keep, what to do, and the answer to who caused it."""

    state: State
    changes: tuple[Change, ...]
    actions: tuple[Action, ...]
    value: T


@dataclass(frozen=True)
class Snapshot:
    """What a Store has kept. `gone`: id of an ended lease -> unix second of its end."""

    tickets: tuple[Ticket, ...] = ()
    leases: tuple[Lease, ...] = ()
    gone: Mapping[str, float] = field(default_factory=dict)
    mark_us: int = 0
    past_s: tuple[float, ...] = ()
