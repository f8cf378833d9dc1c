"""Watches: the client is told when something is complete, without waiting for it.

Told at once if it is complete already, else by the waiting thread of its line. If something went wrong, it is
complete all the same: the client hears of the error by itself. It may be waiting for what is told, so nothing must
keep that from it: a context may be lost between any two calls.

A client that is busy asks every so many calls, and to wake a thread each time would take as long as twenty launches.
So watches of streams stay with the thread that runs calls as long as calls come one after another: it looks at them
when the next watch comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..errors import CallFailed
from ..session import Handle
from .binding import NOT_READY, SUCCESS, cuda
from .polling import line_of, take_event
from .session import DriverSession, Watch
from .waits import has_blocking, is_idle, is_legacy, waited

_LOOK_S = 0.0005  # how often a stream is looked at behind which no event may be recorded


def hand_over(session: DriverSession) -> None:
    """The thread that runs calls has nothing to do, or something that may take its time: the waiting threads take the
    watches.
    """
    watching = session.watching
    while watching:
        watch = watching.popleft()
        session.channel.run_behind(watch.line, watch.context, watch.job, _is_reached(watch.event))


def _tell_complete(session: DriverSession) -> None:
    """Those that wait for nothing, as far as they are made in the context that is current here."""
    watching, current = session.watching, session.current
    while watching and watching[0].context is current and not session.outgoing.busy:
        if cuda.cuEventQuery(watching[0].event)[0] is NOT_READY:
            return
        watching.popleft().job()


def watch_stream(session: DriverSession, number: int, token: int, call: int, put: int, look: int) -> Any:
    channel, context = session.channel, session.current
    _check_numbers(token, call, put)
    stream = session.streams.get(number)

    def tell(result: Any) -> None:
        channel.progress(context, result, token, call, put)

    def runs() -> None:
        if look:
            channel.running(token, call)

    _tell_complete(session)
    if stream is None or context.device is None:
        tell(SUCCESS)
        return SUCCESS
    try:
        if is_legacy(session, stream) and has_blocking(context):
            _watch_legacy(session, tell, runs)
        elif not session.outgoing.busy and cuda.cuStreamQuery(stream)[0] is not NOT_READY:
            tell(waited(session, cuda.cuStreamSynchronize(stream))[0])  # the driver gives out what kernels printed
        else:
            runs()
            _watch_behind(session, stream, tell)
    except CallFailed:  # no event can be recorded
        _watch_context(session, tell)
    return SUCCESS


def watch_event(session: DriverSession, number: int, token: int, call: int) -> Any:
    channel, context = session.channel, session.current
    _check_numbers(token, call)
    event = session.events.get(number)
    if event is None:
        return SUCCESS
    if not session.outgoing.busy and cuda.cuEventQuery(event)[0] is not NOT_READY:
        channel.progress(context, cuda.cuEventSynchronize(event)[0], token, call, 0)  # does not wait
        return SUCCESS
    watched = session.records.begin(event)
    before = watched.count
    channel.running(token, call)

    def job() -> None:
        # Recorded again, it says nothing about what was watched.
        if watched.is_current(before):
            result = cuda.cuEventSynchronize(event)[0]
            session.outgoing.settle()
            if watched.is_current(before):
                channel.progress(context, result, token, call, 0)
        session.records.end(watched)

    channel.run_behind(("event", int(event), before), context, job, _is_reached(event))
    return SUCCESS


def _check_numbers(*numbers: int) -> None:
    """Another thread tells them later, which must not find out then that they are something else. Raises TypeError."""
    for number in numbers:
        if number.__class__ is not int:
            raise TypeError(f"{number!r:.40} is no number")


def _watch_behind(session: DriverSession, stream: Handle, tell: Callable[[Any], None]) -> None:
    """Tell when what is in `stream` now is done. Raises CallFailed, and then nothing is told."""
    context = session.current
    event = take_event(context, stream)

    def job() -> None:
        result = waited(session, cuda.cuEventSynchronize(event))[0]
        context.idle_events.append(event)
        session.outgoing.settle()
        tell(result)

    session.watching.append(Watch(line_of(context, stream), context, event, job))


def _watch_context(session: DriverSession, tell: Callable[[Any], None]) -> None:
    """Tell when everything in the current context is done, at once if it is lost: late is better than never."""

    def job() -> None:
        result = waited(session, cuda.cuCtxSynchronize())[0]
        session.outgoing.settle()
        tell(result)

    session.channel.run_behind(("call", id(tell)), session.current, job)


def _watch_legacy(session: DriverSession, tell: Callable[[Any], None], runs: Callable[[], None]) -> None:
    """The same for the legacy stream. An event in it would hold up the blocking ones: each has its own, and the legacy
    one is looked at.
    """
    if not session.outgoing.busy and is_idle(session):
        tell(cuda.cuStreamSynchronize(session.streams[0])[0])
        return
    runs()
    context = session.current
    legacy = session.streams[0]
    # Not the streams themselves: they may be destroyed meanwhile.
    blocking = [stream for number, stream in context.streams.items() if number not in context.unblocking]
    events = [take_event(context, stream) for stream in blocking if cuda.cuStreamQuery(stream)[0] is NOT_READY]

    def job() -> None:
        for event in events:
            cuda.cuEventSynchronize(event)
            context.idle_events.append(event)
        while cuda.cuStreamQuery(legacy)[0] is NOT_READY:
            time.sleep(_LOOK_S)
        result = cuda.cuStreamSynchronize(legacy)[0]
        session.outgoing.settle()
        tell(result)

    session.channel.run_behind(("call", id(tell)), context, job)


def _is_reached(event: Handle) -> Callable[[], bool]:
    return lambda: cuda.cuEventQuery(event)[0] is not NOT_READY
