"""Copies and fills. Bulk data passes through chunks of pinned memory, so that the network and the device work at the
same time.

To the device: receive a chunk, start its copy, receive the next one meanwhile. To the host there are two ways. If
the stream is idle, this thread starts a few pieces and sends each as it arrives. If the stream is busy, or nobody
waits for the copy, all pieces are started in order and a waiting thread sends them, so that the client's other calls
go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from time import perf_counter_ns
from typing import Any, NamedTuple, Protocol

from ..errors import STICKY_CODES, CallFailed, RemoteProtocolError
from ..limits import COPY_CHUNK_BYTES, COPY_WIDE_BYTES, STAGING_CHUNK_BYTES
from ..session import Handle
from .asks import Fetch
from .binding import NOT_READY, SUCCESS, check, cuda
from .polling import line_of, poll
from .ports import Answer
from .session import DriverSession
from .staging import Chunk
from .streams import hold_back

SMALL_BYTES = 64 << 10  # the driver copies this much out of pageable memory before it returns
_PIECES_AHEAD = {COPY_CHUNK_BYTES: 3, COPY_WIDE_BYTES: 1}
_WIDE_FROM_BYTES = 4 * COPY_WIDE_BYTES
_FIRST_NS = 100_000  # for the first piece of an idle stream: the bus takes half of it
_ADDRESS = (1 << 64) - 1  # where pointers begin again, as they do in C
_HOST = cuda.CUmemorytype.CU_MEMORYTYPE_HOST
_DEVICE = cuda.CUmemorytype.CU_MEMORYTYPE_DEVICE


class Piece(NamedTuple):
    """Part of a copy: `rows` rows of `width` bytes at `pointer`, `offset` bytes into the packed host side."""

    offset: int
    pointer: int
    width: int
    rows: int

    @property
    def size(self) -> int:
        return self.width * self.rows


class Part(Protocol):
    """Part of a copy: `size` bytes, `offset` into the packed host side."""

    @property
    def offset(self) -> int: ...

    @property
    def size(self) -> int: ...


class Side(Protocol):
    """The device's side of a copy: its size, how it is cut into pieces, how one is copied from or to packed bytes."""

    @property
    def size(self) -> int: ...

    def pieces(self, room: Callable[[], int]) -> Iterator[Any]:
        """`room` is asked before each how large it may be."""

    def copy_in(self, piece: Any, address: int, stream: Handle) -> Any: ...

    def copy_out(self, piece: Any, address: int, stream: Handle) -> Any: ...


class Rows(NamedTuple):
    """`height` rows of `width` bytes, `pitch` apart."""

    pointer: int
    pitch: int
    width: int
    height: int

    @property
    def size(self) -> int:
        return self.width * self.height

    def pieces(self, room: Callable[[], int]) -> Iterator[Piece]:
        return pieces(self.pointer, self.pitch, self.width, self.height, room)

    def copy_in(self, piece: Piece, address: int, stream: Handle) -> Any:
        if piece.rows == 1:
            return cuda.cuMemcpyHtoDAsync(piece.pointer, address, piece.width, stream)[0]
        plan = _plan_2d(piece.width, piece.rows)
        plan.dstMemoryType, plan.dstDevice, plan.dstPitch = _DEVICE, cuda.CUdeviceptr(piece.pointer), self.pitch
        plan.srcMemoryType, plan.srcHost, plan.srcPitch = _HOST, address, piece.width
        return cuda.cuMemcpy2DAsync(plan, stream)[0]

    def copy_out(self, piece: Piece, address: int, stream: Handle) -> Any:
        if piece.rows == 1:
            return cuda.cuMemcpyDtoHAsync(address, piece.pointer, piece.width, stream)[0]
        plan = _plan_2d(piece.width, piece.rows)
        plan.srcMemoryType, plan.srcDevice, plan.srcPitch = _DEVICE, cuda.CUdeviceptr(piece.pointer), self.pitch
        plan.dstMemoryType, plan.dstHost, plan.dstPitch = _HOST, address, piece.width
        return cuda.cuMemcpy2DAsync(plan, stream)[0]


class Started(NamedTuple):
    """A piece on its way to the host."""

    piece: Part
    chunk: Chunk


class _Arriving:
    """What copy_small_legacy answers instead of success: arrive() must follow before a call of another kind."""


ARRIVING = _Arriving()


def arrive(session: DriverSession) -> Any:
    """A copy on the legacy stream is over, for the program, when its call returns, and a stream that was made
    non-blocking does not wait for the legacy one: so nothing that the client calls later may begin before the bytes
    are there.

    Once is enough for all copies since the last call of another kind: nothing could see before that they are not
    over. The client asks for it only where the stream was idle before them: behind work that waits for another
    stream the device would wait for ever.
    """
    stream = session.streams[0]
    result = poll(cuda.cuStreamQuery, stream)
    return result if result is not NOT_READY else hold_back(session, stream)


def copy_htod(session: DriverSession, dst: int, count: int, stream: Handle) -> Any:
    channel = session.channel
    _expect_bulk(session, count)
    if count <= SMALL_BYTES:
        source = channel.peek(count)
        if source is not None:
            return cuda.cuMemcpyHtoDAsync(dst, source, count, stream)[0] if count else SUCCESS
    return _copy_in(session, Rows(dst, count, count, 1), stream)


def receives(session: DriverSession, side: Side, stream: Handle) -> Any:
    """The bytes of a copy to the device come with the call."""
    _expect_bulk(session, side.size)
    return _copy_in(session, side, stream)


def copy_later(
    session: DriverSession, dst: int, pitch: int, width: int, height: int, stream: Handle, source: int
) -> Any:
    """Copy from memory of the client, which is asked for the bytes when they are to be copied."""
    return copy_in_later(session, Rows(dst, pitch, width, height), stream, source)


def copy_in_later(session: DriverSession, side: Side, stream: Handle, source: int) -> Any:
    """The same to wherever it is."""
    if source.__class__ is not int:
        raise TypeError(f"{source!r:.40} is no number of memory")

    def fetch(offset: int, target: memoryview) -> Any:
        identity = session.asks.expect_fetch(Fetch(session.current, source, offset, target))
        return cuda.cuLaunchHostFunc(stream, session.asks.fetcher, identity)[0]

    return _copy_in(session, side, stream, fetch)


def sends(session: DriverSession, side: Side, stream: Handle) -> Answer | None:
    """The client waits for the bytes."""
    return _copy_out(session, side, stream, awaited=True)


def sends_later(session: DriverSession, side: Side, stream: Handle) -> Answer | None:
    """Nobody waits for them."""
    return _copy_out(session, side, stream, awaited=False)


def pieces(
    pointer: int, pitch: int, width: int, height: int, room: Callable[[], int] = lambda: COPY_CHUNK_BYTES
) -> Iterator[Piece]:
    """Cut `height` rows of `width` bytes, `pitch` apart, into pieces; `room` is asked before each how large it may
    be.
    """
    if pitch == width:
        width, height = width * height, 1
    row, start = 0, 0
    while row < height:
        most = room()
        if start or width > most:
            count = min(most, width - start)
            yield Piece(row * width + start, pointer + row * pitch + start & _ADDRESS, count, 1)
            start += count
            if start == width:
                row, start = row + 1, 0
        else:
            rows = min(max(1, most // max(1, width)), height - row)
            yield Piece(row * width, pointer + row * pitch & _ADDRESS, width, rows)
            row += rows


def _expect_bulk(session: DriverSession, count: int) -> None:
    if session.channel.bulk != count:
        raise RemoteProtocolError(f"a copy of {count} bytes comes with {session.channel.bulk} bytes")


def _copy_in(
    session: DriverSession, side: Side, stream: Handle, fill: Callable[[int, memoryview], Any] | None = None
) -> Any:
    """`fill` has memory filled with the bytes from an offset on, later; without it they are received now."""
    staging, context = session.staging, session.current
    chunk: Chunk

    def room() -> int:
        nonlocal chunk
        chunk = staging.acquire(context, stream)
        return chunk.size

    for piece in side.pieces(room):
        target = chunk.view[: piece.size]
        if fill is None:
            session.channel.receive(target)
        result = SUCCESS if fill is None else fill(piece.offset, target)
        if result is SUCCESS:
            result = side.copy_in(piece, chunk.address, stream)
        if result is not SUCCESS:
            staging.abandon(chunk)
            return result
        staging.launched(chunk, context, stream)
    return SUCCESS


def _copy_out(session: DriverSession, side: Side, stream: Handle, awaited: bool) -> Answer | None:
    count = side.size
    if not count:
        return (SUCCESS,)
    _let_client_read(session)
    out = _Out(session, side, stream, awaited)
    try:
        _send_out(session, out, side.pieces(out.room), count)
        return None
    except CallFailed as failure:
        out.tell_failure(failure.code)
        raise


def _let_client_read(session: DriverSession) -> None:
    """If a session holds much, wait until what is over on the device has been sent; what soon is, too."""
    if session.staging.is_crowded:
        oldest = session.outgoing.oldest
        if oldest is not None:
            session.staging.has_arrived(oldest)
        session.outgoing.settle()


def _send_out(session: DriverSession, out: _Out, rest: Iterator[Part], count: int) -> None:
    first = out.start(next(rest))
    alone = out.awaited or count <= first.size
    if (
        alone
        and not session.outgoing.busy
        and poll(cuda.cuEventQuery, first.event, perf_counter_ns() + _FIRST_NS) is not NOT_READY
    ):
        out.size = COPY_WIDE_BYTES if count >= _WIDE_FROM_BYTES else COPY_CHUNK_BYTES
        out.send_here(rest)
        return
    if not session.staging.can_hold(count):
        if not session.staging.can_grow(count):
            session.outgoing.settle()
            out.send_here(rest)
            return
        out.size = STAGING_CHUNK_BYTES
    out.send_later(rest)


class _Out:
    """A copy to the host: pieces are started in order, and sent in that order when they have arrived."""

    def __init__(self, session: DriverSession, side: Side, stream: Handle, awaited: bool) -> None:
        self.size = COPY_CHUNK_BYTES  # of the pieces that are still to be started
        self.awaited = awaited  # the client waits for it: with it, something is complete
        self._session = session
        self._number = session.number
        self._context = session.current
        self._side = side
        self._stream = stream
        self._started: deque[Started] = deque()

    def room(self) -> int:
        """Of the next piece."""
        return self.size

    def start(self, piece: Part) -> Chunk:
        """Put a piece into the stream. Raises CallFailed with nothing left behind."""
        staging = self._session.staging
        chunk = staging.hold(self._context, self.size)
        try:
            check(self._side.copy_out(piece, chunk.address, self._stream))
            staging.mark(chunk, self._context, self._stream)
        except CallFailed:
            staging.release(chunk)
            self._give_up()
            raise
        self._started.append(Started(piece, chunk))
        return chunk

    def send_here(self, rest: Iterator[Part]) -> None:
        """Start and send what remains on this thread, some pieces ahead."""
        for piece in rest:
            self.start(piece)
            if len(self._started) > _PIECES_AHEAD[self.size]:
                self._send_one(last=False)
        # Its reply tells that something is complete, and so comes behind the bytes of all that was complete before.
        settles = self.awaited and self._session.outgoing.busy
        self._send_started(replies=not settles)
        if settles:
            self._reply_settled()

    def send_later(self, rest: Iterator[Part]) -> None:
        """Start what remains, and send all on a waiting thread; but for what a crowded session has to send before."""
        staging, outgoing = self._session.staging, self._session.outgoing
        for piece in rest:
            self.start(piece)
            _let_client_read(self._session)
            while len(self._started) > 1 and staging.is_crowded and staging.has_arrived(self._started[0].chunk):
                # Copies before it are over as well, and may go to the same memory of the client.
                outgoing.settle()
                self._send_one(last=False)
        line = ("copy", *line_of(self._context, self._stream))
        copy = outgoing.add(line, self._started[-1].chunk.event)

        def job() -> None:
            try:
                self._send_started(lambda: outgoing.done(line, copy), replies=not self.awaited)
            except CallFailed as failure:
                outgoing.done(line, copy)
                self.tell_failure(failure.code)
                raise
            if self.awaited:
                self._reply_settled()

        self._session.channel.defer(self._number, line, self._context, job, always=True)

    def tell_failure(self, code: Any) -> None:
        """A copy that nobody waits for fails as a call without a reply does."""
        if not self.awaited and int(code) not in STICKY_CODES:
            self._session.channel.fault(self._context.number, int(code))

    def _reply_settled(self) -> None:
        """On a line of its own: no bytes are sent behind something that waits for others to be sent."""

        def job() -> Answer:
            self._session.outgoing.settle()
            return (SUCCESS,)

        self._session.channel.defer(self._number, ("call", self._number), self._context, job)

    def _send_started(self, sent: Callable[[], None] = lambda: None, replies: bool = True) -> None:
        while self._started:
            last = len(self._started) == 1
            self._send_one(last and replies, sent if last else None)

    def _send_one(self, last: bool, sent: Callable[[], None] | None = None) -> None:
        piece, chunk = self._started[0]
        try:
            check(cuda.cuEventSynchronize(chunk.event)[0])
            self._session.channel.data(self._number, piece.offset, chunk.view[: piece.size], last)
        except CallFailed:
            self._give_up()
            raise
        self._started.popleft()
        if sent is not None:
            sent()
        self._session.staging.release(chunk)

    def _give_up(self) -> None:
        """Wait until the device writes to none of the chunks, and give them back."""
        while self._started:
            chunk = self._started.popleft().chunk
            cuda.cuEventSynchronize(chunk.event)
            self._session.staging.release(chunk)


def _plan_2d(width: int, height: int) -> Any:
    plan = cuda.CUDA_MEMCPY2D()
    plan.WidthInBytes, plan.Height = width, height
    return plan
