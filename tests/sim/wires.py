"""Connections in virtual time: TCP as its ends see it. Bytes come in order and late, at the ends of a cut all at once
fails, and an end whose host has vanished is silent until the other believes it.

One object serves code that blocks (a strand), code that polls, and asyncio's streams.
"""

from __future__ import annotations

import asyncio
import errno
import random
import socket
import struct
from collections.abc import Callable, Iterable
from typing import Any

import strands

from bitfusion.limits import KEEPALIVE_IDLE_S, KEEPALIVE_INTERVAL_S, KEEPALIVE_PROBES

READ = 1  # selectors.EVENT_READ and select.POLLIN
_GIVEN_UP_S = KEEPALIVE_IDLE_S + KEEPALIVE_INTERVAL_S * KEEPALIVE_PROBES
_AGAIN_S = 0.3  # until TCP sends again what was lost
_TCP_INFO = struct.Struct("<2xBB4xI44xI")  # as net/sockets.py reads it: retransmits, probes, time-out, silence
_NUMBERS = iter(range(1000, 1 << 60))


class Wire:
    """How long bytes take, and how many are lost on their way: those are late."""

    def __init__(self, draw: random.Random, late_s: float = 0.01, lost: float = 0.0) -> None:
        self.draw, self.late_s, self.lost = draw, late_s, lost

    def delay_s(self) -> float:
        delay_s = self.draw.uniform(0, self.late_s)
        while self.lost and self.draw.random() < self.lost:
            delay_s += _AGAIN_S
        return delay_s


class End:
    """One end of a connection, with the methods of a socket."""

    def __init__(self, wire: Wire, name: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._wire, self._number, self.name = wire, next(_NUMBERS), name
        self._arrived = bytearray()
        self._ended = False  # nothing comes any more
        self._error = 0
        self._closed = False
        self._vanished_s: float | None = None  # since when nobody is there at the other end
        self._last_s = 0.0  # when what was sent last arrives
        self._timeout_s: float | None = None
        self.peer: End
        self.watchers: dict[Callable[[], None], None] = {}  # in an order, for the sake of the same history

    # What happens to it.

    def _later(self, happens: Callable[..., None], *arguments: Any) -> None:
        """At the peer, after all that was sent before."""
        self._last_s = max(self._last_s, self._loop.time() + self._wire.delay_s())
        self._loop.call_at(self._last_s, happens, *arguments)

    def _take(self, data: bytes) -> None:
        if not self._closed:
            self._arrived += data
            self._changed()

    def _take_end(self) -> None:
        self._ended = True
        self._changed()

    def fail(self, code: int) -> None:
        """The kernel gives the connection up."""
        if not self._closed and not self._error:
            self._error = code
            self._changed()

    def cut(self) -> None:
        """Something on the way resets the connection."""
        for end in (self, self.peer):
            end.fail(errno.ECONNRESET)

    def vanish(self) -> None:
        """The host of this end is gone, without a word."""
        for end in (self, self.peer):
            end._vanished_s = self._loop.time()
            self._loop.call_later(_GIVEN_UP_S, end.fail, errno.ETIMEDOUT)

    def _changed(self) -> None:
        for watcher in list(self.watchers):
            watcher()

    # What code asks of it.

    @property
    def readable(self) -> bool:
        return bool(self._arrived or self._ended or self._error or self._closed)

    @property
    def gone(self) -> bool:
        """What POLLRDHUP, POLLHUP and POLLERR say."""
        return bool(self._ended or self._error or self._closed)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until it is readable; for a strand."""
        return self.readable or wait_for([self], lambda: self.readable, timeout_s)

    def recv_into(self, target: memoryview, count: int = 0, flags: int = 0) -> int:
        view = memoryview(target)[: count or len(target)]
        done = 0
        while True:
            if flags & socket.MSG_DONTWAIT or self._timeout_s == 0.0:
                if not self.readable:
                    raise BlockingIOError(errno.EAGAIN, "nothing there")
            elif not self.wait(self._timeout_s):
                raise TimeoutError(errno.ETIMEDOUT, "timed out")
            if not self._arrived and self._error and not done:
                raise OSError(self._error, "connection lost")
            piece = self._arrived[: len(view) - done]
            view[done : done + len(piece)] = piece
            del self._arrived[: len(piece)]
            done += len(piece)
            if done == len(view) or not piece or not flags & socket.MSG_WAITALL:
                return done

    def recv(self, count: int) -> bytes:
        buffer = bytearray(count)
        return bytes(buffer[: self.recv_into(memoryview(buffer))])

    def send(self, data: bytes, flags: int = 0) -> int:
        if self._closed or self._error:
            raise OSError(self._error or errno.EPIPE, "connection lost")
        if self._vanished_s is None:
            self._later(self.peer._take, bytes(data))
        return len(data)

    def sendall(self, data: bytes) -> None:
        self.send(data)

    def sendmsg(self, parts: Iterable[bytes]) -> int:
        return self.send(b"".join(bytes(part) for part in parts))

    def shutdown(self, how: int) -> None:
        if self._closed or self._error:
            raise OSError(errno.ENOTCONN, "not connected")
        if how in (socket.SHUT_RD, socket.SHUT_RDWR):
            self._take_end()
        self._end_at_peer()

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._end_at_peer()
            self._changed()

    def _end_at_peer(self) -> None:
        if self._vanished_s is None:
            self._later(self.peer._take_end)

    def setblocking(self, blocking: bool) -> None:
        self._timeout_s = None if blocking else 0.0

    def settimeout(self, timeout_s: float | None) -> None:
        self._timeout_s = timeout_s

    def setsockopt(self, *_: Any) -> None:
        pass

    def getsockopt(self, level: int, option: int, size: int) -> bytes:
        """What TCP knows of the peer, of which net/sockets.py reads how long it has not acknowledged anything."""
        silent_ms = 0 if self._vanished_s is None else int(1000 * (self._loop.time() - self._vanished_s))
        info = bytearray(size)
        if silent_ms:
            _TCP_INFO.pack_into(info, 0, 2, 3, 200_000, silent_ms)
        return bytes(info)

    def getpeername(self) -> tuple[str, int]:
        return self.peer.name, 1

    def fileno(self) -> int:
        return self._number

    def __enter__(self) -> End:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def pair(wire: Wire, ours: str = "here", theirs: str = "there") -> tuple[End, End]:
    """The two ends of a new connection."""
    left, right = End(wire, ours), End(wire, theirs)
    left.peer, right.peer = right, left
    return left, right


class Listener:
    """A listening socket: `readable` while connections wait to be accepted."""

    def __init__(self, port: int) -> None:
        self.port, self._number = port, next(_NUMBERS)
        self.waiting: list[End] = []
        self.watchers: dict[Callable[[], None], None] = {}  # in an order, for the sake of the same history
        self.closed = False

    @property
    def readable(self) -> bool:
        return bool(self.waiting)

    gone = False

    def put(self, end: End) -> None:
        self.waiting.append(end)
        for watcher in list(self.watchers):
            watcher()

    def accept(self) -> tuple[End, Any]:
        if not self.waiting:
            raise BlockingIOError(errno.EAGAIN, "nobody there")
        end = self.waiting.pop(0)
        strands.process().at_end.append(end.close)
        return end, end.getpeername()

    def getsockname(self) -> tuple[str, int]:
        return "0.0.0.0", self.port

    def setblocking(self, _: bool) -> None:
        pass

    def fileno(self) -> int:
        return self._number

    def close(self) -> None:
        self.closed = True
        for end in self.waiting:
            end.fail(errno.ECONNRESET)
            end.peer.fail(errno.ECONNRESET)


def wait_for(sources: Iterable[Any], ready: Callable[[], bool], timeout_s: float | None) -> bool:
    """Give way until `ready`, which may change whenever one of `sources` does; False after the time."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def look() -> None:
        if not done.done() and ready():
            done.set_result(None)

    def late() -> None:
        if not done.done():
            done.set_result(None)

    timer = None if timeout_s is None else loop.call_later(max(0.0, timeout_s), late)
    sources = list(sources)
    for source in sources:
        source.watchers[look] = None
    try:
        look()
        strands.wait(done)
    finally:
        for source in sources:
            source.watchers.pop(look, None)
        if timer is not None:
            timer.cancel()
    return ready()


class Selector:
    """selectors.DefaultSelector for reading, and select.poll: of ends and listeners."""

    def __init__(self) -> None:
        self._sources: dict[int, tuple[Any, int, Any]] = {}

    def register(self, source: Any, events: int) -> None:
        self._sources[source.fileno()] = (_end_of(source), events, source)

    def unregister(self, source: Any) -> None:
        self._sources.pop(source.fileno(), None)

    def select(self, timeout_s: float | None = None) -> list[tuple[Any, int]]:
        found = lambda: [entry for entry in self._sources.values() if entry[0].readable]
        wait_for([entry[0] for entry in self._sources.values()], lambda: bool(found()), timeout_s)
        return [(_Key(source), READ) for _, _, source in found()]

    def poll(self, timeout_ms: float | None = None) -> list[tuple[int, int]]:
        def found() -> list[tuple[int, int]]:
            return [
                (number, READ)
                for number, (end, events, _) in self._sources.items()
                if end.gone or (events & READ and end.readable)
            ]

        timeout_s = None if timeout_ms is None else timeout_ms / 1000
        wait_for([entry[0] for entry in self._sources.values()], lambda: bool(found()), timeout_s)
        return found()

    def close(self) -> None:
        self._sources.clear()


class _Key:
    """What a selector says of a source."""

    def __init__(self, fileobj: Any) -> None:
        self.fileobj = fileobj


def _end_of(source: Any) -> Any:
    """The end in what wraps one (worker/control.py)."""
    return getattr(source, "_socket", source)


class Writer:
    """What asyncio code writes to an end with; what arrives there goes to `reader`."""

    def __init__(self, end: End, reader: asyncio.StreamReader) -> None:
        self._end, self._reader = end, reader
        end.watchers[self._arrived] = None
        self._fed = False
        self._arrived()

    def _arrived(self) -> None:
        end = self._end
        if self._fed:
            return
        if end._arrived:
            data, end._arrived = bytes(end._arrived), bytearray()
            self._reader.feed_data(data)
        if end._error:
            self._fed = True
            self._reader.set_exception(ConnectionResetError(end._error, "connection lost"))
        elif end._ended or end._closed:
            self._fed = True
            self._reader.feed_eof()

    def write(self, data: bytes) -> None:
        try:
            self._end.send(data)
        except OSError:
            pass  # told by the reader

    async def drain(self) -> None:
        if self._end._error:
            raise ConnectionResetError(self._end._error, "connection lost")

    def close(self) -> None:
        self._end.close()

    def is_closing(self) -> bool:
        return self._end._closed

    async def wait_closed(self) -> None:
        pass

    def get_extra_info(self, name: str) -> Any:
        return self._end if name == "socket" else (self._end.getpeername() if name == "peername" else None)


def streams(end: End) -> tuple[asyncio.StreamReader, Writer]:
    """Reader and writer of an end, for asyncio code."""
    reader = asyncio.StreamReader()
    return reader, Writer(end, reader)
