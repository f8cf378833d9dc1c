"""Socket options and listening sockets. Knows nothing of frames."""

from __future__ import annotations

import errno
import socket

from ..errors import PortBusy
from ..limits import KEEPALIVE_IDLE_S, KEEPALIVE_INTERVAL_S, KEEPALIVE_PROBES, LISTEN_BACKLOG, TCP_USER_TIMEOUT_MS
from . import ephemeral
from .holder import find_holder


def place(host: str, port: int) -> str:
    """`host:port` for a message."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def tune(connection: socket.socket) -> None:
    """No delay for small frames; a peer that vanishes without a word is noticed within 5 s."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE_IDLE_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, KEEPALIVE_PROBES)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MS)


def listen(host: str, port: int, backlog: int = LISTEN_BACKLOG) -> socket.socket:
    """A listening socket. Raises PortBusy that names the port and, if it can be found, the process that holds it."""
    try:
        return _listen(host, port, backlog)
    except socket.gaierror as error:
        raise PortBusy(f"cannot listen on {host!r}: {error.strerror}", "name an address of this machine") from error
    except OSError as error:
        raise PortBusy(f"cannot listen on {place(host, port)}: {error.strerror}", _remedy(error, port)) from error


def listen_in(host: str, first: int, last: int, begin: int | None = None) -> socket.socket | None:
    """A listening socket on the first free port of the range, both ends included; None if there is none. `begin`: where to look first."""
    start = first if begin is None else begin
    for port in (*range(start, last + 1), *range(first, start)):
        try:
            return _listen(host, port, backlog=8)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    return None


def _remedy(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        holder = find_holder(port)
        exposed = ephemeral.exposed([(port, port)]) if " connection " in holder else []
        keep = f"; keep it from connections: {ephemeral.remedy(exposed)}" if exposed else ""
        return f"{holder}; end it or choose another port{keep}" if holder else "choose another port"
    if error.errno == errno.EACCES:
        return "ports below 1024 are for root; choose another port"
    return "name an address of this machine"


def _listen(host: str, port: int, backlog: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        # Without it, connections that ended a moment ago would keep a new Dispatcher from its port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(backlog)
    except OSError:
        listener.close()
        raise
    return listener
