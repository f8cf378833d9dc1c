"""Physical memory under the quota: charged when it is made, and given back with the last of its handle and mappings."""

from __future__ import annotations

import struct

from ..errors import RemoteProtocolError
from ..session import Handle, Physical
from . import descriptors, memory
from .session import DriverSession

_PROPERTIES = struct.Struct("<4i16x")  # CUmemAllocationProp: what it is, its handles, the type and number of its place
_AT_DEVICE = 1
_GRANULARITY_LEAST = 64 << 10  # of no driver is it less: what the driver has against a size comes before the quota

Charge = tuple[int, int, int]  # device, what was charged, how large the memory is


def reserve(session: DriverSession, properties: bytes, size: int) -> Charge:
    """Charge the device that the properties name; for settle() or cancel(). Raises CallFailed."""
    if properties.__class__ is not bytes or len(properties) != _PROPERTIES.size:
        raise RemoteProtocolError(f"no properties of memory: {properties!r:.40}")
    _, _, place, device = _PROPERTIES.unpack(properties)
    if place != _AT_DEVICE:
        raise RemoteProtocolError(f"memory of another place than a device: {place}")
    session.device(device)
    return device, 0 if size % _GRANULARITY_LEAST else memory.reserve(session, device, size), size


def enter(session: DriverSession, number: int, handle: Handle) -> Physical:
    """The driver made the memory, or knows it now."""
    physical = Physical(handle)
    session.add(session.memhandles, number, physical)
    return physical


def settle(session: DriverSession, number: int, charge: Charge) -> None:
    """What it made is charged until it ends."""
    mapped, quota = session.mapped, session.quota
    mapped.last_key -= 1
    key, physical = mapped.last_key, session.memhandles[number]
    device, charged, physical.bytes = charge
    quota.settle(key, device, charged, 0)
    physical.end = lambda: quota.freed(key)


def cancel(session: DriverSession, charge: Charge) -> None:
    """It did not."""
    session.quota.cancel(*charge[:2])


def leave(session: DriverSession, number: int) -> None:
    """The client has released the handle."""
    physical = session.memhandles[number]
    physical.released = True
    _end_unused(session, physical)
    session.drop(number)


def mapped(session: DriverSession, address: int, size: int, number: int) -> None:
    """It is mapped once more."""
    physical = session.memhandles[number]
    physical.mappings += 1
    session.mapped.at[address] = (size, physical)


def unmapped(session: DriverSession, address: int, size: int) -> None:
    """Whole mappings, one behind the other, are there no longer."""
    end = address + size
    while address < end:
        bytes_, physical = session.mapped.at.pop(address)
        physical.mappings -= 1
        _end_unused(session, physical)
        address += bytes_


def _end_unused(session: DriverSession, physical: Physical) -> None:
    if physical.released and not physical.mappings:
        descriptors.withdraw(session, physical)
