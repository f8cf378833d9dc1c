"""The ledger: bytes of device memory that each CUDA Server of a Dispatcher has allocated, in memory that all of them map.

One row a process, one 64-bit column a device. A process changes its own row alone, and only with the lock of the file held when it
adds; the lock is a record lock of the kernel, which dies with its process. The Dispatcher clears the row of a process that has
ended, so that nothing is lost by a crash. Takes the place of session.quota's Ledger.
"""

from __future__ import annotations

import fcntl
import mmap
import os

_WORD = 8


def create(rows: int, devices: int) -> int:
    """A new ledger, all zero; returns its file descriptor. It vanishes with the last process that has it open."""
    fd = os.memfd_create("bitfusion-ledger", os.MFD_CLOEXEC)
    os.ftruncate(fd, max(1, rows * devices) * _WORD)
    return fd


class SharedLedger:
    """The ledger as the owner of `row` sees it."""

    def __init__(self, fd: int, devices: int, row: int) -> None:
        self._fd = fd
        self._devices = devices
        self._row = row
        self._words = memoryview(mmap.mmap(fd, os.fstat(fd).st_size)).cast("Q")

    def reserve(self, device: int, count: int, limit: int) -> bool:
        """Add `count` to the own row unless the sum of the column would exceed `limit`."""
        fcntl.lockf(self._fd, fcntl.LOCK_EX)
        try:
            if self.used(device) + count > limit:
                return False
            self._words[self._row * self._devices + device] += count
            return True
        finally:
            fcntl.lockf(self._fd, fcntl.LOCK_UN)

    def release(self, device: int, count: int) -> None:
        """Take `count` from the own row."""
        self._words[self._row * self._devices + device] -= count

    def used(self, device: int) -> int:
        """The sum of the column."""
        return sum(self._words[device :: self._devices])

    def clear(self, row: int) -> None:
        """The process of `row` has ended. For the Dispatcher."""
        for device in range(self._devices):
            self._words[row * self._devices + device] = 0
