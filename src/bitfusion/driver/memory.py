"""Device memory under the quota."""

from __future__ import annotations

from typing import Any

from ..errors import CallFailed
from .binding import SUCCESS, cuda
from .ports import Answer
from .session import DriverSession


def settle(session: DriverSession, device: int | None, charge: int, answer: tuple[Any, Any]) -> Answer:
    """The driver's answer to an allocation for which `charge` was reserved.

    The charge of one that is freed in a stream ends with the call, not when the stream gets to it: what the stream
    allocates later is ordered after it.
    """
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
