"""Physical memory that other sessions of the Dispatcher import. Their clients have tickets; the driver's descriptors go
from one CUDA Server to another (worker/holders.py).

Memory is charged to the session that made it until the last that has it has given it back. If that session ends before,
each of the others is charged: it is there.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable

from ..errors import CallFailed, Code
from ..session import Handle, Physical, Quota
from . import sharing
from .binding import INVALID_VALUE, SUCCESS, cuda
from .ports import Answer
from .session import DriverSession

_TYPE = cuda.CUmemAllocationHandleType.CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR
_KEPT = struct.Struct("<8sQ")  # before the address of who has the descriptor: what it is, how large that is
_MEMORY = b"memory\0\0"


def export_memory(session: DriverSession, physical: Physical) -> Answer:
    """A ticket for it, the same each time."""
    if not physical.ticket:
        result, descriptor = cuda.cuMemExportToShareableHandle(physical.handle, _TYPE, 0)
        if result is not SUCCESS:
            return (result,)
        _offer(session, physical, int(descriptor))
    return SUCCESS, physical.ticket


def import_memory(session: DriverSession, number: int, ticket: bytes) -> Answer:
    """The memory under the client's number, on which device it is, and how large."""
    assert session.exports is not None and session.holders is not None
    kept = session.exports.find(ticket)
    if kept is None or not kept.startswith(_MEMORY):
        return (INVALID_VALUE,)
    size = _KEPT.unpack_from(kept)[1]
    share = _Share(session.quota, size)
    descriptor, leave = session.holders.take(kept[_KEPT.size :], ticket, share.lost)
    try:
        result, handle = cuda.cuMemImportFromShareableHandle(descriptor, _TYPE)
    finally:
        os.close(descriptor)
    device = _device_of(session, handle) if result is SUCCESS else None
    if device is None:
        leave()
        return (result if result is not SUCCESS else Code.NOT_SUPPORTED,)
    share.begin(device)
    physical = Physical(handle)
    physical.bytes = size
    physical.end = lambda: share.end(leave)
    session.add(session.memhandles, number, physical)
    return result, device, size


def withdraw(session: DriverSession, physical: Physical) -> None:
    """This session has it no longer: it ends with the last that has."""
    if not physical.ticket:
        physical.end()
        return
    assert session.exports is not None and session.holders is not None
    session.exports.drop(sharing.Record(id(physical)))
    session.holders.withdraw(physical.ticket, physical.end)


def _offer(session: DriverSession, physical: Physical, descriptor: int) -> None:
    """Raises CallFailed(OUT_OF_MEMORY)."""
    assert session.holders is not None
    try:
        kept = _KEPT.pack(_MEMORY, physical.bytes) + session.holders.address()
        physical.ticket = sharing.give(session, sharing.Record(id(physical)), kept)
    except (CallFailed, OSError) as error:
        os.close(descriptor)
        raise CallFailed(Code.OUT_OF_MEMORY) from error
    session.holders.offer(physical.ticket, descriptor)


def _device_of(session: DriverSession, handle: Handle) -> int | None:
    """The client's ordinal; None, and the handle is released, if the client has not got that device."""
    result, properties = cuda.cuMemGetAllocationPropertiesFromHandle(handle)
    if result is SUCCESS:
        for ordinal, device in enumerate(session.devices):
            if int(device) == properties.location.id:
                return ordinal
    cuda.cuMemRelease(handle)
    return None


class _Share:
    """What this session has of another's memory: charged to it once that one has ended."""

    def __init__(self, quota: Quota, size: int) -> None:
        self._quota = quota
        self._size = size
        self._device: int | None = None
        self._alone = self._over = False
        self._lock = threading.Lock()

    def begin(self, device: int) -> None:
        """It is on this device of the client's."""
        with self._lock:
            self._device = device
            if self._alone:
                self._quota.record(device, self._size)

    def lost(self) -> None:
        """The session that made it has ended."""
        with self._lock:
            self._alone = True
            if self._device is not None and not self._over:
                self._quota.record(self._device, self._size)

    def end(self, leave: Callable[[], None]) -> None:
        """It is given back."""
        with self._lock:
            self._over = True
            if self._alone:
                self._quota.cancel(self._device, self._size)
        leave()
