"""Tokens for tests: made as `flexdirect token create` makes them, and put where a client finds them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from bitfusion.access import private_file, proof, token, tokens_file
from bitfusion.access.token import Token
from bitfusion.access.tokens_file import REQUEST, USE, Entry


def issue(path: Path, user: str, *scopes: str, **limits: int) -> Token:
    """A new token in the server's file `path`, for `use` and `request` unless it is said for what."""
    made = token.make()
    entry = Entry(made.id, user, scopes or (USE, REQUEST), proof.keys_of(made.secret), int(time.time()), **limits)
    tokens_file.change(path, lambda tokens: tokens_file.with_entry(tokens, entry))
    return made


def revoke(path: Path, made: Token) -> None:
    def edit(tokens):
        return tokens_file.with_entry(tokens, replace(tokens.entries[made.id], revoked_s=int(time.time())))

    tokens_file.change(path, edit)


def keep(path: Path, made: Token) -> Path:
    """The file of a user with this token."""
    private_file.write(path, made.text.encode() + b"\n")
    return path
