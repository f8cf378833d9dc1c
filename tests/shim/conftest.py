"""What tests of the shim share as fixtures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(params=["tcp", "tls"])
def either_wire(request: pytest.FixtureRequest) -> Iterator[None]:
    """The test is run twice: stream() is plain TCP, and it is TLS."""
    if request.param == "tcp":
        yield
        return
    import secured
    import tls_peer

    if not tls_peer.is_built():
        pytest.skip(tls_peer.MISSING)
    with secured.with_certificate(tls_peer.server()):
        yield
