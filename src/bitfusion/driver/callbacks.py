"""Functions of the client as work of its streams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import CallFailed
from ..session import Context
from .asks import Asks
from .binding import SUCCESS
from .session import DriverSession


def function_of(session: DriverSession, number: int) -> Any:
    """What the driver is to call for the client's function `number`, with that as its user data, once."""
    return _expected(session, number).function


def callback_of(session: DriverSession, number: int) -> Any:
    """The same for a callback of a stream."""
    return _expected(session, number).callback


def destructor_of(session: DriverSession, number: int) -> Any:
    """The same for a user object: the client is told, and not waited for. The object outlives contexts."""
    return _expected(session, number, session.contexts[0]).destructor


def told(session: DriverSession, number: int, call: Callable[[], Any]) -> Any:
    """The result of `call`, which puts the client's callback `number` into a stream. If it fails, the callback is told
    so: the program was told that it is called, whatever happens.
    """
    asks = _expected(session, number)
    try:
        result = call()
    except CallFailed as failure:
        result = failure.code
    if result is not SUCCESS:
        session.channel.run_behind(
            ("callback", number), session.current, lambda: asks.run_callback(0, int(result), number), always=True
        )
    return result


def _expected(session: DriverSession, number: int, context: Context | None = None) -> Asks:
    """Raises TypeError for what is no number: it is the driver's thread that would find out otherwise."""
    if number.__class__ is not int or not 0 < number < 1 << 63:
        raise TypeError(f"{number!r:.40} is no number of a function")
    session.asks.expect(number, context or session.current)
    return session.asks
