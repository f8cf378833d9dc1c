"""A watch is told when what was there is complete, not before and not after what came later, and holds up nobody."""

from __future__ import annotations

import pytest
from kernels import Busy, fail_behind
from patience import until
from sessions import Session

from bitfusion.limits import WAITERS_MAX
from bitfusion.wire.frames import Kind
from bitfusion.wire.notices import Topic, parse_notice


@pytest.fixture
def session(steady):
    with Session(steady) as opened:
        opened.use_device()
        yield opened


def next_notice(session: Session) -> tuple[int, ...]:
    """The next notice, whether it came already or is to come."""
    session.flush()
    while not session.notices:
        frame = session.connection.receive()
        if frame.kind is Kind.NOTICE:
            session.notices += parse_notice(frame.body)
        else:
            assert frame.kind is Kind.HEARTBEAT
    return session.notices.pop(0)


def told(session: Session) -> list[tuple[int, ...]]:
    """What was told until now."""
    assert session.ask("ping").result == 0
    return session.notices


def test_idle_stream_is_told_at_once(session):
    stream = session.new()
    session.tell("cuStreamCreateWithPriority", stream, 1, 0)
    for watched in (stream, 0):
        session.tell("watch_stream", watched, 7, 2**40, 3, 1)
        assert next_notice(session) == (Topic.PROGRESS, 7, 2**40, 3)


@pytest.mark.parametrize("legacy", [False, True])
def test_busy_stream_is_told_when_its_work_is_done(session, legacy):
    busy = Busy(session)
    event = session.new()
    session.tell("cuEventCreate", event, 2)
    session.tell("cuEventRecord", event, busy.stream)
    if legacy:
        session.tell("cuStreamWaitEvent", 0, event, 0)
    session.tell("watch_stream", 0 if legacy else busy.stream, 1, 2, 3, 0)
    assert told(session) == [] and busy.runs() == 600
    busy.release()
    assert next_notice(session) == (Topic.PROGRESS, 1, 2, 3)


def test_look_at_a_busy_stream_says_that_it_runs(session):
    busy = Busy(session)
    session.tell("watch_stream", busy.stream, 1, 2, 3, 1)
    assert next_notice(session) == (Topic.RUNNING, 1, 2)
    busy.release()
    assert next_notice(session) == (Topic.PROGRESS, 1, 2, 3)


def test_watches_of_other_streams_are_told_beside_one_that_stands_still(session):
    busy = Busy(session)
    target = session.ask("cuMemAlloc_v2", 32 << 20).values[0]
    session.tell("watch_stream", busy.stream, 1, 2, 3, 0)
    for number in range(20):
        session.tell("memset", target, 0, number, 1, 32 << 20, 1, busy.other)
        session.tell("watch_stream", busy.other, 4, number, 5, 0)
    assert [next_notice(session) for _ in range(20)] == [(Topic.PROGRESS, 4, number, 5) for number in range(20)]
    busy.release()
    assert next_notice(session) == (Topic.PROGRESS, 1, 2, 3)


def test_watch_of_the_legacy_stream_does_not_hold_up_blocking_ones(session):
    first, second, event, busy = session.new(), session.new(), session.new(), Busy(session)
    for stream in (first, second):
        session.tell("cuStreamCreateWithPriority", stream, 0, 0)
    session.tell("cuEventCreate", event, 2)
    session.tell("cuEventRecord", event, busy.stream)
    session.tell("cuStreamWaitEvent", first, event, 0)
    waiting = session.start("cuStreamSynchronize", 0)
    session.tell("watch_stream", 0, 1, 2, 3, 0)
    # Sets the kernel free from a blocking stream: it must not wait for what waits.
    session.tell("memset", busy.flag, 0, 1, 4, 1, 1, second)
    session.flush()
    assert session.finish(waiting).result == 0
    assert next_notice(session) == (Topic.PROGRESS, 1, 2, 3)


def test_event_is_told_whatever_comes_behind_it(session):
    early, late = session.new(), session.new()
    first = Busy(session)
    for event in (early, late):
        session.tell("cuEventCreate", event, 2)
    session.tell("cuEventRecord", early, first.stream)
    second = Busy(session)
    session.tell("cuEventRecord", late, second.stream)
    session.tell("cuStreamWaitEvent", first.stream, late, 0)
    session.tell("watch_event", late, 1, 20)
    session.tell("watch_event", early, 1, 10)
    assert [next_notice(session) for _ in range(2)] == [(Topic.RUNNING, 1, 20), (Topic.RUNNING, 1, 10)]
    assert told(session) == []
    first.release()
    assert next_notice(session) == (Topic.PROGRESS, 1, 10, 0)
    second.release()
    assert next_notice(session) == (Topic.PROGRESS, 1, 20, 0)


def test_event_that_is_recorded_again_is_not_told_for_the_record_before(session):
    busy, event, idle = Busy(session), session.new(), session.new()
    session.tell("cuEventCreate", event, 2)
    session.tell("cuEventRecord", event, busy.stream)
    session.tell("cuStreamCreateWithPriority", idle, 1, 0)
    session.tell("watch_event", event, 1, 10)
    session.tell("cuEventRecord", event, idle)
    assert next_notice(session) == (Topic.RUNNING, 1, 10)
    busy.release()
    assert session.ask("cuStreamSynchronize", busy.stream).result == 0
    session.tell("watch_event", event, 1, 11)
    assert next_notice(session) == (Topic.PROGRESS, 1, 11, 0)


def test_event_that_is_destroyed_is_told_to_nobody(session):
    busy, count = Busy(session), 40
    events = [session.new() for _ in range(count)]
    for event in events:
        session.tell("cuEventCreate", event, 2)
        session.tell("cuEventRecord", event, busy.stream)
    for number, event in enumerate(events):
        session.tell("watch_event", event, 1, number)
        session.tell("cuEventDestroy_v2", event)
        session.tell("cuEventCreate", session.new(), 2)
    running = [(Topic.RUNNING, 1, number) for number in range(count)]
    assert told(session) == running
    # A round trip for every thread that may have begun late.
    assert [busy.runs() for _ in range(count)] == [600] * count
    assert session.notices == running
    busy.release()
    assert session.ask("cuStreamSynchronize", busy.stream).result == 0


def test_what_is_gone_is_complete(session):
    session.tell("watch_stream", 4242, 1, 2, 3, 1)
    assert next_notice(session) == (Topic.PROGRESS, 1, 2, 3)
    session.tell("watch_event", 4242, 1, 2)
    assert told(session) == []


def test_stream_that_is_destroyed_with_work_is_told_when_that_is_done(session):
    busy = Busy(session)
    session.tell("watch_stream", busy.stream, 1, 2, 3, 0)
    session.tell("cuStreamDestroy_v2", busy.stream)
    assert told(session) == []
    busy.release()
    assert next_notice(session) == (Topic.PROGRESS, 1, 2, 3)


def test_watches_of_thousands_of_events_hold_up_neither_others_nor_waits(session):
    first, second, gate, late = Busy(session), Busy(session), session.new(), session.new()
    events, streams = [session.new() for _ in range(WAITERS_MAX + 100)], [session.new() for _ in range(4)]
    session.tell("cuEventCreate", gate, 2)
    session.tell("cuEventRecord", gate, first.stream)
    for stream in streams:
        session.tell("cuStreamCreateWithPriority", stream, 1, 0)
        session.tell("cuStreamWaitEvent", stream, gate, 0)
    for number, event in enumerate(events):
        session.tell("cuEventCreate", event, 2)
        session.tell("cuEventRecord", event, streams[number % len(streams)])
        session.tell("watch_event", event, 1, number)
    session.tell("cuEventCreate", late, 2)
    session.tell("cuEventRecord", late, second.stream)
    session.tell("watch_event", late, 2, 0)
    assert len(told(session)) == len(events) + 1
    session.notices.clear()
    waiting = session.start("stream_wait", second.stream, 9)
    second.release()
    assert session.finish(waiting).result == 0
    assert next_notice(session) == (Topic.PROGRESS, 2, 0, 0)
    first.release()
    assert {next_notice(session) for _ in events} == {(Topic.PROGRESS, 1, number, 0) for number in range(len(events))}


def test_watches_are_told_also_if_their_context_is_lost_in_the_middle_of_one(session):
    """It is lost somewhere among the driver's calls for many watches, again and again."""
    rounds, count = 60, 150
    for _ in range(rounds):
        context = session.new()
        assert session.ask("ctx_create", context, 0, 0).result == 0
        session.tell("ctx_use", context)
        busy = Busy(session)
        fail_behind(session, busy.stream)
        assert told(session) == []
        busy.release()
        for number in range(count):
            session.tell("watch_stream", busy.stream, 1, number, 0, 0)
        until(lambda: len(told(session)) > count, "each is told, and the loss")
        assert sorted(notice[2] for notice in session.notices if notice[0] == Topic.PROGRESS) == list(range(count))
        assert [notice for notice in session.notices if notice[0] == Topic.LOST] == [(Topic.LOST, context, 700)]
        session.notices.clear()
        assert session.ask("ctx_destroy", context).result == 0


def test_a_thousand_watches_of_a_stream_are_told_in_order(session):
    busy = Busy(session)
    for number in range(1000):
        session.tell("watch_stream", busy.stream, 1, number, 0, 0)
    assert told(session) == []
    busy.release()
    assert [next_notice(session)[2] for _ in range(1000)] == list(range(1000))
