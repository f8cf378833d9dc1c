"""The shared session table: what each session of a Dispatcher is and has done, in memory that the Dispatcher and all
CUDA Servers map.

Theory: a row belongs to one process from its start until the Dispatcher has reaped it. Its CUDA Server alone writes
it, without a lock: first who the client is, then, last, its own process id, which makes the row visible; afterwards
only counts. The Dispatcher takes the process id away first when it clears the row. A reader takes a row whose
process id is the same before and after it was copied.

Layout, in 64-bit words: the layout itself, rows that were ever used, rows, devices; TALLY_WORDS of the Dispatcher's
own (server/totals.py); the bytes of device memory, one column a device (worker/ledger.py); the facts, FACTS_BYTES a
row; how many exports a row has used, and those exports (exports.py). It vanishes with the last process that has it
open. Any of the CUDA Servers might be in the hands of its client: whatever they write, nobody who reads it ends.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass

from ..limits import EXPORTS_MAX
from ..observe.tally import Slots

WORD = 8
_LAYOUT, _USED, _ROWS, _DEVICES, _TALLY = 0, 1, 2, 3, 4
TALLY_WORDS = 512
MEMORY = _TALLY + TALLY_WORDS  # word of the first row's first device
# To be changed with the layout: a resource scheduler may look at the table of a Dispatcher of another release.
_THIS_LAYOUT = 0xBF000002
_HEAD = struct.Struct("<QQQQ")

# Process id of the CUDA Server, process id of the client, nanoseconds since 1970, flags; session, host, program, user,
# address.
_IDENTITY = struct.Struct("<QQQQ16s64s128s64s48s")
_FLAGS = 3  # which word
# Words: calls, asks, bytes in, bytes out, pages in, pages out; then pairs of an error code and how many calls got it.
# Last: milliseconds since the client's last call.
_COUNTS, _ERRORS, _IDLE = 6, 2 * 16, 1
FACTS_BYTES = _IDENTITY.size + (_COUNTS + _ERRORS + _IDLE) * WORD
EXPORT_BYTES = 128
_ROW_EXPORTS_BYTES = (1 + EXPORTS_MAX) * EXPORT_BYTES  # in the place of the first: how many
_NO_CUDA, _INTERRUPTED = 1, 2
_UNTIL_SHIFT = 8  # of the flags: milliseconds since 1970, until when a client is waited for


@dataclass(frozen=True)
class SessionRow:
    """A session. `server_pid` is its CUDA Server, `pid` the client's process on `host`, which says that of itself, and
    `user`; `address` is where it comes from. `started` is in seconds since 1970.

    `cuda` is False if the client uses NVML alone: such a session is no process on the GPUs. `memory` has the bytes
    that it has allocated on each device, in the client's order. `interrupted`: its connection is broken, and waited
    for until `waits_until`, in seconds since 1970. `errors`: code -> how many calls got it. `idle_s`: how long it has
    called nothing and waited for nothing.
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
    interrupted: bool
    waits_until: float
    calls: int
    asks: int
    bytes_in: int
    bytes_out: int
    pages_in: int
    pages_out: int
    memory: tuple[int, ...]
    errors: Mapping[int, int]
    idle_s: float


def create(rows: int, devices: int) -> int:
    """A new table without sessions; returns its file descriptor."""
    fd = os.memfd_create("bitfusion-sessions", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(fd, (MEMORY + rows * devices) * WORD + rows * (FACTS_BYTES + _ROW_EXPORTS_BYTES))
    # Whoever made it smaller would end all that look at it (SIGBUS).
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    words = memoryview(mmap.mmap(fd, MEMORY * WORD)).cast("Q")
    words[_ROWS], words[_DEVICES] = rows, devices
    words[_LAYOUT] = _THIS_LAYOUT
    return fd


class SessionTable:
    """The table `fd`, as anybody sees it. `tally` are the Dispatcher's own words."""

    def __init__(self, fd: int, exports: bool = True) -> None:
        """Without `exports` it takes little memory, and exports must not be looked at. Raises ValueError for what is no
        table of this release.
        """
        layout, _, rows, devices = _HEAD.unpack(os.pread(fd, _HEAD.size, 0).ljust(_HEAD.size, b"\0"))
        if layout != _THIS_LAYOUT:
            raise ValueError("the session table of another release")
        self.fd = fd
        self.rows: int = rows
        self.devices: int = devices
        self._facts: int = (MEMORY + self.rows * self.devices) * WORD
        self._exports: int = self._facts + self.rows * FACTS_BYTES
        self.bytes = memoryview(mmap.mmap(fd, os.fstat(fd).st_size if exports else self._exports))
        self.words = self.bytes[: len(self.bytes) // WORD * WORD].cast("Q")
        self.tally = self.words[_TALLY:MEMORY]

    @property
    def used(self) -> int:
        """How many rows were ever used: the others are all zero."""
        return min(self.words[_USED], self.rows)

    def sessions(self) -> list[SessionRow]:
        """The sessions that are there now, in the order of their rows."""
        return [found for row in range(self.used) if (found := self.session(row)) is not None]

    def session(self, row: int) -> SessionRow | None:
        """The session of `row`, None if there is none."""
        place = self.facts(row)
        if not self.words[place // WORD]:
            return None
        identity = _IDENTITY.unpack_from(self.bytes, place)
        counts, errors = self.counts(row)
        calls, asks, bytes_in, bytes_out, pages_in, pages_out = counts.tolist()
        failed = Slots(errors).counts()
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
            bool(flags & _INTERRUPTED),
            (flags >> _UNTIL_SHIFT) / 1e3,
            calls,
            asks,
            bytes_in,
            bytes_out,
            pages_in,
            pages_out,
            memory,
            failed,
            self.words[self.idle(row)] / 1e3,
        )

    def counts(self, row: int) -> tuple[memoryview, memoryview]:
        """The words of `row` for what it has done, and for errors."""
        first = (self.facts(row) + _IDENTITY.size) // WORD
        return self.words[first : first + _COUNTS], self.words[first + _COUNTS : first + _COUNTS + _ERRORS]

    def idle(self, row: int) -> int:
        """The word of `row` for how long it is idle."""
        return (self.facts(row) + FACTS_BYTES) // WORD - _IDLE

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
        count = min(self.words[self.export(row, -1) // WORD], EXPORTS_MAX)
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
        self._memory = slice(MEMORY + row * table.devices, MEMORY + (row + 1) * table.devices)
        self._place = table.facts(row)
        self._counts, errors = table.counts(row)
        self._errors = Slots(errors)
        self._idle = table.idle(row)

    def memory(self) -> int:
        """Bytes of all devices that this session has."""
        return sum(self._table.words[self._memory])

    def show_idle(self, seconds: float) -> None:
        """Show how long the client has called nothing."""
        self._table.words[self._idle] = int(seconds * 1e3)

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

    def show_interrupted(self, left_s: float | None) -> None:
        """Show for how long the client's connection, which is broken, is waited for; None: it is whole."""
        flags = self._place // WORD + _FLAGS
        until_ms = 0 if left_s is None else int((time.time() + left_s) * 1e3)
        shown = until_ms << _UNTIL_SHIFT | (0 if left_s is None else _INTERRUPTED)
        self._table.words[flags] = self._table.words[flags] & _NO_CUDA | shown

    def count(
        self,
        calls: int,
        asks: int,
        bytes_in: int,
        bytes_out: int,
        pages_in: int,
        pages_out: int,
        errors: Mapping[int, int],
    ) -> None:
        """Show what was done so far."""
        for place, count in enumerate((calls, asks, bytes_in, bytes_out, pages_in, pages_out)):
            self._counts[place] = count
        self._errors.show(errors)


def _cut(text: str, count: int) -> bytes:
    """The UTF-8 of `text` in at most `count` bytes, never with half a character at its end."""
    return text.encode("utf-8", "replace")[:count].decode("utf-8", "ignore").encode()


def _text(field: bytes) -> str:
    return field.rstrip(b"\0").decode("utf-8", "replace")
