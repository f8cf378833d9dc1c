"""What a server says at its start that everybody on its network can use or read."""

from __future__ import annotations

import socket

from ..net.sockets import is_loopback
from ..observe.log import logger

_REMEDIES = {
    "TLS": "give --tls-cert and --tls-key (flexdirect init --tls makes them)",
    "tokens": "give --tokens (flexdirect token makes them)",
}


def warn(host: str, tls: bool, tokens: bool) -> None:
    """One line if it listens elsewhere than on this machine's loopback and lacks what makes that safe."""
    lacks = [name for name, has in (("TLS", tls), ("tokens", tokens)) if not has]
    if lacks and not _is_loopback(host):
        logger().warning(
            "listening.open",
            host=host,
            lacks=lacks,
            hint="; ".join(_REMEDIES[name] for name in lacks) + "; or listen on 127.0.0.1",
        )


def _is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches what listens there."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all(is_loopback(str(address[0])) for *_, address in found)
