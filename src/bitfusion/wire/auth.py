"""What proves a token in the first frames: `auth` in HELLO and QUERY, CHALLENGE, PROOF <-> dataclasses. Sans-IO."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import RemoteProtocolError
from .fields import get, pack_map, parse_map
from .frames import Kind

_BYTES = 32  # of a nonce and of a proof
_ID_MAX = 64


@dataclass(frozen=True)
class Auth:
    """Which token the client has, and 32 random bytes of its own."""

    id: str
    nonce: bytes

    def to_map(self) -> dict[str, Any]:
        return {"id": self.id, "nonce": self.nonce}


@dataclass(frozen=True)
class Challenge:
    """The server's 32 random bytes, and its proof that it knows the token."""

    nonce: bytes
    proof: bytes

    def frame(self) -> bytes:
        return pack_map(Kind.CHALLENGE, {"nonce": self.nonce, "proof": self.proof})


def proof_frame(proof: bytes) -> bytes:
    """The client's proof."""
    return pack_map(Kind.PROOF, {"proof": proof})


def get_auth(fields: Mapping[str, Any]) -> Auth | None:
    """`auth` of a first frame, None if it has none. Raises RemoteProtocolError."""
    if "auth" not in fields:
        return None
    auth = get(fields, "auth", dict)
    id = get(auth, "id", str)
    if not 0 < len(id) <= _ID_MAX:
        raise RemoteProtocolError("auth with an id that is none")
    return Auth(id, _get_bytes(auth, "nonce"))


def parse_challenge(body: memoryview | bytes) -> Challenge:
    """Read a CHALLENGE. Raises RemoteProtocolError."""
    fields = parse_map(body)
    return Challenge(_get_bytes(fields, "nonce"), _get_bytes(fields, "proof"))


def parse_proof(body: memoryview | bytes) -> bytes:
    """Read a PROOF. Raises RemoteProtocolError."""
    return _get_bytes(parse_map(body), "proof")


def _get_bytes(fields: Mapping[str, Any], key: str) -> bytes:
    value: bytes = get(fields, key, bytes)
    if len(value) != _BYTES:
        raise RemoteProtocolError(f"{key} has {len(value)} bytes")
    return value
