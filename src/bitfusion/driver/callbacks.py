"""Functions of the client as work of its streams."""

from __future__ import annotations

from typing import Any

from ..errors import Code
from .asks import Asks
from .binding import SUCCESS, cuda
from .session import DriverSession


def function_of(session: DriverSession, number: int) -> Any:
    """What the driver is to call for the client's function `number`, with that as its user data, once."""
    return _expected(session, number).function


def stream_callback(session: DriverSession, stream_number: int, number: int) -> Any:
    asks = _expected(session, number)
    stream = session.streams.get(stream_number)
    result = Code.INVALID_HANDLE if stream is None else cuda.cuStreamAddCallback(stream, asks.callback, number, 0)[0]
    if result is not SUCCESS:
        # The program was told that it is called, whatever happens.
        session.channel.run_behind(
            ("callback", number), session.current, lambda: asks.run_callback(0, int(result), number), always=True
        )
    return result


def _expected(session: DriverSession, number: int) -> Asks:
    """Raises TypeError for what is no number: it is the driver's thread that would find out otherwise."""
    if number.__class__ is not int or not 0 < number < 1 << 63:
        raise TypeError(f"{number!r:.40} is no number of a function")
    session.asks.expect(number, session.current)
    return session.asks
