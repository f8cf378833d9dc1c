"""Whether the tests' scripted servers speak TLS just now: an autouse of `either_wire` runs a file's tests both ways."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

_now: dict[str, Any] = {"certificate": None}


def certificate() -> Any:
    """The tls_peer.Signed that servers show, None: they speak plain TCP."""
    return _now["certificate"]


@contextlib.contextmanager
def with_certificate(signed: Any) -> Iterator[None]:
    """Servers that begin meanwhile speak TLS, and clients pin this certificate."""
    _now["certificate"] = signed
    try:
        yield
    finally:
        _now["certificate"] = None


def address(port: int) -> str:
    """Of a server on this host, as BF_SERVERS has it."""
    shown = certificate()
    return f"tls://{shown.fingerprint}@127.0.0.1:{port}" if shown else f"127.0.0.1:{port}"
