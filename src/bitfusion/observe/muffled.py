"""Log lines about peers that anybody can cause: a few of each address, then a number of those that were left out.

Whoever connects again and again would otherwise fill the disk and hide what else is logged.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from ..limits import LOGGED_OF_ADDRESS_MAX, LOGGED_OF_PEERS_MAX, LOGGED_PERIOD_S


class Muffled:
    """Lines of one program about its peers. `log` gives the logger; `clock` counts seconds."""

    def __init__(self, log: Callable[[], Any], clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._begin_s = clock()
        self._said: Counter[str] = Counter()
        self._left_out: Counter[tuple[str, str]] = Counter()

    def warning(self, event: str, address: str, **values: Any) -> None:
        """A line about a peer at `address`, unless there were many of late."""
        self._line("warning", event, address, values)

    def info(self, event: str, address: str, **values: Any) -> None:
        """The same of what is nothing to worry about."""
        self._line("info", event, address, values)

    def flush(self) -> None:
        """Tell what was left out, if the time for it has come."""
        if self._clock() - self._begin_s >= LOGGED_PERIOD_S:
            self.tell()

    def tell(self) -> None:
        """Tell what was left out until now, and begin anew."""
        left_out, self._left_out = self._left_out, Counter()
        self._said.clear()
        self._begin_s = self._clock()
        for (event, address), count in left_out.most_common(LOGGED_OF_ADDRESS_MAX):
            self._log().warning("lines.left_out", of=event, peer=address, lines=count)
        if rest := sum(left_out.values()) - sum(dict(left_out.most_common(LOGGED_OF_ADDRESS_MAX)).values()):
            self._log().warning("lines.left_out", of="several", peer="several", lines=rest)

    def _line(self, level: str, event: str, address: str, values: dict[str, Any]) -> None:
        self.flush()
        if self._said[address] < LOGGED_OF_ADDRESS_MAX and self._said.total() < LOGGED_OF_PEERS_MAX:
            self._said[address] += 1
            getattr(self._log(), level)(event, peer=address, **values)
        else:
            known = (event, address) in self._left_out or len(self._left_out) < LOGGED_OF_PEERS_MAX
            self._left_out[event, address if known else ""] += 1
