"""A token: what its holder keeps, `bft_ID_SECRET`. The ID may be known to everybody, the secret to nobody else."""

from __future__ import annotations

import base64
import re
import secrets
from dataclasses import dataclass, field

SECRET_BYTES = 32
ID_CHARACTERS = 10
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # base32, so that a double click takes a whole token
_SECRET_CHARACTERS = 52
_FORM = re.compile(rf"bft_([{_ALPHABET}]{{{ID_CHARACTERS}}})_([{_ALPHABET}]{{{_SECRET_CHARACTERS}}})")


@dataclass(frozen=True)
class Token:
    """Shown without its secret wherever it is printed, also in a traceback."""

    id: str
    secret: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """As its holder keeps it."""
        coded = base64.b32encode(self.secret).decode().rstrip("=").lower()
        return f"bft_{self.id}_{coded}"


def make() -> Token:
    """A new one, from the system's random numbers."""
    name = "".join(secrets.choice(_ALPHABET) for _ in range(ID_CHARACTERS))
    return Token(name, secrets.token_bytes(SECRET_BYTES))


def parse(text: str) -> Token | None:
    """The token of a text, None if it is none: whoever says so must not show the text, which may be one by mistake."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return None
    padding = "=" * (-_SECRET_CHARACTERS % 8)
    return Token(found[1], base64.b32decode(found[2].upper() + padding))
