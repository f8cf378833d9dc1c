"""What the Dispatchers of a scheduler have done, read from memory that they share: none is asked, and nothing is lost
with a lease or a Dispatcher that ends.

Counts begin with this process. Of a Dispatcher that an earlier scheduler started, all that it has done is counted.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..observe.tally import Histogram
from ..scheduler.model import Process
from ..server import handover
from ..server.totals import Counts, Shared
from . import processes


@dataclass
class LeaseCounts:
    """Leases since the start: granted, and those whose Dispatcher did not start; how long the others took to start."""

    granted: int = 0
    failed: int = 0
    starts: Histogram = field(default_factory=Histogram)


class DispatcherCounts:
    """The session tables of the Dispatchers of leases."""

    def __init__(self) -> None:
        self._tables: dict[str, Shared] = {}
        self._ended = Counts()

    def add(self, lease: str, table: int) -> None:
        """The Dispatcher of `lease` has this table, a file descriptor that stays the caller's."""
        self._tables[lease] = Shared(table)

    def adopt(self, dispatchers: Mapping[str, Process]) -> None:
        """Dispatchers that an earlier scheduler started. One of another release is left out."""
        for lease, process in dispatchers.items():
            number = handover.table_of(processes.option(process.pid, "--handover"))
            if number is None:
                continue
            try:
                fd = os.open(f"/proc/{process.pid}/fd/{number}", os.O_RDWR | os.O_CLOEXEC)
            except OSError:
                continue  # it has just ended
            try:
                self.add(lease, fd)
            except (ValueError, OSError):
                pass
            finally:
                os.close(fd)

    def end(self, lease: str) -> None:
        """The lease's Dispatcher and its CUDA Servers are gone. What a killed one had not cleared has ended with it."""
        table = self._tables.pop(lease, None)
        if table is not None:
            self._ended += table.final()

    def keep(self, leases: Iterable[str]) -> None:
        """Only these have not ended."""
        for lease in set(self._tables).difference(leases):
            self.end(lease)

    def all(self) -> Counts:
        """Of all leases, those that have ended, too."""
        return sum((table.counts() for table in self._tables.values()), self._ended)

    def allocated(self, lease: str) -> list[int]:
        """Bytes that the sessions of a lease have allocated on each of its GPUs, in their order; empty if that is not
        known.
        """
        table = self._tables.get(lease)
        return table.allocated() if table else []
