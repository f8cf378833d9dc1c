"""CUDA arrays under the quota."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from ..api.array_formats import FLAGS, elements_bytes
from ..errors import RemoteProtocolError
from ..limits import ALLOCATION_GRANULE_BYTES
from . import memory
from .session import DriverSession

_DESCRIPTOR = struct.Struct("<3Q3I4x")  # CUDA_ARRAY3D_DESCRIPTOR
_LAYERS = FLAGS["LAYERED"] | FLAGS["CUBEMAP"]  # of whose levels the depth is the same
_ROW_BYTES = 64  # of which a row has whole ones
# Of no array of any device: what the driver has against these extents comes before what the quota has.
_EXTENTS_MAX = (1 << 27, 1 << 16, 1 << 15)


def reserve(session: DriverSession, descriptor: bytes, levels: int | None = None) -> int:
    """Charge the current context's device for an array that is about to be made, or a mipmapped one of so many levels;
    for settle() or cancel().

    Raises CallFailed(OUT_OF_MEMORY).
    """
    if descriptor.__class__ is not bytes or len(descriptor) != _DESCRIPTOR.size:
        raise RemoteProtocolError(f"no descriptor of an array: {descriptor!r:.40}")
    *extents, pixel, channels, flags = _DESCRIPTOR.unpack(descriptor)
    size = _bytes_of(extents, *elements_bytes(pixel, channels))
    longest = max(extents[: 2 if flags & _LAYERS else 3])
    for level in range(1, min(levels or 1, longest.bit_length())):
        depth = extents[2] if flags & _LAYERS else _halved(extents[2], level)
        size += _bytes_of(
            (_halved(extents[0], level), _halved(extents[1], level), depth), *elements_bytes(pixel, channels)
        )
    return memory.reserve(session, session.current.device, size)


def settle(session: DriverSession, number: int, charge: int) -> None:
    """The driver made the array."""
    session.quota.settle(_key(number), session.current.device, charge, session.current.number)


def cancel(session: DriverSession, charge: int) -> None:
    """It did not."""
    session.quota.cancel(session.current.device, charge)


def _key(number: int) -> int:
    """Under which the quota has an array: no pointer."""
    return -number


def _halved(extent: int, level: int) -> int:
    return max(1, extent >> level) if extent else 0


def _bytes_of(extents: Sequence[int], element: int, side: int) -> int:
    """What it takes in rows of so many bytes: how the driver lays it out, it does not say."""
    if any(extent > most for extent, most in zip(extents, _EXTENTS_MAX, strict=True)):
        return 0
    width, height, depth = extents
    row = -(-(-(-width // side) * element) // _ROW_BYTES) * _ROW_BYTES
    size = row * max(1, -(-height // side)) * max(1, depth)
    return -(-size // ALLOCATION_GRANULE_BYTES) * ALLOCATION_GRANULE_BYTES
