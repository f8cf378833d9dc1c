"""Calls that wait for the GPU never hold up the others, keep the order of their stream, and keep their client
informed.
"""

from __future__ import annotations

import random

import pytest
from kernels import Busy
from patience import within
from sessions import CLEAN_S, MEMORY, Session, is_alive, server_of

from bitfusion.limits import COPY_CHUNK_BYTES, COPY_WIDE_BYTES
from bitfusion.wire.notices import Topic


@pytest.fixture
def session(steady):
    with Session(steady) as opened:
        opened.use_device()
        yield opened


def pattern(count: int) -> bytes:
    return random.Random(count).randbytes(count)


@pytest.mark.parametrize("wait", ["cuStreamSynchronize", "cuEventSynchronize", "cuCtxSynchronize", "legacy"])
def test_wait_lets_other_calls_overtake_and_ends_when_the_work_does(session, wait):
    busy = Busy(session)
    event = session.new()
    session.tell("cuEventCreate", event, 0)
    session.tell("cuEventRecord", event, busy.stream)
    arguments = {"cuStreamSynchronize": (busy.stream,), "cuEventSynchronize": (event,)}.get(wait, ())
    if wait == "legacy":
        # A blocking stream that waits for the kernel: the legacy stream waits for it.
        blocking = session.new()
        session.tell("cuStreamCreateWithPriority", blocking, 0, 0)
        session.tell("cuStreamWaitEvent", blocking, event, 0)
        wait, arguments = "cuStreamSynchronize", (0,)
    waiting = session.start(wait, *arguments)
    assert session.ask("ping").result == 0
    assert busy.runs() == 600
    busy.release()
    assert session.finish(waiting).result == 0
    assert busy.runs() == 0


def test_waiting_client_hears_from_the_server(session):
    busy = Busy(session)
    waiting = session.start("cuStreamSynchronize", busy.stream)
    assert within(CLEAN_S, lambda: heartbeat_came(session))
    busy.release()
    assert session.finish(waiting).result == 0


def heartbeat_came(session: Session) -> bool:
    assert session.ask("ping").result == 0
    return session.heartbeats > 0


@pytest.mark.parametrize("size", [1, 5000, COPY_CHUNK_BYTES, 5 * COPY_CHUNK_BYTES + 77])
def test_copy_to_the_host_behind_a_busy_stream_sees_what_was_there_then(session, size):
    busy = Busy(session)
    data = pattern(size)
    source = session.ask("cuMemAlloc_v2", size).values[0]
    session.tell("copy_htod", source, size, busy.stream, bulk=data)
    copying = session.start("copy_dtoh", source, size, busy.stream)
    # Later work on the same stream must not be seen by the copy.
    session.tell("memset", source, 0, 0xEE, 1, size, 1, busy.stream)
    assert session.ask("ping").result == 0
    busy.release()
    reply = session.finish(copying)
    assert reply.result == 0 and reply.data == data
    assert session.ask("copy_dtoh", source, size, busy.stream).data == b"\xee" * size


@pytest.mark.parametrize(
    "size", [0, 1, 64 << 10, (64 << 10) + 1, 3 * COPY_CHUNK_BYTES, 3 * COPY_CHUNK_BYTES + 1, 5 * COPY_WIDE_BYTES + 7]
)
def test_copy_there_and_back_is_the_same_bytes(session, size):
    data = pattern(size)
    pointer = session.ask("cuMemAlloc_v2", size + 1).values[0]
    session.tell("copy_htod", pointer, size, 0, bulk=data)
    reply = session.ask("copy_dtoh", pointer, size, 0)
    assert reply.result == 0 and reply.data == data


@pytest.mark.parametrize(
    ("width", "height", "pitch"),
    [
        (100, 50, 128),
        (300, 9000, 512),
        (COPY_CHUNK_BYTES + 5, 3, 2 * COPY_CHUNK_BYTES),
        (COPY_WIDE_BYTES + 5, 5, 2 * COPY_WIDE_BYTES),
    ],
)
def test_rectangle_there_and_back_is_the_same_rows_and_nothing_beside(session, width, height, pitch):
    data = pattern(width * height)
    pointer = session.ask("cuMemAlloc_v2", pitch * height).values[0]
    session.tell("memset", pointer, 0, 0x55, 1, pitch * height, 1, 0)
    session.tell("copy2d_htod", pointer, pitch, width, height, 0, bulk=data)
    assert session.ask("copy2d_dtoh", pointer, pitch, width, height, 0).data == data
    whole = session.ask("copy_dtoh", pointer, pitch * height, 0).data
    assert all(whole[row * pitch + width : (row + 1) * pitch] == b"\x55" * (pitch - width) for row in range(height))


def test_copy_from_a_bad_address_fails_alone(session):
    reply = session.ask("copy_dtoh", 64, 3 * COPY_CHUNK_BYTES, 0)
    assert reply.result == 1 and reply.data == b""
    session.tell("copy_htod", 64, 100_000, 0, bulk=bytes(100_000))
    assert session.ask("ping").result == 0
    assert session.notices == [(Topic.FAULT, session.contexts[0], 1)]


def test_client_that_leaves_while_a_kernel_never_ends_is_cleaned_up(server):
    session = Session(server)
    session.use_device()
    busy = Busy(session)
    session.start("cuStreamSynchronize", busy.stream)
    pid = server_of(server, session)
    session.close()
    assert within(CLEAN_S, lambda: not is_alive(pid))
    with Session(server) as other:
        other.use_device()
        # Its memory is given back when it has been reaped, a moment later.
        assert within(CLEAN_S, lambda: other.ask("cuMemGetInfo_v2").values == (MEMORY, MEMORY))


def test_server_that_ends_while_a_kernel_never_ends_leaves_nothing(server):
    with Session(server) as session:
        session.use_device()
        busy = Busy(session)
        session.start("cuCtxSynchronize")
        pid = server_of(server, session)
        assert busy.stream and is_alive(pid)
        server.process.kill()
        assert within(CLEAN_S, lambda: not is_alive(pid))
