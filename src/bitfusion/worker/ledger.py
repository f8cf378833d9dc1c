"""The ledger: bytes of device memory that each CUDA Server of a Dispatcher has allocated, in memory that all of them map.

One row a process, one 64-bit column a device, and before them the number of rows that were ever used, so that a sum looks at no
more. A process changes its own row alone, and only with the lock of the file held when it
adds; the lock is a record lock of the kernel, which dies with its process. The Dispatcher clears the row of a process that has
ended, so that nothing is lost by a crash. Takes the place of session.quota's Ledger.
"""

from __future__ import annotations

import fcntl
import mmap
import os

_WORD = 8
_FIRST = 1  # word of the first row


def create(rows: int, devices: int) -> int:
    """A new ledger, all zero; returns its file descriptor. It vanishes with the last process that has it open."""
    fd = os.memfd_create("bitfusion-ledger", os.MFD_CLOEXEC)
    os.ftruncate(fd, (_FIRST + rows * devices) * _WORD)
    return fd


class SharedLedger:
    """The ledger as the owner of `row` sees it."""

    def __init__(self, fd: int, devices: int, row: int) -> None:
        self._fd = fd
        self._devices = devices
        self._words = memoryview(mmap.mmap(fd, os.fstat(fd).st_size)).cast("Q")
        self._own = _FIRST + row * devices

    def reserve(self, device: int, count: int, limit: int) -> bool:
        """Add `count` to the own row unless the sum of the column would exceed `limit`."""
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
        self._words[self._own + device] -= count

    def used(self, device: int) -> int:
        """The sum of the column."""
        words = self._words
        return sum(words[_FIRST + device : _FIRST + words[0] * self._devices : self._devices])

    def open(self, row: int) -> None:
        """`row` is going to be used. For the Dispatcher."""
        self._words[0] = max(self._words[0], row + 1)

    def clear(self, row: int) -> None:
        """The process of `row` has ended. For the Dispatcher."""
        first = _FIRST + row * self._devices
        for word in range(first, first + self._devices):
            self._words[word] = 0
