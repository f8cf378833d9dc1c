"""Calls that wait for the GPU: started in order, waited for on a thread, so that they never hold up the client's other
calls.

First a query, and a few more for SPIN_NS: most waits are short, and to wake a thread costs more. If the work is
still not done, an event is recorded behind it, in order, and a waiting thread takes over. What waits for one stream
ends in the order in which it began, so that one thread is enough for all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from os import sched_yield
from time import perf_counter_ns
from typing import Any

from .binding import NOT_READY, SUCCESS, check, cuda
from .ports import Context, Session

SPIN_NS = 30_000
EVENT_FLAGS = int(cuda.CUevent_flags.CU_EVENT_DISABLE_TIMING) | int(cuda.CUevent_flags.CU_EVENT_BLOCKING_SYNC)


def cuStreamSynchronize(session: Session, stream: Any) -> tuple[Any, ...] | None:
    if is_legacy(session, stream):
        # The legacy stream waits for the blocking ones; a query of it may only see its own work.
        return _wait_for_legacy(session, stream)
    if session.outgoing.busy or poll(cuda.cuStreamQuery, stream) is NOT_READY:
        return _wait_behind(session, stream)
    return cuda.cuStreamSynchronize(stream)  # does not wait: it makes the driver give out what kernels printed


def stream_wait(session: Session, stream: Any, number: int) -> tuple[Any, ...] | None:
    """A thousand threads that wait for a stream in which nothing moves must not fill its queue with events."""
    if is_legacy(session, stream):
        return _wait_for_legacy(session, stream)
    line = line_of(session.current, stream)
    before = session.waited.get(line)
    if before is None or before.number != number:
        if not session.outgoing.busy and poll(cuda.cuStreamQuery, stream) is not NOT_READY:
            return cuda.cuStreamSynchronize(stream)
        session.waited[line] = shared = _Waited(number)
        return _wait_behind(session, stream, shared)

    def job() -> tuple[Any, ...]:
        session.outgoing.settle()
        return before.answer

    session.channel.defer(line, session.current, job)
    return None


class _Waited:
    """What is said to all that wait for call `number` of a stream, once the first of them was told."""

    __slots__ = ("answer", "number")

    def __init__(self, number: int) -> None:
        self.number = number
        self.answer: tuple[Any, ...] = (SUCCESS,)


def cuCtxSynchronize(session: Session) -> tuple[Any, ...] | None:
    current, deadline = session.current, perf_counter_ns() + SPIN_NS
    streams = (session.streams[0], *current.streams.values())
    busy = session.outgoing.busy or any(poll(cuda.cuStreamQuery, stream, deadline) is NOT_READY for stream in streams)
    if busy or any(poll(cuda.cuEventQuery, event, deadline) is NOT_READY for event in current.leaving):
        # Behind others it would wait for work that came after it.
        return on_own_line(session, cuda.cuCtxSynchronize)
    return cuda.cuCtxSynchronize()  # does not wait: it tells the errors that queries do not


def on_own_line(session: Session, job: Callable[[], tuple[Any, ...]]) -> None:
    """Let the ask that is being run be answered by a job that waits, alone, and then for the bytes of all that was
    complete.
    """

    def settled() -> tuple[Any, ...]:
        answer = job()
        session.outgoing.settle()
        return answer

    session.channel.defer(("call", session.number), session.current, settled)


def settled(session: Session, answer: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """`answer` once the bytes of all that was complete have been sent."""
    if not session.outgoing.busy:
        return answer
    return on_own_line(session, lambda: answer)


def poll(query: Callable[[Any], tuple[Any]], handle: Any, deadline_ns: int = 0) -> Any:
    """The answer of `query`, as soon as it is not NOT_READY, or NOT_READY at the deadline (by default: in SPIN_NS)."""
    result = query(handle)[0]
    if result is not NOT_READY:
        return result
    deadline_ns = deadline_ns or perf_counter_ns() + SPIN_NS
    while result is NOT_READY and perf_counter_ns() < deadline_ns:
        # What is waited for may need this processor.
        sched_yield()
        result = query(handle)[0]
    return result


def take_event(context: Context, stream: Any) -> Any:
    """An event of `context`, recorded in `stream` just now. Raises CallFailed.."""
    if context.idle_events:
        event = context.idle_events.pop()
    else:
        result, event = cuda.cuEventCreate(EVENT_FLAGS)
        check(result)
    check(cuda.cuEventRecord(event, stream)[0])
    return event


def is_legacy(session: Session, stream: Any) -> bool:
    return stream is session.streams[0] or stream is session.streams[1]


def line_of(context: Context, stream: Any) -> Hashable:
    """Where the waits for a stream stand."""
    return "stream", context.number, int(stream)


def _wait_for_legacy(session: Session, stream: Any) -> tuple[Any, ...] | None:
    """An event in the legacy stream would hold up what comes later in the blocking ones until what is in them now is
    done.
    """
    if not has_blocking(session.current):
        return _wait_behind(session, stream)
    if not session.outgoing.busy and is_idle(session):
        return cuda.cuStreamSynchronize(stream)
    return on_own_line(session, lambda: cuda.cuStreamSynchronize(stream))


def has_blocking(context: Context) -> bool:
    """True if the legacy stream of `context` may have to wait for others."""
    return len(context.streams) > len(context.unblocking)


def is_idle(session: Session) -> bool:
    """True if the legacy stream of the current context, and all that it waits for, has nothing to do."""
    deadline = perf_counter_ns() + SPIN_NS
    context = session.current
    streams = [stream for number, stream in context.streams.items() if number not in context.unblocking]
    return all(poll(cuda.cuStreamQuery, stream, deadline) is not NOT_READY for stream in (session.streams[0], *streams))


def _wait_behind(session: Session, stream: Any, shared: _Waited | None = None) -> tuple[Any, ...] | None:
    context = session.current
    idle = context.idle_events
    event = take_event(context, stream)
    if not session.outgoing.busy and poll(cuda.cuEventQuery, event) is not NOT_READY:
        idle.append(event)
        return cuda.cuEventSynchronize(event)

    def job() -> tuple[Any, ...]:
        answer = cuda.cuEventSynchronize(event)
        idle.append(event)
        if shared is not None:
            shared.answer = answer
        session.outgoing.settle()
        return answer

    session.channel.defer(line_of(context, stream), context, job)
    return None
