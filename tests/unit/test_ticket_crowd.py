"""Tickets of one address: so many, and others have their places beside."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bitfusion.errors import SchedulerError
from bitfusion.limits import TICKETS_MAX, TICKETS_OF_ADDRESS_MAX
from bitfusion.scheduler.model import Client
from bitfusion.srs.crowd import check_crowd

ONE, OTHER = "192.0.2.1", "192.0.2.2"


def client(address: str) -> Client:
    return Client("host", "user", "program", 1, address)


def state(*addresses: str) -> SimpleNamespace:
    """What is looked at of a scheduler's state."""
    waiting = [SimpleNamespace(ticket=SimpleNamespace(client=client(address))) for address in addresses]
    return SimpleNamespace(tickets=dict(enumerate(waiting)))


def test_address_that_has_many_tickets_gets_no_more_and_others_do():
    assert TICKETS_OF_ADDRESS_MAX < TICKETS_MAX
    crowded = state(*[ONE] * TICKETS_OF_ADDRESS_MAX)
    with pytest.raises(SchedulerError, match=f"{TICKETS_OF_ADDRESS_MAX} clients of {ONE} are waiting already"):
        check_crowd(crowded, client(ONE))
    check_crowd(crowded, client(OTHER))
    check_crowd(state(*[ONE] * (TICKETS_OF_ADDRESS_MAX - 1)), client(ONE))
    check_crowd(state(*[""] * TICKETS_OF_ADDRESS_MAX), client(""))
