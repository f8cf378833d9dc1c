"""Frames: headers, and a buffer from which whole frames are taken. Sans-IO: knows no msgpack and no states.

A frame is a 16-byte header, a msgpack body, and bulk bytes that never enter this file's objects: the receiver takes
them straight into their destination (protocol.md, Frames).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from enum import IntEnum
from functools import partial
from typing import NamedTuple

from ..errors import FrameError
from ..limits import FRAME_BODY_BYTES_MAX, FRAME_BULK_BYTES_MAX, FRAME_HEADER_BYTES, NOTICE_BYTES_MAX

HEADER = struct.Struct("<IHHQ")
assert HEADER.size == FRAME_HEADER_BYTES


class Kind(IntEnum):
    """The kinds of frames."""

    HELLO = 1
    WELCOME = 2
    REFUSED = 3
    CALLS = 4
    REPLY = 5
    DATA = 6
    HEARTBEAT = 7
    OUTPUT = 8
    QUERY = 9
    ANSWER = 10
    NOTICE = 11
    CHALLENGE = 12
    PROOF = 13
    ACK = 14
    GOODBYE = 15


_KINDS = {int(kind): kind for kind in Kind}
_WITH_BULK = (Kind.CALLS, Kind.DATA, Kind.OUTPUT)
_WITHOUT_BODY = (Kind.HEARTBEAT, Kind.GOODBYE)


class Header(NamedTuple):
    """What comes after the header: `body_bytes` of msgpack, then `bulk_bytes`."""

    kind: Kind
    body_bytes: int
    bulk_bytes: int


class Frame(NamedTuple):
    """A frame whose body is complete. `body` is valid until the buffer is next received into; the bulk is still to
    come.
    """

    kind: Kind
    body: memoryview
    bulk_bytes: int


# Frame(…) would be a function of Python around this one.
_new_frame: Callable[[tuple[Kind, memoryview, int]], Frame] = partial(tuple.__new__, Frame)


def parse_header(data: memoryview | bytes, body_bytes_max: int = FRAME_BODY_BYTES_MAX) -> Header | None:
    """Return the header at the start of `data`, or None if more bytes are needed.

    Raises FrameError before a byte of the body is read, so that a peer cannot make us reserve memory.
    """
    if len(data) < FRAME_HEADER_BYTES:
        return None
    body_bytes, number, zero, bulk_bytes = HEADER.unpack_from(data)
    return Header(_check(body_bytes_max, body_bytes, number, zero, bulk_bytes), body_bytes, bulk_bytes)


def _check(body_bytes_max: int, body_bytes: int, number: int, zero: int, bulk_bytes: int) -> Kind:
    kind = _KINDS.get(number)
    if kind is None or zero:
        raise FrameError(f"not a frame: kind {number}, reserved field {zero}")
    if body_bytes > body_bytes_max:
        raise FrameError(f"{kind.name} with a body of {body_bytes} bytes; at most {body_bytes_max} are allowed")
    if bulk_bytes > (FRAME_BULK_BYTES_MAX if kind in _WITH_BULK else 0):
        raise FrameError(f"{kind.name} with {bulk_bytes} bytes of bulk data")
    if (body_bytes and kind in _WITHOUT_BODY) or (kind is Kind.NOTICE and body_bytes > NOTICE_BYTES_MAX):
        raise FrameError(f"{kind.name} with a body of {body_bytes} bytes")
    return kind


def pack_header(kind: int, body_bytes: int, bulk_bytes: int = 0) -> bytes:
    """The 16 bytes of a header."""
    assert body_bytes <= FRAME_BODY_BYTES_MAX and bulk_bytes <= FRAME_BULK_BYTES_MAX
    return HEADER.pack(body_bytes, kind, 0, bulk_bytes)


def pack_frame(kind: int, body: bytes, bulk_bytes: int = 0) -> bytes:
    """Header and body; the caller sends the bulk after them."""
    return pack_header(kind, len(body), bulk_bytes) + body


class FrameBuffer:
    """Received bytes, and the frames at their front.

    The owner receives into `space()`, reports the count to `received()`, and takes frames with `next_frame()` and
    the bulk that already arrived with `take()`. Bulk that did not arrive yet is the owner's to receive elsewhere.
    The memory grows only for a body whose header was accepted, and with what has come of it: to twice that at most.
    """

    def __init__(self, capacity: int, body_bytes_max: int = FRAME_BODY_BYTES_MAX) -> None:
        self._body_bytes_max = body_bytes_max
        self._store = memoryview(bytearray(capacity))
        self._start = 0
        self._end = 0

    def __len__(self) -> int:
        return self._end - self._start

    def space(self) -> memoryview:
        """Free memory, never empty, to receive into. Ends the validity of every frame taken before."""
        start, end = self._start, self._end
        if start == end:
            self._start = self._end = 0
            return self._store
        self._reserve(self._wanted())
        return self._store[self._end :]

    def received(self, count: int) -> None:
        """`count` bytes were written to the start of `space()`."""
        self._end += count

    def next_frame(self) -> Frame | None:
        """Take the frame at the front, or None if its header or body is not complete. Raises FrameError."""
        body = self._start + FRAME_HEADER_BYTES
        if body > self._end:
            return None
        # Not parse_header(): a call that waits comes by here twice, and slices cost.
        body_bytes, number, zero, bulk_bytes = HEADER.unpack_from(self._store, self._start)
        kind = _check(self._body_bytes_max, body_bytes, number, zero, bulk_bytes)
        end = body + body_bytes
        if end > self._end:
            return None
        self._start = end
        return _new_frame((kind, self._store[body:end], bulk_bytes))

    def peek(self, count: int) -> memoryview | None:
        """Take the next `count` bytes in place if they all arrived; valid as a frame is."""
        start = self._start
        if self._end - start < count:
            return None
        self._start += count
        return self._store[start : start + count]

    def take(self, target: memoryview) -> int:
        """Move what arrived of the bulk to the start of `target`; returns the number of bytes."""
        count = min(len(target), self._end - self._start)
        if count:
            target[:count] = self._store[self._start : self._start + count]
            self._start += count
        return count

    def _wanted(self) -> int:
        """Bytes from the front to the end of the first frame's body, as far as it is known."""
        header = parse_header(self._store[self._start : self._end], self._body_bytes_max)
        return FRAME_HEADER_BYTES + (header.body_bytes if header else 0)

    def _reserve(self, wanted: int) -> None:
        """Make room for `wanted` bytes from the front, as far as they have come, and at least one to receive."""
        pending = self._end - self._start
        if wanted > len(self._store):
            wanted = min(wanted, len(self._store) if pending < len(self._store) else 2 * pending)
        wanted = max(wanted, pending + 1)
        if self._start + wanted <= len(self._store):
            return
        target = self._store if wanted <= len(self._store) else memoryview(bytearray(wanted))
        target[:pending] = bytes(self._store[self._start : self._end])
        self._store, self._start, self._end = target, 0, pending
