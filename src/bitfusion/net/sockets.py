"""Socket options and listening sockets. Knows nothing of frames."""

from __future__ import annotations

import errno
import ipaddress
import socket
import struct
from typing import TYPE_CHECKING

from ..errors import PortBusy
from ..limits import (
    ASKED_AGAIN_MAX_MS,
    KEEPALIVE_IDLE_S,
    KEEPALIVE_INTERVAL_S,
    KEEPALIVE_PROBES,
    LISTEN_BACKLOG,
    TCP_USER_TIMEOUT_MS,
)
from . import ephemeral
from .holder import find_holder

if TYPE_CHECKING:
    from .secure import Connection

_TCP_RTO_MAX_MS = 44  # linux/tcp.h
# Of struct tcp_info: tcpi_retransmits, tcpi_probes, tcpi_rto, tcpi_last_ack_recv; tcpi_last_data_recv.
_TCP_INFO = struct.Struct("<2xBB4xI44xI")
_RECEIVED = struct.Struct("<52xI")


def place(host: str, port: int) -> str:
    """`host:port` for a message."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether this is an address that only this machine reaches; not a name."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def tune(connection: Connection, patient: bool = False) -> None:
    """No delay for small frames; a peer that vanishes without a word is noticed within 5 s.

    `patient`: the peer may leave what it was sent unread, as a program does that is stopped, for as long as its
    system answers. The kernel gives such a connection up after TCP_USER_TIMEOUT all the same, so whoever is patient
    looks at unanswered_s() instead.
    """
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE_IDLE_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, KEEPALIVE_PROBES)
    if not patient:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MS)
        return
    try:
        # Otherwise a peer that has been stopped for long is asked every two minutes whether it is there.
        connection.setsockopt(socket.IPPROTO_TCP, _TCP_RTO_MAX_MS, ASKED_AGAIN_MAX_MS)
    except OSError:
        pass  # a kernel before 6.15


def unanswered_s(connection: Connection) -> float:
    """How long the peer's system has left everything unanswered that it was sent again and again; 0 as long as it
    answers.

    A peer that does not read has its system answer each time that it is asked whether it does now. So silence counts
    only where more than what TCP waits before it asks again has passed, or several such questions in a row had no
    answer.
    """
    try:
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
    except OSError:
        return 0.0  # closed: whoever uses it finds out
    retransmits, probes, rto_us, silent_ms = _TCP_INFO.unpack(info)
    lost = (retransmits >= 2 and silent_ms > 1.5e-3 * rto_us) or probes >= 3
    return silent_ms / 1e3 if lost else 0.0


def received_ago_s(connection: Connection) -> float:
    """How long ago the last bytes of the peer came."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _RECEIVED.size)
    return float(_RECEIVED.unpack(info)[0]) / 1e3


def listen(host: str, port: int, backlog: int = LISTEN_BACKLOG) -> socket.socket:
    """A listening socket. Raises PortBusy that names the port and, if it can be found, the process that holds it."""
    try:
        return _listen(host, port, backlog)
    except socket.gaierror as error:
        raise PortBusy(f"cannot listen on {host!r}: {error.strerror}", "name an address of this machine") from error
    except OSError as error:
        raise PortBusy(f"cannot listen on {place(host, port)}: {error.strerror}", _remedy(error, port)) from error


def listen_in(host: str, first: int, last: int, begin: int | None = None) -> socket.socket | None:
    """A listening socket on the first free port of the range, both ends included; None if there is none. `begin`: where
    to look first.
    """
    start = first if begin is None else begin
    for port in (*range(start, last + 1), *range(first, start)):
        try:
            return _listen(host, port, backlog=LISTEN_BACKLOG)
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
