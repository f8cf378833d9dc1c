"""Bytes that were sent, until the client has taken them: then they need not be sent again. Counted from the beginning
of the stream. Sans-IO; one thread at a time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ..limits import KEPT_CHUNK_BYTES


class _Chunk:
    __slots__ = ("begin", "data", "used")

    def __init__(self) -> None:
        self.data = memoryview(bytearray(KEPT_CHUNK_BYTES))
        self.begin = 0
        self.used = 0

    @property
    def end(self) -> int:
        return self.begin + self.used


class Sent:
    """Those that are there are [begin, end). `acknowledged` is what the client says that it has taken."""

    def __init__(self) -> None:
        self.begin = 0
        self.end = 0
        self.acknowledged = 0
        self._chunks: deque[_Chunk] = deque()
        # The one that was freed last is used first: it is still in the processor's cache.
        self._spare: list[_Chunk] = []
        self._last = self._next()

    def __len__(self) -> int:
        return self.end - self.begin

    def add(self, part: bytes | memoryview) -> None:
        """Keep a copy of what is being sent."""
        count, last = len(part), self._last
        if last.used + count <= KEPT_CHUNK_BYTES:
            last.data[last.used : last.used + count] = part
            last.used += count
            self.end += count
            return
        view = memoryview(part)
        while len(view):
            room = KEPT_CHUNK_BYTES - last.used
            if not room:
                last = self._last = self._next()
                continue
            piece = view[:room]
            last.data[last.used : last.used + len(piece)] = piece
            last.used += len(piece)
            view = view[len(piece) :]
        self.end += count

    def forget(self, most: int) -> None:
        """Forget the oldest beyond `most` bytes, which then cannot be sent again."""
        while len(self) > most and len(self._chunks) > 1:
            self.begin = self._chunks[0].end
            self._spare.append(self._chunks.popleft())

    def reaches(self, count: int) -> bool:
        """True if everything from there on is still there."""
        return self.begin <= count <= self.end

    def parts(self, count: int) -> Iterator[memoryview]:
        """Everything from there on."""
        assert self.reaches(count)
        for chunk in self._chunks:
            if chunk.end > count:
                yield chunk.data[max(0, count - chunk.begin) : chunk.used]

    def _next(self) -> _Chunk:
        """A chunk behind the others. What was taken is forgotten first."""
        end = self._chunks[-1].end if self._chunks else 0
        # A client that says that it has taken what was not sent is believed no more than that.
        taken = min(self.acknowledged, self.end)
        while self._chunks and self._chunks[0].end <= taken:
            self._spare.append(self._chunks.popleft())
        self.begin = max(self.begin, taken)
        chunk = self._spare.pop() if self._spare else _Chunk()
        chunk.begin, chunk.used = end, 0
        self._chunks.append(chunk)
        return chunk
