"""Counts in memory that several processes may map: one writes, all read.

The memory is given as 64-bit words. A word is read and written as a whole, so nobody sees half of a count, and no
count ever seems to go back.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

WORD_MAX = (1 << 64) - 1  # beyond it a count begins anew: some that others have spoilt must end nobody
OTHER = 1 << 16  # the number under which stands what found no place of its own

# From what a start takes that costs nothing to what nobody waits for.
BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Slots:
    """Counts by a number that is not 0, such as an error code, in pairs of words. What comes after all pairs but the
    last are taken is counted there, as OTHER.
    """

    def __init__(self, words: memoryview) -> None:
        self._words = words
        self._last = len(words) - 2

    def add(self, number: int, count: int = 1) -> None:
        """So many more of `number`."""
        at = self._last if number == OTHER else 0
        while at < self._last and self._words[at] not in (0, number):
            at += 2
        self._put(at, number, self._words[at + 1] + count)

    def show(self, counts: Mapping[int, int]) -> None:
        """Write all of `counts`, whose order is always the same: numbers are only added at its end."""
        rest = 0
        for place, (number, count) in enumerate(counts.items()):
            if 2 * place < self._last:
                self._put(2 * place, number, count)
            else:
                rest += count
        if rest:
            self._put(self._last, OTHER, rest)

    def counts(self) -> Counter[int]:
        """Number -> how many."""
        words = self._words.tolist()
        return Counter({number: count for number, count in zip(words[::2], words[1::2], strict=True) if number})

    def _put(self, at: int, number: int, count: int) -> None:
        # The count first: a number that is seen has one.
        self._words[at + 1] = count & WORD_MAX
        self._words[at] = number if at < self._last else OTHER


@dataclass(frozen=True)
class Durations:
    """How many took up to each of BOUNDS_S and longer than the one before, then how many took longer than all; and the
    sum of all seconds.
    """

    counts: tuple[int, ...] = (0,) * (len(BOUNDS_S) + 1)
    sum_s: float = 0.0

    @property
    def count(self) -> int:
        """How many there were."""
        return sum(self.counts)

    def __add__(self, other: Durations) -> Durations:
        counts = tuple(one + two for one, two in zip(self.counts, other.counts, strict=True))
        return Durations(counts, self.sum_s + other.sum_s)


class Histogram:
    """Durations in WORDS words: the counts, and the sum in microseconds."""

    WORDS = len(BOUNDS_S) + 2

    def __init__(self, words: memoryview | None = None) -> None:
        """Without `words`, in memory of this process alone."""
        self._words = memoryview(bytearray(8 * self.WORDS)).cast("Q") if words is None else words

    def observe(self, seconds: float) -> None:
        """One more."""
        self._count(bisect_left(BOUNDS_S, seconds), 1)
        self._count(self.WORDS - 1, round(seconds * 1e6))

    def _count(self, place: int, more: int) -> None:
        self._words[place] = (self._words[place] + more) & WORD_MAX

    def seen(self) -> Durations:
        """All so far."""
        *counts, sum_us = self._words.tolist()
        return Durations(tuple(counts), sum_us / 1e6)
