"""Looking whether the device is done with something, for as long as a wait is not worth a thread."""

from __future__ import annotations

from collections.abc import Callable
from os import sched_yield
from time import perf_counter_ns
from typing import Any

from ..session import Context, Handle
from .binding import NOT_READY, SUCCESS, check, cuda

SPIN_NS = 30_000
EVENT_FLAGS = int(cuda.CUevent_flags.CU_EVENT_DISABLE_TIMING) | int(cuda.CUevent_flags.CU_EVENT_BLOCKING_SYNC)


def poll(query: Callable[[Handle], tuple[Any]], handle: Handle, deadline_ns: int = 0) -> Any:
    """The answer of `query`, as soon as it is not NOT_READY, or NOT_READY at the deadline (by default: in SPIN_NS)."""
    result = query(handle)[0]
    if result is not NOT_READY:
        return result
    now_ns = perf_counter_ns()
    deadline_ns = deadline_ns or now_ns + SPIN_NS
    while now_ns < deadline_ns:
        # What is waited for may need this processor.
        sched_yield()
        result = query(handle)[0]
        if result is not NOT_READY:
            break
        now_ns = perf_counter_ns()
    return result


def take_event(context: Context, stream: Handle) -> Handle:
    """An event of `context`, recorded in `stream` just now. Raises CallFailed."""
    if context.idle_events:
        event = context.idle_events.pop()
    else:
        result, event = cuda.cuEventCreate(EVENT_FLAGS)
        check(result)
    result = cuda.cuEventRecord(event, stream)[0]
    if result is not SUCCESS:
        context.idle_events.append(event)
    check(result)
    return event


def line_of(context: Context, stream: Handle) -> tuple[str, int, int]:
    """Where the waits for a stream stand."""
    return "stream", context.number, int(stream)
