"""Physical memory and pools that other sessions of the Dispatcher import. Their clients have tickets; the driver's
descriptors go from one CUDA Server to another (worker/holders.py).

Physical memory is charged to the session that made it until the last that has it has given it back. If that session
ends before, each of the others is charged: it is there. What pools have is charged to the session whose they are.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable

from ..errors import CallFailed, Code
from ..session import Handle, Physical, Pool, Quota
from . import sharing
from .binding import INVALID_VALUE, SUCCESS, cuda
from .ports import Answer
from .session import DriverSession

_TYPE = cuda.CUmemAllocationHandleType.CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR
_SIZE = cuda.CUpointer_attribute.CU_POINTER_ATTRIBUTE_RANGE_SIZE
# Before the address of who has the descriptor: what it is, and of memory how large, of a pool on which device.
_KEPT = struct.Struct("<8sQ")
_MEMORY, _POOL = b"memory\0\0", b"pool\0\0\0\0"


def export_memory(session: DriverSession, physical: Physical) -> Answer:
    """A ticket for it, the same each time."""
    if not physical.ticket:
        result, descriptor = cuda.cuMemExportToShareableHandle(physical.handle, _TYPE, 0)
        if result is not SUCCESS:
            return (result,)
        _offer(session, physical, int(descriptor), _KEPT.pack(_MEMORY, physical.bytes))
    return SUCCESS, physical.ticket


def import_memory(session: DriverSession, number: int, ticket: bytes) -> Answer:
    """The memory under the client's number, on which device it is, and how large."""
    assert session.holders is not None
    size, address = _find(session, ticket, _MEMORY)
    share = _Share(session.quota, size)
    descriptor, leave = session.holders.take(address, ticket, share.lost)
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
    if physical.ticket:
        _take_back(session, physical, physical.end)
    else:
        physical.end()


def export_pool(session: DriverSession, pool: Pool) -> Answer:
    """A ticket for it, the same each time."""
    if not pool.ticket:
        result, descriptor = cuda.cuMemPoolExportToShareableHandle(pool.handle, _TYPE, 0)
        if result is not SUCCESS:
            return (result,)
        _offer(session, pool, int(descriptor), _KEPT.pack(_POOL, pool.device))
    return SUCCESS, pool.ticket


def import_pool(session: DriverSession, number: int, ticket: bytes) -> Answer:
    """The pool under the client's number, and on which device it is."""
    assert session.holders is not None
    device, address = _find(session, ticket, _POOL)
    descriptor, leave = session.holders.take(address, ticket, _nothing)
    try:
        result, handle = cuda.cuMemPoolImportFromShareableHandle(descriptor, _TYPE, 0)
    finally:
        os.close(descriptor)
        leave()
    if result is not SUCCESS:
        return (result,)
    session.add_pool(number, handle, device)
    return result, device


def export_pointer(session: DriverSession, pointer: int) -> Answer:
    """What the driver says of an allocation of such a pool."""
    result, data = cuda.cuMemPoolExportPointer(pointer)
    return (result, sharing.bytes_of(data)) if result is SUCCESS else (result,)


def import_pointer(session: DriverSession, pool: Pool, data: bytes) -> Answer:
    """Where that allocation is in this process, and how large."""
    if len(data) != sharing.HANDLE_BYTES:
        return (INVALID_VALUE,)
    data_of = sharing.handle_of(cuda.CUmemPoolPtrExportData, data)
    result, pointer = cuda.cuMemPoolImportPointer(pool.handle, data_of)
    if result is not SUCCESS:
        return (result,)
    result, size = cuda.cuPointerGetAttribute(_SIZE, pointer)
    return result, int(pointer), int(size or 0)


def drop_pool(session: DriverSession, pool: Pool) -> None:
    """The driver has destroyed it."""
    if pool.ticket:
        _take_back(session, pool, _nothing)


def _nothing() -> None:
    pass


def _offer(session: DriverSession, record: Physical | Pool, descriptor: int, kept: bytes) -> None:
    """Raises CallFailed(OUT_OF_MEMORY)."""
    assert session.holders is not None
    try:
        kept += session.holders.address()
        record.ticket = sharing.give(session, sharing.Record(id(record)), kept)
    except (CallFailed, OSError) as error:
        os.close(descriptor)
        raise CallFailed(Code.OUT_OF_MEMORY) from error
    session.holders.offer(record.ticket, descriptor)


def _take_back(session: DriverSession, record: Physical | Pool, gone: Callable[[], None]) -> None:
    assert session.exports is not None and session.holders is not None
    session.exports.drop(sharing.Record(id(record)))
    session.holders.withdraw(record.ticket, gone)


def _find(session: DriverSession, ticket: bytes, what: bytes) -> tuple[int, bytes]:
    """What is kept under a ticket, and who has the descriptor. Raises CallFailed(INVALID_VALUE) if it is none of
    these.
    """
    assert session.exports is not None
    kept = session.exports.find(ticket)
    if kept is None or not kept.startswith(what):
        raise CallFailed(Code.INVALID_VALUE)
    return _KEPT.unpack_from(kept)[1], kept[_KEPT.size :]


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
