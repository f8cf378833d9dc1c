"""Peers that speak another version, another protocol, or nothing at all; ports that run out."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
import running
from patience import PATIENCE_S, within
from sessions import CLEAN_S, Session, cuda_servers, logged

from bitfusion.errors import ConnectionLost, Refused
from bitfusion.limits import WORKERS_IDLE
from bitfusion.net.client import ask_dispatcher
from bitfusion.net.trust import connect
from bitfusion.wire.frames import Kind
from bitfusion.wire.hello import Hello


def talk(port: int, data: bytes) -> bytes:
    """Send bytes and return all that comes back until the peer closes."""
    with connect("127.0.0.1", port, PATIENCE_S, running.TRUST) as connection:
        connection.sendall(data)
        answer = b""
        try:
            while piece := connection.recv(4096):
                answer += piece
        except ConnectionResetError:
            pass
        return answer


def test_versions_that_do_not_fit_are_one_clear_line_on_both_sides(server):
    with pytest.raises(Refused) as caught:
        Session(server, versions=(7, 9))
    assert caught.value.code == 805 and caught.value.versions == (1,)
    assert "7, 9" in caught.value.detail and caught.value.hint
    assert within(CLEAN_S, lambda: logged(server, "client.refused"))
    (line,) = logged(server, "client.refused")
    assert line["reason"] == caught.value.detail


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"GET / HTTP/1.1\r\nHost: gpu\r\n\r\n", "HTTP"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH-"),
        (bytes(16), "kind 0"),
        (bytes.fromhex("ffffff7f010000000000000000000000"), "HELLO"),
        (bytes.fromhex("02000000040000000000000000000000") + b"\x91\x01", "CALLS"),
        (bytes.fromhex("01000000010000000000000000000000") + b"\x07", "map"),
    ],
)
def test_peer_of_another_protocol_is_one_line_in_the_log(server, data, word):
    assert talk(server.port, data) == b""
    assert within(CLEAN_S, lambda: logged(server, "peer.dismissed"))
    (line,) = logged(server, "peer.dismissed")
    assert word in line["reason"]
    with Session(server) as session:
        assert session.ask("ping").result == 0


def test_silent_peers_keep_nobody_out(server):
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
    with Session(server) as session:
        assert session.ask("ping").result == 0
    for connection in silent:
        connection.close()


def test_wrong_token_and_silence_at_the_data_port_do_not_keep_the_client_out(server):
    hello = Hello((1,), "test")
    welcome = ask_dispatcher("127.0.0.1", server.port, hello, running.TRUST)
    with socket.create_connection(("127.0.0.1", welcome.port)):
        refusal = talk(welcome.port, Hello((1,), "test", bytes(16)).frame())
        assert b"token" in refusal
        answer = stranger_with_token(welcome.port, welcome.token)
    assert b"version" in answer and b"reason" not in answer


def test_any_number_of_silent_peers_at_the_data_port_keeps_nobody_out(server):
    welcome = ask_dispatcher("127.0.0.1", server.port, Hello((1,), "test"), running.TRUST)
    silent = [socket.create_connection(("127.0.0.1", welcome.port), PATIENCE_S) for _ in range(40)]
    with connect("127.0.0.1", welcome.port, PATIENCE_S, running.TRUST) as connection:
        connection.sendall(Hello((1,), "test", welcome.token).frame())
        assert connection.recv(16)[4:6] == Kind.WELCOME.to_bytes(2, "little")
    for each in silent:
        each.close()


def stranger_with_token(port: int, token: bytes) -> bytes:
    with connect("127.0.0.1", port, PATIENCE_S, running.TRUST) as connection:
        connection.sendall(Hello((1,), "test", token).frame())
        return connection.recv(1 << 16)


def test_garbage_in_a_session_ends_it_alone_and_is_named(server):
    with Session(server) as session, Session(server) as other:
        session.connection.socket.sendall(b"\0" * 16)
        with pytest.raises(ConnectionLost):
            session.ask("ping")
        assert other.ask("ping").result == 0
        assert within(CLEAN_S, lambda: logged(server, "session.ended"))
        assert logged(server, "session.ended")[0]["result"].startswith("protocol: ")


def test_data_ports_that_run_out_are_refused_with_808_and_come_back(tmp_path):
    first = running.free_port()
    limits = {"BF_SERVER_PORT_MIN": str(first), "BF_SERVER_PORT_MAX": str(first + 1)}
    with running.dispatcher(tmp_path, "--softgpu", "1", **limits) as server:
        with Session(server) as one, Session(server) as two:
            assert {one.port, two.port} == {first, first + 1}
            with pytest.raises(Refused) as caught:
                Session(server)
            assert caught.value.code == 808 and f"{first}-{first + 1}" in caught.value.detail
            assert "BF_SERVER_PORT_MAX" in caught.value.hint
        assert within(CLEAN_S, lambda: connects(server))


def connects(server: running.Dispatcher) -> bool:
    try:
        with Session(server) as session:
            return session.ask("ping").result == 0
    except Refused:
        return False


def test_client_that_never_comes_to_its_cuda_server_costs_nothing(server):
    welcome = ask_dispatcher("127.0.0.1", server.port, Hello((1,), "test"), running.TRUST)
    assert within(CLEAN_S, lambda: welcome.port not in cuda_servers(server).values())


def test_clients_that_come_all_at_once_are_all_served(server):
    # Twice as many as there are idle CUDA Servers.
    count = 2 * WORKERS_IDLE
    with ThreadPoolExecutor(count) as threads:
        results = list(threads.map(lambda _: connects(server), range(count)))
    assert results == [True] * count


@pytest.mark.parametrize(
    "call",
    [
        ("cuMemAlloc_v2", "text"),
        ("memset", 4096, 0, "1", 1, 1, 1, 0),
        ("watch_stream", 0, "text", 1, 1, 0),
        ("cuStreamCreateWithPriority", 1 << 20, b"0", 0),
    ],
    ids=lambda call: call[0],
)
def test_argument_of_a_wrong_type_ends_the_session_as_the_peers_fault_and_is_no_crash(server, call):
    with Session(server) as session:
        session.use_device()
        with pytest.raises(ConnectionLost):
            session.start(*call)
            while True:
                session.ask("ping")

    def ended() -> list[str]:
        return [line["result"] for line in logged(server, "session.ended") if call[0] in line["result"]]

    assert within(CLEAN_S, ended)
    assert ended()[0].startswith(f"protocol: {call[0]} is not what the table says")
    assert not logged(server, "cuda_server.crashed")
