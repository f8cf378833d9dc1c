"""What the sessions of a Dispatcher that have ended did, added up."""

from __future__ import annotations

from dataclasses import dataclass

from ..worker.session_table import SessionRow


@dataclass
class Totals:
    """Counts of ended sessions; bytes as their sockets saw them, pages of managed memory."""

    sessions: int = 0
    calls: int = 0
    asks: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    pages_in: int = 0
    pages_out: int = 0

    def add(self, ended: SessionRow | None) -> None:
        """Add a session that has ended; None, which is a process without a client, adds nothing."""
        if ended is not None:
            self.sessions += 1
            self.calls += ended.calls
            self.asks += ended.asks
            self.bytes_in += ended.bytes_in
            self.bytes_out += ended.bytes_out
            self.pages_in += ended.pages_in
            self.pages_out += ended.pages_out
