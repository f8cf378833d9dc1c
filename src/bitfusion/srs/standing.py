"""How a client that waits for GPUs stands: its place at each scheduler, who is before it, and what can be expected.

Data and sentences; knows neither clock nor network. An older scheduler tells less of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..config.addresses import Address
from ..scheduler.model import Demand
from ..scheduler.placement import size_text
from ..wording import counted

_NAMES = 2  # in one line


@dataclass(frozen=True)
class ServerStanding:
    """At one scheduler. `position` from 0, None if it does not answer; `others`: who is before the client, or who holds
    what it waits for; `alone`: this server could give all that is wanted; `start_in_s`: None if that cannot be said.
    """

    number: int
    address: Address
    said: str
    position: int | None = None
    others: tuple[str, ...] = ()
    alone: bool = False
    start_in_s: float | None = None

    @property
    def text(self) -> str:
        """`position 2, behind 1 other (anna@node7 train)`, or what is wrong."""
        if self.position is None:
            return self.said
        named = names_text(self.others, self.position)
        return f"position {self.position + 1}, {self.said}{f' ({named})' if named else ''}"


@dataclass(frozen=True)
class Standing:
    """What is wanted, and how that stands everywhere."""

    demand: Demand
    single: bool
    places: tuple[ServerStanding, ...]

    @property
    def wanted(self) -> str:
        return counted(self.demand.gpus, "GPU")

    @property
    def text(self) -> str:
        """All of it in one sentence, without what changes with the time alone."""
        places = "; ".join(f"server {each.number} [{each.address}]: {each.text}" for each in self.places)
        return f"Waiting for {self.wanted} {size_text(self.demand)}: {places}"

    @property
    def foremost(self) -> ServerStanding | None:
        """The place where the fewest are before the client."""
        known = [each for each in self.places if each.position is not None]
        return min(known, key=lambda each: (each.position or 0, each.number), default=None)

    @property
    def start_in_s(self) -> float | None:
        """When the first server is expected to have all of it, or all servers together; None if neither can be said."""
        expected = [each.start_in_s for each in self.places if each.alone and each.start_in_s is not None]
        together = [each.start_in_s for each in self.places if each.start_in_s is not None]
        if together and not self.single and len(together) == len(self.places):
            expected.append(max(together))
        return min(expected, default=None)


def client_text(client: Mapping[str, Any]) -> str:
    """`anna@node7 train` of what a client says of itself."""
    host = client.get("host") or client.get("address") or ""
    who = f"{client.get('user') or 'somebody'}{f'@{host}' if host else ''}"
    return f"{who} {client.get('program') or ''}".rstrip()


def others_of(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Those before a ticket, or who hold what it waits for: of an answer about the ticket."""
    others: Sequence[Mapping[str, Any]] = answer.get("ahead") or answer.get("holding") or ()
    return tuple(client_text(other.get("client") or {}) for other in others)


def names_text(others: Sequence[str], position: int) -> str:
    """The first of `others`. Who is first in the queue waits for those who hold GPUs."""
    more = ", ..." if len(others) > _NAMES or position > len(others[:_NAMES]) > 0 else ""
    named = f"{', '.join(others[:_NAMES])}{more}"
    return f"held by {named}" if named and not position else named
