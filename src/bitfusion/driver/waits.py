"""Calls that wait for the GPU: started in order, waited for on a thread, so that they never hold up the client's other
calls.

First a query, and a few more for SPIN_NS: most waits are short, and to wake a thread costs more. If the work is
still not done, an event is recorded behind it, in order, and a waiting thread takes over. What waits for one stream
ends in the order in which it began, so that one thread is enough for all of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import perf_counter_ns

from ..session import Context, Handle
from . import pools
from .binding import NOT_READY, cuda
from .polling import SPIN_NS, line_of, poll, take_event
from .ports import Answer
from .session import DriverSession, Waited


def cuStreamSynchronize(session: DriverSession, stream: Handle) -> Answer | None:
    if is_legacy(session, stream):
        # The legacy stream waits for the blocking ones; a query of it may only see its own work.
        return _wait_for_legacy(session, stream)
    if session.outgoing.busy or poll(cuda.cuStreamQuery, stream) is NOT_READY:
        return _wait_behind(session, stream)
    return waited(session, cuda.cuStreamSynchronize(stream))  # makes the driver give out what kernels printed


def stream_wait(session: DriverSession, stream: Handle, number: int) -> Answer | None:
    """A thousand threads that wait for a stream in which nothing moves must not fill its queue with events."""
    if is_legacy(session, stream):
        return _wait_for_legacy(session, stream)
    before = session.waited.get(line_of(session.current, stream)) if session.waited else None
    if before is None or before.number != number:
        if not session.outgoing.busy and poll(cuda.cuStreamQuery, stream) is not NOT_READY:
            return waited(session, cuda.cuStreamSynchronize(stream))
        shared = Waited(number)
        answer = _wait_behind(session, stream, shared)
        if answer is None:
            session.waited[line_of(session.current, stream)] = shared
        return answer

    def job() -> Answer:
        before.known.wait()
        session.outgoing.settle()
        return before.answer

    session.channel.defer(session.number, line_of(session.current, stream), session.current, job)
    return None


def cuCtxSynchronize(session: DriverSession) -> Answer | None:
    current, deadline = session.current, perf_counter_ns() + SPIN_NS
    streams = (session.streams[0], *current.streams.values())
    busy = session.outgoing.busy or any(poll(cuda.cuStreamQuery, stream, deadline) is NOT_READY for stream in streams)
    if busy or any(poll(cuda.cuEventQuery, event, deadline) is NOT_READY for event in current.leaving):
        # Behind others it would wait for work that came after it.
        return on_own_line(session, cuda.cuCtxSynchronize)
    return waited(session, cuda.cuCtxSynchronize())  # does not wait: it tells the errors that queries do not


def wait_for_all(session: DriverSession, done: Callable[[], None]) -> None:
    """Call `done` once nothing of the session runs. For a thread that does not enter the driver."""
    contexts = [context for context in list(session.contexts.values()) if context.device is not None]
    left = len(contexts)
    lock = threading.Lock()

    def job() -> None:
        nonlocal left
        cuda.cuCtxSynchronize()
        with lock:
            left -= 1
            last = not left
        if last:
            done()

    for context in contexts:
        session.channel.run_behind(("all", context.number), context, job)
    if not contexts:
        done()


def waited(session: DriverSession, answer: Answer) -> Answer:
    """`answer` of the driver to a wait, by which it gives back what pools do not use."""
    if session.reservoirs:
        pools.look(session)
    return answer


def on_own_line(session: DriverSession, job: Callable[[], Answer]) -> Answer | None:
    """Let the ask that is being run be answered by a job that waits, alone, and then for the bytes of all that was
    complete.
    """

    def settled() -> Answer:
        answer = waited(session, job())
        session.outgoing.settle()
        return answer

    session.channel.defer(session.number, ("call", session.number), session.current, settled)
    return None


def settled(session: DriverSession, answer: Answer) -> Answer | None:
    """`answer` once the bytes of all that was complete have been sent."""
    if not session.outgoing.busy:
        return answer
    return on_own_line(session, lambda: answer)


def is_legacy(session: DriverSession, stream: Handle) -> bool:
    return stream is session.streams[0] or stream is session.streams[1]


def _wait_for_legacy(session: DriverSession, stream: Handle) -> Answer | None:
    """An event in the legacy stream would hold up what comes later in the blocking ones until what is in them now is
    done.
    """
    if not has_blocking(session.current):
        return _wait_behind(session, stream)
    if not session.outgoing.busy and is_idle(session):
        return waited(session, cuda.cuStreamSynchronize(stream))
    return on_own_line(session, lambda: cuda.cuStreamSynchronize(stream))


def has_blocking(context: Context) -> bool:
    """True if the legacy stream of `context` may have to wait for others."""
    return len(context.streams) > len(context.unblocking)


def is_idle(session: DriverSession) -> bool:
    """True if the legacy stream of the current context, and all that it waits for, has nothing to do."""
    deadline = perf_counter_ns() + SPIN_NS
    context = session.current
    streams = [stream for number, stream in context.streams.items() if number not in context.unblocking]
    return all(poll(cuda.cuStreamQuery, stream, deadline) is not NOT_READY for stream in (session.streams[0], *streams))


def _wait_behind(session: DriverSession, stream: Handle, shared: Waited | None = None) -> Answer | None:
    context = session.current
    idle = context.idle_events
    event = take_event(context, stream)
    if not session.outgoing.busy and poll(cuda.cuEventQuery, event) is not NOT_READY:
        idle.append(event)
        return waited(session, cuda.cuEventSynchronize(event))

    def job() -> Answer:
        answer = waited(session, cuda.cuEventSynchronize(event))
        idle.append(event)
        if shared is not None:
            shared.answer = answer
            shared.known.set()
        session.outgoing.settle()
        return answer

    session.channel.defer(session.number, line_of(context, stream), context, job)
    return None
