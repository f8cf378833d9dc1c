"""A connection with TLS behaves as a socket does, for one thread that reads and several that write."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import certified
import pytest
from patience import PATIENCE_S

from bitfusion.limits import TLS_PIECE_BYTES
from bitfusion.net.secure import Entrance, Secure
from bitfusion.wire.foreign import speaks_tls
from bitfusion.wire.hello import Hello


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> certified.Certified:
    return certified.make(tmp_path_factory.mktemp("certified"))


def sockets() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname(), PATIENCE_S)
        server, _ = listener.accept()
    server.settimeout(PATIENCE_S)
    return client, server


@contextmanager
def shaken(files) -> Iterator[tuple[Secure, Secure]]:
    """Client and server of one connection, after the handshake."""
    plain_client, plain_server = sockets()
    entrance = Entrance(files.certificate.read_bytes(), files.key.read_bytes())
    with Secure(plain_client, files.trust.context(), "localhost") as client, entrance.secure(plain_server) as server:
        thread = threading.Thread(target=server.handshake)
        thread.start()
        client.handshake()
        thread.join(PATIENCE_S)
        yield client, server


def exactly(connection: Secure, count: int) -> bytes:
    data = bytearray(count)
    assert connection.recv_into(memoryview(data), 0, socket.MSG_WAITALL) == count
    return bytes(data)


def test_bytes_arrive_as_they_were_sent_and_small_parts_in_one_record(files):
    large = bytes(range(256)) * (5 * TLS_PIECE_BYTES // 256)
    with shaken(files) as (client, server):
        sender = threading.Thread(target=client.sendmsg, args=([b"head", large, b"", b"tail"],))
        sender.start()
        assert exactly(server, len(large) + 8) == b"head" + large + b"tail"
        sender.join(PATIENCE_S)
        assert server.sendmsg([b"one", b"", b"two"]) == 6
        assert client.recv(100) == b"onetwo"


def test_writers_of_both_ends_do_not_wait_for_their_readers(files):
    """Each end sends more than the kernel takes, with two threads, while it reads: whoever held a lock while it waits
    for the kernel would stop all."""
    count = 3 << 20
    with shaken(files) as ends:
        threads = [
            threading.Thread(target=end.sendmsg, args=([bytes([name]) * 4, bytes([name]) * count],))
            for end in ends
            for name in (1, 2)
        ]
        got: list[bytes] = []
        threads += [threading.Thread(target=lambda end=end: got.append(exactly(end, 2 * (count + 4)))) for end in ends]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_S)
        assert not any(thread.is_alive() for thread in threads)
    for data in got:
        # A message is whole: what one thread sends is not within what the other does.
        assert data.strip(data[:1]) == bytes([3 - data[0]]) * (count + 4)


def test_nothing_to_read_is_told_without_waiting_and_what_is_decrypted_is_not_forgotten(files):
    with shaken(files) as (client, server):
        space = memoryview(bytearray(2))
        server.setblocking(True)  # with a time limit Python itself waits, whatever the flags are
        with pytest.raises(BlockingIOError):
            server.recv_into(space, 2, socket.MSG_DONTWAIT)
        client.sendall(b"abcd")
        assert exactly(server, 2) == b"ab"
        # The kernel has nothing any more: a selector would wait for ever.
        assert not select.select([server], [], [], 0)[0]
        assert server.recv_into(space, 2, socket.MSG_DONTWAIT) == 2 and bytes(space) == b"cd"


def test_a_send_that_must_not_wait_sends_nothing_if_the_kernel_is_full(files):
    with shaken(files) as (client, server):
        sent = 0
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
        with pytest.raises(BlockingIOError):
            while True:
                sent += client.send(b"x" * 1000, socket.MSG_DONTWAIT)
        assert exactly(server, sent) == b"x" * sent
        server.setblocking(True)
        with pytest.raises(BlockingIOError):
            server.recv_into(memoryview(bytearray(1)), 1, socket.MSG_DONTWAIT)


@pytest.mark.parametrize("polite", [True, False])
def test_the_end_of_a_connection_is_no_bytes(files, polite):
    with shaken(files) as (client, server):
        client.sendall(b"last")
        if polite:
            client.close()
        else:
            socket.socket(fileno=socket.dup(client.fileno())).shutdown(socket.SHUT_RDWR)
        assert server.recv(100) == b"last"
        assert server.recv(100) == b"" and server.recv(100) == b""


def test_bytes_that_were_changed_on_their_way_are_an_error(files):
    with shaken(files) as (client, server):
        raw = socket.socket(fileno=socket.dup(client.fileno()))
        raw.sendall(b"\x17\3\3\0\x20" + bytes(32))
        with pytest.raises(ssl.SSLError):
            server.recv(100)
        raw.close()


def test_tls_is_known_by_its_first_bytes_and_no_hello_is_taken_for_it(files):
    plain_client, plain_server = sockets()
    with plain_client, plain_server:
        client = Secure(plain_client, files.trust.context(), "localhost")
        plain_client.setblocking(False)
        with pytest.raises(BlockingIOError):
            client.handshake()
        data = plain_server.recv(1000)
    assert all(speaks_tls(data[:count]) for count in (1, 2, 3, 100))
    for size in range(1024):
        frame = Hello((1,), "0.1.0", b"", "h" * size, "p", 1).frame()
        assert not speaks_tls(frame)
    assert not speaks_tls(b"GET") and not speaks_tls(b"\x16\3\0")
