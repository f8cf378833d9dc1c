"""TLS of the client: whom it trusts, what it says of those that it does not, and what a network does to records."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import secured
import tls_peer
from client_process import run
from native_shim import ffi, lib
from patience import PATIENCE_S
from scripted_server import Background, ask, data, dispatcher, reply, stream
from simple_server import SimpleServer

if not tls_peer.is_built():
    pytest.skip(tls_peer.MISSING, allow_module_level=True)

PATIENCE_MS = int(PATIENCE_S * 1000)
NOT_BEGUN, LOST = 805, 806
TWO_CALLS = "init(); alloc(256); results.append(0)"


@pytest.fixture
def trusted(tmp_path, monkeypatch) -> Path:
    """The CA's file, which BF_TLS_CA names."""
    file = tmp_path / "our-ca.pem"
    file.write_bytes(tls_peer.authority().pem)
    monkeypatch.setenv("BF_TLS_CA", str(file))
    return file


def address_of(text: str) -> Any:
    found = ffi.new("struct bf_addresses *")
    lib.bf_servers_parse_list(text.encode(), found)
    assert found.count == 1, ffi.string(found.problem)
    return ffi.new("struct bf_address *", found.each[0])


def connect(text: str, wait_ms: int = PATIENCE_MS) -> tuple[int, str, bytes | None]:
    """Code, problem, and the server's certificate as SHA-256."""
    out = ffi.new("struct bf_connection *")
    lib.bf_connect(address_of(text), ffi.NULL, PATIENCE_MS, wait_ms, out)
    problem, link = ffi.string(out.problem).decode(), ffi.addressof(out, "link")
    print_ = lib.bf_transport_fingerprint(link)
    fingerprint = bytes(print_[0:32]) if print_ else None
    lib.bf_transport_close(link)
    if not out.code:
        lib.bf_snapshot_free(ffi.addressof(out.snapshot))
    assert out.link.fd == -1 and "\n" not in problem
    return out.code, problem, fingerprint


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_server_that_a_ca_has_signed_for_this_name_is_trusted_on_every_connection(host, trusted):
    signed = tls_peer.server()
    with dispatcher(secure=signed.context()) as server:
        assert connect(f"tls://{host}:{server.port}") == (0, "", bytes.fromhex(signed.fingerprint))
        assert server.tokens(2) == [None, bytes(16)]


def test_pinned_server_is_trusted_without_a_ca_whatever_its_certificate_says(monkeypatch):
    monkeypatch.setenv("BF_TLS_CA", "/nowhere")
    signed = tls_peer.server(("other.lab",), "nobody's", days=-9)
    with dispatcher(secure=signed.context()) as server:
        assert connect(f"tls://{signed.fingerprint.upper()}@127.0.0.1:{server.port}")[:2] == (0, "")


@cache
def bad(name: str) -> tls_peer.Signed:
    return {
        "another CA": tls_peer.server(of="nobody's"),
        "another name": tls_peer.server(("gpu1.lab", "10.0.0.3", "fe80::1", "x\x01y")),
        "expired": tls_peer.server(days=-3),
        "of tomorrow": tls_peer.server(days=3),
        "itself": tls_peer.authority("nobody's"),
    }[name]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("another CA", "is not trusted: no CA in {ca} has signed it"),
        ("another name", "for gpu1.lab, 10.0.0.3, fe80:0:0:0:0:0:0:1, x?y"),
        ("expired", "has expired"),
        ("of tomorrow", "is not valid yet"),
        ("itself", "is not trusted: no CA in {ca} has signed it"),
    ],
)
def test_certificate_that_is_not_trusted_is_told_and_no_hello_is_sent(name, reason, trusted):
    with dispatcher(secure=bad(name).context()) as server:
        code, problem, _ = connect(f"tls://127.0.0.1:{server.port}")
        assert code == NOT_BEGUN and reason.format(ca=trusted) in problem and f"127.0.0.1:{server.port}" in problem
        assert server.hellos == []
        if "not trusted" in reason:
            assert bad(name).fingerprint in problem


def test_certificate_other_than_the_pinned_one_is_refused_and_shown():
    signed = tls_peer.server()
    with dispatcher(secure=signed.context()) as server:
        code, problem, _ = connect(f"tls://{'0' * 64}@127.0.0.1:{server.port}")
        assert (code, server.hellos) == (NOT_BEGUN, []) and signed.fingerprint in problem


def test_data_port_without_tls_gets_no_hello(trusted):
    with dispatcher(secure=tls_peer.server().context(), secure_data=False) as server:
        code, problem, _ = connect(f"tls://127.0.0.1:{server.port}", wait_ms=1500)
        assert code == NOT_BEGUN and "TLS" in problem and len(server.hellos) == 1


def test_server_of_an_older_tls_is_refused(trusted):
    with dispatcher(secure=tls_peer.server().context(newest=ssl.TLSVersion.TLSv1_2)) as server:
        code, problem, _ = connect(f"tls://127.0.0.1:{server.port}")
        assert code == NOT_BEGUN and "older TLS than 1.3" in problem


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "the CA's file {ca} cannot be read: No such file"),
        (b"", "{ca} has no certificate in PEM"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "{ca} has no certificate in PEM"),
        (b"x" * (1 << 20), "{ca} cannot be read: it is too large"),
    ],
)
def test_file_of_cas_that_cannot_be_used_is_told(content, reason, trusted):
    trusted.unlink() if content is None else trusted.write_bytes(content)
    with dispatcher(secure=tls_peer.server().context()) as server:
        code, problem, _ = connect(f"tls://127.0.0.1:{server.port}")
        assert code == NOT_BEGUN and reason.format(ca=trusted) in problem


@pytest.mark.plain("a CA is named to this process from its start")
def test_ca_is_found_in_the_home_of_the_user_and_without_any_the_places_are_told(tmp_path, monkeypatch):
    monkeypatch.delenv("BF_TLS_CA", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with dispatcher(secure=tls_peer.server().context()) as server:
        code, problem, _ = connect(f"tls://127.0.0.1:{server.port}")
        assert Path("/etc/bitfusionio/ca.pem").exists() or (
            code == NOT_BEGUN and "no CA is named" in problem and "BF_TLS_CA" in problem
        )
    (tmp_path / ".bitfusionio").mkdir()
    (tmp_path / ".bitfusionio" / "ca.pem").write_bytes(tls_peer.authority().pem)
    with dispatcher(secure=tls_peer.server().context()) as server:
        assert connect(f"tls://127.0.0.1:{server.port}")[:2] == (0, "")


@contextlib.contextmanager
def peer_that(does: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that does this with its connections, one after another."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, contextlib.suppress(OSError):
                        does(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "speaks no TLS"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "speaks no TLS"),
        (bytes(64), "speaks no TLS"),
        (b"", "closes the connection in the TLS handshake"),
        (b"\x16\x03\x03\xff\xff" + bytes(70000), "TLS"),
        (b"\x15\x03\x03\x00\x02\x02\x28", "fails in the TLS handshake"),
        (b"\x16\x03\x03\x00\x04\x02\x00\x00", "closes the connection in the TLS handshake"),
    ],
)
def test_peer_that_speaks_no_tls_is_told(says, reason, trusted):
    def answer(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(says)

    with peer_that(answer) as port:
        code, problem, _ = connect(f"tls://127.0.0.1:{port}")
    assert code == NOT_BEGUN and reason in problem


def test_silent_peer_is_given_up_in_time(trusted):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        code, problem, _ = connect(f"tls://127.0.0.1:{listener.getsockname()[1]}", wait_ms=300)
    assert code == NOT_BEGUN and "says nothing in the TLS handshake" in problem


def test_server_that_wants_tls_is_named_to_a_plain_client():
    alert = b"\x15\x03\x03\x00\x02\x02\x46"
    with peer_that(lambda connection: (connection.recv(4096), connection.sendall(alert))) as port:
        code, problem, _ = connect(f"127.0.0.1:{port}")
    assert code == NOT_BEGUN and f"name it as tls://127.0.0.1:{port}" in problem


def pump(source: socket.socket, sink: socket.socket, change: Callable[[bytes], tuple[bytes, bool]]) -> None:
    with contextlib.suppress(OSError):
        goes_on = True
        while goes_on and (piece := source.recv(1 << 16)):
            changed, goes_on = change(piece)
            sink.sendall(changed)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def whole(piece: bytes) -> tuple[bytes, bool]:
    return piece, True


@contextlib.contextmanager
def network(change: Callable[[bytes], tuple[bytes, bool]]) -> Iterator[None]:
    """Between stream() and its server: what the server sends goes through `change`, which also tells whether the
    connection goes on.
    """
    real = socket.socket.accept
    ends: list[socket.socket] = []

    def accept(listener: socket.socket) -> tuple[socket.socket, Any]:
        outside, place = real(listener)
        inside, connection = socket.socketpair()
        ends.extend((outside, inside))
        for way in ((outside, inside, whole), (inside, outside, change)):
            threading.Thread(target=pump, args=way, daemon=True).start()
        return connection, place

    socket.socket.accept = accept  # type: ignore[method-assign]
    try:
        yield
    finally:
        socket.socket.accept = real  # type: ignore[method-assign]
        for end in ends:
            end.close()


class Changed:
    """Bytes of the server, from `armed` on: the one at `offset` is flipped, or is the first that does not come."""

    def __init__(self, offset: int, cut: bool) -> None:
        self.armed = False
        self._left, self._cut = offset, cut

    def __call__(self, piece: bytes) -> tuple[bytes, bool]:
        at = self._left if self.armed else len(piece)
        self._left -= len(piece) if self.armed else 0
        if not 0 <= at < len(piece):
            return piece, True
        return (piece[:at], False) if self._cut else (piece[:at] + bytes([piece[at] ^ 0x40]) + piece[at + 1 :], True)


@pytest.mark.parametrize("cut", [False, True], ids=["flipped", "cut"])
@pytest.mark.parametrize("offset", [0, 1, 3, 4, 5, 6, 20, 37, 5000, 16405, 16406, 16410, 40000])
def test_record_that_was_changed_on_the_way_loses_the_server(offset, cut):
    changed = Changed(offset, cut)
    answer = bytearray(60_000)
    with secured.with_certificate(tls_peer.server()), network(changed), stream(3000) as (client, peer):
        waiting = Background(lambda: ask(client, "copy_dtoh", 4096, len(answer), 0, into=answer))
        peer.calls()
        changed.armed = True
        with contextlib.suppress(OSError):
            peer.send(data(1, 0, bytes(range(240)) * 250), reply(1, 0))
        # Cut within WELCOME the session has not begun.
        assert waiting.join()[0] in (NOT_BEGUN, LOST)
        assert ask(client, "cuMemGetInfo_v2")[0] in (NOT_BEGUN, LOST)


@contextlib.contextmanager
def in_bytes() -> Iterator[None]:
    """What the client receives comes byte by byte."""
    real = socket.socket.sendall

    def sendall(to: socket.socket, data: bytes) -> None:
        for byte in data:
            real(to, bytes([byte]))

    socket.socket.sendall = sendall  # type: ignore[method-assign]
    try:
        yield
    finally:
        socket.socket.sendall = real  # type: ignore[method-assign]


def test_records_that_come_byte_by_byte_are_as_good():
    with (
        secured.with_certificate(tls_peer.server()),
        in_bytes(),
        network(whole),
        stream() as (client, peer),
    ):
        waiting = Background(lambda: ask(client, "cuMemGetInfo_v2"))
        peer.calls()
        peer.send(reply(1, 0, 5, 9))
        assert waiting.join() == (0, [5, 9])


def test_program_of_a_plain_server_never_loads_tls_and_one_of_tls_keeps_it_to_itself(trusted):
    look = TWO_CALLS + "; results.append('libbftls' in open('/proc/self/maps').read()); "
    look += (
        "results.append(any(hasattr(ctypes.CDLL(None), name) for name in ('SSL_new', 'BIO_new', 'OPENSSL_init_ssl')))"
    )
    with dispatcher(SimpleServer().serve) as server:
        assert run(look, server.port).results[-2:] == [False, False]
    with secured.with_certificate(tls_peer.server()), dispatcher(SimpleServer().serve) as server:
        assert run(look, server.port).results[-2:] == [True, False]
