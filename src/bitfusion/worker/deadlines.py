"""How long a session may do nothing, and how long it may be: when its time is over.

A session does nothing while no call of its client comes and no work of it runs. Whether work runs, only the driver
knows, and this file never enters it: when no call has come for long enough, waiting threads (`begin_wait`) wait for
all work of each context. Had there been some, the time begins anew when it is done.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from ..errors import Code

_AT_ONCE_S = 0.5  # an answer of the driver that took no longer: nothing was running

_LOST = Code.CONNECTION_LOST


class Ending(NamedTuple):
    """Why a session ends: for the log, and what its client is told with which code."""

    result: str
    code: int
    reason: str
    hint: str = ""


class Deadlines:
    """Of one session; None is no limit. `begin_wait` is given a function and calls it, once all work that the session
    has put into the driver is done.
    """

    def __init__(
        self,
        idle_s: float | None,
        session_s: float | None,
        begin_wait: Callable[[Callable[[], None]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._idle_s = idle_s
        self._session_s = session_s
        self._begin_wait = begin_wait
        self._clock = clock
        self._begin_s = self._since_s = clock()
        self._seen = -1  # of what counts the client's activity
        self._asked_s: float | None = None  # when the driver was asked whether work runs
        self._done_s: float | None = None  # and when there was none
        self._lock = threading.Lock()

    @property
    def idle_s(self) -> float:
        """How long nothing has come and nothing was waited for."""
        return self._clock() - self._since_s

    def look(self, activity: int, busy: bool) -> Ending | None:
        """To be called about once a second. `activity` is another number whenever something has come; `busy` if the
        session is not waiting for its client.
        """
        now_s = self._clock()
        if self._session_s is not None and now_s - self._begin_s >= self._session_s:
            text = f"the time of a session here, {duration_text(self._session_s)}, is over"
            return Ending("session time-out", _LOST, text, "start the program again")
        with self._lock:
            if activity != self._seen or (busy and self._asked_s is None):
                self._seen, self._since_s, self._asked_s = activity, now_s, None
                return None
            if self._idle_s is None or now_s - self._since_s < self._idle_s:
                return None
            if self._asked_s is None:
                self._asked_s, self._done_s = now_s, None
                asked = now_s
            elif self._done_s is None:
                return None
            elif self._done_s - self._asked_s > _AT_ONCE_S:
                self._since_s, self._asked_s = self._done_s, None
                return None
            else:
                text = f"it made no call for {duration_text(self._idle_s)}, and no work of it ran"
                return Ending("idle time-out", _LOST, text, "start the program again")
        self._begin_wait(lambda: self._none_runs(asked))
        return None

    def _none_runs(self, asked_s: float) -> None:
        with self._lock:
            if self._asked_s == asked_s:
                self._done_s = self._clock()


def duration_text(seconds: float) -> str:
    """`90 s`, `2 min`, `1.5 h`."""
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
