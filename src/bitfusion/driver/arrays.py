"""CUDA arrays under the quota."""

from __future__ import annotations

import struct

from ..api.array_formats import elements_bytes
from ..errors import RemoteProtocolError
from .session import DriverSession

_DESCRIPTOR = struct.Struct("<3Q3I4x")  # CUDA_ARRAY3D_DESCRIPTOR
# Of no array of any device: what the driver has against these extents comes before what the quota has.
_EXTENTS_MAX = (1 << 27, 1 << 16, 1 << 15)


def reserve(session: DriverSession, descriptor: bytes) -> int:
    """Charge the current context's device for an array that is about to be made; for settle() or cancel().

    Raises CallFailed(OUT_OF_MEMORY).
    """
    if descriptor.__class__ is not bytes or len(descriptor) != _DESCRIPTOR.size:
        raise RemoteProtocolError(f"no descriptor of an array: {descriptor!r:.40}")
    return session.quota.reserve(session.current.device, _bytes_of(*_DESCRIPTOR.unpack(descriptor)))


def settle(session: DriverSession, number: int, charge: int) -> None:
    """The driver made the array."""
    session.quota.settle(_key(number), session.current.device, charge, session.current.number)


def cancel(session: DriverSession, charge: int) -> None:
    """It did not."""
    session.quota.cancel(session.current.device, charge)


def leave(session: DriverSession, number: int) -> None:
    """The driver took it back."""
    session.quota.freed(_key(number))
    session.drop(number)


def _key(number: int) -> int:
    """Under which the quota has an array: no pointer."""
    return -number


def _bytes_of(width: int, height: int, depth: int, pixel: int, channels: int, _flags: int) -> int:
    """What it takes at least: how the driver lays it out, it does not say."""
    element, side = elements_bytes(pixel, channels)
    if any(extent > most for extent, most in zip((width, height, depth), _EXTENTS_MAX, strict=True)):
        return 0
    return -(-width // side) * max(1, -(-height // side)) * max(1, depth) * element
