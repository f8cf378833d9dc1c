"""TCP connections to a name: the first of its addresses that answers is taken, as in shim/wire/reach.c."""

from __future__ import annotations

import errno
import os
import selectors
import socket
import time
from collections.abc import Sequence
from typing import Any

from ..limits import CONNECT_NEXT_S

Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]


def reach(host: str, port: int, timeout_s: float) -> socket.socket:
    """A connection to host:port, blocking and without a time limit. Raises OSError: TimeoutError, or why the last
    address failed.
    """
    return reach_any(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), timeout_s)


def reach_any(addresses: Sequence[Address], timeout_s: float) -> socket.socket:
    """A connection to one of these addresses, tried in their order, each a moment after the one before unless that has
    failed (RFC 8305), so that one that does not answer costs a moment and not the whole time. Raises as reach()."""
    deadline = time.monotonic() + timeout_s
    waiting = list(addresses)
    cause: OSError = OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
    next_at = 0.0
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or selector.get_map():
                now = time.monotonic()
                if now >= deadline:
                    raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
                if waiting and now >= next_at:
                    next_at = now + CONNECT_NEXT_S
                    failure = _begin(selector, waiting.pop(0))
                    cause, next_at = (failure, 0.0) if failure else (cause, next_at)
                    continue
                until = min(next_at, deadline) if waiting else deadline
                for key, _ in selector.select(until - now):
                    connection: Any = key.fileobj
                    selector.unregister(connection)
                    code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if not code:
                        connection.setblocking(True)
                        return connection
                    connection.close()
                    cause, next_at = OSError(code, os.strerror(code)), 0.0
            raise cause
        finally:
            for key in list(selector.get_map().values()):
                loser: Any = key.fileobj
                loser.close()


def _begin(selector: selectors.BaseSelector, address: Address) -> OSError | None:
    """Begin to connect; the reason if that fails at once. One that is connected at once is writable, too."""
    family, kind, protocol, _, place = address
    try:
        connection = socket.socket(family, kind, protocol)
    except OSError as error:
        return error
    connection.setblocking(False)
    code = connection.connect_ex(place)
    if code not in (0, errno.EINPROGRESS):
        connection.close()
        return OSError(code, os.strerror(code))
    selector.register(connection, selectors.EVENT_WRITE)
    return None
