"""Frame headers and the buffer that frames are taken from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.errors import FrameError
from bitfusion.limits import FRAME_BODY_BYTES_MAX, FRAME_BULK_BYTES_MAX, FRAME_HEADER_BYTES
from bitfusion.wire.frames import FrameBuffer, Kind, pack_frame, pack_header, parse_header


@given(
    st.sampled_from([Kind.CALLS, Kind.DATA]), st.integers(0, FRAME_BODY_BYTES_MAX), st.integers(0, FRAME_BULK_BYTES_MAX)
)
def test_header_comes_back_as_it_was_packed(kind, body_bytes, bulk_bytes):
    assert parse_header(pack_header(kind, body_bytes, bulk_bytes)) == (kind, body_bytes, bulk_bytes)


@given(st.integers(0, FRAME_HEADER_BYTES - 1))
def test_header_that_is_not_complete_is_none(count):
    assert parse_header(pack_header(Kind.CALLS, 5)[:count]) is None


@given(st.binary(min_size=FRAME_HEADER_BYTES, max_size=FRAME_HEADER_BYTES))
def test_any_sixteen_bytes_are_a_header_within_limits_or_refused(data):
    try:
        header = parse_header(data)
    except FrameError:
        return
    assert header.body_bytes <= FRAME_BODY_BYTES_MAX and header.bulk_bytes <= FRAME_BULK_BYTES_MAX
    assert pack_header(*header) == data


def test_body_over_the_limit_is_refused_before_a_byte_of_it_is_here():
    buffer = FrameBuffer(64, body_bytes_max=100)
    put(buffer, pack_header(Kind.HELLO, 101))
    with pytest.raises(FrameError, match="101"):
        buffer.next_frame()


@given(
    st.lists(st.tuples(st.binary(max_size=300), st.binary(max_size=300)), min_size=1, max_size=8),
    st.integers(FRAME_HEADER_BYTES, 200),
    st.lists(st.integers(1, 97), min_size=1, max_size=20),
)
def test_frames_and_bulk_survive_any_cutting(frames, capacity, cuts):
    stream = b"".join(pack_frame(Kind.CALLS, body, len(bulk)) + bulk for body, bulk in frames)
    buffer, source, seen = FrameBuffer(capacity), Source(stream, cuts), []
    while len(seen) < len(frames):
        frame = buffer.next_frame()
        if frame is None:
            space = buffer.space()
            assert len(space)
            buffer.received(source.read_into(space))
            continue
        body = bytes(frame.body)
        bulk = bytearray(frame.bulk_bytes)
        done = buffer.take(memoryview(bulk))
        while done < len(bulk):
            done += source.read_into(memoryview(bulk)[done:])
        seen.append((body, bytes(bulk)))
    assert seen == frames and len(buffer) == 0


def test_buffer_grows_with_what_comes_and_not_with_what_a_header_announces():
    body = bytes(range(250)) * 4000
    buffer, sent = FrameBuffer(32), memoryview(pack_header(Kind.CALLS, len(body)) + body)
    while (frame := buffer.next_frame()) is None:
        space = buffer.space()
        assert 0 < len(space) <= max(32, len(buffer))
        count = min(len(space), len(sent))
        space[:count], sent = sent[:count], sent[count:]
        buffer.received(count)
    assert frame.body == body and not sent


def test_peek_gives_bulk_in_place_only_if_all_of_it_is_here():
    buffer = FrameBuffer(64)
    put(buffer, b"abcdef")
    assert buffer.peek(7) is None
    assert bytes(buffer.peek(4)) == b"abcd"
    assert len(buffer) == 2


def put(buffer: FrameBuffer, data: bytes) -> None:
    while data:
        space = buffer.space()
        count = min(len(space), len(data))
        space[:count] = data[:count]
        buffer.received(count)
        data = data[count:]


class Source:
    """Bytes that come in pieces, as a socket gives them."""

    def __init__(self, data: bytes, cuts: list[int]) -> None:
        self._data, self._cuts, self._turn = data, cuts, 0

    def read_into(self, target: memoryview) -> int:
        count = min(len(target), self._cuts[self._turn % len(self._cuts)], len(self._data))
        assert count, "the stream ended early"
        self._turn += 1
        target[:count], self._data = self._data[:count], self._data[count:]
        return count
