"""Whose token the sessions of a Dispatcher have: what others may see of them, and their end with the token's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..access.tokens_file import ADMINISTER, Entry
from ..observe.log import logger
from ..worker.session_table import SessionRow
from .gate import Gate
from .pool import Pool


class Bearers:
    """Of the sessions of `pool`. Without tokens it knows none, and everybody sees everything."""

    def __init__(self, pool: Pool, gate: Gate) -> None:
        self._pool = pool
        self._gate = gate
        self._entries: dict[str, Entry] = {}

    def add(self, session: str, entry: Entry) -> None:
        """A session has begun under this token."""
        self._forget()
        self._entries[session] = entry

    def seen_by(self, viewer: Entry | None) -> Sequence[SessionRow]:
        """The sessions as this one may see them: of others only what they take."""
        rows = self._pool.session_table.sessions()
        return [self._seen(row, viewer) for row in rows] if self._gate.locked else rows

    def end_ended(self) -> None:
        """End the sessions whose token is good no more."""
        self._gate.look()
        self._forget()
        for session, entry in list(self._entries.items()):
            if why := self._gate.why_ended(entry):
                logger().warning(
                    "session.ending", session=session, token=entry.id, user=entry.user, reason=f"token {why}"
                )
                del self._entries[session]
                self._pool.end_session(session)

    def _seen(self, row: SessionRow, viewer: Entry | None) -> SessionRow:
        entry = self._entries.get(row.session)
        if entry is not None and viewer is not None and viewer.sees(entry.user):
            # Who administers acts for the user that the client names.
            return row if ADMINISTER in entry.scopes else replace(row, user=entry.user)
        return replace(row, session="", pid=0, host="", program="", user="", address="")

    def _forget(self) -> None:
        """Sessions that have ended."""
        running = self._pool.sessions()
        for session in [session for session in self._entries if session not in running]:
            del self._entries[session]
