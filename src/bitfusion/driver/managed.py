"""What clients say of their managed memory, for the reports."""

from __future__ import annotations

from .binding import SUCCESS
from .session import DriverSession

_COUNT = (1 << 64) - 1


def pages_moved(session: DriverSession, sent: int, fetched: int) -> int:
    """The client has sent and fetched so many more."""
    session.pages_in = session.pages_in + sent & _COUNT
    session.pages_out = session.pages_out + fetched & _COUNT
    return SUCCESS
