"""The client's half of the proof of a token at a Dispatcher: what it says first, and what it answers to a challenge."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass

from ..access import own_token, proof
from ..access.token import Token
from ..errors import Code, Refused
from ..wire.auth import Auth, parse_challenge, proof_frame
from ..wire.frames import Frame
from .secure import Connection, Secure
from .sockets import is_loopback

FindToken = Callable[[], Token | None]


def own() -> Token | None:
    """The token of this user. Raises ConfigError."""
    return own_token.find(os.environ)


class NotBelieved(Refused):
    """It is the client that refuses: what is there may not be the server that it means."""


@dataclass(frozen=True)
class Prover:
    """One connection of a client that has `token`, or none."""

    token: Token | None
    auth: Auth | None

    @classmethod
    def of(cls, token: Token | None) -> Prover:
        return cls(token, Auth(token.id, os.urandom(proof.NONCE_BYTES)) if token else None)

    def answer(self, where: str, first: bytes, challenge: Frame, binding: bytes) -> bytes:
        """The PROOF frame, once the server has proved itself. `first`: the body of the first frame. Raises Refused, and
        nothing is to be sent then.
        """
        asked = parse_challenge(challenge.body)
        message = proof.opening(first, asked.nonce, binding)
        if self.token is None or not proof.is_of_server(self.token.secret, message, asked.proof):
            raise unproved(where, self.token)
        return proof_frame(proof.of_client(self.token.secret, message))

    def check_unasked(self, where: str, connection: Connection) -> None:
        """Raise Refused if a server that has asked for no proof, and so has given none, is not to be believed."""
        if self.token is not None and not _is_here(connection):
            raise unasked(where, self.token)


def binding_of(connection: Connection) -> bytes:
    """What ties a proof to this connection: SHA-256 of the certificate that the server has shown, nothing without
    TLS.
    """
    return hashlib.sha256(connection.certificate() or b"").digest() if isinstance(connection, Secure) else b""


def unproved(where: str, token: Token | None) -> NotBelieved:
    """The server does not know the token, or is not what it says."""
    return NotBelieved(
        Code.CONNECTION_FAILED,
        f"{where} does not prove that it knows the token {token.id if token else ''}: it was made for other servers, or"
        " that is not the server",
        "check the address, and ask its operator for a token",
    )


def unasked(where: str, token: Token) -> NotBelieved:
    """Whoever is there takes everybody: that may not be the server for which the token is."""
    return NotBelieved(
        Code.CONNECTION_FAILED,
        f"{where} does not ask for the token {token.id}, so it may be another server than is meant",
        f"set {own_token.VARIABLE} to nothing to use it all the same",
    )


def _is_here(connection: Connection) -> bool:
    """Whether the peer is on this machine, or behind a tunnel that ends here."""
    try:
        return is_loopback(connection.getpeername()[0])
    except OSError:
        return False
