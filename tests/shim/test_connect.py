"""The way to a CUDA Server, in this process with short times: every wrong answer is a code and one line that names the
host.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
import threading

import client_process
import msgpack
import pytest
from native_shim import ffi, lib
from patience import PATIENCE_S, calm_s
from scripted_server import HEARTBEAT, Background, Peer, dispatcher, snapshot
from silence import refusing, silent

from bitfusion.limits import FRAME_HEADER_BYTES, HELLO_TIMEOUT_S
from bitfusion.wire.frames import Kind, pack_frame

HELLO_MS = 300  # where the server says nothing
PATIENCE_MS = int(PATIENCE_S * 1000)


def connect(port: int, host: str = "127.0.0.1", hello_ms: int = PATIENCE_MS):
    address = ffi.new("struct bf_address *", {"host": host.encode(), "port": port})
    out = ffi.new("struct bf_connection *")
    lib.bf_connect(address, ffi.NULL, PATIENCE_MS, hello_ms, out)
    problem = ffi.string(out.problem).decode()
    if out.code:
        assert out.link.fd == -1 and str(port) in problem and host in problem and "\n" not in problem
    else:
        socket.socket(fileno=out.link.fd).close()
    return out, problem


def welcome(body: object) -> bytes:
    return pack_frame(Kind.WELCOME, msgpack.packb(body))


def refused(code: int, reason: str, hint: str = "") -> bytes:
    body = {"code": code, "reason": reason, "hint": hint, "versions": [1], "later": [1, {"a": None}]}
    return pack_frame(Kind.REFUSED, msgpack.packb(body))


def test_snapshot_arrives_as_it_was_sent():
    with dispatcher(devices=("First", "Second")) as server:
        out, _ = connect(server.port)
        assert out.code == 0 and out.snapshot.driver_version == 13000 and out.snapshot.count == 2
        second = out.snapshot.devices[1]
        assert ffi.string(second.name) == b"Second" and ffi.string(second.pci_bus_id) == b"0000:02:00.0"
        assert bytes(second.uuid) == bytes([2] * 16) and second.total_memory == 1 << 34
        assert second.attributes[75] == 7 and not second.has_attribute[0] and second.has_attribute[147]
        assert not second.has_attribute[148] and list(second.peers[0:2]) == [1, 0] and second.priority_greatest == -5
        lib.bf_snapshot_free(ffi.addressof(out.snapshot))
        assert (
            server.tokens(2) == [None, bytes(16)]
            and server.hellos[0]["versions"] == [1]
            and server.hellos[0]["pid"] > 0
        )


def test_client_waits_as_long_as_it_is_told_that_it_is_in_the_line():
    hello_ms = 2000
    line_s = (0.5,) * 6
    assert sum(line_s) * 1000 > hello_ms
    with dispatcher(line_s=line_s) as server:
        out, _ = connect(server.port, hello_ms=hello_ms)
        assert (out.code, out.snapshot.count) == (0, 1) or server.longest_s * 2000 > hello_ms
        lib.bf_snapshot_free(ffi.addressof(out.snapshot))


class Hosts:
    """An addrinfo list of (address, port) pairs."""

    def __init__(self, *places: tuple[str, int]) -> None:
        self._kept = []
        self.c = ffi.NULL
        for host, port in reversed(places):
            raw = struct.pack("=H", socket.AF_INET) + struct.pack(">H", port) + socket.inet_aton(host) + bytes(8)
            memory = ffi.new("uint8_t[]", raw)
            self.c = ffi.new(
                "struct addrinfo *",
                {
                    "ai_family": socket.AF_INET,
                    "ai_addrlen": 16,
                    "ai_addr": ffi.cast("struct sockaddr *", memory),
                    "ai_next": self.c,
                },
            )
            self._kept += [memory, self.c]


def reach(*places: tuple[str, int], timeout_s: float = PATIENCE_S) -> socket.socket | int:
    """The connection, or the errno."""
    fd = lib.bf_reach_any(Hosts(*places).c, lib.bf_transport_now_ns() + int(timeout_s * 1e9))
    return socket.socket(fileno=fd) if fd >= 0 else ffi.errno


def test_address_that_does_not_answer_does_not_take_the_time_of_the_next():
    with silent() as dead, socket.create_server(("127.0.0.1", 0)) as there:
        connection = reach(dead, dead, there.getsockname())
        assert (
            not isinstance(connection, int)
            and connection.getpeername() == there.getsockname()
            and connection.getblocking()
        )
        connection.close()


def test_first_address_is_preferred_if_it_answers():
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        connection = reach(first.getsockname(), second.getsockname())
        assert not isinstance(connection, int) and connection.getpeername() == first.getsockname()
        connection.close()


def test_addresses_that_all_fail_fail_with_the_cause():
    assert reach() == errno.EADDRNOTAVAIL
    with refusing() as port, silent() as dead:
        place = ("127.0.0.1", port)
        assert reach(place, place) == errno.ECONNREFUSED
        assert reach(*[dead] * 40, timeout_s=0.6) == errno.ETIMEDOUT
        assert reach(place, dead, timeout_s=0.3) == errno.ETIMEDOUT


def test_servers_are_connected_at_the_same_time():
    """Each answers only when the others have been asked, too."""
    everybody = threading.Barrier(3)

    def refuse(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            Peer(connection).frame()
            everybody.wait(PATIENCE_S)
            connection.sendall(refused(808, "full"))

    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        serving = [Background(lambda listener=listener: refuse(listener)) for listener in listeners]
        ended = client_process.run("call('cuInit', 0)", *(listener.getsockname()[1] for listener in listeners))
        assert ended.results == [808] and f":{listeners[0].getsockname()[1]} refuses: full" in ended.errors
        for each in serving:
            each.join()


def test_server_that_ends_while_the_client_is_in_its_line_is_told_so():
    with dispatcher(first=HEARTBEAT) as server:
        out, problem = connect(server.port)
        assert out.code == 805 and "in its queue" in problem and "closes the connection" in problem


def test_nobody_listens():
    with refusing() as port:
        out, problem = connect(port)
    assert out.code == 805 and "refused" in problem


def test_name_that_does_not_exist():
    out, problem = connect(55001, "no-such-host.invalid")
    assert out.code == 805 and "no-such-host.invalid" in problem


REFUSALS = [
    (807, "the server is shutting down", "try another one"),
    (808, "8 clients of 8", ""),
    (100, "no device", "install one"),
    (805, "the client speaks version 1, this server 2", "install the same release"),
]


@pytest.mark.parametrize(("code", "reason", "hint"), REFUSALS)
def test_refusal_gives_the_server_s_code_and_words(code, reason, hint):
    with dispatcher(first=refused(code, reason, hint)) as server:
        out, problem = connect(server.port)
        assert out.code == code and reason in problem and hint in problem


WRONG = {
    "version that was not offered": welcome({"version": 2, "port": 1, "token": bytes(16)}),
    "version that is missing": welcome({"port": 1, "token": bytes(16)}),
    "body that is no map": welcome([1]),
    "body that is no msgpack": pack_frame(Kind.WELCOME, b"\xc1"),
    "body with something behind": pack_frame(Kind.WELCOME, msgpack.packb({"version": 1, "port": 1}) + b"\0"),
    "frame of another kind": pack_frame(Kind.HELLO, b"\x80"),
    "body that is too large": struct.pack("<IHHQ", 1 << 30, 2, 0, 0),
    "web server": b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("answer", [pytest.param(item, id=name) for name, item in WRONG.items()])
def test_wrong_answer_is_a_failed_connection(answer):
    with dispatcher(first=answer) as server:
        out, _ = connect(server.port)
        assert out.code == 805


SNAPSHOT = snapshot("Only")
BROKEN_SNAPSHOTS = {
    "absent": {},
    "without devices": {"driver_version": 13000},
    "without version": {"devices": SNAPSHOT["devices"]},
    "of no list": {"driver_version": 13000, "devices": {}},
    "with a short uuid": {"driver_version": 13000, "devices": [{**SNAPSHOT["devices"][0], "uuid": b"1"}]},
    "with a text attribute": {"driver_version": 13000, "devices": [{**SNAPSHOT["devices"][0], "attributes": ["x"]}]},
    "with too many devices": {"driver_version": 13000, "devices": SNAPSHOT["devices"] * 65},
}


@pytest.mark.parametrize("value", [pytest.param(item, id=name) for name, item in BROKEN_SNAPSHOTS.items()])
def test_broken_snapshot_is_a_failed_connection(value):
    with dispatcher(facts=value) as server:
        out, problem = connect(server.port)
        assert out.code == 805 and "devices" in problem


def test_unknown_keys_of_a_snapshot_are_ignored():
    value = {**snapshot("Only"), "later": {"x": [1, 2]}}
    value["devices"][0]["later"] = [None, {"y": b"z"}]
    with dispatcher(facts=value) as server:
        out, _ = connect(server.port)
        assert out.code == 0 and out.snapshot.count == 1
        lib.bf_snapshot_free(ffi.addressof(out.snapshot))


@pytest.mark.parametrize("bytes_", [b"", b"\x05\x00\x00", pack_frame(Kind.WELCOME, b"\x81" + b"x" * 9)[:20]])
def test_server_that_says_too_little_is_given_up_in_time(bytes_):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        begin = calm_s()
        with_answer = []

        def serve() -> None:
            connection, _ = listener.accept()
            connection.sendall(bytes_)
            with_answer.append(connection)

        import threading

        thread = threading.Thread(target=serve)
        thread.start()
        out, _ = connect(listener.getsockname()[1], hello_ms=HELLO_MS)
        thread.join()
        assert out.code == 805 and calm_s() - begin < HELLO_TIMEOUT_S
        with_answer[0].close()


def test_server_that_says_its_answer_byte_by_byte_is_given_up_when_its_time_is_over():
    answer = pack_frame(Kind.WELCOME, bytes(400))
    left = threading.Event()

    def trickle(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(answer[:FRAME_HEADER_BYTES])
            for byte in answer[FRAME_HEADER_BYTES:]:
                connection.sendall(bytes([byte]))
                if left.wait(HELLO_MS / 20_000):
                    return
                connection.settimeout(HELLO_MS / 20_000)
                with contextlib.suppress(TimeoutError):
                    while connection.recv(4096):
                        pass
                    left.set()  # the client has closed it

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=trickle, args=(listener,))
        thread.start()
        out, problem = connect(listener.getsockname()[1], hello_ms=HELLO_MS)
        thread.join(PATIENCE_S)
    assert out.code == 805 and "silent" in problem
    assert left.is_set()
