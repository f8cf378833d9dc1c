"""How two ends prove to each other that they know a token, without sending its secret.

The keys and proofs are those of SCRAM-SHA-256 (RFC 5802 and 7677) without the password's salt and iterations, which a
secret of 32 random bytes does not need. A server keeps two keys that are made from the secret. They are enough to check
a client and to prove itself, but not to be the client: who has read the server's file cannot use its tokens.

What is proved is a message that holds something random of either end, and the channel's binding, so that no proof is
worth anything a second time or on another connection. Pure. shim/wire/proof.c does the same in C.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

NONCE_BYTES = 32
PROOF_BYTES = 32


@dataclass(frozen=True)
class Keys:
    """What a server keeps of a token's secret."""

    stored: bytes = field(repr=False)
    server: bytes = field(repr=False)


def keys_of(secret: bytes) -> Keys:
    """The keys that a server keeps."""
    return Keys(_hash(_client_key(secret)), _mac(secret, b"Server Key"))


def of_client(secret: bytes, message: bytes) -> bytes:
    """The client's proof."""
    key = _client_key(secret)
    return _mixed(key, _mac(_hash(key), message))


def is_of_client(keys: Keys, message: bytes, proof: bytes) -> bool:
    """Whether who made `proof` has the secret."""
    if len(proof) != PROOF_BYTES:
        return False
    return hmac.compare_digest(_hash(_mixed(proof, _mac(keys.stored, message))), keys.stored)


def of_server(keys: Keys, message: bytes) -> bytes:
    """The server's proof."""
    return _mac(keys.server, message)


def is_of_server(secret: bytes, message: bytes, proof: bytes) -> bool:
    """Whether who made `proof` keeps this token."""
    return hmac.compare_digest(_mac(_mac(secret, b"Server Key"), message), proof)


def opening(first: bytes | memoryview, nonce: bytes, binding: bytes) -> bytes:
    """What both ends prove at the beginning of a connection. `first`: the body of the client's first frame, which has
    the token's id and the client's nonce; `nonce`: the server's; `binding`: SHA-256 of the server's certificate, empty
    without TLS.
    """
    return b"bitfusion opening" + _hash(first) + nonce + binding


def _client_key(secret: bytes) -> bytes:
    return _mac(secret, b"Client Key")


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _hash(data: bytes | memoryview) -> bytes:
    return hashlib.sha256(data).digest()


def _mixed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
