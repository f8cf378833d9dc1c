"""Memory that other sessions of the Dispatcher open. Only tickets are told to clients (worker/exports.py)."""

from __future__ import annotations

import ctypes
from typing import Any

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
    assert session.exports is not None
    return result, session.exports.give(subject, _bytes_of(handle), _is_there)


def _is_there(subject: Any) -> bool:
    """Whether what was exported has not been freed."""
    base, identity = subject
    result, now = cuda.cuPointerGetAttribute(_ID, base)
    return result is SUCCESS and int(now) == identity


def open_memory(session: DriverSession, ticket: bytes, flags: int) -> Answer:
    """Where it is in this process, and how large."""
    assert session.exports is not None
    kept = session.exports.find(ticket)
    if kept is None:
        return _REFUSED
    result, pointer = cuda.cuIpcOpenMemHandle(_handle_of(cuda.CUipcMemHandle, kept), flags)
    if result is not SUCCESS:
        return (result,)
    result, _, size = cuda.cuMemGetAddressRange(pointer)
    return result, int(pointer), int(size)


# cuda-python shows nothing of what is in such a handle.
_HANDLE_BYTES = 64


def _bytes_of(handle: Any) -> bytes:
    return ctypes.string_at(handle.getPtr(), _HANDLE_BYTES)


def _handle_of(kind: Any, kept: bytes) -> Any:
    handle = kind()
    ctypes.memmove(handle.getPtr(), kept, _HANDLE_BYTES)
    return handle
