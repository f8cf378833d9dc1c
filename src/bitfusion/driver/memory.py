"""Device memory: allocation under the quota, from the device and from pools, and the pools themselves."""

from __future__ import annotations

import struct
from typing import Any

from ..errors import CallFailed, RemoteProtocolError
from .binding import SUCCESS, cuda, enum
from .ports import Session

_ACCESS = struct.Struct("<II")


def cuMemGetInfo_v2(session: Session) -> tuple[Any, ...]:
    result, free, total = cuda.cuMemGetInfo()
    if result is not SUCCESS:
        return (result,)
    return (result, *session.quota.shown(session.current.device, free, total))


def cuMemAlloc_v2(session: Session, size: int) -> tuple[Any, ...]:
    device = session.current.device
    charge = session.quota.reserve(device, size)
    return _settle(session, device, charge, session.current.number, cuda.cuMemAlloc(size))


def cuMemAllocPitch_v2(session: Session, width: int, height: int, element: int) -> tuple[Any, ...]:
    """The driver chooses the pitch, so the charge is known only afterwards."""
    device = session.current.device
    result, pointer, pitch = cuda.cuMemAllocPitch(width, height, element)
    if result is not SUCCESS:
        return (result,)
    try:
        charge = session.quota.reserve(device, pitch * height)
    except CallFailed:
        cuda.cuMemFree(pointer)
        raise
    session.quota.settle(int(pointer), device, charge, session.current.number)
    return result, int(pointer), pitch


def cuMemFree_v2(session: Session, pointer: int) -> Any:
    result = cuda.cuMemFree(pointer)[0]
    if result is SUCCESS:
        session.quota.freed(pointer)
    return result


def cuMemAllocAsync(session: Session, size: int, stream: Any) -> tuple[Any, ...]:
    device = session.current.device
    charge = session.quota.reserve(device, size)
    return _settle(session, device, charge, session.current.number, cuda.cuMemAllocAsync(size, stream))


def cuMemAllocFromPoolAsync(session: Session, size: int, pool: Any, stream: Any) -> tuple[Any, ...]:
    charge = session.quota.reserve(pool.device, size)
    answer = cuda.cuMemAllocFromPoolAsync(size, pool.handle, stream)
    return _settle(session, pool.device, charge, session.current.number, answer)


def cuMemFreeAsync(session: Session, pointer: int, stream: Any) -> Any:
    """The charge ends here, not when the stream gets to it: what the stream allocates later is ordered after this."""
    result = cuda.cuMemFreeAsync(pointer, stream)[0]
    if result is SUCCESS:
        session.quota.freed(pointer)
    return result


def pool_of_device(session: Session, number: int, ordinal: int, is_default: int) -> tuple[Any, ...]:
    get = cuda.cuDeviceGetDefaultMemPool if is_default else cuda.cuDeviceGetMemPool
    result, handle = get(session.device(ordinal))
    if result is SUCCESS:
        session.add_pool(number, handle, ordinal)
    return (result,)


def pool_use(session: Session, ordinal: int, pool: Any) -> tuple[Any, ...]:
    return cuda.cuDeviceSetMemPool(session.device(ordinal), pool.handle)


def pool_create(session: Session, number: int, ordinal: int, max_bytes: int) -> tuple[Any, ...]:
    props = cuda.CUmemPoolProps()
    props.allocType = cuda.CUmemAllocationType.CU_MEM_ALLOCATION_TYPE_PINNED
    props.handleTypes = cuda.CUmemAllocationHandleType.CU_MEM_HANDLE_TYPE_NONE
    props.location = _location(session, ordinal)
    props.maxSize = max_bytes
    result, handle = cuda.cuMemPoolCreate(props)
    if result is SUCCESS:
        session.add_pool(number, handle, ordinal)
    return (result,)


def pool_get_attribute(session: Session, pool: Any, attribute: int) -> tuple[Any, ...]:
    result, value = cuda.cuMemPoolGetAttribute(pool.handle, enum(cuda.CUmemPool_attribute, attribute))
    return (result, int(value)) if result is SUCCESS else (result,)


def pool_set_attribute(session: Session, pool: Any, attribute: int, value: int) -> tuple[Any, ...]:
    kind = enum(cuda.CUmemPool_attribute, attribute)
    # The first three attributes are of type int, the others cuuint64_t; cuda-python wants each as its own.
    return cuda.cuMemPoolSetAttribute(pool.handle, kind, value if attribute <= _LAST_INT else cuda.cuuint64_t(value))


def pool_set_access(session: Session, pool: Any, access: bytes) -> tuple[Any, ...]:
    if len(access) % _ACCESS.size:
        raise RemoteProtocolError(f"a list of access of {len(access)} bytes")
    descriptors = []
    for ordinal, flags in _ACCESS.iter_unpack(access):
        descriptor = cuda.CUmemAccessDesc()
        descriptor.location = _location(session, ordinal)
        descriptor.flags = enum(cuda.CUmemAccess_flags, flags)
        descriptors.append(descriptor)
    return cuda.cuMemPoolSetAccess(pool.handle, descriptors, len(descriptors))


def pool_get_access(session: Session, pool: Any, ordinal: int) -> tuple[Any, ...]:
    result, flags = cuda.cuMemPoolGetAccess(pool.handle, _location(session, ordinal))
    return (result, int(flags)) if result is SUCCESS else (result,)


_LAST_INT = int(cuda.CUmemPool_attribute.CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES)


def _location(session: Session, ordinal: int) -> Any:
    location = cuda.CUmemLocation()
    location.type = cuda.CUmemLocationType.CU_MEM_LOCATION_TYPE_DEVICE
    location.id = int(session.device(ordinal))
    return location


def _settle(
    session: Session, device: int | None, charge: int, context: int, answer: tuple[Any, Any]
) -> tuple[Any, ...]:
    result, pointer = answer
    if result is not SUCCESS:
        session.quota.cancel(device, charge)
        return (result,)
    address = int(pointer)
    session.quota.settle(address, device, charge, context)
    return result, address
