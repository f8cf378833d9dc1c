"""What is freed in streams, and charged until they get there."""

from __future__ import annotations

import threading

from ..session import Handle, Quota
from .binding import cuda


class Leaving:
    """An allocation that is freed once its stream has got to `event`: until then it is charged.

    Its charge ends in a waiting thread, or in the thread that runs calls, if that needs the memory.
    """

    __slots__ = ("_charge", "_lock", "_quota", "done", "event")

    def __init__(self, quota: Quota, charge: tuple[int, int], event: Handle) -> None:
        self._quota = quota
        self._charge = charge
        self._lock = threading.Lock()
        self.event = event
        self.done = False

    def end(self) -> None:
        """Wait for the stream, if it has not got there."""
        with self._lock:
            if not self.done:
                cuda.cuEventSynchronize(self.event)
                self._quota.cancel(*self._charge)
                self.done = True
