"""How each request over HTTP is proved, and its answer: headers <-> proofs. Pure.

A request names the token, a nonce that the server has given, and one of its own that it uses once. What is proved is
its method, its path with the query, and its body; the server's proof is of that, of the status and of the answer's
body.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from . import proof
from .token import Token

SCHEME = "Bitfusion"
ANSWER_HEADER = "Bitfusion-Proof"
_HEX = r"([0-9a-f]{64})"
_REQUEST = re.compile(rf'{SCHEME} id="([a-z0-9]{{1,64}})", nonce="{_HEX}", cnonce="{_HEX}", proof="{_HEX}"')
_CHALLENGE = re.compile(rf'{SCHEME} nonce="{_HEX}"')


@dataclass(frozen=True)
class Proved:
    """What a request says of its token."""

    id: str
    nonce: bytes
    own_nonce: bytes
    proof: bytes


def challenge(nonce: bytes) -> str:
    """WWW-Authenticate of a server that wants a proof."""
    return f'{SCHEME} nonce="{nonce.hex()}"'


def parse_challenge(text: str) -> bytes | None:
    """The nonce of WWW-Authenticate, None if it is of another scheme."""
    found = _CHALLENGE.fullmatch(text)
    return bytes.fromhex(found[1]) if found else None


def authorization(token: Token, nonce: bytes, own_nonce: bytes, message: bytes) -> str:
    """Authorization of a request."""
    made = proof.of_client(token.secret, message)
    fields = f'id="{token.id}", nonce="{nonce.hex()}", cnonce="{own_nonce.hex()}", proof="{made.hex()}"'
    return f"{SCHEME} {fields}"


def parse_authorization(text: str) -> Proved | None:
    """What a header says, None if it is none of these."""
    found = _REQUEST.fullmatch(text)
    return Proved(found[1], *(bytes.fromhex(each) for each in found.groups()[1:])) if found else None


def of_request(method: str, target: str, body: bytes, nonces: bytes, binding: bytes) -> bytes:
    """The message that a request proves. `nonces`: the server's and the client's; `binding` as proof.opening()'s."""
    line = hashlib.sha256(f"{method} {target}".encode()).digest()
    return b"bitfusion request" + line + hashlib.sha256(body).digest() + hashlib.sha256(nonces).digest() + binding


def of_answer(request: bytes, status: int, body: bytes) -> bytes:
    """The message that the answer proves to a request whose message this was."""
    return b"bitfusion answer" + hashlib.sha256(request).digest() + b"%03d" % status + hashlib.sha256(body).digest()
