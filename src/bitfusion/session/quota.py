"""The memory limit of a session's devices: what may be allocated, what is allocated, what the client is shown.

Pure arithmetic over a Ledger, which all sessions of a Dispatcher share (worker/ledger.py). A charge is taken before
the driver is asked, so that two sessions can never both get the last byte. On devices without a limit it is a record
for statistics alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..errors import CallFailed, Code
from ..limits import ALLOCATION_GRANULE_BYTES


class Ledger(Protocol):
    """Bytes charged on each device by all sessions of the Dispatcher."""

    def reserve(self, device: int, count: int, limit: int | None, own: int | None = None) -> bool:
        """Charge `count` bytes to this session unless it would exceed `own`, or the sum of all `limit`; one step for
        all processes.

        With None it succeeds for whatever a device may have.
        """

    def release(self, device: int, count: int) -> None:
        """Take back what reserve() charged."""

    def used(self, device: int) -> int:
        """The sum of all sessions."""

    def used_here(self, device: int) -> int:
        """What this session has."""


class Quota:
    """Charges of one session. `limits` has the bytes of each device for all sessions together, `own` those for this
    one; None where there is no limit. No ledger, no charges.
    """

    def __init__(
        self, limits: Sequence[int | None], ledger: Ledger | None = None, own: Sequence[int | None] | None = None
    ) -> None:
        self._limits = tuple(limits)
        self._own = tuple(own) if own is not None else (None,) * len(self._limits)
        self._ledger = ledger
        self._charges: dict[int, tuple[int, int, int]] = {}  # pointer -> device, bytes, context number

    def reserve(self, device: int | None, count: int) -> int:
        """Charge an allocation of `count` bytes; returns what was charged, for settle() or cancel().

        Raises CallFailed(OUT_OF_MEMORY) and charges nothing if the limit does not allow it.
        """
        if device is None or self._ledger is None:
            return 0
        charge = -(-count // ALLOCATION_GRANULE_BYTES) * ALLOCATION_GRANULE_BYTES
        if not self._ledger.reserve(device, charge, self._limits[device], self._own[device]):
            raise CallFailed(Code.OUT_OF_MEMORY)
        return charge

    def record(self, device: int, count: int) -> None:
        """Charge what is there already, whatever the limit says."""
        if self._ledger is not None:
            self._ledger.reserve(device, count, None)

    def limit(self, device: int) -> int | None:
        """The most bytes that this session may ever have of the device; None if there is no limit, or no charges."""
        bounds = [bound for bound in (self._limits[device], self._own[device]) if bound is not None]
        return min(bounds, default=None) if self._ledger is not None else None

    def settle(self, pointer: int, device: int | None, charge: int, context: int) -> None:
        """The driver gave `pointer` for a charge. Allocations of a context (0: of none) go with it."""
        if charge and device is not None:
            self._charges[pointer] = (device, charge, context)

    def cancel(self, device: int | None, charge: int) -> None:
        """The driver refused what was reserved."""
        if charge and device is not None and self._ledger is not None:
            self._ledger.release(device, charge)

    def has(self, pointer: int) -> bool:
        """Whether there is a charge for `pointer`."""
        return pointer in self._charges

    def freed(self, pointer: int) -> None:
        """The driver took `pointer` back."""
        entry = self._charges.pop(pointer, None)
        if entry is not None and self._ledger is not None:
            self._ledger.release(entry[0], entry[1])

    def leave(self, pointer: int) -> tuple[int, int] | None:
        """The driver takes `pointer` back later: what to cancel() then, as (device, charge). None if there is nothing
        to wait for.
        """
        entry = self._charges.get(pointer)
        if entry is None or self.limit(entry[0]) is None:
            self.freed(pointer)
            return None
        del self._charges[pointer]
        return entry[:2]

    def context_gone(self, context: int) -> None:
        """The driver destroyed or reset a context, and with it its allocations."""
        for pointer in [pointer for pointer, entry in self._charges.items() if entry[2] == context]:
            self.freed(pointer)

    def shown(self, device: int | None, free: int, total: int) -> tuple[int, int]:
        """What cuMemGetInfo tells: (free, total) of the driver, seen through the limit."""
        if device is None or self._ledger is None:
            return free, total
        limit, own = self._limits[device], self._own[device]
        if limit is not None:
            total = min(total, limit)
            free = min(free, total - self._ledger.used(device))
        if own is not None:
            total = min(total, own)
            free = min(free, total - self._ledger.used_here(device))
        return max(0, free), total
