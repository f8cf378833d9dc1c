"""A session's use of pools and of what its graphs allocate, under the quota (reservoirs.py has the theory)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import CallFailed
from ..session import Handle, Pool
from . import descriptors
from .binding import SUCCESS, check, cuda
from .ports import Answer
from .reservoirs import Reservoir
from .session import DriverSession

_GRAPHS = -1  # under which, less the device's ordinal, what graphs have is found: no handle


def allocate(
    session: DriverSession, pool: Pool | None, size: int, stream: Handle, ask: Callable[[], tuple[Any, Any]]
) -> Answer:
    """What the driver answers that is asked for `size` bytes of `pool`, or of the current device's, for `stream`.

    Raises CallFailed(OUT_OF_MEMORY).
    """
    if pool is None:
        device = session.current.device
        if device is None:
            return (ask()[0],)
        result, handle = cuda.cuDeviceGetMemPool(session.devices[device])
        check(result)
        reservoir = _of(session, device, handle)
    else:
        reservoir = _of(session, pool.device, pool.handle)
    result, pointer = _take(session, reservoir, size, int(stream), 0, ask, lambda made: _undo(made, stream))
    if result is not SUCCESS:
        return (result,)
    address = int(pointer)
    session.pooled[address] = (reservoir, size)
    reservoir.live += size
    return result, address


def launch(session: DriverSession, executable: int, ask: Callable[[], Any]) -> Any:
    """What the driver answers that is asked to launch, or to upload, what allocates memory."""
    device = session.current.device
    need = session.allocating[executable]
    if device is None:
        return ask()
    reservoir = session.reservoirs.get(_GRAPHS - device)
    if reservoir is None:
        handle = session.devices[device]
        reservoir = Reservoir(session.quota, device, cuda.cuDeviceGetGraphMemAttribute, handle, graphs=True)
        session.reservoirs[_GRAPHS - device] = reservoir
    # What was launched cannot be taken back.
    return _take(session, reservoir, need, 0, session.allocating_bytes, ask, None)


def freed(session: DriverSession, address: int, stream: Handle | None = None) -> bool:
    """The driver frees `address`, or does when `stream` gets there. False if it is no pool's."""
    found = session.pooled.pop(address, None)
    if found is None:
        return False
    reservoir, size = found
    reservoir.live -= size
    if stream is not None:
        number = int(stream)
        reservoir.leaving[number] = reservoir.leaving.get(number, 0) + size
    if reservoir.retired and not reservoir.live:
        _end_behind(session, reservoir)
    return True


def retired(session: DriverSession, pool: Pool) -> None:
    """The driver has destroyed a pool: what is in use of it stays until it is freed."""
    descriptors.drop_pool(session, pool)
    reservoir = session.reservoirs.pop(int(pool.handle), None)
    if reservoir is not None:
        reservoir.retire()
        if not reservoir.live:
            _end_behind(session, reservoir)


def look(session: DriverSession) -> None:
    """Charge what is reserved now, not what was. For any thread."""
    for reservoir in list(session.reservoirs.values()):
        reservoir.look()


def make_room(session: DriverSession, device: int | None) -> None:
    """Give back what the pools of a device do not use, as the driver does before it refuses memory."""
    for reservoir in session.reservoirs.values():
        if reservoir.device == device:
            reservoir.shrink()


def _of(session: DriverSession, device: int, handle: Handle) -> Reservoir:
    reservoir = session.reservoirs.get(int(handle))
    if reservoir is None:
        reservoir = Reservoir(session.quota, device, cuda.cuMemPoolGetAttribute, handle, graphs=False)
        session.reservoirs[int(handle)] = reservoir
    return reservoir


def _take(
    session: DriverSession,
    reservoir: Reservoir,
    size: int,
    stream: int,
    most: int,
    ask: Callable[[], Any],
    undo: Callable[[Any], Any] | None,
) -> Any:
    try:
        return reservoir.take(size, stream, most, ask, undo)
    except CallFailed:
        make_room(session, reservoir.device)
    return reservoir.take(size, stream, most, ask, undo)


def _undo(made: tuple[Any, Any], stream: Handle) -> None:
    if made[0] is SUCCESS:
        cuda.cuMemFreeAsync(made[1], stream)


def _end_behind(session: DriverSession, reservoir: Reservoir) -> None:
    """Streams may still be to free the last of it: its charge ends behind what the context does now."""
    if not reservoir.leaving:
        reservoir.end()
        return

    def job() -> None:
        cuda.cuCtxSynchronize()
        reservoir.end()

    session.channel.run_behind(("pool", id(reservoir)), session.current, job)
