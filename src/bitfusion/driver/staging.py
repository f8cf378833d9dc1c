"""Pinned host memory of a session, in chunks: where bulk data waits between socket and device.

The memory is this process's own and is registered with the driver, not allocated by it: a context that goes away
takes the registration with it but leaves the memory, so that no address here can ever dangle. If registering is
refused, copies still work; the driver then stages them itself. A chunk is free, held by a copy to the host, or in
flight to the device (`event` tells when it is free again). Chunks are taken by the thread that runs calls; a waiting
thread may give one back.

That thread must not wait for a stream that stands still, since what sets it going may be the client's next call. So
copies behind such a stream, and those that nobody waits for, get more memory, in large chunks, because the driver's
queues are short. To make one takes longer than to fill it, so they are kept for the next copy, and given back when a
look later nobody has used them.

A stream that moves is another matter: what it has copied to the host waits for nothing but a client that reads. Beyond
STAGING_UNREAD_BYTES_MAX that thread waits for such a client, and takes none of its frames: a client that asks for much
and reads nothing fills its own connection, and not the memory of the server.
"""

from __future__ import annotations

import ctypes
import mmap
import threading
from collections import deque
from functools import partial
from time import perf_counter_ns

from ..limits import (
    COPY_CHUNK_BYTES,
    COPY_WIDE_BYTES,
    STAGING_BYTES_MAX,
    STAGING_CHUNK_BYTES,
    STAGING_GROWN_BYTES_MAX,
    STAGING_UNREAD_BYTES_MAX,
)
from ..session import Context, Handle
from .binding import NOT_READY, SUCCESS, cuda
from .outgoing import Copy
from .polling import poll, take_event
from .ports import Channel

_PORTABLE = 1  # CU_MEMHOSTREGISTER_PORTABLE: pinned for every context
_NO_EVENT: Handle = cuda.CUevent(0)
_STILL_NS = 20_000_000  # a stream that moves frees its oldest chunk sooner


class Chunk:
    """`size` bytes of host memory at `address`."""

    __slots__ = ("address", "event", "idle_events", "memory", "registered", "size", "view")

    def __init__(self, size: int) -> None:
        self.size = size
        self.memory = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        if size > COPY_CHUNK_BYTES:
            self.memory.madvise(mmap.MADV_HUGEPAGE)
        self.view = memoryview(self.memory)
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        self.registered: Context | None = None
        self.event: Handle = _NO_EVENT
        self.idle_events: list[Handle] = []


class Staging:
    """The chunks of a session. At most STAGING_BYTES_MAX are held, and as many in flight, as long as streams move; in
    all at most STAGING_GROWN_BYTES_MAX. `channel` lends the threads that give memory back."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._free: dict[int, list[Chunk]] = {COPY_CHUNK_BYTES: [], COPY_WIDE_BYTES: []}
        self._in_flight: dict[tuple[int, int], deque[Chunk]] = {}  # by context and stream: each is freed in order
        self._flying = 0  # bytes
        self._held = 0
        self._grown = 0
        self._spare: list[Chunk] = []  # large, and free
        self._unused = 0  # so many of them, from the front, have been so since the last look
        self._still: Chunk | Copy | None = None  # the oldest of a stream that was found not to move
        self._lock = threading.Lock()

    def can_hold(self, count: int) -> bool:
        """True if hold() for `count` bytes stays within what a session has anyway."""
        return self._held + count <= STAGING_BYTES_MAX

    def can_grow(self, count: int) -> bool:
        """True if there may be so many bytes more."""
        spare = len(self._spare) * STAGING_CHUNK_BYTES
        return self._grown - spare + count + STAGING_CHUNK_BYTES <= STAGING_GROWN_BYTES_MAX

    @property
    def is_crowded(self) -> bool:
        """True if more is held than a client that does not read may have."""
        return self._held > STAGING_UNREAD_BYTES_MAX

    def has_arrived(self, oldest: Chunk | Copy) -> bool:
        """True if the device is done with the `oldest` of a stream, or is soon because the stream moves."""
        if self._still is oldest:
            return cuda.cuEventQuery(oldest.event)[0] is not NOT_READY
        if poll(cuda.cuEventQuery, oldest.event, perf_counter_ns() + _STILL_NS) is not NOT_READY:
            return True
        self._still = oldest
        return False

    def hold(self, context: Context, size: int = COPY_CHUNK_BYTES) -> Chunk:
        """A chunk for a copy to the host; release() gives it back."""
        chunk = self._grow() if size == STAGING_CHUNK_BYTES else self._take(size) or Chunk(size)
        with self._lock:
            self._held += chunk.size
        return self._pinned(chunk, context)

    def release(self, chunk: Chunk) -> None:
        """The bytes of a held chunk were sent, and no copy writes to it any more. May be called by a waiting thread."""
        with self._lock:
            self._held -= chunk.size
        self._retire(chunk)

    def acquire(self, context: Context, stream: Handle) -> Chunk:
        """A chunk for a copy to the device in `stream`; launched() or abandon() must follow."""
        chunk = self._take()
        oldest = self._oldest(context, stream) if chunk is None else None
        if oldest is not None and poll(cuda.cuEventQuery, oldest.event) is not NOT_READY:
            chunk = self._take()
        elif oldest is not None and self._flying >= STAGING_BYTES_MAX:
            chunk = self._take_behind(oldest)
        return self._pinned(chunk or Chunk(COPY_CHUNK_BYTES), context)

    def launched(self, chunk: Chunk, context: Context, stream: Handle) -> None:
        """A copy from `chunk` was put into `stream` just now. Raises CallFailed; the chunk is then lost to nobody."""
        self.mark(chunk, context, stream)
        self._in_flight.setdefault((context.number, int(stream)), deque()).append(chunk)
        self._flying += chunk.size

    def mark(self, chunk: Chunk, context: Context, stream: Handle) -> None:
        """Record an event behind what `stream` does with `chunk`."""
        chunk.idle_events = context.idle_events
        chunk.event = take_event(context, stream)

    def abandon(self, chunk: Chunk) -> None:
        """No copy was made from an acquired chunk."""
        self._retire(chunk)

    def context_gone(self, context: Context) -> None:
        """Registrations made in `context` are gone, and its copies are over."""
        for chunks in (*self._free.values(), *self._in_flight.values(), self._spare):
            for chunk in chunks:
                if chunk.registered is context:
                    chunk.registered = None

    def _oldest(self, context: Context, stream: Handle) -> Chunk | None:
        """What is in flight longest in `stream` or, if nothing is, in another."""
        chunks = self._in_flight.get((context.number, int(stream))) or next(iter(self._in_flight.values()), None)
        return chunks[0] if chunks else None

    def _take_behind(self, oldest: Chunk) -> Chunk | None:
        """All that a session has anyway is in flight: wait for `oldest` as long as a stream that moves may need for
        it.
        """
        if self.has_arrived(oldest):
            return self._take()
        if self.can_grow(STAGING_CHUNK_BYTES):
            return self._grow()
        cuda.cuEventSynchronize(oldest.event)
        return self._take()

    def _take(self, size: int = COPY_CHUNK_BYTES) -> Chunk | None:
        """A free chunk, the last used first: it is still in the cache. Chunks whose copy is over are free."""
        for stream, chunks in tuple(self._in_flight.items()):
            while chunks and cuda.cuEventQuery(chunks[0].event)[0] is not NOT_READY:
                self._flying -= chunks[0].size
                self._retire(chunks.popleft())
            if not chunks:
                del self._in_flight[stream]
        try:
            return self._free[size].pop()
        except IndexError:
            return None

    def _grow(self) -> Chunk:
        with self._lock:
            if self._spare:
                chunk = self._spare.pop()
                self._unused = min(self._unused, len(self._spare))
                return chunk
            self._grown += STAGING_CHUNK_BYTES
        return Chunk(STAGING_CHUNK_BYTES)

    def _retire(self, chunk: Chunk) -> None:
        if chunk.event is not _NO_EVENT:
            chunk.idle_events.append(chunk.event)
            chunk.event = _NO_EVENT
        if chunk.size in self._free:
            self._free[chunk.size].append(chunk)
        else:
            with self._lock:
                self._spare.append(chunk)

    def look(self) -> None:
        """Give back the large chunks that nobody has used since the last look. For a thread that does not enter the
        driver.
        """
        with self._lock:
            unused, self._spare = self._spare[: self._unused], self._spare[self._unused :]
            self._unused = len(self._spare)
        for chunk in unused:
            context = chunk.registered
            if context is None:
                self._shrink(chunk)
            else:
                # The driver may wait for the whole context before it lets memory go: nobody else may have to wait for
                # that.
                self._channel.run_behind("staging", context, partial(self._shrink, chunk))

    def _shrink(self, chunk: Chunk) -> None:
        if chunk.registered is not None:
            cuda.cuMemHostUnregister(chunk.address)
        with self._lock:
            self._grown -= chunk.size

    def _pinned(self, chunk: Chunk, context: Context) -> Chunk:
        if (
            chunk.registered is None
            and context.device is not None
            and cuda.cuMemHostRegister(chunk.address, chunk.size, _PORTABLE)[0] is SUCCESS
        ):
            chunk.registered = context
        return chunk
