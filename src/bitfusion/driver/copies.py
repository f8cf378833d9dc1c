"""Copies and fills. Bulk data passes through chunks of pinned memory, so that the network and the device work at the same time.

To the device: receive a chunk, start its copy, receive the next one meanwhile. To the host there are two ways. If the stream is
idle, this thread starts a few pieces and sends each as it arrives. If the stream is busy, all pieces are started in order and a
waiting thread sends them, so that the client's other calls go on; a copy too large for that keeps this thread, because to start its
rest later would let other calls overtake it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple

from ..errors import CallFailed, Code, RemoteProtocolError
from ..limits import COPY_CHUNK_BYTES
from .binding import NOT_READY, SUCCESS, check, cuda
from .ports import Session
from .staging import STAGING_CHUNKS_MAX, Chunk
from .waits import poll

SMALL_BYTES = 64 << 10  # the driver copies this much out of pageable memory before it returns
_PIECES_AHEAD = 3
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


class Started(NamedTuple):
    """A piece on its way to the host."""

    piece: Piece
    chunk: Chunk


def copy_htod(session: Session, dst: int, count: int, stream: Any) -> Any:
    channel = session.channel
    _expect_bulk(session, count)
    if count <= SMALL_BYTES:
        source = channel.peek(count)
        if source is not None:
            result = cuda.cuMemcpyHtoDAsync(dst, source, count, stream)[0] if count else SUCCESS
            return result if result is not SUCCESS else _arrive(session, stream)
    return _copy_in(session, dst, count, count, 1, stream)


def copy2d_htod(session: Session, dst: int, pitch: int, width: int, height: int, stream: Any) -> Any:
    _expect_bulk(session, width * height)
    return _copy_in(session, dst, pitch, width, height, stream)


def copy_dtoh(session: Session, src: int, count: int, stream: Any) -> tuple[Any, ...] | None:
    return _copy_out(session, src, count, count, 1, stream)


def copy2d_dtoh(session: Session, src: int, pitch: int, width: int, height: int, stream: Any) -> tuple[Any, ...] | None:
    return _copy_out(session, src, pitch, width, height, stream)


def copy_dtod(session: Session, dst: int, src: int, count: int, stream: Any) -> Any:
    return cuda.cuMemcpyDtoDAsync(dst, src, count, stream)[0]


def copy_peer(session: Session, dst: int, dst_context: Any, src: int, src_context: Any, count: int, stream: Any) -> Any:
    return cuda.cuMemcpyPeerAsync(dst, dst_context.handle, src, src_context.handle, count, stream)[0]


def copy2d_dtod(
    session: Session, dst: int, dst_pitch: int, src: int, src_pitch: int, width: int, height: int, stream: Any
) -> Any:
    plan = _plan_2d(width, height)
    plan.dstMemoryType, plan.dstDevice, plan.dstPitch = _DEVICE, cuda.CUdeviceptr(dst), dst_pitch
    plan.srcMemoryType, plan.srcDevice, plan.srcPitch = _DEVICE, cuda.CUdeviceptr(src), src_pitch
    return cuda.cuMemcpy2DAsync(plan, stream)[0]


def memset(
    session: Session, dst: int, pitch: int, value: int, element: int, width: int, height: int, stream: Any
) -> Any:
    fill = (_FILLS if height == 1 else _FILLS_2D).get(element)
    if fill is None:
        raise CallFailed(Code.INVALID_VALUE)
    value &= (1 << 8 * element) - 1
    if height == 1:
        return fill(dst, value, width, stream)[0]
    return fill(dst, pitch, value, width, height, stream)[0]


_FILLS = {1: cuda.cuMemsetD8Async, 2: cuda.cuMemsetD16Async, 4: cuda.cuMemsetD32Async}
_FILLS_2D = {1: cuda.cuMemsetD2D8Async, 2: cuda.cuMemsetD2D16Async, 4: cuda.cuMemsetD2D32Async}


def pieces(pointer: int, pitch: int, width: int, height: int) -> Iterator[Piece]:
    """Cut `height` rows of `width` bytes, `pitch` apart, into pieces that fit a chunk."""
    if pitch == width:
        width, height = width * height, 1
    if width <= COPY_CHUNK_BYTES:
        step = max(1, COPY_CHUNK_BYTES // max(1, width))
        for row in range(0, height, step):
            yield Piece(row * width, pointer + row * pitch, width, min(step, height - row))
        return
    for row in range(height):
        for start in range(0, width, COPY_CHUNK_BYTES):
            yield Piece(row * width + start, pointer + row * pitch + start, min(COPY_CHUNK_BYTES, width - start), 1)


def _expect_bulk(session: Session, count: int) -> None:
    if session.channel.bulk != count:
        raise RemoteProtocolError(f"a copy of {count} bytes comes with {session.channel.bulk} bytes")


def _copy_in(session: Session, dst: int, pitch: int, width: int, height: int, stream: Any) -> Any:
    staging, context = session.staging, session.current
    for piece in pieces(dst, pitch, width, height):
        chunk = staging.acquire(context)
        session.channel.receive(chunk.view[: piece.size])
        result = _start_in(piece, pitch, chunk, stream)
        if result is not SUCCESS:
            staging.abandon(chunk)
            return result
        staging.launched(chunk, context, stream)
    return _arrive(session, stream)


def _arrive(session: Session, stream: Any) -> Any:
    """A copy on the legacy stream is over, for the program, when its call returns, and a stream that was made non-blocking
    does not wait for the legacy one: so nothing that the client calls later may begin before the bytes are there."""
    if stream is not session.streams[0]:
        return SUCCESS
    result = poll(cuda.cuStreamQuery, stream)
    return result if result is not NOT_READY else cuda.cuStreamSynchronize(stream)[0]


def _start_in(piece: Piece, pitch: int, chunk: Chunk, stream: Any) -> Any:
    if piece.rows == 1:
        return cuda.cuMemcpyHtoDAsync(piece.pointer, chunk.address, piece.width, stream)[0]
    plan = _plan_2d(piece.width, piece.rows)
    plan.dstMemoryType, plan.dstDevice, plan.dstPitch = _DEVICE, cuda.CUdeviceptr(piece.pointer), pitch
    plan.srcMemoryType, plan.srcHost, plan.srcPitch = _HOST, chunk.address, piece.width
    return cuda.cuMemcpy2DAsync(plan, stream)[0]


def _copy_out(session: Session, src: int, pitch: int, width: int, height: int, stream: Any) -> tuple[Any, ...] | None:
    if not width * height:
        return (SUCCESS,)
    out = _Out(session, pitch, stream)
    rest = pieces(src, pitch, width, height)
    first = out.start(next(rest))
    if poll(cuda.cuEventQuery, first.event) is not NOT_READY:
        return out.send_here(rest)
    later = list(islice(rest, STAGING_CHUNKS_MAX))
    if not session.staging.can_hold(len(later)):
        return out.send_here(chain(later, rest))
    return out.send_later(later)


class _Out:
    """A copy to the host: pieces are started in order, and sent in that order when they have arrived."""

    def __init__(self, session: Session, pitch: int, stream: Any) -> None:
        self._session = session
        self._number = session.number
        self._context = session.current
        self._pitch = pitch
        self._stream = stream
        self._started: deque[Started] = deque()

    def start(self, piece: Piece) -> Chunk:
        """Put a piece into the stream. Raises CallFailed with nothing left behind."""
        staging = self._session.staging
        chunk = staging.hold(self._context)
        try:
            check(_start_out(piece, self._pitch, chunk, self._stream))
            staging.mark(chunk, self._context, self._stream)
        except CallFailed:
            staging.release(chunk)
            self._give_up()
            raise
        self._started.append(Started(piece, chunk))
        return chunk

    def send_here(self, rest: Iterable[Piece]) -> None:
        """Start and send what remains on this thread, some pieces ahead."""
        for piece in rest:
            self.start(piece)
            if len(self._started) > _PIECES_AHEAD:
                self._send_one(last=False)
        self._send_started()

    def send_later(self, rest: Iterable[Piece]) -> None:
        """Start what remains, and send all on a waiting thread."""
        for piece in rest:
            self.start(piece)
        self._session.channel.defer(self._context, self._send_started)

    def _send_started(self) -> None:
        while self._started:
            self._send_one(last=len(self._started) == 1)

    def _send_one(self, last: bool) -> None:
        piece, chunk = self._started[0]
        try:
            check(cuda.cuEventSynchronize(chunk.event)[0])
            self._session.channel.data(self._number, piece.offset, chunk.view[: piece.size], last)
        except CallFailed:
            self._give_up()
            raise
        self._started.popleft()
        self._session.staging.release(chunk)

    def _give_up(self) -> None:
        """Wait until the device writes to none of the chunks, and give them back."""
        while self._started:
            chunk = self._started.popleft().chunk
            cuda.cuEventSynchronize(chunk.event)
            self._session.staging.release(chunk)


def _start_out(piece: Piece, pitch: int, chunk: Chunk, stream: Any) -> Any:
    if piece.rows == 1:
        return cuda.cuMemcpyDtoHAsync(chunk.address, piece.pointer, piece.width, stream)[0]
    plan = _plan_2d(piece.width, piece.rows)
    plan.srcMemoryType, plan.srcDevice, plan.srcPitch = _DEVICE, cuda.CUdeviceptr(piece.pointer), pitch
    plan.dstMemoryType, plan.dstHost, plan.dstPitch = _HOST, chunk.address, piece.width
    return cuda.cuMemcpy2DAsync(plan, stream)[0]


def _plan_2d(width: int, height: int) -> Any:
    plan = cuda.CUDA_MEMCPY2D()
    plan.WidthInBytes, plan.Height = width, height
    return plan
