"""What a Dispatcher and its sessions have done, in the words of the session table that are the Dispatcher's own.

So whoever started it can look without asking, also when it has been killed: nothing is lost with a process.

Theory: what a session has done moves from its row to the totals when it ends. A counter in which it is found twice or
not at all for a moment is taken for one that began anew. So the first word is odd while something moves, and another
process that has looked meanwhile looks again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace

from ..observe.tally import WORD_MAX, Durations, Histogram, Slots
from ..worker.session_table import SessionRow, SessionTable

# Of the sessions that have ended.
_OF_SESSIONS = ("calls", "asks", "bytes_in", "bytes_out", "pages_in", "pages_out")
_NUMBERS = ("ended", "died", "waiting", *_OF_SESSIONS)
_TURN, _FIRST = 0, 1
_REFUSED = _FIRST + len(_NUMBERS)
_ERRORS = _REFUSED + 2 * 16
_STARTS = _ERRORS + 2 * 128  # there are some hundred codes
_WAITS = _STARTS + Histogram.WORDS
_END = _WAITS + Histogram.WORDS
_LOOKS, _LOOK_S = 20, 0.001  # until it is believed that a Dispatcher stands still in the middle of a move


@dataclass(frozen=True)
class Counts:
    """Numbers of one or several Dispatchers: sessions that run and that have ended, of which some `died` with their
    process; clients that wait; what all sessions did. `refused` clients and `errors` of calls by code.

    `starts`: of CUDA Servers; `waits`: of clients, until they had one.
    """

    running: int = 0
    ended: int = 0
    died: int = 0
    waiting: int = 0
    calls: int = 0
    asks: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    pages_in: int = 0
    pages_out: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    errors: Counter[int] = field(default_factory=Counter)
    starts: Durations = field(default_factory=Durations)
    waits: Durations = field(default_factory=Durations)

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


class Totals:
    """The Dispatcher's words, to be written by it."""

    def __init__(self, words: memoryview) -> None:
        assert len(words) >= _END
        self._words = words
        self.refused = Slots(words[_REFUSED:_ERRORS])
        self.errors = Slots(words[_ERRORS:_STARTS])
        self.starts = Histogram(words[_STARTS:_WAITS])
        self.waits = Histogram(words[_WAITS:_END])

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Something leaves its row and is added."""
        self._turn()
        try:
            yield
        finally:
            self._turn()

    @property
    def turn(self) -> int:
        """How often something began or ended to move."""
        return self._words[_TURN]

    def add(self, ended: SessionRow | None) -> None:
        """Add a session that has ended; None, which is a process without a client, adds nothing."""
        if ended is not None:
            self._add("ended", 1)
            for name in _OF_SESSIONS:
                self._add(name, getattr(ended, name))
            for code, count in ended.errors.items():
                self.errors.add(code, count)

    def died(self) -> None:
        """The process of a session came to a bad end."""
        self._add("died", 1)

    def show_waiting(self, waiting: int) -> None:
        """So many clients wait now."""
        self._words[_FIRST + _NUMBERS.index("waiting")] = waiting

    def seen(self) -> Counts:
        """What was written so far; no running sessions."""
        numbers = dict(zip(_NUMBERS, self._words[_FIRST:_REFUSED].tolist(), strict=True))
        refused, errors = self.refused.counts(), self.errors.counts()
        return Counts(**numbers, refused=refused, errors=errors, starts=self.starts.seen(), waits=self.waits.seen())

    def _turn(self) -> None:
        self._words[_TURN] = self._words[_TURN] + 1 & WORD_MAX

    def _add(self, name: str, count: int) -> None:
        place = _FIRST + _NUMBERS.index(name)
        self._words[place] = self._words[place] + count & WORD_MAX


class Shared:
    """The session table of a Dispatcher in another process, which is there as long as this is."""

    def __init__(self, table: int) -> None:
        """`table`: a file descriptor, which stays the caller's. Raises ValueError for one of another release,
        OSError.
        """
        self._table = SessionTable(table, exports=False)
        self._totals = Totals(self._table.tally)
        self._last = Counts()

    def counts(self) -> Counts:
        """All that it tells now, or did when it was looked at before and a session does not come to its end."""
        for _ in range(_LOOKS):
            turn = self._totals.turn
            counts = counts_of(self._table)
            if turn % 2 == 0 and self._totals.turn == turn:
                self._last = counts
                break
            time.sleep(_LOOK_S)
        return self._last

    def final(self) -> Counts:
        """All that it tells when its writers are gone: sessions that were not cleared have died with them."""
        last = counts_of(self._table)
        died, ended = last.died + last.running, last.ended + last.running
        return replace(last, running=0, waiting=0, ended=ended, died=died)

    def allocated(self) -> list[int]:
        """Bytes that the sessions have allocated on each device."""
        return [sum(device) for device in zip(*(session.memory for session in self._table.sessions()), strict=True)]


def counts_of(table: SessionTable) -> Counts:
    """All that a table tells, of sessions that run, too."""
    sessions = table.sessions()
    now = {name: sum(getattr(session, name) for session in sessions) for name in _OF_SESSIONS}
    errors: Counter[int] = Counter()
    for session in sessions:
        errors.update(session.errors)
    return Totals(table.tally).seen() + Counts(running=len(sessions), **now, errors=errors)
