"""Contexts: primary and created, and which one is current.

The server's thread has at most one context on its stack: `ctx_use` replaces it, and what pushes one takes it off again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import CallFailed, Code
from ..session import Context
from .binding import NOT_READY, SUCCESS, cuda
from .ports import Answer
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


def end(
    session: DriverSession,
    context: Context | None,
    destroy: Callable[[], Any],
    then: Callable[[], Any] | None = None,
) -> Answer | None:
    """Answer an ask with the result of `destroy`, by which the driver ends `context`; `then` follows if it has. Without
    a context the driver finds nothing to end.

    The driver waits for what still runs there, which may wait for other calls of this client: a thread of its own
    waits then, and to the session the context is gone at once.
    """

    def job() -> Answer:
        result = destroy()
        if result is SUCCESS and then is not None:
            then()
        return (result,)

    if context is None:
        return (destroy(),)
    if not _is_busy(session, context):
        answer = job()
        if answer[0] is SUCCESS:
            leave(session, context)
        return answer
    leave(session, context)
    session.channel.defer(session.number, ("end", session.number), session.contexts[0], job, always=True)
    return None


def _is_busy(session: DriverSession, context: Context) -> bool:
    if cuda.cuCtxPushCurrent(context.handle)[0] is not SUCCESS:
        return False
    streams = (session.streams[0], *context.streams.values())
    busy = any(cuda.cuStreamQuery(stream)[0] is NOT_READY for stream in streams)
    busy = busy or any(cuda.cuEventQuery(event)[0] is NOT_READY for event in context.leaving)
    cuda.cuCtxPopCurrent()
    return busy


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
