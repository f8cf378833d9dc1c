"""A stream that does not move holds up nobody else of its session, whatever is put into it and however many wait for
it: what sets it going may be the client's next call."""

from __future__ import annotations

from pathlib import Path

import pytest
from kernels import Busy, count_up
from patience import PATIENCE_S, until, within
from sessions import MEMORY, Session, server_of

from bitfusion.limits import STAGING_BYTES_MAX, STAGING_CHUNK_BYTES, STAGING_UNREAD_BYTES_MAX

FEW = 10
LARGE = STAGING_BYTES_MAX + 2 * STAGING_CHUNK_BYTES + 12345
GROWN = 6 * STAGING_CHUNK_BYTES
RESTING_LOOKS = 50


@pytest.fixture
def session(steady):
    with Session(steady) as opened:
        opened.use_device()
        yield opened


def assert_others_go_on(session: Session, busy: Busy) -> None:
    assert session.ask("ping").result == 0
    assert busy.runs() == 600


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def test_copy_to_the_device_larger_than_the_staging_memory(session):
    busy = Busy(session)
    data = bytes(range(256)) * (LARGE // 256) + b"the rest"
    target = session.ask("cuMemAlloc_v2", len(data)).values[0]
    session.tell("copy_htod", target, len(data), busy.stream, bulk=data)
    assert_others_go_on(session, busy)
    busy.release()
    assert session.ask("copy_dtoh", target, len(data), busy.stream).data == data


def test_copy_to_the_host_larger_than_the_staging_memory(session):
    busy = Busy(session)
    source = session.ask("cuMemAlloc_v2", LARGE).values[0]
    session.tell("memset", source, 0, 0x77, 1, LARGE, 1, busy.other)
    assert session.ask("cuStreamSynchronize", busy.other).result == 0
    copying = session.start("copy_dtoh", source, LARGE, busy.stream)
    session.tell("memset", source, 0, 0xEE, 1, LARGE, 1, busy.stream)
    assert_others_go_on(session, busy)
    busy.release()
    assert session.finish(copying).data == b"\x77" * LARGE


def test_memory_that_copies_needed_is_given_back_when_they_are_over(steady):
    with Session(steady) as session:
        session.use_device()
        busy = Busy(session)
        source = session.ask("cuMemAlloc_v2", GROWN).values[0]
        session.tell("memset", source, 0, 0x77, 1, GROWN, 1, busy.other)
        assert session.ask("cuStreamSynchronize", busy.other).result == 0
        pid = server_of(steady, session)
        before = resident(pid, "VmRSS")
        copying = session.start("copy_dtoh", source, GROWN, busy.stream)
        assert session.ask("ping").result == 0
        busy.release()
        assert session.finish(copying).result == 0
        assert resident(pid, "VmHWM") > before + GROWN // 2
        assert within(PATIENCE_S, lambda: resident(pid, "VmRSS") < before + GROWN // 2)


def test_client_that_asks_for_much_and_reads_nothing_fills_no_memory_of_the_server(steady):
    size = 2 * STAGING_CHUNK_BYTES
    count = 2 * STAGING_UNREAD_BYTES_MAX // size
    with Session(steady) as session:
        session.use_device()
        source, stream = session.ask("cuMemAlloc_v2", size).values[0], session.new()
        session.tell("cuStreamCreateWithPriority", stream, 1, 0)
        session.tell("memset", source, 0, 0x77, 1, size, 1, stream)
        assert session.ask("cuStreamSynchronize", stream).result == 0
        pid = server_of(steady, session)
        before = resident(pid, "VmRSS")
        copies = [session.start("copy_dtoh_async", source, size, stream) for _ in range(count)]
        until(lambda: resident(pid, "VmRSS") > before + STAGING_UNREAD_BYTES_MAX // 2, "it has begun")
        until(Rests(pid), "it takes no more")
        for number in copies:
            assert session.finish(number).data == b"\x77" * size
        assert resident(pid, "VmHWM") < before + STAGING_UNREAD_BYTES_MAX * 3 // 2


class Rests:
    """True, called again and again, when the process has done nothing from one look to the next for a while."""

    def __init__(self, pid: int) -> None:
        self._stat = Path(f"/proc/{pid}/stat")
        self._last: tuple[str, ...] = ()
        self._looks = 0

    def __call__(self) -> bool:
        fields = self._stat.read_text().rpartition(")")[2].split()
        now = fields[0], *fields[11:13]  # its state, and the time that it has used
        self._looks = self._looks + 1 if now == self._last and now[0] == "S" else 0
        self._last = now
        return self._looks >= RESTING_LOOKS


def resident(pid: int, what: str) -> int:
    """Bytes of memory that the process has (VmRSS), or has had at most (VmHWM)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"no {what}")


def test_rectangle_larger_than_the_staging_memory(session):
    width, pitch, height = 1 << 20, (1 << 20) + 512, 70
    assert width * height > STAGING_BYTES_MAX + STAGING_CHUNK_BYTES
    busy = Busy(session)
    data = b"".join(bytes([row]) * width for row in range(height))
    target = session.ask("cuMemAlloc_v2", pitch * height).values[0]
    session.tell("copy2d_htod", target, pitch, width, height, busy.stream, bulk=data)
    copying = session.start("copy2d_dtoh", target, pitch, width, height, busy.stream)
    assert_others_go_on(session, busy)
    busy.release()
    assert session.finish(copying).data == data


def test_many_copies_find_memory_again_when_the_stream_has_moved(session):
    target = session.ask("cuMemAlloc_v2", MEMORY // 4).values[0]
    for round_ in range(3):
        busy = Busy(session)
        data = bytes([round_ + 1]) * (MEMORY // 4)
        session.tell("copy_htod", target, len(data), busy.stream, bulk=data)
        busy.release()
        assert session.ask("copy_dtoh", target, len(data), busy.stream).data == data


@pytest.mark.parametrize("size", [100, 3 << 20])
def test_copy_on_the_legacy_stream_behind_a_slow_one_comes_before_all_that_follows(session, size):
    blocking, before, after = (session.new() for _ in range(3))
    session.tell("cuStreamCreateWithPriority", blocking, 0, 0)
    session.tell("cuStreamCreateWithPriority", before, 1, 0)
    target = session.ask("cuMemAlloc_v2", size).values[0]
    session.tell("memset", target, 0, 0, 1, size, 1, before)
    assert session.ask("cuStreamSynchronize", before).result == 0
    count_up(session, blocking)
    session.tell("copy_htod", target, size, 0, bulk=b"\x42" * size)
    session.tell("arrive")
    # Streams that do not wait for the legacy one find its bytes all the same, made before the copy or after.
    session.tell("cuStreamCreateWithPriority", after, 1, 0)
    assert session.ask("copy_dtoh", target, size, before).data == b"\x42" * size
    assert session.ask("copy_dtoh", target, size, after).data == b"\x42" * size


def test_a_thousand_waits_for_a_stream_have_one_thread(steady):
    with Session(steady) as session:
        session.use_device()
        busy = Busy(session)
        pid = server_of(steady, session)
        before = threads(pid)
        waiting = [session.start("cuStreamSynchronize", busy.stream) for _ in range(1000)]
        assert_others_go_on(session, busy)
        assert threads(pid) <= before + FEW  # the software GPU starts some of its own
        busy.release()
        assert [session.finish(number).result for number in waiting] == [0] * len(waiting)


def test_more_waits_than_threads_end_all_the_same(session):
    busy = Busy(session)
    waiting = [session.start("cuCtxSynchronize") for _ in range(1100)]
    assert_others_go_on(session, busy)
    busy.release()
    expected = set(waiting)
    while expected:
        expected.discard(next_reply(session))
    assert busy.runs() == 0


def next_reply(session: Session) -> int:
    """The number of the next successful reply: they come in any order."""
    from bitfusion.wire.calls import parse_reply
    from bitfusion.wire.frames import Kind

    while (frame := session.connection.receive()).kind is not Kind.REPLY:
        assert frame.kind is Kind.HEARTBEAT
    number, result, _ = parse_reply(frame.body)
    assert result == 0
    return number
