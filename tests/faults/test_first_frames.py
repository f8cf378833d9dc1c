"""Connections that are cut, and programs that are stopped, within the first frames: the right words, and no traceback
anywhere.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import running
from patience import PATIENCE_S, within
from sessions import Session, logged

from bitfusion.net.client import ask_dispatcher
from bitfusion.wire.frames import FRAME_HEADER_BYTES
from bitfusion.wire.hello import Hello

PROGRAM = [sys.executable, "-c", "import ctypes; print(ctypes.CDLL('libcuda.so.1').cuInit(0))"]
BETWEEN = pytest.mark.plain("what is between client and server does not see the frames of TLS")


def exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        assert piece, "the peer is gone"
        data += piece
    return data


def first_frame(connection: socket.socket) -> bytes:
    header = exactly(connection, FRAME_HEADER_BYTES)
    return header + exactly(connection, struct.unpack_from("<I", header)[0])


def reset(connection: socket.socket) -> None:
    """End it as a cut does: with no word of farewell."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@contextmanager
def between(server: running.Dispatcher, serve: Callable[[socket.socket, bytes], None]) -> Iterator[int]:
    """A port before the Dispatcher's: `serve` gets the first client and the Dispatcher's answer to it; later ones are
    just passed on.
    """

    def run() -> None:
        handle = serve
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client, socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as dispatcher:
                dispatcher.sendall(first_frame(client))
                handle(client, first_frame(dispatcher))
            handle = lambda client, answer: client.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(PATIENCE_S)


@BETWEEN
@pytest.mark.parametrize(
    ("bytes_", "words"),
    [
        (0, "accepts the connection and then closes it; is a bitfusion server running there?"),
        (7, "accepts the connection and then closes it; is a bitfusion server running there?"),
        (16, "closes the connection in the middle of its answer; look at that server and at the network on the way"),
        (50, "closes the connection in the middle of its answer; look at that server and at the network on the way"),
    ],
)
def test_answer_of_a_dispatcher_that_is_cut_is_one_clear_line(bytes_, words, steady):
    def cut(client: socket.socket, answer: bytes) -> None:
        client.sendall(answer[:bytes_])
        client.shutdown(socket.SHUT_WR)

    with between(steady, cut) as port:
        outcome = running.run(PROGRAM, running.remote(port))
    assert (outcome.code, outcome.output) == (0, "805\n")
    assert outcome.errors == f"bitfusion: 127.0.0.1:{port} {words}\n"
    with Session(steady) as session:
        assert session.ask("ping").result == 0
    assert "Traceback" not in steady.log()


@BETWEEN
def test_program_that_is_stopped_within_the_first_frames_goes_on(server):
    started: list[subprocess.Popen[str]] = []
    has_started = threading.Event()

    def stop(client: socket.socket, answer: bytes) -> None:
        """The program stops between the Dispatcher's answer and the CUDA Server, until that has given it up."""
        assert has_started.wait(PATIENCE_S)
        os.kill(started[0].pid, signal.SIGSTOP)
        client.sendall(answer)
        assert within(PATIENCE_S, lambda: logged(server, "cuda_server.ended"))
        os.kill(started[0].pid, signal.SIGCONT)

    with (
        between(server, stop) as port,
        subprocess.Popen(
            PROGRAM, env=running.remote(port), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as program,
    ):
        started.append(program)
        has_started.set()
        output, errors = program.communicate(timeout=PATIENCE_S)
    assert (program.returncode, output, errors) == (0, "0\n", "")
    assert "Traceback" not in server.log()


def test_client_that_is_cut_within_its_hello_leaves_one_line_in_the_log(server):
    hello = Hello((1,), "0.1.0", b"", "host", "program", 7)
    whole = hello.frame()
    for count in (0, 1, 15, 16, 17, len(whole) - 1, len(whole)):
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as connection:
            connection.sendall(whole[:count])
            reset(connection)
    for count in (0, 1, 16, 30, len(whole)):
        welcome = ask_dispatcher("127.0.0.1", server.port, hello, running.TRUST)
        data = Hello((1,), "0.1.0", welcome.token, "host", "program", 7).frame()
        with socket.create_connection(("127.0.0.1", welcome.port), PATIENCE_S) as connection:
            connection.sendall(data[:count])
            reset(connection)
    with Session(server) as session:
        assert session.ask("ping").result == 0
    assert within(PATIENCE_S, lambda: len(logged(server, "cuda_server.ended")) >= 6)
    assert "Traceback" not in server.log()
