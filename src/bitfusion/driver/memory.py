"""Device memory under the quota."""

from __future__ import annotations

from typing import Any

from ..errors import CallFailed
from ..session import Handle
from .binding import NOT_READY, SUCCESS, cuda
from .leaving import Leaving
from .polling import line_of, take_event
from .ports import Answer
from .session import DriverSession, Watch


def reserve(session: DriverSession, device: int | None, size: int) -> int:
    """Charge an allocation; where the limit does not allow it, once what is being freed in streams is free.

    Raises CallFailed(OUT_OF_MEMORY).
    """
    try:
        return session.quota.reserve(device, size)
    except CallFailed:
        if not session.leaving:
            raise
    for leaving in session.leaving:
        leaving.end()
    session.leaving.clear()
    return session.quota.reserve(device, size)


def leave(session: DriverSession, pointer: int, stream: Handle) -> None:
    """The driver frees `pointer` when `stream` gets there."""
    charge = session.quota.leave(pointer)
    if charge is None:
        return
    if cuda.cuStreamQuery(stream)[0] is not NOT_READY:
        session.quota.cancel(*charge)
        return
    context = session.current
    try:
        leaving = Leaving(session.quota, charge, take_event(context, stream))
    except CallFailed:
        session.quota.cancel(*charge)
        return

    def job() -> None:
        leaving.end()
        context.idle_events.append(leaving.event)

    session.leaving = [each for each in session.leaving if not each.done]
    session.leaving.append(leaving)
    session.watching.append(Watch(line_of(context, stream), context, leaving.event, job))


def settle(session: DriverSession, device: int | None, charge: int, answer: tuple[Any, Any]) -> Answer:
    """The driver's answer to an allocation for which `charge` was reserved."""
    result, pointer = answer
    if result is not SUCCESS:
        session.quota.cancel(device, charge)
        return (result,)
    address = int(pointer)
    session.quota.settle(address, device, charge, session.current.number)
    return result, address


def charge(session: DriverSession, pointer: Any, size: int) -> None:
    """Charge for what the driver has allocated in the current context, or give it back and raise CallFailed."""
    device = session.current.device
    try:
        reserved = session.quota.reserve(device, size)
    except CallFailed:
        cuda.cuMemFree(pointer)
        raise
    session.quota.settle(int(pointer), device, reserved, session.current.number)
