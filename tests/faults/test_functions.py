"""Functions of a client that do not come back, answers that nobody asked for, and what goes on meanwhile."""

from __future__ import annotations

import os
import signal
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
from bitfusion.net.trust import connect
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
        self.socket = connect("127.0.0.1", session.port, PATIENCE_S, running.TRUST)
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
        # Its memory is given back when it has been reaped, a moment later.
        assert within(CLEAN_S, lambda: other.ask("cuMemGetInfo_v2").values[0] == MEMORY)


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
    asked(session)  # a connection for answers is let in once somebody has been asked
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


HOST_NODE = struct.pack("<i12xQQ", 3, 0, 77).ljust(256, b"\0")  # CUgraphNodeParams with the client's function 77


@pytest.mark.parametrize("what", ["function", "copy"])
def test_client_is_told_when_nothing_made_of_a_graph_has_its_function_or_memory_any_more(session, what):
    graph, node, clone, executable = (session.new() for _ in range(4))
    assert session.ask("graph_create", graph, 0).result == 0
    memory = session.ask("cuMemAlloc_v2", 64).values[0]
    if what == "function":
        added = session.ask("graph_add_node", node, graph, b"", b"", HOST_NODE)
    else:
        added = session.ask("graph_add_copy", node, graph, b"", b"", copy_from_host(memory), session.contexts[0], 5, 0)
    assert added.result == 0
    assert session.ask("graph_clone", clone, graph).result == 0
    assert session.ask("graph_instantiate", executable, clone, 0, 0).result == 0
    said = [Topic.RUN, 0, 77, 0] if what == "function" else [Topic.FETCH, 0, 5, 0, 0]

    def told() -> bool:
        session.ask("ping")
        return said in [list(notice) for notice in session.notices]

    assert session.ask("cuGraphDestroy", graph).result == 0
    assert session.ask("cuGraphDestroy", clone).result == 0
    assert not told()
    session.tell("cuGraphExecDestroy", executable)
    assert within(PATIENCE_S, told)


def copy_from_host(memory: int) -> bytes:
    """A CUDA_MEMCPY3D of 4 bytes of the client's memory."""
    source = struct.pack("<4QI4xQQQQQQ", 0, 0, 0, 0, 1, 4096, 0, 0, 0, 0, 0)[:88]
    target = struct.pack("<4QI4xQQQQQQ", 0, 0, 0, 0, 2, 0, memory, 0, 0, 0, 0)[:88]
    return source + target + struct.pack("<3Q", 4, 1, 1)


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
