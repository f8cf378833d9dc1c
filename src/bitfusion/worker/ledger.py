"""The ledger: bytes of device memory that each CUDA Server of a Dispatcher has allocated, a part of the shared session
table.

One row a process, one 64-bit column a device. A process changes its own row alone, and only with the lock of the
file held when it adds under a limit; the lock is a record lock of the kernel, which dies with its process. The
Dispatcher clears the row of a process that has ended, so that nothing is lost by a crash. Takes the place of
session.quota's Ledger.
"""

from __future__ import annotations

import fcntl
import threading

from .session_table import MEMORY, SessionTable

_WORD_MAX = (1 << 64) - 1


class SharedLedger:
    """The ledger as the owner of `row` sees it."""

    def __init__(self, table: SessionTable, row: int) -> None:
        self._table = table
        self._fd = table.fd
        self._words = table.words
        self._devices = table.devices
        self._own = MEMORY + row * table.devices
        self._lock = threading.Lock()  # of the threads of this process

    def reserve(self, device: int, count: int, limit: int | None, own: int | None = None) -> bool:
        """Add `count` to the own row unless it would exceed `own`, or the sum of the column `limit`; without one only
        for the record, which holds more than any device has.
        """
        with self._lock:
            if own is not None and self.used_here(device) + count > own:
                return False
            return self._reserve(device, count, limit)

    def _reserve(self, device: int, count: int, limit: int | None) -> bool:
        if limit is None:
            if self._words[self._own + device] + count > _WORD_MAX:
                return False
            self._words[self._own + device] += count
            return True
        fcntl.lockf(self._fd, fcntl.LOCK_EX)
        try:
            if self.used(device) + count > limit:
                return False
            self._words[self._own + device] += count
            return True
        finally:
            fcntl.lockf(self._fd, fcntl.LOCK_UN)

    def release(self, device: int, count: int) -> None:
        """Take `count` from the own row."""
        with self._lock:
            self._words[self._own + device] -= count

    def used_here(self, device: int) -> int:
        """What the own row has."""
        return self._words[self._own + device]

    def used(self, device: int) -> int:
        """The sum of the column."""
        words = self._words
        return sum(words[MEMORY + device : MEMORY + self._table.used * self._devices : self._devices])
