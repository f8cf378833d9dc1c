"""What the driver holds of a device's memory for pools and for graphs: charged by what it has reserved, whether it is
used or not.

Theory: the driver takes memory for a pool in blocks, and gives back what is free when somebody waits for the device.
Before it is asked for memory, what it may reserve for that is charged; afterwards, what it has. What it gives back by
itself is found when somebody looks, so that a charge is never less than what is reserved.

A free in a stream leaves the memory in use until the stream gets there, but the driver takes it for what comes later
in that stream before it reserves more. So over the limit what is being freed there counts as room.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ..errors import CallFailed, Code
from ..limits import POOL_BLOCK_BYTES
from ..session import Handle, Quota
from .binding import SUCCESS, cuda

_USED, _RESERVED = 0, 1
_POOL = cuda.CUmemPool_attribute
_GRAPH = cuda.CUgraphMem_attribute
_POOL_ATTRIBUTES = (_POOL.CU_MEMPOOL_ATTR_USED_MEM_CURRENT, _POOL.CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT)
_GRAPH_ATTRIBUTES = (_GRAPH.CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT, _GRAPH.CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT)


class Reservoir:
    """A pool, or what graphs have of a device. `live` is what the client has allocated from it and not freed, `leaving`
    what each stream was to free when it was looked at last.

    The lock is held while the driver is asked for memory: whoever looks meanwhile would give back what it is to take.
    """

    def __init__(
        self, quota: Quota, device: int, ask: Callable[..., tuple[Any, Any]], of: Handle, graphs: bool
    ) -> None:
        self.device = device
        self.live = 0
        self.leaving: dict[int, int] = {}
        self.handle = None if graphs else of
        self._ask, self._of = ask, of
        self._attributes: tuple[Any, ...] = _GRAPH_ATTRIBUTES if graphs else _POOL_ATTRIBUTES
        self._quota = quota
        self._charged = 0
        self._lock = threading.Lock()

    def take(
        self, size: int, stream: int, most: int, allocate: Callable[[], Any], undo: Callable[[Any], Any] | None
    ) -> Any:
        """What `allocate` answers, once what the driver may reserve for `size` is charged; `undo` takes it back if the
        driver reserved more than there may be, if it can. `most`: more will never be in use, or 0.

        Raises CallFailed(OUT_OF_MEMORY).
        """
        with self._lock:
            if self._quota.limit(self.device) is not None:
                self._charge_ahead(size, stream, most)
            answer = allocate()
            if self._look() or undo is None:
                return answer
            undo(answer)
            self._trim()
            self._look()
            raise CallFailed(Code.OUT_OF_MEMORY)

    def look(self) -> None:
        """Charge what is reserved now. For any thread."""
        if self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()

    def shrink(self) -> None:
        """Make the driver give back what it does not need. Not for graphs: what they keep is in use."""
        if self.handle is not None and self._charged and self._lock.acquire(blocking=False):
            try:
                self._trim()
                self._look()
            finally:
                self._lock.release()

    def retire(self) -> None:
        """The driver knows its name no longer: what is used is to be given back by free()."""
        with self._lock:
            self._charge(min(self._charged, _in_blocks(self.live + sum(self.leaving.values()))))
            self.handle, self._attributes = None, ()

    def end(self) -> None:
        """Nothing of it is used any more, and the driver does not have it."""
        with self._lock:
            self._charge(0)

    @property
    def retired(self) -> bool:
        """The driver cannot be asked about it."""
        return not self._attributes

    def _charge_ahead(self, size: int, stream: int, most: int) -> None:
        used, reserved = self._read(_USED), self._read(_RESERVED)
        needed = min(used + size, max(used, most)) if most else used + size
        try:
            self._charge(max(self._charged, reserved, _in_blocks(needed)))
        except CallFailed:
            self._trim()
            used, reserved = self._read(_USED), self._read(_RESERVED)
            again = min(self.leaving.get(stream, 0), self._leaves(used, stream))
            self._charge(max(reserved, _in_blocks(needed - again)))

    def _leaves(self, used: int, stream: int) -> int:
        """At least so much is this stream still to free: what is in use and not the client's, but for what others were
        to free.
        """
        return max(0, used - self.live - sum(size for other, size in self.leaving.items() if other != stream))

    def _trim(self) -> None:
        if self.handle is not None:
            cuda.cuMemPoolTrimTo(self.handle, 0)

    def _look(self) -> bool:
        """False if more is reserved than there may be. It is charged all the same: it is there."""
        if self.retired:
            return True
        if self.leaving and self._read(_USED) <= self.live:
            self.leaving.clear()
        reserved = self._read(_RESERVED)
        try:
            self._charge(reserved)
        except CallFailed:
            self._quota.record(self.device, reserved - self._charged)
            self._charged = reserved
            return False
        return True

    def _read(self, which: int) -> int:
        result, value = self._ask(self._of, self._attributes[which])
        return int(value) if result is SUCCESS else self._charged

    def _charge(self, total: int) -> None:
        """Raises CallFailed(OUT_OF_MEMORY)."""
        if total > self._charged:
            self._quota.reserve(self.device, total - self._charged)
        else:
            self._quota.cancel(self.device, self._charged - total)
        self._charged = total


def _in_blocks(size: int) -> int:
    return -(-size // POOL_BLOCK_BYTES) * POOL_BLOCK_BYTES
