"""The shared session table: what each session of a Dispatcher is and has done, in memory that the Dispatcher and all
CUDA Servers map.

Theory: a row belongs to one process from its start until the Dispatcher has reaped it. Its CUDA Server alone writes
it, without a lock: first who the client is, then, last, its own process id, which makes the row visible; afterwards
only counts. The Dispatcher takes the process id away first when it clears the row. A reader takes a row whose
process id is the same before and after it was copied.

Layout, in 64-bit words: rows that were ever used, rows, devices; the bytes of device memory, one column a device
(worker/ledger.py); the facts, FACTS_BYTES a row; how many exports a row has used, and those exports (exports.py). It
vanishes with the last process that has it open.
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from dataclasses import dataclass

from ..limits import EXPORTS_MAX

WORD = 8
_USED, _ROWS, _DEVICES = 0, 1, 2
MEMORY = 3  # word of the first row's first device

# Process id of the CUDA Server, process id of the client, nanoseconds since 1970, flags; session, host, program, user,
# address.
_IDENTITY = struct.Struct("<QQQQ16s64s128s64s48s")
_COUNTS = struct.Struct("<QQQQQQ")  # calls, asks, bytes in, bytes out, pages in, pages out
FACTS_BYTES = _IDENTITY.size + _COUNTS.size
EXPORT_BYTES = 128
_ROW_EXPORTS_BYTES = (1 + EXPORTS_MAX) * EXPORT_BYTES  # in the place of the first: how many
_NO_CUDA = 1


@dataclass(frozen=True)
class SessionRow:
    """A session. `server_pid` is its CUDA Server, `pid` the client's process on `host`, which says that of itself, and
    `user`; `address` is where it comes from. `started` is in seconds since 1970.

    `cuda` is False if the client uses NVML alone: such a session is no process on the GPUs. `memory` has the bytes
    that it has allocated on each device, in the client's order.
    """

    row: int
    session: str
    server_pid: int
    pid: int
    host: str
    program: str
    user: str
    address: str
    started: float
    cuda: bool
    calls: int
    asks: int
    bytes_in: int
    bytes_out: int
    pages_in: int
    pages_out: int
    memory: tuple[int, ...]


def create(rows: int, devices: int) -> int:
    """A new table without sessions; returns its file descriptor."""
    fd = os.memfd_create("bitfusion-sessions", os.MFD_CLOEXEC)
    os.ftruncate(fd, (MEMORY + rows * devices) * WORD + rows * (FACTS_BYTES + _ROW_EXPORTS_BYTES))
    words = memoryview(mmap.mmap(fd, MEMORY * WORD)).cast("Q")
    words[_ROWS], words[_DEVICES] = rows, devices
    return fd


class SessionTable:
    """The table `fd`, as anybody sees it."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.bytes = memoryview(mmap.mmap(fd, os.fstat(fd).st_size))
        self.words = self.bytes[: len(self.bytes) // WORD * WORD].cast("Q")
        self.rows, self.devices = self.words[_ROWS], self.words[_DEVICES]
        self._facts = (MEMORY + self.rows * self.devices) * WORD
        self._exports = self._facts + self.rows * FACTS_BYTES

    @property
    def used(self) -> int:
        """How many rows were ever used: the others are all zero."""
        return self.words[_USED]

    def sessions(self) -> list[SessionRow]:
        """The sessions that are there now, in the order of their rows."""
        return [found for row in range(self.used) if (found := self.session(row)) is not None]

    def session(self, row: int) -> SessionRow | None:
        """The session of `row`, None if there is none."""
        place = self.facts(row)
        identity = _IDENTITY.unpack_from(self.bytes, place)
        calls, asks, bytes_in, bytes_out, pages_in, pages_out = _COUNTS.unpack_from(self.bytes, place + _IDENTITY.size)
        first = MEMORY + row * self.devices
        memory = tuple(self.words[first : first + self.devices])
        server_pid, pid, started, flags, session, host, program, user, address = identity
        if not server_pid or self.words[place // WORD] != server_pid:
            return None
        return SessionRow(
            row,
            _text(session),
            server_pid,
            pid,
            _text(host),
            _text(program),
            _text(user),
            _text(address),
            started / 1e9,
            not flags & _NO_CUDA,
            calls,
            asks,
            bytes_in,
            bytes_out,
            pages_in,
            pages_out,
            memory,
        )

    def open(self, row: int) -> None:
        """`row` is going to be used. For the Dispatcher."""
        self.words[_USED] = max(self.words[_USED], row + 1)

    def clear(self, row: int) -> SessionRow | None:
        """The process of `row` has ended; returns what it has done, None if it never had a client. For the
        Dispatcher.
        """
        ended = self.session(row)
        place = self.facts(row)
        self.words[place // WORD] = 0
        self.bytes[place : place + FACTS_BYTES] = bytes(FACTS_BYTES)
        for word in range(MEMORY + row * self.devices, MEMORY + (row + 1) * self.devices):
            self.words[word] = 0
        count = self.words[self.export(row, -1) // WORD]
        self.bytes[self.export(row, 0) : self.export(row, count)] = bytes(count * EXPORT_BYTES)
        self.open_exports(row, 0)
        return ended

    def facts(self, row: int) -> int:
        """Offset of the facts of `row`, in bytes."""
        return self._facts + row * FACTS_BYTES

    def export(self, row: int, place: int) -> int:
        """Offset of an export of `row`, in bytes."""
        return self._exports + row * _ROW_EXPORTS_BYTES + (1 + place) * EXPORT_BYTES

    def open_exports(self, row: int, count: int) -> None:
        """So many of them may not be zeroes."""
        self.words[self.export(row, -1) // WORD] = count


class OwnRow:
    """The row of this process, to be written. For a CUDA Server."""

    def __init__(self, table: SessionTable, row: int) -> None:
        self._table = table
        self._place = table.facts(row)

    def begin(
        self, session: str, pid: int, host: str, program: str, cuda: bool = True, user: str = "", address: str = ""
    ) -> None:
        """Show the session. Texts that are too long are cut."""
        identity = (
            0,
            max(0, pid),
            time.time_ns(),
            0 if cuda else _NO_CUDA,
            _cut(session, 16),
            _cut(host, 64),
            _cut(program, 128),
            _cut(user, 64),
            _cut(address, 48),
        )
        _IDENTITY.pack_into(self._table.bytes, self._place, *identity)
        self._table.words[self._place // WORD] = os.getpid()

    def count(self, calls: int, asks: int, bytes_in: int, bytes_out: int, pages_in: int, pages_out: int) -> None:
        """Show what was done so far."""
        counts = (calls, asks, bytes_in, bytes_out, pages_in, pages_out)
        _COUNTS.pack_into(self._table.bytes, self._place + _IDENTITY.size, *counts)


def _cut(text: str, count: int) -> bytes:
    """The UTF-8 of `text` in at most `count` bytes, never with half a character at its end."""
    return text.encode("utf-8", "replace")[:count].decode("utf-8", "ignore").encode()


def _text(field: bytes) -> str:
    return field.rstrip(b"\0").decode("utf-8", "replace")
