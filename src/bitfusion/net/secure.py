"""TLS 1.3 above a TCP connection, with the methods of a socket that worker/ and net/ use. Without TLS they have the
socket itself, and nothing of this file costs them anything.

Theory of operation. An SSL object is not safe for two threads at once, and a session has one thread that reads and
several that write. So OpenSSL works on memory (ssl.MemoryBIO) under a lock that is held while bytes are encrypted or
decrypted, and never while a thread waits in the kernel. A second lock brings what writers have encrypted to the kernel
in the order in which it was encrypted; readers do not take it, so that a peer that reads nothing keeps nobody from
reading. What the object wants to send because of what it read (its own new key) waits for the next write, as RFC 8446,
4.6.3 allows.

Decrypted bytes may be here when the kernel has none: whoever waits with a selector reads until BlockingIOError first.
The connection may end without close_notify: frames say how long they are, so nothing cut off is taken for whole.
Kernel TLS is not used: the kernel's keys would leave OpenSSL, which Python's ssl does for sockets of its own alone.
"""

from __future__ import annotations

import os
import select
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from typing import Any

from ..limits import TLS_PIECE_BYTES

_RECORD_BYTES = 16 << 10  # what TLS encrypts in one go at most
# Plain numbers: with the enumerations each & would be a call of Python.
_ALL, _BLOCKS_NOT = int(socket.MSG_WAITALL), int(socket.MSG_DONTWAIT)


class Secure:
    """One end of a connection. One thread reads; any may write, shut down or ask the socket."""

    def __init__(self, plain: socket.socket, context: ssl.SSLContext, name: str | None = None) -> None:
        """`name`: of the server, for its client; None at the server. The socket belongs to this object from now on."""
        self._plain = plain
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=name is None, server_hostname=name)
        self._lock = threading.Lock()  # of the SSL object and its memory; taken after _sending
        self._sending = threading.Lock()
        self._received = memoryview(bytearray(TLS_PIECE_BYTES))
        self._ended = False
        self.fileno = plain.fileno
        self.settimeout = plain.settimeout
        self.setblocking = plain.setblocking
        self.getsockopt = plain.getsockopt
        self.setsockopt: Callable[..., None] = plain.setsockopt
        self.getpeername = plain.getpeername
        self.getsockname = plain.getsockname

    def __enter__(self) -> Secure:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def handshake(self, received: bytes = b"") -> None:
        """Shake hands; `received` has come before this object was made. Raises ssl.SSLError, ConnectionResetError,
        TimeoutError; BlockingIOError on a socket that does not block: call it again when something has come.
        """
        self._incoming.write(received)
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._flush()
            except ssl.SSLError:
                self._flush_what_goes()  # the alert says to the peer why
                raise
            if not self._receive(0):
                raise ConnectionResetError(0, "the connection was closed within the TLS handshake")
        self._flush()

    def certificate(self) -> bytes | None:
        """The peer's, in DER."""
        return self._tls.getpeercert(binary_form=True)

    def recv(self, size: int, flags: int = 0) -> bytes:
        """As a socket's."""
        data = bytearray(size)
        return bytes(data[: self.recv_into(memoryview(data), 0, flags)])

    def recv_into(self, target: memoryview, size: int = 0, flags: int = 0) -> int:
        """As a socket's, with the flags MSG_WAITALL and MSG_DONTWAIT. Takes all that has been decrypted."""
        if size:
            target = target[:size]
        flags = int(flags)
        done = self._decrypt(target)
        while not self._ended and (not done or (flags & _ALL and done < len(target))):
            self._receive(flags & _BLOCKS_NOT)
            done += self._decrypt(target[done:])
        return done

    def send(self, data: bytes | memoryview, flags: int = 0) -> int:
        """As a socket's, but all of it. With MSG_DONTWAIT it raises BlockingIOError and has sent nothing unless the
        kernel has room; it may wait then for the rest of more than a record.
        """
        if int(flags) & _BLOCKS_NOT and not self._has_room():
            raise BlockingIOError
        return self.sendmsg([data])

    def sendall(self, data: bytes | memoryview) -> None:
        """As a socket's."""
        self.sendmsg([data])

    def sendmsg(self, parts: Sequence[bytes | memoryview]) -> int:
        """As a socket's, but all of it: what was encrypted must be sent."""
        total = sum(len(part) for part in parts)
        if total <= _RECORD_BYTES:
            parts = [b"".join(parts)]
        with self._sending:
            for part in parts:
                view = memoryview(part)
                for begin in range(0, len(view), TLS_PIECE_BYTES):
                    self._plain.sendall(self._encrypt(view[begin : begin + TLS_PIECE_BYTES]))
        return total

    def shutdown(self, how: int) -> None:
        """As a socket's. The peer is told by close_notify, unless that would have to wait."""
        if how != socket.SHUT_RD:
            self._say_goodbye()
        self._plain.shutdown(how)

    def close(self) -> None:
        """As a socket's, with close_notify as for shutdown()."""
        self._say_goodbye()
        self._plain.close()

    def _receive(self, flags: int) -> int:
        """Wait for bytes of the kernel; how many came. 0 is the end."""
        count = self._plain.recv_into(self._received, 0, flags)
        with self._lock:
            if count:
                self._incoming.write(self._received[:count])
            else:
                self._incoming.write_eof()
        return count

    def _decrypt(self, target: memoryview) -> int:
        """Move what can be decrypted to the start of `target`."""
        done, incoming, size = 0, self._incoming, len(target)
        with self._lock:
            try:
                # To ask in vain would cost an exception.
                while done < size and (incoming.pending or self._tls.pending() or incoming.eof):
                    count = self._tls.read(size - done, target[done:])
                    if not count:
                        self._ended = True
                        break
                    done += int(count)
            except ssl.SSLWantReadError:
                pass
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                self._ended = True
        return done

    def _encrypt(self, data: memoryview) -> bytes:
        with self._lock:
            done = 0
            while done < len(data):
                done += self._tls.write(data[done:])
            return self._outgoing.read()

    def _flush(self) -> None:
        """Send what the handshake has to say: less than the kernel has room for on a new connection."""
        with self._lock:
            data = self._outgoing.read()
        if data:
            self._plain.sendall(data)

    def _flush_what_goes(self) -> None:
        with self._lock:
            data = self._outgoing.read()
        try:
            self._plain.send(data, _BLOCKS_NOT)
        except OSError:
            pass  # the peer is told nothing, then

    def _say_goodbye(self) -> None:
        if not self._sending.acquire(blocking=False):
            return  # in the middle of something that the peer does not read
        try:
            with self._lock:
                self._tls.unwrap()
        except (ssl.SSLError, ValueError):
            pass  # the peer has not said it yet, or there was no handshake
        finally:
            self._flush_what_goes()
            self._sending.release()

    def _has_room(self) -> bool:
        poll = select.poll()
        poll.register(self._plain, select.POLLOUT)
        return bool(poll.poll(0))


Connection = socket.socket | Secure


class Entrance:
    """A server's side: makes its connections secure with the certificate that it was made of."""

    def __init__(self, certificate: bytes, key: bytes) -> None:
        """Both in PEM, the certificates of the chain one after another. Raises ssl.SSLError."""
        self._context = server_context(certificate, key)

    def secure(self, plain: socket.socket) -> Secure:
        """A connection whose handshake is to come."""
        return Secure(plain, self._context)


def server_context(certificate: bytes, key: bytes) -> ssl.SSLContext:
    """For the servers' side; both in PEM, the certificates of the chain one after another. Raises ssl.SSLError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    # Resumption would spare a signature in a connection that lasts for the life of a program.
    context.num_tickets = 0
    load_chain(context, certificate, key)
    return context


def load_chain(context: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    """Give a context a certificate. Python reads them from files alone: these are in memory, and nobody else's."""
    fd = os.memfd_create("bitfusion-certificate", os.MFD_CLOEXEC)
    try:
        data = memoryview(certificate + b"\n" + key)
        while data:
            data = data[os.write(fd, data) :]
        context.load_cert_chain(f"/proc/self/fd/{fd}", password=_no_password)
    finally:
        os.close(fd)


def _no_password(*_: Any) -> str:
    """Instead of a question on the terminal."""
    raise ssl.SSLError(0, "the key has a passphrase")
