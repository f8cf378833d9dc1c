"""How often each address may come: so many at once, and so many a second after that. Pure: the caller has the clock.

An address that comes more often is told how long to wait, so that a burst is slowed down and nobody is turned away for
it. What is known of an address is forgotten once it may come at once again.
"""

from __future__ import annotations


class Pace:
    """`burst` at once and `per_s` a second from each address; of at most `most` addresses, the oldest are forgotten."""

    def __init__(self, burst: int, per_s: float, most: int) -> None:
        self._interval_s = 1 / per_s
        self._ahead_s = burst / per_s
        self._most = most
        self._due_s: dict[str, float] = {}  # when all that came would be through at `per_s`

    def __len__(self) -> int:
        """How many addresses are known."""
        return len(self._due_s)

    def wait_s(self, address: str, now_s: float) -> float:
        """One more from `address`: how long it has to wait; 0 for most."""
        due_s = max(now_s, self._due_s.pop(address, now_s)) + self._interval_s
        while self._due_s:
            oldest = next(iter(self._due_s))
            if self._due_s[oldest] > now_s and len(self._due_s) < self._most:
                break
            del self._due_s[oldest]
        self._due_s[address] = due_s
        return max(0.0, due_s - now_s - self._ahead_s)

    def take_back(self, address: str) -> None:
        """The last one of `address` was turned away, and does not count."""
        if address in self._due_s:
            self._due_s[address] -= self._interval_s
