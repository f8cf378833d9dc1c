"""Events that a thread waits for on behalf of the client, which may record them again or destroy them meanwhile.

What such a thread finds out counts only if the event was not recorded again. A destroyed event is given back to the
driver by the last thread that waits for it: to the driver its handle means nothing any more, or soon another event.
"""

from __future__ import annotations

import threading
from typing import Any

from ..session import Handle
from .binding import SUCCESS, cuda


class Watched:
    """An event that threads wait for: `count` of its records since the first of them, and how many threads there
    are.
    """

    __slots__ = ("count", "event", "gone", "waiting")

    def __init__(self, event: Handle) -> None:
        self.event = event
        self.count = 0
        self.waiting = 0
        self.gone = False

    def is_current(self, before: int) -> bool:
        """True if the event is there and was not recorded since `count` was `before`."""
        return self.count == before and not self.gone


class Records:
    """Those of a session, by handle. An event that nobody waits for costs nothing."""

    def __init__(self) -> None:
        self._watched: dict[int, Watched] = {}
        self._lock = threading.Lock()

    def note(self, event: Handle) -> None:
        """`event` is going to be recorded."""
        # Almost never: a record is one of the calls that have to be fast.
        watched = self._watched.get(int(event)) if self._watched else None
        if watched is not None:
            watched.count += 1

    def begin(self, event: Handle) -> Watched:
        """A thread is going to wait for `event`; end() must follow."""
        with self._lock:
            watched = self._watched.setdefault(int(event), Watched(event))
            watched.waiting += 1
        return watched

    def end(self, watched: Watched) -> None:
        """A thread has waited."""
        with self._lock:
            watched.waiting -= 1
            last = not watched.waiting
            if last and not watched.gone:
                del self._watched[int(watched.event)]
        if last and watched.gone:
            cuda.cuEventDestroy(watched.event)

    def destroy(self, event: Handle) -> Any:
        """Destroy `event`, now or when nobody waits for it."""
        with self._lock:
            watched = self._watched.pop(int(event), None)
            if watched is not None:
                watched.gone = True
                return SUCCESS
        return cuda.cuEventDestroy(event)[0]
