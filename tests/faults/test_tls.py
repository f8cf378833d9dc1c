"""A server that speaks TLS: who is let in, who is told what, and a certificate that is exchanged while it runs."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import sys
from collections.abc import Iterator
from dataclasses import replace

import certified
import pytest
import running
from patience import PATIENCE_S, until
from sessions import IDS, Session, cuda_servers, logged
from test_habits import FEW_FILES

from bitfusion import certificates
from bitfusion.errors import BitfusionError, Code, Refused
from bitfusion.limits import RECEIVE_BYTES, WORKERS_IDLE
from bitfusion.net import query
from bitfusion.net.client import ask_dispatcher
from bitfusion.net.trust import Trust, connect
from bitfusion.wire.calls import pack_calls
from bitfusion.wire.frames import FrameBuffer, Kind
from bitfusion.wire.hello import Hello

PROGRAM = [sys.executable, "-c", "import ctypes; print(ctypes.CDLL('libcuda.so.1').cuInit(0))"]
SILENT = 40  # more than a CUDA Server keeps
BYTES = 3 << 20


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> certified.Certified:
    return certified.make(tmp_path_factory.mktemp("certified"))


@pytest.fixture(scope="module")
def secure(tmp_path_factory, files) -> Iterator[running.Dispatcher]:
    """A Dispatcher for tests that only open and close sessions."""
    with running.dispatcher(tmp_path_factory.mktemp("secure"), "--softgpu", "1", *files.options) as started:
        yield started


def there_and_back(session: Session) -> None:
    """Large data arrives on the device and comes back as it was."""
    session.use_device()
    address = session.ask("cuMemAlloc_v2", BYTES).values[0]
    data = os.urandom(1024) * (BYTES // 1024)
    session.tell("copy_htod", address, BYTES, 0, bulk=data)
    reply = session.ask("copy_dtoh", address, BYTES, 0)
    assert reply.result == 0 and reply.data == data


def test_program_that_may_open_no_more_files_is_told_so_and_not_to_name_another_ca(secure, files):
    here = {"BF_SERVERS": f"tls://127.0.0.1:{secure.port}", "BF_TLS_CA": str(files.ca), "BF_TOKEN_FILE": ""}
    outcome = running.run([sys.executable, "-c", FEW_FILES, "1"], {**running.remote(), **here})
    (line,) = outcome.errors.splitlines()
    assert outcome.output == "805\n" and "the CA's file" in line
    assert line.endswith(": Too many open files; raise the limit of open files, e.g. ulimit -n 1024")


def shown_by(port: int) -> str:
    """The fingerprint of the certificate of what listens on this port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as plain, context.wrap_socket(plain) as connection:
        assert connection.version() == "TLSv1.3"
        return certificates.fingerprint(connection.getpeercert(True))


@pytest.mark.parametrize("kind", ["trust", "pin"])
def test_sessions_and_queries_go_over_tls_with_a_ca_or_a_pin(secure, files, kind):
    trust = getattr(files, kind)
    with Session(secure, trust=trust) as session:
        there_and_back(session)
        shown = query.ask("localhost", secure.port, "stats", trust)
        assert shown["clients_now"] == 1


def test_client_that_does_not_speak_tls_is_told_so_in_plain(secure):
    for attempt in (lambda: Session(secure, trust=None), lambda: query.ask("127.0.0.1", secure.port, "stats")):
        with pytest.raises(Refused, match="this server speaks TLS, and the client does not") as raised:
            attempt()
        assert raised.value.code == Code.CONNECTION_FAILED and "tls://" in raised.value.hint
    outcome = running.run(PROGRAM, {**running.remote(), "BF_SERVERS": f"127.0.0.1:{secure.port}"})
    assert outcome.output == "805\n" and "this server speaks TLS" in outcome.errors
    assert any(line["reason"] == "it does not speak TLS" for line in logged(secure, "peer.dismissed"))


@pytest.mark.plain("is of a server without TLS")
def test_client_that_speaks_tls_to_a_plain_server_is_named_in_its_log_and_told(steady, files):
    with pytest.raises(Refused, match=r"speaks no TLS|does not speak TLS"):
        query.ask("127.0.0.1", steady.port, "stats", files.trust)
    until(
        lambda: any("it speaks TLS" in line["reason"] for line in logged(steady, "peer.dismissed")),
        "the log names what spoke there",
    )
    with Session(steady) as session:
        assert session.ask("ping").result == 0


def test_client_gives_nothing_to_a_server_that_is_not_the_one_meant(secure, files, tmp_path):
    stranger = certified.make(tmp_path, "gpu-7")
    before = len(logged(secure, "query.answered"))
    for trust, host, words in (
        (stranger.trust, "127.0.0.1", "its certificate is not of a CA in"),
        (Trust(pin="0" * 64), "127.0.0.1", f"has the fingerprint {files.fingerprint}, and {'0' * 64} is expected"),
        (files.trust, "127.0.0.2", "its certificate is for other names than this one"),
    ):
        with pytest.raises(BitfusionError, match=words) as raised:
            query.ask(host, secure.port, "stats", trust)
        assert raised.value.hint
    assert len(logged(secure, "query.answered")) == before


def test_handshakes_that_do_not_end_keep_nobody_out(secure, files):
    hello = b"\x16\3\1\2\0\1"
    begun = [socket.create_connection(("127.0.0.1", secure.port), PATIENCE_S) for _ in range(SILENT)]
    begun += [
        socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        for port in cuda_servers(secure).values()
        for _ in range(SILENT)
    ]
    try:
        for connection in begun:
            connection.sendall(hello)
        with Session(secure, trust=files.trust) as session:
            there_and_back(session)
    finally:
        for connection in begun:
            connection.close()


def test_what_follows_hello_within_one_record_is_not_lost(secure, files):
    """The shim sends its first calls right behind HELLO, and the server decrypts both at once."""
    hello = Hello((1,), "0.1.0", b"", "host", "program", 7)
    welcome = ask_dispatcher("127.0.0.1", secure.port, hello, files.trust)
    with connect("127.0.0.1", welcome.port, PATIENCE_S, files.trust) as connection:
        connection.settimeout(PATIENCE_S)
        first = replace(hello, token=welcome.token).frame()
        connection.sendall(first + pack_calls([(IDS["ping"],)], 0))
        buffer, kinds = FrameBuffer(RECEIVE_BYTES), []
        while Kind.REPLY not in kinds:
            buffer.received(connection.recv_into(buffer.space()))
            while (frame := buffer.next_frame()) is not None:
                kinds.append(frame.kind)
    assert [kind for kind in kinds if kind is not Kind.HEARTBEAT] == [Kind.WELCOME, Kind.REPLY]


def test_a_new_certificate_is_read_at_sighup_and_sessions_go_on(tmp_path):
    files = certified.make(tmp_path)
    # Without a terminal, whose end the signal would mean.
    port = running.free_port()
    command = [sys.executable, "-m", "bitfusion.cli.main", "server", "-p", str(port), "--softgpu", "1", *files.options]
    environment = running.clean_environment()
    with running.serving(command, environment, port, tmp_path / "log") as server:
        until(lambda: len(cuda_servers(server)) >= WORKERS_IDLE, "CUDA Servers are idle")
        old, before = files.fingerprint, set(cuda_servers(server))
        with Session(server, trust=files.pin) as session:
            there_and_back(session)
            files.key.write_bytes(b"no key")
            server.process.send_signal(signal.SIGHUP)
            until(lambda: logged(server, "certificate.refused"), "what cannot be used is told")
            assert shown_by(port) == old
            certified.make(tmp_path)
            server.process.send_signal(signal.SIGHUP)
            until(lambda: logged(server, "certificate.renewed"), "the new certificate is read")
            assert files.fingerprint != old and shown_by(port) == files.fingerprint
            # The client trusts nothing but the new one: so a CUDA Server that was idle before has it, too.
            with Session(server, trust=files.pin) as later:
                there_and_back(later)
            assert session.ask("ping").result == 0
        until(lambda: not before & set(cuda_servers(server)), "those with the old certificate have ended")
    assert "Traceback" not in server.log()


@pytest.mark.plain("is of a server without TLS")
def test_server_that_is_open_to_its_network_says_so_once(tmp_path):
    for host, lines in (("127.0.0.1", 0), ("0.0.0.0", 1)):
        with running.dispatcher(tmp_path, "--softgpu", "1", "--host", host) as server:
            pass
        assert len(logged(server, "listening.open")) == lines
    assert logged(server, "listening.open")[0]["lacks"] == ["TLS", "tokens"]
