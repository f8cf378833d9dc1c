"""Pinned host memory of a session, in chunks: where bulk data waits between socket and device.

The memory is this process's own and is registered with the driver, not allocated by it: a context that goes away takes the
registration with it but leaves the memory, so that no address here can ever dangle. If registering is refused, copies still work;
the driver then stages them itself. A chunk is free, held by a copy to the host, or in flight to the device (`event` tells when it is
free again). Chunks are taken by the thread that runs calls; a waiting thread may give one back.
"""

from __future__ import annotations

import ctypes
import mmap
import threading
from collections import deque
from typing import Any

from ..limits import COPY_CHUNK_BYTES, STAGING_BYTES_MAX
from .binding import NOT_READY, SUCCESS, cuda
from .ports import Context
from .waits import poll, take_event

STAGING_CHUNKS_MAX = STAGING_BYTES_MAX // COPY_CHUNK_BYTES
_PORTABLE = 1  # CU_MEMHOSTREGISTER_PORTABLE: pinned for every context


class Chunk:
    """COPY_CHUNK_BYTES of host memory at `address`."""

    __slots__ = ("address", "event", "idle_events", "memory", "registered", "view")

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, COPY_CHUNK_BYTES)
        self.view = memoryview(self.memory)
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        self.registered: Context | None = None
        self.event: Any = None
        self.idle_events: list[Any] = []


class Staging:
    """The chunks of a session. At most STAGING_BYTES_MAX are held, and as many in flight."""

    def __init__(self) -> None:
        self._free: list[Chunk] = []
        self._in_flight: deque[Chunk] = deque()
        self._held = 0
        self._lock = threading.Lock()

    def can_hold(self, chunks: int) -> bool:
        """True if hold() may be called `chunks` times without exceeding the limit."""
        return self._held + chunks <= STAGING_CHUNKS_MAX

    def hold(self, context: Context) -> Chunk:
        """A chunk for a copy to the host; release() gives it back."""
        with self._lock:
            self._held += 1
        return self._pinned(self._take() or Chunk(), context)

    def release(self, chunk: Chunk) -> None:
        """The bytes of a held chunk were sent, and no copy writes to it any more. May be called by a waiting thread."""
        self._retire(chunk)
        with self._lock:
            self._held -= 1

    def acquire(self, context: Context) -> Chunk:
        """A chunk for a copy to the device; launched() or abandon() must follow. Waits if all are in flight."""
        chunk = self._take()
        if chunk is None and self._in_flight:
            oldest = self._in_flight[0]
            if poll(cuda.cuEventQuery, oldest.event) is not NOT_READY or len(self._in_flight) >= STAGING_CHUNKS_MAX:
                cuda.cuEventSynchronize(oldest.event)
                chunk = self._in_flight.popleft()
                self._idle(chunk)
        return self._pinned(chunk or Chunk(), context)

    def launched(self, chunk: Chunk, context: Context, stream: Any) -> None:
        """A copy from `chunk` was put into `stream` just now. Raises CallFailed; the chunk is then lost to nobody."""
        self.mark(chunk, context, stream)
        self._in_flight.append(chunk)

    def mark(self, chunk: Chunk, context: Context, stream: Any) -> None:
        """Record an event behind what `stream` does with `chunk`."""
        chunk.idle_events = context.idle_events
        chunk.event = take_event(context, stream)

    def abandon(self, chunk: Chunk) -> None:
        """No copy was made from an acquired chunk."""
        self._retire(chunk)

    def context_gone(self, context: Context) -> None:
        """Registrations made in `context` are gone, and its copies are over."""
        for chunk in (*self._free, *self._in_flight):
            if chunk.registered is context:
                chunk.registered = None

    def _take(self) -> Chunk | None:
        """A free chunk, the last used first: it is still in the cache. Chunks whose copy is over are free."""
        while self._in_flight and cuda.cuEventQuery(self._in_flight[0].event)[0] is not NOT_READY:
            self._retire(self._in_flight.popleft())
        try:
            return self._free.pop()
        except IndexError:
            return None

    def _retire(self, chunk: Chunk) -> None:
        self._idle(chunk)
        self._free.append(chunk)

    def _idle(self, chunk: Chunk) -> None:
        if chunk.event is not None:
            chunk.idle_events.append(chunk.event)
            chunk.event = None

    def _pinned(self, chunk: Chunk, context: Context) -> Chunk:
        if chunk.registered is None and context.device is not None:
            if cuda.cuMemHostRegister(chunk.address, COPY_CHUNK_BYTES, _PORTABLE)[0] is SUCCESS:
                chunk.registered = context
        return chunk
