"""Nobody hears of something complete before the bytes of the copies that were complete by then."""

from __future__ import annotations

import pytest
from kernels import Busy
from sessions import Session

from bitfusion.limits import STAGING_BYTES_MAX
from bitfusion.wire.calls import parse_data, parse_reply
from bitfusion.wire.frames import Kind
from bitfusion.wire.notices import Topic, parse_notice

LARGE = 5 << 20


@pytest.fixture
def session(steady):
    with Session(steady) as opened:
        opened.use_device()
        yield opened


class Heard:
    """What the server says, in its order: bytes of each copy so far, replies and notices."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.bytes: dict[int, int] = {}
        self.replies: dict[int, int] = {}
        self.notices: list[tuple[int, ...]] = []

    def until(self, condition) -> None:
        self._session.flush()
        while not condition():
            frame = self._session.connection.receive()
            if frame.kind is Kind.DATA:
                number, _ = parse_data(frame.body)
                self.bytes[number] = self.bytes.get(number, 0) + len(self._session._bulk(frame.bulk_bytes))
            elif frame.kind is Kind.REPLY:
                number, result, _ = parse_reply(frame.body)
                self.replies[number] = result
            elif frame.kind is Kind.NOTICE:
                self.notices += parse_notice(frame.body)

    def reply(self, number: int) -> int:
        self.until(lambda: number in self.replies)
        return self.replies[number]


def source_of(session: Session, size: int) -> int:
    return session.ask("cuMemAlloc_v2", size).values[0]


@pytest.mark.parametrize("size", [1, LARGE, STAGING_BYTES_MAX + LARGE])
@pytest.mark.parametrize(
    "sees",
    [
        "cuStreamSynchronize",
        "stream_wait",
        "cuCtxSynchronize",
        "cuEventSynchronize",
        "watch_stream",
        "watch_event",
        "copy_dtoh",
    ],
)
def test_completion_comes_behind_the_bytes(session, sees, size):
    busy, event, third = Busy(session), session.new(), session.new()
    source = source_of(session, size)
    session.tell("cuEventCreate", event, 2)
    session.tell("cuStreamCreateWithPriority", third, 1, 0)
    copying = session.start("copy_dtoh_async", source, size, busy.stream)
    session.tell("cuEventRecord", event, busy.stream)
    session.tell("cuStreamWaitEvent", third, event, 0)
    assert session.ask("ping").result == 0 and busy.runs() == 600
    heard, waiting = Heard(session), 0
    if sees == "watch_stream":
        session.tell(sees, third, 5, 6, 7, 0)
    elif sees == "watch_event":
        session.tell(sees, event, 5, 6)
    else:
        arguments = {
            "cuStreamSynchronize": (third,),
            "stream_wait": (third, 9),
            "cuEventSynchronize": (event,),
            "copy_dtoh": (source, 1, third),
        }
        waiting = session.start(sees, *arguments.get(sees, ()))
    busy.release()
    if waiting:
        assert heard.reply(waiting) == 0
    else:
        heard.until(lambda: any(notice[0] == Topic.PROGRESS for notice in heard.notices))
    assert heard.bytes[copying] == size
    assert heard.reply(copying) == 0


def test_queries_and_times_come_behind_the_bytes(session):
    stream, start, end = session.new(), session.new(), session.new()
    source = source_of(session, 8 * LARGE)
    session.tell("cuStreamCreateWithPriority", stream, 1, 0)
    for event in (start, end):
        session.tell("cuEventCreate", event, 0)
    for query, arguments in (
        ("cuStreamQuery", (stream,)),
        ("cuEventQuery", (end,)),
        ("cuEventElapsedTime", (start, end)),
    ):
        heard = Heard(session)
        session.tell("cuEventRecord", start, stream)
        copying = session.start("copy_dtoh_async", source, 8 * LARGE, stream)
        session.tell("cuEventRecord", end, stream)
        while heard.reply(session.start(query, *arguments)) == 600:
            pass
        assert heard.bytes[copying] == 8 * LARGE
        assert heard.reply(copying) == 0


def test_copy_that_fails_is_a_fault_of_its_context(session):
    heard = Heard(session)
    copying = session.start("copy_dtoh_async", 64, LARGE, 0)
    assert heard.reply(copying) != 0
    assert [notice[0] for notice in heard.notices] == [Topic.FAULT] and not heard.bytes


def test_copies_of_many_streams_and_waits_among_them_all_end(session):
    count, size = 12, 700_000
    busy, source = Busy(session), source_of(session, size)
    streams, numbers = [session.new() for _ in range(count)], []
    event = session.new()
    session.tell("cuEventCreate", event, 2)
    session.tell("cuEventRecord", event, busy.stream)
    for stream in streams:
        session.tell("cuStreamCreateWithPriority", stream, 1, 0)
        session.tell("cuStreamWaitEvent", stream, event, 0)
    copies = []
    for _ in range(3):
        for stream in streams:
            numbers.append(session.start("copy_dtoh_async", source, size, stream))
            copies.append(numbers[-1])
            numbers.append(session.start("cuStreamSynchronize", stream))
            numbers.append(session.start("copy_dtoh", source, size, stream))
            copies.append(numbers[-1])
    busy.release()
    heard = Heard(session)
    assert [heard.reply(number) for number in numbers] == [0] * len(numbers)
    assert [heard.bytes[number] for number in copies] == [size] * len(copies)
