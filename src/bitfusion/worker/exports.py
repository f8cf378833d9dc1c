"""What sessions of a Dispatcher have exported to each other, a part of the shared session table.

Theory: the driver's handle never leaves the server. The client has a ticket instead: where the handle lies, and a
secret that nobody can guess. Each session has entries of its own, which only its CUDA Server writes; whoever has the
ticket finds the entry and compares the secret, and whose client is the same user of the same host. Another
Dispatcher, so another lease, has another table. The Dispatcher clears the entries of a session that has ended, before
anybody else gets its row.

An entry: the secret (zeroes: not in use), whose it is, how many bytes, the handle. The secret is written last.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from ..errors import CallFailed, Code
from ..limits import EXPORTS_MAX
from .session_table import EXPORT_BYTES, SessionTable

_SECRET = 32
_ENTRY = struct.Struct("<16sI64s")
_TICKET = struct.Struct("<8sII32s16x")
_MAGIC = b"bitfus\0\1"
_NOTHING = bytes(_SECRET)

assert _SECRET + _ENTRY.size <= EXPORT_BYTES
assert _TICKET.size == 64, "the size of the driver's own handles"


@dataclass
class _Given:
    place: int
    handle: bytes
    ticket: bytes


class SharedExports:
    """Those of the session in `row`, whose client is `user`, and the way to those of others."""

    def __init__(self, table: SessionTable, row: int, user: str) -> None:
        self._table = table
        self._row = row
        self._user = hashlib.sha256(user.encode("utf-8", "replace")).digest()[:16]
        self._given: dict[Hashable, _Given] = {}
        self._free: list[int] = []
        self._used = 0

    def give(self, subject: Hashable, handle: bytes, is_there: Callable[[Hashable], bool]) -> bytes:
        """The ticket for the driver's `handle` of `subject`, the same for the same handle. `is_there`: which subjects
        are, when there are too many. Raises CallFailed(OUT_OF_MEMORY).
        """
        given = self._given.get(subject)
        if given is not None and given.handle == handle:
            return given.ticket
        self.drop(subject)
        place = self._take(is_there)
        secret = secrets.token_bytes(_SECRET)
        data, at = self._table.bytes, self._table.export(self._row, place)
        _ENTRY.pack_into(data, at + _SECRET, self._user, len(handle), handle)
        data[at : at + _SECRET] = secret
        ticket = _TICKET.pack(_MAGIC, self._row, place, secret)
        self._given[subject] = _Given(place, handle, ticket)
        return ticket

    def drop(self, subject: Hashable) -> None:
        """Its ticket is good no more."""
        given = self._given.pop(subject, None)
        if given is not None:
            at = self._table.export(self._row, given.place)
            self._table.bytes[at : at + EXPORT_BYTES] = bytes(EXPORT_BYTES)
            self._free.append(given.place)

    def find(self, ticket: bytes) -> bytes | None:
        """The driver's handle that a ticket of any session stands for; None if it is nobody's, or another user's."""
        if len(ticket) != _TICKET.size:
            return None
        magic, row, place, secret = _TICKET.unpack(ticket)
        if magic != _MAGIC or row >= self._table.rows or place >= EXPORTS_MAX or secret == _NOTHING:
            return None
        data, at = self._table.bytes, self._table.export(row, place)
        if not secrets.compare_digest(bytes(data[at : at + _SECRET]), secret):
            return None
        user, size, handle = _ENTRY.unpack_from(data, at + _SECRET)
        # It may have been taken back, and given to another subject, while it was read.
        if user != self._user or bytes(data[at : at + _SECRET]) != secret:
            return None
        return bytes(handle[:size])

    def _take(self, is_there: Callable[[Hashable], bool]) -> int:
        if not self._free and self._used == EXPORTS_MAX:
            for subject in [subject for subject in self._given if not is_there(subject)]:
                self.drop(subject)
        if self._free:
            return self._free.pop()
        if self._used == EXPORTS_MAX:
            raise CallFailed(Code.OUT_OF_MEMORY)
        self._used += 1
        self._table.open_exports(self._row, self._used)
        return self._used - 1
