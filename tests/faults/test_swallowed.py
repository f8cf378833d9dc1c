"""A network that takes bytes, acknowledges them and loses them: no end may wait for ever for what the other has
sent.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator

import pytest
import running
from patience import PATIENCE_S
from sessions import IDS

from bitfusion.errors import ConnectionLost
from bitfusion.net.client import Client

HERE, THERE = "127.0.0.2", "127.0.0.1"
PORTS = 6
COPY_BYTES = 8 << 20


class Swallower:
    """Relays connections to a port of HERE to the same port of THERE, and forwards at most `most` bytes of each to the
    server.
    """

    def __init__(self, port: int, most: int) -> None:
        self._listener = socket.create_server((HERE, port))
        self._port = port
        self._most = most
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection((THERE, self._port))
            except OSError:
                return
            self._sockets += [client, server]
            for source, target, most in ((client, server, self._most), (server, client, 1 << 60)):
                threading.Thread(target=relay, args=(source, target, most), daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        for each in self._sockets:
            each.close()


def relay(source: socket.socket, target: socket.socket, most: int) -> None:
    try:
        while data := source.recv(1 << 16):
            target.sendall(data[:most])
            most -= len(data[:most])
    except OSError:
        pass


# Who speaks TLS has said more before its session begins.
@pytest.fixture(params=[1 << 20, 4096 if running.SECURE else 600], ids=["in bulk data", "at its beginning"])
def port(request, tmp_path) -> Iterator[int]:
    """A Dispatcher's port at HERE, where each data connection loses what comes after some bytes."""
    first = running.free_port() + 1
    ports = {"BF_SERVER_PORT_MIN": str(first), "BF_SERVER_PORT_MAX": str(first + PORTS - 1)}
    with running.dispatcher(tmp_path, "--softgpu", "1", "--host", THERE, **ports) as server:
        relays = [
            Swallower(server.port, 1 << 60),
            *(Swallower(number, request.param) for number in range(first, first + PORTS)),
        ]
        try:
            yield server.port
        finally:
            for each in relays:
                each.close()


def test_client_whose_bytes_are_lost_within_a_frame_learns_that_the_server_is_lost(port):
    client = Client(HERE, port, trust=running.TRUST)
    context = client.new()
    assert client.ask(IDS["ctx_retain_primary"], context, 0).result == 0
    client.tell(IDS["ctx_use"], context)
    target = client.ask(IDS["cuMemAlloc_v2"], COPY_BYTES).values[0]
    client.tell(IDS["copy_htod"], target, COPY_BYTES, 0, bulk=os.urandom(COPY_BYTES))
    ended: list[object] = []

    def wait() -> None:
        try:
            ended.append(client.ask(IDS["cuCtxSynchronize"]))
        except ConnectionLost as lost:
            ended.append(lost)

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    # Heartbeats all the while would say that the server is busy, and it is not: it waits for the client.
    waiting.join(PATIENCE_S)
    client.close()
    assert isinstance(ended[0], ConnectionLost)
