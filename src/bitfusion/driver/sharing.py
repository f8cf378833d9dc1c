"""Memory and events that other sessions of the Dispatcher open. Clients have tickets alone (worker/exports.py)."""

from __future__ import annotations

import ctypes
from collections.abc import Hashable
from typing import Any, NamedTuple

from ..session import Handle
from .binding import SUCCESS, cuda
from .ports import Answer
from .session import DriverSession

_REFUSED = (cuda.CUresult.CUDA_ERROR_INVALID_VALUE,)
_ID = cuda.CUpointer_attribute.CU_POINTER_ATTRIBUTE_BUFFER_ID


def export_memory(session: DriverSession, pointer: int) -> Answer:
    """A ticket for the allocation that has this address."""
    result, handle = cuda.cuIpcGetMemHandle(pointer)
    if result is not SUCCESS:
        return (result,)
    base = int(cuda.cuMemGetAddressRange(pointer)[1])
    subject = base, int(cuda.cuPointerGetAttribute(_ID, base)[1])
    return result, give(session, subject, bytes_of(handle))


def open_memory(session: DriverSession, ticket: bytes, flags: int) -> Answer:
    """Where it is in this process, and how large."""
    assert session.exports is not None
    kept = session.exports.find(ticket)
    if kept is None:
        return _REFUSED
    result, pointer = cuda.cuIpcOpenMemHandle(handle_of(cuda.CUipcMemHandle, kept), flags)
    if result is not SUCCESS:
        return (result,)
    result, _, size = cuda.cuMemGetAddressRange(pointer)
    return result, int(pointer), int(size)


# cuda-python shows nothing of what is in such a handle.
HANDLE_BYTES = 64


def bytes_of(handle: Any) -> bytes:
    """What is in the driver's handle, or its like."""
    return ctypes.string_at(handle.getPtr(), HANDLE_BYTES)


def handle_of(kind: Any, kept: bytes) -> Any:
    """The one that has this in it."""
    handle = kind()
    ctypes.memmove(handle.getPtr(), kept, HANDLE_BYTES)
    return handle


def export_event(session: DriverSession, event: Handle) -> Answer:
    """A ticket for it."""
    result, handle = cuda.cuIpcGetEventHandle(event)
    if result is not SUCCESS:
        return (result,)
    return result, give(session, int(event), bytes_of(handle))


def open_event(session: DriverSession, number: int, ticket: bytes) -> Answer:
    """The event of another session, under the client's number."""
    assert session.exports is not None
    kept = session.exports.find(ticket)
    if kept is None:
        return _REFUSED
    result, event = cuda.cuIpcOpenEventHandle(handle_of(cuda.CUipcEventHandle, kept))
    if result is SUCCESS:
        session.add(session.events, number, event, session.current.number)
    return (result,)


class Record(NamedTuple):
    """What has a ticket until it is taken back: the object that knows of it."""

    identity: int


def give(session: DriverSession, subject: Hashable, kept: bytes) -> bytes:
    """The ticket for what is `kept` of a subject. Raises CallFailed(OUT_OF_MEMORY)."""

    def is_there(given: Any) -> bool:
        """An event's handle, or where memory begins and its number: whether that has not ended."""
        if isinstance(given, Record):
            return True
        if isinstance(given, int):
            return any(int(event) == given for event in session.events.values())
        result, now = cuda.cuPointerGetAttribute(_ID, given[0])
        return result is SUCCESS and int(now) == given[1]

    assert session.exports is not None
    return session.exports.give(subject, kept, is_there)
