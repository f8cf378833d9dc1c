"""A server that does what a test says, byte by byte: for the behaviour of the client when the server misbehaves."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgpack
import secured
from native_shim import CALLS, Values, ffi, letters, lib
from patience import PATIENCE_S

from bitfusion.net.secure import Connection, Secure
from bitfusion.wire.frames import Kind, pack_frame
from bitfusion.wire.hello import SessionWelcome, Welcome

HEARTBEAT = pack_frame(Kind.HEARTBEAT, b"")


def reply(number: int, result: int = 0, *values: Any) -> bytes:
    return pack_frame(Kind.REPLY, msgpack.packb([number, result, *values]))


def data(number: int, offset: int, piece: bytes) -> bytes:
    return pack_frame(Kind.DATA, msgpack.packb([number, offset]), len(piece)) + piece


def speak_tls(plain: socket.socket, context: ssl.SSLContext) -> Secure:
    """Not with a socket of Python's ssl: a test may send from one thread while another reads."""
    connection = Secure(plain, context)
    connection.handshake()
    return connection


class Peer:
    """The server's end of a connection: frames in, bytes out."""

    def __init__(self, connection: Connection) -> None:
        self.socket = connection
        self.socket.settimeout(PATIENCE_S)
        self.number = 0

    def exactly(self, count: int) -> bytes:
        parts = []
        while count:
            part = self.socket.recv(min(count, 1 << 20))
            if not part:
                raise ConnectionError("the client is gone")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def frame(self) -> tuple[int, bytes, bytes]:
        body_bytes, kind, zero, bulk_bytes = struct.unpack("<IHHQ", self.exactly(16))
        assert zero == 0
        return kind, self.exactly(body_bytes), self.exactly(bulk_bytes)

    def calls(self) -> tuple[list[list[Any]], bytes]:
        """The calls of the next frame, each as [name, args...], and its bulk; `number` is then that of the last."""
        kind, body, bulk = self.frame()
        assert kind == Kind.CALLS
        unpacker = msgpack.Unpacker(raw=False, max_buffer_size=1 << 24)
        unpacker.feed(body)
        names = {call.id: name for name, call in CALLS.items()}
        found = [[names[call[0]], *call[1:]] for call in unpacker]
        self.number += len(found)
        return found, bulk

    def send(self, *parts: bytes) -> None:
        self.socket.sendall(b"".join(parts))

    def at_end(self) -> bool:
        """True if the client has closed or reset the connection."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True


@contextlib.contextmanager
def stream(
    silence_ms: int = int(PATIENCE_S * 1000), welcome: bytes = SessionWelcome(1, "0.1.0").frame()
) -> Iterator[tuple[Any, Peer]]:
    """A `struct bf_stream` connected to a Peer that has said `welcome`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        connection, _ = listener.accept()
    tls = ffi.NULL
    if shown := secured.certificate():
        plain = connection
        shaking = Background(lambda: speak_tls(plain, shown.context()))
        tls, connection = _shake(client, bytes.fromhex(shown.fingerprint)), shaking.join()
    opened = ffi.new("struct bf_stream *")
    assert lib.bf_stream_open(opened, {"fd": client.detach(), "tls": tls}, ffi.NULL, b"scripted:1", silence_ms) == 0
    with connection:
        connection.sendall(welcome)
        yield opened, Peer(connection)
    lib.bf_stream_close(opened)


def _shake(client: socket.socket, fingerprint: bytes) -> Any:
    pin, host, problem = ffi.new("uint8_t[]", fingerprint), ffi.new("char[]", b"scripted"), ffi.new("char[]", 512)
    peer = ffi.new("struct bf_tls_peer *", {"pin": pin, "host": host})
    tls = lib.bf_tls_open(client.fileno(), peer, int(PATIENCE_S * 1000), problem, len(problem))
    assert tls, ffi.string(problem)
    return tls


def beat(peer: Peer, silence_ms: int, *after: bytes) -> bool:
    """HEARTBEATs for longer than a client bears silence, and what comes after them. False if the machine held one up for
    so long that the client may have given the server up: then nothing can be said.
    """
    said, longest_s = time.monotonic(), 0.0
    for number in range(8):
        threading.Event().wait(silence_ms / 6000)
        try:
            peer.send(HEARTBEAT, *(after if number == 7 else ()))
        except OSError:
            break  # it has given the server up
        longest_s, said = max(longest_s, time.monotonic() - said), time.monotonic()
    return longest_s < silence_ms / 2000


def tell(to: Any, name: str, *values: Any, context: int = 0, bulk: bytes | None = None) -> int:
    call = CALLS[name]
    args = Values(letters(call.args), list(values))
    memory = ffi.from_buffer(bulk) if bulk is not None else None
    rows = ffi.new("struct bf_rows *", [memory, len(bulk), len(bulk), 1]) if bulk is not None else ffi.NULL
    return lib.bf_stream_tell(to, context, ffi.addressof(call), args.c, rows)


def ask(
    to: Any, name: str, *values: Any, context: int = 0, into: Any = None, bulk: bytes | None = None
) -> tuple[int, list[Any]]:
    """Result and values; the GIL is free meanwhile. `into` is a writable buffer or a `struct bf_rows *`."""
    call = CALLS[name]
    args, answer = Values(letters(call.args), list(values)), ffi.new("struct bf_ask *")
    if into is None:
        rows = ffi.NULL
    elif isinstance(into, bytearray):
        rows = ffi.new("struct bf_rows *", [ffi.from_buffer(into, require_writable=True), len(into), len(into), 1])
    else:
        rows = into
    sent = (
        ffi.new("struct bf_rows *", [ffi.from_buffer(bulk), len(bulk), len(bulk), 1]) if bulk is not None else ffi.NULL
    )
    result = lib.bf_stream_ask(to, context, ffi.addressof(call), args.c, sent, rows, answer)
    # There is room for the longest reply.
    pairs = zip(letters(call.reply), answer.values, strict=False)
    values_ = [] if result else [bytes(ffi.buffer(v.p, v.bytes)) if letter in "sb" else v.u for letter, v in pairs]
    lib.bf_stream_ask_end(answer)
    return result, values_


class Background:
    """A function on a thread, whose result or exception join() gives."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._result: Any = None
        self._error: BaseException | None = None
        self.seconds = 0.0
        self._thread = threading.Thread(target=self._run, args=(function,), daemon=True)
        self._thread.start()

    def _run(self, function: Callable[[], Any]) -> None:
        begin = time.monotonic()
        try:
            self._result = function()
        except BaseException as error:
            self._error = error
        self.seconds = time.monotonic() - begin

    def join(self, timeout_s: float = PATIENCE_S) -> Any:
        self._thread.join(timeout_s)
        assert not self._thread.is_alive(), "the call hangs"
        if self._error:
            raise self._error
        return self._result


def snapshot(*names: str) -> dict[str, Any]:
    """A snapshot of devices of these names, with attributes enough for every check of the client."""
    limits = {
        1: 1024,
        2: 1024,
        3: 1024,
        4: 64,
        5: 2**31 - 1,
        6: 65535,
        7: 65535,
        10: 32,
        41: 1,
        75: 7,
        76: 5,
        19: 1,
        115: 1,
    }
    devices = [
        {
            "name": name,
            "uuid": bytes([index + 1] * 16),
            "total_memory": 1 << 34,
            "attributes": [None, *(limits.get(i, 0) for i in range(1, 148))],
            "pci_bus_id": f"0000:0{index + 1}:00.0",
            "peers": [int(other != index) for other in range(len(names))],
            "priority_least": 0,
            "priority_greatest": -5,
            "primary_flags": 0,
            "primary_active": 0,
        }
        for index, name in enumerate(names)
    ]
    return {"driver_version": 13000, "devices": devices}


class ScriptedDispatcher:
    """Listens on a port of its own. Gives each client a data connection whose Peer is handed to `serve` on a thread.
    Clients are told of `facts`, a snapshot, or of `devices` of these names; `first` and `second` are answered
    instead of WELCOME on the first connection, to the Dispatcher, and on the second; `later` is told instead of
    `facts` from the second HELLO on. Before each answer a HEARTBEAT comes after each of the pauses `line_s`;
    `longest_s` is how long the longest of them was on this machine. With `secure` it speaks TLS, on the second connection
    only with `secure_data`; `refused` has what went wrong in handshakes."""

    def __init__(
        self,
        serve: Callable[[Peer], None],
        devices: tuple[str, ...] = ("Scripted",),
        first: bytes | None = None,
        second: bytes | None = None,
        line_s: tuple[float, ...] = (),
        facts: Any = None,
        later: Any = None,
        secure: ssl.SSLContext | None = None,
        secure_data: bool = True,
    ) -> None:
        self._serve = serve
        self._line_s = line_s
        self._first = first
        self._second = second
        self._facts = snapshot(*devices) if facts is None else facts
        self._later = later
        shown = secured.certificate()
        secure = shown.context() if shown and not secure else secure
        self._secure = secure
        self._secure_data = secure if secure_data else None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._data = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.longest_s = 0.0
        self.refused: list[Exception] = []
        self.hellos: list[dict[str, Any]] = []
        self.sessions: list[Background] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                peer = self._peer(connection, self._secure)
                if (
                    not peer
                    or not self._greet(peer, self._first or self._directions())
                    or self._first
                    or self.hellos[-1].get("use") == "look"
                ):
                    continue
            try:
                connection, _ = self._data.accept()
            except OSError:
                return
            peer = self._peer(connection, self._secure_data)
            if peer and self._greet(peer, SessionWelcome(1, "0.1.0").frame() if self._second is None else self._second):
                self.sessions.append(Background(lambda peer=peer: self._serve(peer)))

    def _peer(self, connection: socket.socket, secure: ssl.SSLContext | None) -> Peer | None:
        connection.settimeout(PATIENCE_S)
        try:
            return Peer(speak_tls(connection, secure) if secure else connection)
        except (OSError, ssl.SSLError) as error:
            self.refused.append(error)
            return None

    def _directions(self) -> bytes:
        facts = self._later if self._later and self.hellos else self._facts
        return Welcome(1, self._data.getsockname()[1], bytes(16), facts, "0.1.0").frame()

    def _greet(self, peer: Peer, answer: bytes) -> bool:
        try:
            kind, body, _ = peer.frame()
            assert kind == Kind.HELLO
            self.hellos.append(msgpack.unpackb(body))
            said = time.monotonic()
            for pause_s in self._line_s:
                threading.Event().wait(pause_s)
                peer.send(HEARTBEAT)
                self.longest_s = max(self.longest_s, time.monotonic() - said)
                said = time.monotonic()
            peer.send(answer)
        except OSError:
            return False
        return True

    def tokens(self, count: int) -> list[bytes | None]:
        """The token of each HELLO, as soon as there are `count` of them."""
        until = time.monotonic() + PATIENCE_S
        while len(self.hellos) < count and time.monotonic() < until:
            time.sleep(0.01)
        return [hello.get("token") for hello in self.hellos]

    def close(self) -> None:
        self._listener.close()
        self._data.close()


@contextlib.contextmanager
def dispatcher(serve: Callable[[Peer], None] = lambda peer: None, **options: Any) -> Iterator[ScriptedDispatcher]:
    server = ScriptedDispatcher(serve, **options)
    try:
        yield server
    finally:
        server.close()
