"""Threads that wait for the GPU on behalf of calls: one a call that waits, kept for the next one.

A client thread waits for at most one call, so there are as many as the client has waiting threads. The work itself was put into
the driver in order before it came here.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any

from ..errors import CallFailed, Code, ConnectionLost
from ..limits import WAITERS_MAX
from ..session import Context

Job = Callable[[], "tuple[Any, ...] | None"]
Reply = Callable[["tuple[Any, ...]"], None]


class Waiters:
    """The waiting threads of a session. `busy` is how many wait; `enter` makes a context current on the calling thread."""

    def __init__(self, enter: Callable[[Context], None]) -> None:
        self.busy = 0
        self._enter = enter
        self._threads = 0
        self._lock = threading.Lock()
        self._jobs: queue.SimpleQueue[tuple[Context, Job, Reply]] = queue.SimpleQueue()

    def start(self, context: Context, job: Job, reply: Reply) -> None:
        """Run `job` in `context`, then `reply` with its answer, unless that is None: the job has replied itself.

        Raises CallFailed(OPERATING_SYSTEM) if WAITERS_MAX calls wait already.
        """
        with self._lock:
            if self.busy >= WAITERS_MAX:
                raise CallFailed(Code.OPERATING_SYSTEM)
            self.busy += 1
            if self.busy > self._threads:
                self._threads += 1
                threading.Thread(target=self._run, name="waiter", daemon=True).start()
        self._jobs.put((context, job, reply))

    def _run(self) -> None:
        while True:
            context, job, reply = self._jobs.get()
            try:
                self._enter(context)
                try:
                    answer = job()
                except CallFailed as failure:
                    answer = (failure.code,)
                # Before the reply, so that the client's next call finds this thread counted as free.
                self._done()
                if answer is not None:
                    reply(answer)
            except ConnectionLost:
                # The thread that runs calls finds out by itself and ends the session.
                return

    def _done(self) -> None:
        with self._lock:
            self.busy -= 1
