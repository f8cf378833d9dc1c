"""Crowds at the doors: more connections than there are descriptors, floods of bad peers; a client is served beside."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import running
from patience import PATIENCE_S, until
from sessions import MEMORY, Session, logged

from bitfusion.limits import LOGGED_OF_ADDRESS_MAX
from bitfusion.net.secure import Connection, Secure

STRANGER = "127.0.0.9"
FILES = 120


@contextmanager
def scarce(scratch, files: int) -> Iterator[running.Dispatcher]:
    """A Dispatcher that may have so many files open."""
    port = running.free_port()
    server = [sys.executable, "-m", "bitfusion.cli.main", "server", "-p", str(port), "--grace", "1", "--softgpu", "1"]
    environment = running.clean_environment(BF_GPU_DEVICE_MEMORY_LIMIT=str(MEMORY), BF_IMAGE_STORE_BYTES="0")
    command = ["bash", "-c", f'ulimit -n {files}; exec "$@"', "x", *server]
    with running.serving(command, environment, port, scratch / "scarce.log") as started:
        yield started


def connect(port: int, source: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), PATIENCE_S, (source, 0))


def shake_hands(connection: socket.socket) -> Connection:
    """What the server reads, with TLS or without."""
    if running.TRUST is None:
        return connection
    secure = Secure(connection, running.TRUST.context(), "127.0.0.1")
    secure.handshake()
    return secure


def ended(connection: socket.socket) -> bool:
    """Whether the other end has closed it."""
    connection.settimeout(0)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@pytest.mark.parametrize("source", [STRANGER, "127.0.0.1"], ids=["of another", "of the client's own"])
def test_more_silent_connections_than_descriptors_of_an_address_keep_nobody_out(tmp_path, source):
    with scarce(tmp_path, FILES) as server, ExitStack() as held:
        (note,) = logged(server, "config.note")
        assert f"open files is {FILES}" in note["note"] and "ulimit" in note["note"]
        silent = [held.enter_context(connect(server.port, source)) for _ in range(3 * FILES)]
        # Those that were there first have gone for those that came later.
        until(lambda: ended(silent[0]), "the oldest is dropped")
        assert not ended(silent[-1])
        for _ in range(2):
            with Session(server) as session:
                assert session.ask("ping").result == 0
        assert "Traceback" not in server.log()


def test_flood_of_bad_peers_is_a_few_lines_and_a_number_in_the_log(server):
    bad = 3 * LOGGED_OF_ADDRESS_MAX
    for _ in range(bad):
        with shake_hands(connect(server.port, STRANGER)) as peer:
            peer.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert peer.recv(1) == b""
    with shake_hands(connect(server.port, "127.0.0.8")) as peer:
        peer.sendall(bytes(16))
        assert peer.recv(1) == b""
    assert server.stop() == 0
    lines = logged(server, "peer.dismissed")
    assert [line["peer"] for line in lines] == [STRANGER] * LOGGED_OF_ADDRESS_MAX + ["127.0.0.8"]
    (left_out,) = logged(server, "lines.left_out")
    assert (left_out["peer"], left_out["lines"]) == (STRANGER, bad - LOGGED_OF_ADDRESS_MAX)
