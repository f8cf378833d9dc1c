"""The store in a file: SQLite, for the one scheduler of a host.

A turn's changes are one transaction. The journal is a write-ahead log with synchronous=NORMAL: a commit is in the
kernel's hands when write() returns, so nothing that returned is lost when this process is killed, at any point. Only
a power cut can take the last commits back (never half of one), and a power cut ends every Dispatcher as well: the
leases it takes back had ended with it, and those it brings back find no Dispatcher at the next start and end. FULL
would cost a flush of the disk per ticket for that.

The file is held under an exclusive lock while it is open, which the kernel drops with the process; a second
scheduler is refused.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..errors import BitfusionError, StoreError
from .model import Lease, Ticket
from .state import Change, DropTicket, EndLease, ForgetLease, Mark, Past, PutLease, PutTicket, Snapshot

FORMAT = 1
_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE tickets (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE leases (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE gone (id TEXT PRIMARY KEY, unix_s REAL NOT NULL) WITHOUT ROWID;
"""
# Facts that an older release leaves as they are.
_MARK, _PAST = "order_mark_us", "past_leases_s"


class SqliteStore:
    """A Store in the file `path`, which is made, for its owner alone, if it is not there; its directory must be."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        with self._explained():
            self.path.touch(mode=0o600)
            self._db = sqlite3.connect(self.path, isolation_level=None, timeout=0)
            try:
                self._open()
            except BaseException:
                self._db.close()
                raise

    def load(self) -> Snapshot:
        """See Store. Raises StoreError also for rows that this release cannot read."""
        with self._explained():
            tickets = [Ticket.from_dict(json.loads(body)) for (body,) in self._db.execute("SELECT body FROM tickets")]
            leases = [
                Lease.from_dict(json.loads(body)) for (body,) in self._db.execute("SELECT body FROM leases ORDER BY id")
            ]
            gone = dict(self._db.execute("SELECT id, unix_s FROM gone ORDER BY unix_s"))
            past_s = tuple(map(float, json.loads(self.fact(_PAST) or "[]")))
            return Snapshot(tuple(tickets), tuple(leases), gone, int(self.fact(_MARK) or 0), past_s)

    def write(self, changes: Sequence[Change]) -> None:
        """See Store."""
        if not changes:
            return
        with self._explained(), self._transaction():
            for change in changes:
                self._apply(change)

    def fact(self, name: str) -> str | None:
        """See Store."""
        with self._explained():
            row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def keep_fact(self, name: str, value: str) -> None:
        """See Store."""
        with self._explained(), self._transaction():
            self._put_fact(name, value)

    def close(self) -> None:
        """See Store."""
        self._db.close()

    def _open(self) -> None:
        for setting in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL"):
            self._db.execute(f"PRAGMA {setting}")
        with self._transaction():  # takes the lock, for as long as the file is open
            (found,) = self._db.execute("PRAGMA user_version").fetchone()
            if found > FORMAT:
                newer = f"{self.path}: was written by a newer release, in format {found} where this one knows {FORMAT}"
                raise StoreError(newer, "start that release, or move the file away once nothing is leased")
            if found == FORMAT:
                return
            if self._db.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
                raise StoreError(f"{self.path}: is a database of another program", "name another file")
            for statement in _SCHEMA.strip().splitlines():
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {FORMAT}")

    def _apply(self, change: Change) -> None:
        execute = self._db.execute
        match change:
            case PutTicket(ticket):
                execute("INSERT OR REPLACE INTO tickets VALUES (?, ?)", (ticket.id, json.dumps(ticket.to_dict())))
            case DropTicket(id):
                execute("DELETE FROM tickets WHERE id = ?", (id,))
            case PutLease(lease):
                execute("INSERT OR REPLACE INTO leases VALUES (?, ?)", (lease.id, json.dumps(lease.to_dict())))
            case EndLease(id, unix_s):
                execute("DELETE FROM leases WHERE id = ?", (id,))
                execute("INSERT OR REPLACE INTO gone VALUES (?, ?)", (id, unix_s))
            case ForgetLease(id):
                execute("DELETE FROM gone WHERE id = ?", (id,))
            case Mark(time_us):
                self._put_fact(_MARK, str(time_us))
            case Past(seconds):
                self._put_fact(_PAST, json.dumps(seconds))
            case _:
                raise AssertionError(f"the store does not know {change!r}")

    def _put_fact(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            # A failed COMMIT of a full disk may have rolled back by itself.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What SQLite and the file system say, as a StoreError that names the file."""
        try:
            yield
        except StoreError:
            raise
        except OSError as problem:
            hint = "name a file in a directory that you may write"
            raise StoreError(f"{self.path}: {problem.strerror or problem}", hint) from problem
        except sqlite3.OperationalError as problem:
            if "locked" in str(problem):
                hint = "end that one, or name another file"
                raise StoreError(f"{self.path}: another resource scheduler has it open", hint) from problem
            hint = "see that it can be written and its disk is not full, or name another file"
            raise StoreError(f"{self.path}: {problem}", hint) from problem
        except (sqlite3.Error, BitfusionError, ValueError, KeyError, TypeError) as problem:
            hint = "move the file away once nothing is leased; it is made anew"
            raise StoreError(f"{self.path}: is not what a resource scheduler wrote ({problem})", hint) from problem
