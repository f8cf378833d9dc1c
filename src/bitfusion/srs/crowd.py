"""Clients that wait at a scheduler, by the address that they come from."""

from __future__ import annotations

from ..errors import SchedulerError
from ..limits import TICKETS_OF_ADDRESS_MAX
from ..scheduler.model import Client
from ..scheduler.state import State


def check_crowd(state: State, client: Client) -> None:
    """Raises SchedulerError if too many wait at the address of `client`: they would keep out all others."""
    waiting = sum(each.ticket.client.address == client.address for each in state.tickets.values())
    if client.address and waiting >= TICKETS_OF_ADDRESS_MAX:
        raise SchedulerError(f"{waiting} clients of {client.address} are waiting already", "try again later")
