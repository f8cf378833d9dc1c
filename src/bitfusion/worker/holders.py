"""Descriptors of the driver's that this CUDA Server gives to others of its Dispatcher, and who has what they stand for.

Theory: a CUDA Server that exports has a socket without a place in any directory, and a thread behind it. Who imports
connects there, shows the ticket, and gets the descriptor; it keeps the connection for as long as it holds what it
imported. So the owner sees when the last of them is gone, and they see when the owner is, however each of them ends.
Who gives back closes its half of the connection and waits for the other: then the owner has noticed.
The thread never enters the driver: it answers also while a call of its client is waited for. The kernel says which
user is at the other end, and another one gets nothing.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import struct
import threading
import time
from collections.abc import Callable

from ..errors import CallFailed, Code
from ..limits import HOLDERS_ANSWER_S, HOLDERS_RETRY_S, HOLDERS_WAITING_MAX

_CREDENTIALS = struct.Struct("3i")  # process, user, group
_TICKET_BYTES = 64
_YES = b"\1"


class _Offer:
    """What may be had: `gone` is called when it is withdrawn and nobody holds it."""

    __slots__ = ("descriptor", "gone", "held")

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.gone: Callable[[], None] | None = None
        self.held = 0


class Holders:
    """Both sides of one CUDA Server: what others may have of it, and what it has of others. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offers: dict[bytes, _Offer] = {}
        self._watched: set[socket.socket] = set()
        self._selector: selectors.BaseSelector | None = None
        self._listener: socket.socket | None = None

    def address(self) -> bytes:
        """Where the others ask for what is offered here."""
        with self._lock:
            if self._listener is None:
                listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                listener.bind("")  # the kernel chooses a name that nobody has
                listener.listen(HOLDERS_WAITING_MAX)
                listener.setblocking(False)
                self._watch(listener, self._accept)
                self._listener = listener
            name: bytes = self._listener.getsockname()
        return name

    def offer(self, ticket: bytes, descriptor: int) -> None:
        """Who shows `ticket` gets `descriptor`, which is closed by withdraw()."""
        with self._lock:
            self._offers[ticket] = _Offer(descriptor)

    def withdraw(self, ticket: bytes, gone: Callable[[], None]) -> None:
        """Nobody gets it any more; `gone` is called once nobody holds it, perhaps at once, perhaps by another
        thread.
        """
        with self._lock:
            offer = self._offers.pop(ticket)
            os.close(offer.descriptor)
            offer.gone = gone
            if offer.held:
                return
        gone()

    def take(self, address: bytes, ticket: bytes, lost: Callable[[], None]) -> tuple[int, Callable[[], None]]:
        """A descriptor of what `ticket` stands for, and the function that tells its owner that it is held no longer.
        `lost` is called, by another thread, if the owner ends before that.

        Raises CallFailed(INVALID_VALUE) if there is no such thing.
        """
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            descriptor = _ask(connection, address, ticket)
        except OSError as error:
            connection.close()
            late = isinstance(error, (TimeoutError, BlockingIOError))
            raise CallFailed(Code.OPERATING_SYSTEM if late else Code.INVALID_VALUE) from error
        connection.setblocking(False)
        with self._lock:
            self._watch(connection, lambda _: self._ended(connection, lost))
        return descriptor, lambda: self._give_back(connection)

    def _watch(self, end: socket.socket, ready: Callable[[socket.socket], None]) -> None:
        """The lock is held."""
        if self._selector is None:
            self._selector = selectors.EpollSelector()
            threading.Thread(target=self._serve, args=(self._selector,), name="holders", daemon=True).start()
        self._selector.register(end, selectors.EVENT_READ, ready)
        self._watched.add(end)

    def _serve(self, selector: selectors.BaseSelector) -> None:
        while True:
            for key, _ in selector.select():
                key.data(key.fileobj)

    def _unwatch(self, end: socket.socket) -> bool:
        """False if that was done before."""
        with self._lock:
            if end not in self._watched:
                return False
            assert self._selector is not None
            self._watched.remove(end)
            self._selector.unregister(end)
            return True

    def _leave(self, connection: socket.socket, then: Callable[[], None]) -> None:
        if self._unwatch(connection):
            then()
            connection.close()

    def _give_back(self, connection: socket.socket) -> None:
        if self._unwatch(connection):
            _close_both_ways(connection)

    def _ended(self, connection: socket.socket, then: Callable[[], None]) -> None:
        """Something came. It may have been for one that had the same number and was closed meanwhile."""
        if _receive(connection) is not None:
            self._leave(connection, then)

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except BlockingIOError:
            return
        except OSError:  # no descriptor is free
            time.sleep(HOLDERS_RETRY_S)
            return
        if not _is_ours(connection):
            connection.close()
            return
        connection.setblocking(False)
        with self._lock:
            self._watch(connection, self._hear)

    def _hear(self, connection: socket.socket) -> None:
        """What somebody says who has just come: the ticket."""
        ticket = _receive(connection)
        if ticket is None:
            return
        with self._lock:
            offer = self._offers.get(ticket)
            given = offer is not None and _give(connection, offer.descriptor)
            if offer is not None and given:
                offer.held += 1
                assert self._selector is not None
                self._selector.modify(
                    connection, selectors.EVENT_READ, lambda _: self._ended(connection, lambda: self._drop(offer))
                )
        if not given:
            self._leave(connection, _nothing)

    def _drop(self, offer: _Offer) -> None:
        with self._lock:
            offer.held -= 1
            gone = None if offer.held else offer.gone
        if gone is not None:
            gone()


def _nothing() -> None:
    pass


def _is_ours(connection: socket.socket) -> bool:
    """Whether the process at the other end is of this one's user."""
    found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return bool(_CREDENTIALS.unpack(found)[1] == os.geteuid())


def _ask(connection: socket.socket, address: bytes, ticket: bytes) -> int:
    """Raises OSError."""
    connection.settimeout(HOLDERS_ANSWER_S)
    connection.connect(address)
    if not _is_ours(connection):
        raise PermissionError
    connection.send(ticket)
    answer, descriptors, _, _ = socket.recv_fds(connection, len(_YES), 1)
    if answer != _YES or not descriptors:
        raise FileNotFoundError
    return descriptors[0]


def _close_both_ways(connection: socket.socket) -> None:
    connection.settimeout(HOLDERS_ANSWER_S)
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)
    connection.close()


def _receive(connection: socket.socket) -> bytes | None:
    """Empty at its end, None if nothing has come."""
    try:
        return connection.recv(_TICKET_BYTES + 1)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _give(connection: socket.socket, descriptor: int) -> bool:
    try:
        return socket.send_fds(connection, [_YES], [descriptor]) == len(_YES)
    except OSError:
        return False
