"""Tells from its first bytes that a peer speaks TLS, so that it can be told or named rightly. Sans-IO."""

from __future__ import annotations


def speaks_tls(first: bytes | memoryview) -> bool:
    """Whether a connection that begins so does: with a record of a handshake, whose version is 3.1 to 3.4.

    As the length of a body these bytes would be more than a first frame may have. If there are less than three, those
    that are there decide.
    """
    begin = bytes(first[:3])
    return begin[:1] == b"\x16" and begin[1:2] in (b"", b"\3") and begin[2:] in (b"", b"\1", b"\2", b"\3", b"\4")
