"""What code takes of a device's memory, under the quota: the variables of modules and libraries, and the heap and the
buffer of printf of each context that has code which uses them.

The driver makes the latter when code that uses them is loaded or first run, as large as the context's limits say then.
They are charged with the load, and again when the limits change; the context gives them back.
"""

from __future__ import annotations

from typing import Any

from ..errors import CallFailed
from ..session import Context
from . import memory
from .binding import SUCCESS, check, cuda, enum
from .images import Image
from .ports import Answer
from .session import DriverSession

_HEAP, _BUFFER = cuda.CUlimit.CU_LIMIT_MALLOC_HEAP_SIZE, cuda.CUlimit.CU_LIMIT_PRINTF_FIFO_SIZE
_KEYS = -(1 << 72)  # what the quota knows them by: two for each context, no pointers


def reserve(session: DriverSession, image: Image, device: int | None) -> int:
    """Charge what an image needs that is about to be loaded: for settle() or cancel(). Raises
    CallFailed(OUT_OF_MEMORY).
    """
    context = session.current
    if device is None or session.quota.limit(device) is None:
        return 0
    needs = image.needs()
    if needs.heap and context.device == device:
        _charge_limit(session, context, _HEAP)
    if needs.prints and context.device == device:
        _charge_limit(session, context, _BUFFER)
    return memory.reserve(session, device, needs.variables) if needs.variables else 0


def settle(session: DriverSession, number: int, device: int | None, charge: int, context: int) -> None:
    """The driver has loaded it, as the client's `number`."""
    session.quota.settle(-number, device, charge, context)


def set_limit(session: DriverSession, limit: int, value: int) -> Answer:
    """cuCtxSetLimit."""
    kind, context = enum(cuda.CUlimit, limit), session.current
    key = _key(context, kind) if kind in (_HEAP, _BUFFER) else None
    if key is None or not session.quota.has(key):
        return cuda.cuCtxSetLimit(kind, value)
    result, before = cuda.cuCtxGetLimit(kind)
    check(result)
    more = memory.reserve(session, context.device, value - before) if value > before else 0
    result = cuda.cuCtxSetLimit(kind, value)[0]
    session.quota.cancel(context.device, more)
    if result is SUCCESS:
        session.quota.freed(key)
        _charge_limit(session, context, kind)
    return (result,)


def _charge_limit(session: DriverSession, context: Context, kind: Any) -> None:
    key = _key(context, kind)
    if session.quota.has(key):
        return
    result, size = cuda.cuCtxGetLimit(kind)
    if result is not SUCCESS:
        raise CallFailed(result)
    charge = memory.reserve(session, context.device, size)
    session.quota.settle(key, context.device, charge, context.number)


def _key(context: Context, kind: Any) -> int:
    return _KEYS - 2 * context.number - (kind is _HEAP)
