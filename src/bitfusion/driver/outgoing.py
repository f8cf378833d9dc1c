"""Asynchronous copies to the host whose bytes are on their way, and the rule that nobody hears of something complete
before them.

A copy is over for the device before its bytes have reached the client. Whoever is about to tell that something is
complete calls settle() first: what was complete on the device by then has been sent then. Bytes are sent on lines of
their own, where nothing waits for settle(), so that they always get on.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable

from ..session import Handle
from .binding import NOT_READY, cuda


class Copy:
    """A copy to the host; `event` is reached when the device is done with it."""

    __slots__ = ("event", "sent")

    def __init__(self, event: Handle) -> None:
        self.event = event
        self.sent = False


class Outgoing:
    """Those of a session, by the line that sends them: each line's end in the order in which they began."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, deque[Copy]] = {}
        self._changed = threading.Condition()

    @property
    def busy(self) -> bool:
        """True if settle() may have to wait: not for the thread that runs calls."""
        return bool(self._lines)

    @property
    def oldest(self) -> Copy | None:
        """Of the line that has stood here for longest, what is sent next."""
        with self._changed:
            return next(iter(self._lines.values()))[0] if self._lines else None

    def add(self, line: Hashable, event: Handle) -> Copy:
        """A copy was put into the driver, up to `event`, and `line` will send it."""
        copy = Copy(event)
        with self._changed:
            self._lines.setdefault(line, deque()).append(copy)
        return copy

    def done(self, line: Hashable, copy: Copy) -> None:
        """Its bytes have been sent, or it failed. Copies of a line are done in order."""
        with self._changed:
            copy.sent = True
            copies = self._lines[line]
            copies.remove(copy)
            if not copies:
                del self._lines[line]
            self._changed.notify_all()

    def settle(self) -> None:
        """Wait until all that is complete on the device now has been sent."""
        if not self._lines:
            return
        with self._changed:
            lines = [tuple(copies) for copies in self._lines.values()]
            for copies in lines:
                last = _last_complete(copies)
                while last is not None and not last.sent:
                    self._changed.wait()


def _last_complete(copies: tuple[Copy, ...]) -> Copy | None:
    last = None
    for copy in copies:
        if not copy.sent and cuda.cuEventQuery(copy.event)[0] is NOT_READY:
            break
        last = copy
    return last
