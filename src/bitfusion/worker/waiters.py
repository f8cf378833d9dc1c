"""Threads that wait for the GPU on behalf of calls, so that the thread that runs calls never does.

What waits stands in lines. A line is what ends in the order in which it began, such as the waits for one stream; it
has one thread while somebody stands in it, however many do. The work itself was put into the driver in order before
it came here.

A client may watch thousands of events at once. Beyond WATCHERS_MAX lines one thread looks after all that need only
be looked at.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from typing import NamedTuple

from ..driver.ports import Answer, Job
from ..errors import CallFailed, ConnectionLost
from ..limits import WAITERS_MAX, WATCHERS_MAX
from ..session import Context

Reply = Callable[[Answer], None]
Ready = Callable[[], bool]

_LOOKS = "looks"
_LOOK_S = 0.0005


class _Wait(NamedTuple):
    context: Context
    job: Job
    reply: Reply
    ready: Ready | None = None


class Waiters:
    """The waiting threads of a session. `busy` is how many calls wait; `enter` makes a context current on the calling
    thread.
    """

    def __init__(self, enter: Callable[[Context], None]) -> None:
        self.busy = 0
        self._enter = enter
        self._threads = 0
        self._lock = threading.Lock()
        self._lines: dict[Hashable, deque[_Wait]] = {}
        self._begun: queue.SimpleQueue[Hashable] = queue.SimpleQueue()
        self._looked_after: list[_Wait] = []

    def start(
        self, line: Hashable, context: Context, job: Job, reply: Reply, always: bool = False, ready: Ready | None = None
    ) -> None:
        """Run `job` in `context` when those before it in `line` have run, then `reply` with its answer, unless that is
        None: the job has replied itself. If there are WAITERS_MAX lines already, it joins the longest-lived: late is
        better than never. `always`: it does not, because others may wait for it. `ready` tells whether the job would
        not wait, if that can be asked.
        """
        wait = _Wait(context, job, reply, ready)
        with self._lock:
            self.busy += 1
            if ready is not None and line not in self._lines and len(self._lines) >= WATCHERS_MAX:
                self._looked_after.append(wait)
                # Each time: the thread that looks may be about to find nothing left.
                line, wait = _LOOKS, _Wait(context, self._look_after, lambda _answer: None)
                self.busy += 1
            elif line not in self._lines and len(self._lines) >= WAITERS_MAX and not always:
                line = next(iter(self._lines))
            standing = self._lines.get(line)
            if standing is None:
                self._begin(line)
                standing = self._lines[line] = deque()
            standing.append(wait)

    def _begin(self, line: Hashable) -> None:
        """Give a line a thread, kept from an earlier one if there is one. The lock is held."""
        if len(self._lines) >= self._threads:
            self._threads += 1
            threading.Thread(target=self._run, name="waiter", daemon=True).start()
        self._begun.put(line)

    def _run(self) -> None:
        while True:
            line = self._begun.get()
            try:
                while (wait := self._first(line)) is not None:
                    self._serve(wait)
            except ConnectionLost:
                # The thread that runs calls finds out by itself and ends the session.
                return

    def _first(self, line: Hashable) -> _Wait | None:
        """Take the one at the front; an empty line is over."""
        with self._lock:
            standing = self._lines[line]
            if standing:
                return standing.popleft()
            del self._lines[line]
            return None

    def _look_after(self) -> None:
        """Serve those that are looked after, each when it is ready, until there are none."""
        while self._looked_after:
            began = time.perf_counter()
            rest: list[_Wait] = []
            with self._lock:
                waits, self._looked_after = self._looked_after, []
            for wait in waits:
                self._enter(wait.context)
                if wait.ready is None or wait.ready():
                    self._serve(wait)
                else:
                    rest.append(wait)
            with self._lock:
                self._looked_after = rest + self._looked_after
            # Others need this processor, too.
            time.sleep(_LOOK_S + 4 * (time.perf_counter() - began))

    def _serve(self, wait: _Wait) -> None:
        self._enter(wait.context)
        try:
            answer = wait.job()
        except CallFailed as failure:
            answer = (failure.code,)
        # Before the reply, so that the client's next call finds this one counted as done.
        with self._lock:
            self.busy -= 1
        if answer is not None:
            wait.reply(answer)
