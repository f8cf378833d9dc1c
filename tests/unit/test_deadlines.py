"""When the time of a session is over: it calls nothing and runs nothing for too long, or it is there for too long."""

from __future__ import annotations

from collections.abc import Callable

from bitfusion.worker.deadlines import Deadlines, Ending

IDLE_S, SESSION_S = 10.0, 100.0


class Watched:
    """A session with a clock and a GPU of its own. `asked`: functions that wait for the GPU."""

    def __init__(self, idle_s: float | None = IDLE_S, session_s: float | None = None) -> None:
        self.now_s = 0.0
        self.calls = 0
        self.asked: list[Callable[[], None]] = []
        self.deadlines = Deadlines(idle_s, session_s, self.asked.append, lambda: self.now_s)

    def look(self, after_s: float = 1.0, busy: bool = False) -> Ending | None:
        self.now_s += after_s
        return self.deadlines.look(self.calls, busy)

    def call(self) -> None:
        self.calls += 1
        assert self.look(0.0) is None


def test_session_that_calls_nothing_and_runs_nothing_is_over_after_the_time():
    session = Watched()
    session.call()
    for _ in range(9):
        assert session.look() is None and not session.asked
    assert session.look() is None
    (answer,) = session.asked
    answer()
    ending = session.look()
    assert ending and ending.code == 806 and "10 s" in ending.reason and ending.result == "idle time-out"


def test_session_whose_work_runs_is_not_idle_and_has_all_its_time_when_that_is_done():
    session = Watched()
    session.call()
    assert session.look(IDLE_S) is None
    for _ in range(3 * int(IDLE_S)):
        assert session.look() is None
    (answer,) = session.asked
    answer()
    assert session.look() is None
    for _ in range(int(IDLE_S) - 2):
        assert session.look() is None
    assert len(session.asked) == 1
    assert session.look() is None
    session.asked[1]()
    assert session.look().result == "idle time-out"


def test_call_that_comes_while_the_driver_is_asked_begins_the_time_anew():
    session = Watched()
    session.call()
    assert session.look(IDLE_S) is None
    session.call()
    session.asked[0]()
    for _ in range(int(IDLE_S) - 1):
        assert session.look() is None
    assert session.look() is None and len(session.asked) == 2
    session.asked[0]()
    assert session.look(0.0) is None
    session.asked[1]()
    assert session.look() is not None


def test_session_that_waits_for_the_gpu_is_not_idle():
    session = Watched()
    session.call()
    for _ in range(5 * int(IDLE_S)):
        assert session.look(busy=True) is None
    assert not session.asked and session.deadlines.idle_s == 0


def test_session_is_over_after_its_time_whatever_it_does():
    session = Watched(None, SESSION_S)
    for _ in range(99):
        session.call()
        assert session.look(busy=True) is None
    ending = session.look(busy=True)
    assert ending and ending.code == 806 and "100 s" in ending.reason and ending.result == "session time-out"


def test_without_limits_nothing_is_ever_asked_and_it_is_told_how_long_nothing_came():
    session = Watched(None)
    session.call()
    for _ in range(50):
        assert session.look(3600.0) is None
    assert not session.asked and session.deadlines.idle_s == 50 * 3600
