"""Streams and events, as far as the server remembers something about them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ..errors import CallFailed
from ..session import Context, Handle
from .binding import NOT_READY, SUCCESS, check, cuda
from .polling import EVENT_FLAGS, line_of, take_event
from .session import DriverSession

_NON_BLOCKING = int(cuda.CUstream_flags.CU_STREAM_NON_BLOCKING)


def enter(session: DriverSession, number: int, stream: Handle, flags: int) -> None:
    """A new stream of the current context, made with `flags`."""
    session.add_stream(number, stream)
    if flags & _NON_BLOCKING:
        session.current.unblocking.add(number)
    for context in session.contexts.values():
        if context.barrier is not None:
            cuda.cuStreamWaitEvent(stream, context.barrier, 0)


def end(session: DriverSession, stream: Handle) -> Any:
    """Destroy a stream."""
    _note_leaving(session.current, stream)
    session.waited.pop(line_of(session.current, stream), None)
    return cuda.cuStreamDestroy(stream)[0]


def _note_leaving(context: Context, stream: Handle) -> None:
    """What is in a stream that goes away is done all the same, and whoever waits for the context waits for it."""
    _forget_left(context)
    if cuda.cuStreamQuery(stream)[0] is NOT_READY:
        with suppress(CallFailed):
            context.leaving.append(take_event(context, stream))


def _forget_left(context: Context) -> None:
    leaving = context.leaving
    while leaving and cuda.cuEventQuery(leaving[-1])[0] is not NOT_READY:
        context.idle_events.append(leaving.pop())


def hold(session: DriverSession, context: Context) -> None:
    """The context waits for something, which no stream shows: whoever waits for the context must know."""
    if context is session.current:
        _forget_left(context)
        with suppress(CallFailed):
            context.leaving.append(take_event(context, session.streams[0]))


def hold_back(session: DriverSession, stream: Handle) -> Any:
    """No work that comes later begins before what is in `stream` of the current context now, in whatever stream it
    comes. The device waits, not the caller."""
    current = session.current
    if current.barrier is None:
        result, current.barrier = cuda.cuEventCreate(EVENT_FLAGS)
        check(result)
    check(cuda.cuEventRecord(current.barrier, stream)[0])
    for context in session.contexts.values():
        if context.device is None:
            continue
        if context is not current:
            cuda.cuCtxSetCurrent(context.handle)
            cuda.cuStreamWaitEvent(session.streams[0], current.barrier, 0)
            cuda.cuCtxSetCurrent(current.handle)
        for other in context.streams.values():
            cuda.cuStreamWaitEvent(other, current.barrier, 0)
    return SUCCESS
