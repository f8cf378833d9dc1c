"""Device memory under the quota."""

from __future__ import annotations

from typing import Any

from ..errors import CallFailed
from ..session import Handle
from . import pools
from .binding import NOT_READY, SUCCESS, cuda
from .polling import line_of, take_event
from .ports import Answer
from .session import DriverSession, Watch

_PITCH_BYTES = 512  # of which the pitch is a multiple
# Of no device: what the driver has against such rows comes before the quota.
_WIDTH_MAX, _HEIGHT_MAX = (1 << 31) - 1 - _PITCH_BYTES, (1 << 32) - 1


def reserve(session: DriverSession, device: int | None, size: int) -> int:
    """Charge an allocation; where the limit does not allow it, once pools have given back what they do not use.

    Raises CallFailed(OUT_OF_MEMORY).
    """
    try:
        return session.quota.reserve(device, size)
    except CallFailed:
        if not session.reservoirs:
            raise
    pools.make_room(session, device)
    return session.quota.reserve(device, size)


def reserve_rows(session: DriverSession, width: int, height: int) -> int:
    """Charge what so many rows take at most. Raises CallFailed(OUT_OF_MEMORY)."""
    if width > _WIDTH_MAX or height > _HEIGHT_MAX:
        return 0
    return reserve(session, session.current.device, -(-width // _PITCH_BYTES) * _PITCH_BYTES * height)


def freed(session: DriverSession, pointer: int) -> None:
    """The driver has freed `pointer`."""
    if not pools.freed(session, pointer):
        session.quota.freed(pointer)


def leave(session: DriverSession, pointer: int, stream: Handle) -> None:
    """The driver frees `pointer` when `stream` gets there."""
    if pools.freed(session, pointer, stream):
        return
    charge = session.quota.leave(pointer)
    if charge is None:
        return
    if cuda.cuStreamQuery(stream)[0] is not NOT_READY:
        session.quota.cancel(*charge)
        return
    context = session.current
    try:
        event = take_event(context, stream)
    except CallFailed:
        session.quota.cancel(*charge)
        return

    def job() -> None:
        cuda.cuEventSynchronize(event)
        session.quota.cancel(*charge)
        context.idle_events.append(event)

    session.watching.append(Watch(line_of(context, stream), context, event, job))


def settle(session: DriverSession, device: int | None, charge: int, answer: tuple[Any, Any]) -> Answer:
    """The driver's answer to an allocation for which `charge` was reserved."""
    result, pointer = answer
    if result is not SUCCESS:
        session.quota.cancel(device, charge)
        return (result,)
    address = int(pointer)
    session.quota.settle(address, device, charge, session.current.number)
    return result, address


def settle_rows(session: DriverSession, pointer: Any, size: int, charge: int) -> None:
    """Charge what the driver has allocated, `size` bytes, for which `charge` was reserved; or give it back and raise
    CallFailed.
    """
    device = session.current.device
    try:
        charge += session.quota.reserve(device, max(0, size - charge))
    except CallFailed:
        session.quota.cancel(device, charge)
        cuda.cuMemFree(pointer)
        raise
    session.quota.settle(int(pointer), device, charge, session.current.number)
