"""Functions of a client that do not come back, answers that nobody asked for, and what goes on meanwhile."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import running
import toolkit
from kernels import Busy
from patience import PATIENCE_S, within
from sessions import CLEAN_S, MEMORY, Session, cuda_servers, is_alive, logged, server_of

from bitfusion.errors import ConnectionLost
from bitfusion.wire.hello import ANSWERS, Hello
from bitfusion.wire.notices import Topic

NON_BLOCKING = 1
PROGRAM = Path(__file__).parents[1] / "conformance" / "programs" / "left_functions.c"


@pytest.fixture
def session(server) -> Iterator[Session]:
    with Session(server) as opened:
        opened.use_device()
        yield opened


def stream_of(session: Session) -> int:
    stream = session.new()
    session.tell("cuStreamCreateWithPriority", stream, NON_BLOCKING, 0)
    return stream


def asked(session: Session, count: int = 1) -> list[tuple[int, int, int]]:
    """Ask, function and result of the first RUN notices, once there are so many. A ping makes the client read."""

    def runs() -> list[tuple[int, int, int]]:
        session.ask("ping")
        return [notice[1:] for notice in session.notices if notice[0] == Topic.RUN]

    assert within(PATIENCE_S, lambda: len(runs()) >= count)
    return runs()


class Answers:
    """The second connection."""

    def __init__(self, session: Session, token: bytes | None = None, use: str = ANSWERS) -> None:
        self.socket = socket.create_connection(("127.0.0.1", session.port), PATIENCE_S)
        self.socket.sendall(Hello((1,), token=session.token if token is None else token, use=use).frame())

    def send(self, ask: int, data: bytes = b"") -> None:
        self.socket.sendall(struct.pack("<QQ", ask, len(data)) + data)


def test_function_that_does_not_return_holds_up_its_stream_only(session):
    held, other = stream_of(session), stream_of(session)
    session.tell("host_function", held, 7)
    assert [run[1:] for run in asked(session)] == [(7, 0)]
    memory = session.ask("cuMemAlloc_v2", 4096).values[0]
    session.tell("memset", memory, 0, 5, 4, 1024, 1, other)
    assert session.ask("cuStreamSynchronize", other).result == 0
    assert session.ask("cuStreamQuery", held).result == 600
    session.tell("host_function", other, 8)
    assert [run[1:] for run in asked(session, 2)] == [(7, 0), (8, 0)]


def test_client_that_vanishes_inside_a_function_leaves_nothing_behind(session, server):
    pid, stream = server_of(server, session), stream_of(session)
    assert session.ask("cuMemAlloc_v2", MEMORY).result == 0
    session.tell("host_function", stream, 7)
    assert asked(session)
    session.close()
    assert within(CLEAN_S, lambda: not is_alive(pid))
    with Session(server) as other:
        other.use_device()
        assert other.ask("cuMemGetInfo_v2").values[0] == MEMORY


def test_client_that_vanishes_while_a_call_waits_for_its_function_leaves_nothing_behind(session, server):
    pid, stream = server_of(server, session), stream_of(session)
    memory = session.ask("cuMemAlloc_v2", MEMORY).values[0]
    session.tell("host_function", stream, 7)
    assert asked(session)
    session.tell("cuMemFree_v2", memory)
    session.flush()
    session.close()
    assert within(CLEAN_S, lambda: not is_alive(pid))


def test_answer_is_heard_while_the_driver_waits_for_it_inside_a_call(session):
    stream = stream_of(session)
    memory = session.ask("cuMemAlloc_v2", 4096).values[0]
    session.tell("host_function", stream, 7)
    ((ask, _, _),) = asked(session)
    session.tell("cuMemFree_v2", memory)
    pending = session.start("cuStreamSynchronize", stream)
    answers = Answers(session)
    answers.send(ask)
    assert session.finish(pending).result == 0


def test_functions_of_one_stream_are_asked_for_one_after_another(session):
    stream = stream_of(session)
    for number in range(20, 120):
        session.tell("host_function", stream, number)
    answers = Answers(session)
    for count in range(1, 101):
        runs = asked(session, count)
        assert [number for _, number, _ in runs] == list(range(20, 20 + count))
        answers.send(runs[-1][0])
    assert session.ask("cuStreamSynchronize", stream).result == 0


def test_callback_that_could_not_be_put_into_its_stream_is_told_why(session):
    session.tell("stream_callback", 12345, 7)
    session.tell("host_function", 12345, 8)
    busy = Busy(session)
    session.tell("stream_callback", busy.stream, 9)
    assert session.ask("ping").result == 0
    assert [run[1:] for run in asked(session)] == [(7, 400)]
    busy.release()
    assert [run[1:] for run in asked(session, 2)] == [(7, 400), (9, 0)]


def test_function_of_a_user_object_is_told_once_and_nobody_waits_for_it(session):
    graph, held = session.new(), session.new()
    assert session.ask("graph_create", graph, 0).result == 0
    assert session.ask("user_object_create", held, 7, 2).result == 0
    assert session.ask("cuGraphRetainUserObject", graph, held, 1, 0).result == 0
    assert session.ask("cuUserObjectRelease", held, 2).result == 0
    assert session.ask("cuUserObjectRelease", held, 2).result == 1
    assert session.ask("cuGraphDestroy", graph).result == 0
    assert asked(session) == [(0, 7, 0)]
    assert session.ask("cuUserObjectRetain", held, 1).result == 1
    session.tell("user_object_end", held)
    assert session.ask("cuUserObjectRetain", held, 1).result == 400
    other = session.new()
    assert session.ask("user_object_create", other, 8, 1).result == 0
    assert session.ask("cuUserObjectRelease", other, 1).result == 0
    assert asked(session, 2) == [(0, 7, 0), (0, 8, 0)]


def test_user_object_that_the_driver_does_not_make_is_told_nothing(session):
    refused = session.new()
    assert session.ask("user_object_create", refused, 7, 0).result == 1
    assert session.ask("cuUserObjectRelease", refused, 1).result == 400
    assert not [notice for notice in session.notices if notice[0] == Topic.RUN]


def test_client_that_vanishes_with_user_objects_leaves_nothing_behind(session, server):
    pid, graph = server_of(server, session), session.new()
    assert session.ask("graph_create", graph, 0).result == 0
    for number in range(20, 120):
        held = session.new()
        assert session.ask("user_object_create", held, number, 1).result == 0
        assert session.ask("cuGraphRetainUserObject", graph, held, 1, 1).result == 0
    session.start("cuGraphDestroy", graph)
    session.flush()
    session.close()
    assert within(CLEAN_S, lambda: not is_alive(pid))


@pytest.mark.parametrize("data", [b"", b"bytes"], ids=["nothing", "bytes"])
def test_answer_that_nobody_asked_for_ends_the_session(session, server, data):
    pid, stream = server_of(server, session), stream_of(session)
    session.tell("host_function", stream, 7)
    ((ask, _, _),) = asked(session)
    answers = Answers(session)
    answers.send(ask if data else ask + 1, data)
    with pytest.raises(ConnectionLost):
        while True:
            session.ask("ping")
    assert within(CLEAN_S, lambda: not is_alive(pid))


def test_end_of_the_second_connection_ends_the_session(session, server):
    pid, stream = server_of(server, session), stream_of(session)
    session.tell("host_function", stream, 7)
    asked(session)
    Answers(session).socket.close()
    assert within(CLEAN_S, lambda: not is_alive(pid))


def test_stranger_answers_nothing_and_harms_nobody(session):
    stream = stream_of(session)
    session.tell("host_function", stream, 7)
    ((ask, _, _),) = asked(session)
    silent = [Answers(session, token=b"") for _ in range(3)]
    stranger = Answers(session, token=bytes(16))
    stranger.send(ask)
    assert session.ask("cuStreamQuery", stream).result == 600
    answers = Answers(session)
    answers.send(ask)
    assert session.ask("cuStreamSynchronize", stream).result == 0
    assert all(each.socket for each in silent)


def test_program_that_loses_its_server_has_its_callbacks_called(server, tmp_path):
    program = toolkit.build_driver_program(PROGRAM, tmp_path)
    with subprocess.Popen(
        [program, "lost"], env=running.remote(server.port), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running_program:
        assert running_program.stdout.readline() == "waits\n"
        (admitted,) = logged(server, "client.admitted")
        os.kill(next(pid for pid, port in cuda_servers(server).items() if port == admitted["port"]), signal.SIGKILL)
        output, errors = running_program.communicate(timeout=PATIENCE_S)
    assert output.startswith("told: 806\n") and " 806 " in output.splitlines()[1]
    assert "lost the server" in errors
