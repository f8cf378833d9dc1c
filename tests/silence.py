"""Addresses that do not answer."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator


@contextlib.contextmanager
def silent() -> Iterator[tuple[str, int]]:
    """The address of a host that does not answer, as far as connecting goes: its queue is full, and what comes is
    dropped.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, contextlib.ExitStack() as stack:
        for _ in range(3):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()


@contextlib.contextmanager
def refusing() -> Iterator[int]:
    """A port of this host on which nobody listens and that nobody is given meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
