"""Green contexts. Resources cross as the bytes of a CUdevResource, in which the driver keeps what is its own."""

from __future__ import annotations

import ctypes
from typing import Any

from ..errors import RemoteProtocolError
from .binding import SUCCESS, cuda
from .ports import Answer
from .session import DriverSession

RESOURCE_BYTES = 144
RESOURCES_MAX = 1024


def split(_session: DriverSession, resource: bytes, groups: int, flags: int, least: int) -> Answer:
    whole = _resource(resource)
    # More than there can be would only be room for them.
    wanted = min(groups, RESOURCES_MAX)
    result, made, count, rest = cuda.cuDevSmResourceSplitByCount(wanted, whole, flags, least)
    if result is not SUCCESS:
        return (result,)
    return result, b"".join(map(_bytes, made[:count])) if groups else b"", count, _bytes(rest)


def _bytes(resource: Any) -> bytes:
    return ctypes.string_at(resource.getPtr(), RESOURCE_BYTES)


def _resource(packed: bytes) -> Any:
    if len(packed) != RESOURCE_BYTES:
        raise RemoteProtocolError(f"a resource of {len(packed)} bytes")
    made = cuda.CUdevResource()
    ctypes.memmove(made.getPtr(), packed, RESOURCE_BYTES)
    return made
