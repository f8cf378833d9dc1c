"""Contexts: primary and created, and which one is current.

The server's thread has at most one context on its stack: `ctx_use` replaces it, and what pushes one takes it off again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import CallFailed, Code
from ..session import Context
from .binding import SUCCESS, cuda
from .session import DriverSession


def ctx_use(session: DriverSession, number: int) -> Any:
    context = session.contexts.get(number)
    if context is None:
        # It was destroyed meanwhile, by another thread. What its own threads still call fails in no context, instead of
        # being done in the one that was current before; the errors are those of a number that nobody listens to.
        context = session.no_context(number)
        cuda.cuCtxSetCurrent(context.handle)
        session.current = context
        raise CallFailed(Code.INVALID_HANDLE)
    session.current = context
    return cuda.cuCtxSetCurrent(context.handle)[0]


def leave(session: DriverSession, context: Context) -> None:
    """The driver ended `context`, or the session holds it no more: a client that goes on gets it under a new number."""
    session.context_gone(context)
    session.staging.context_gone(context)
    cuda.cuCtxSetCurrent(session.current.handle)


def enter(context: Context) -> None:
    """Make `context` current on the calling thread."""
    cuda.cuCtxSetCurrent(context.handle)


def within(context: tuple[Any, ...], ask: Callable[[], tuple[Any, Any]]) -> tuple[Any, Any]:
    """What `ask` answers while the context is current that the driver has given."""
    result = cuda.cuCtxPushCurrent(context[1])[0] if context[0] is SUCCESS else context[0]
    if result is not SUCCESS:
        return result, None
    answer = ask()
    cuda.cuCtxPopCurrent()
    return answer
