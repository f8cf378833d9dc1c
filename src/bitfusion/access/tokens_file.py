"""The tokens that a server accepts, in a file: an entry each, without secrets. JSON, written by `flexdirect token`.

Servers of one pool have the same file: the key of the line, too, by which one believes what another has said of a
place in it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from ..limits import TOKENS_FILE_BYTES_MAX
from . import private_file
from .private_file import Mark
from .proof import Keys

USE, REQUEST, ADMINISTER = SCOPES = ("use", "request", "administer")
_FORMAT = 1
_WHAT = "the file of tokens"
_USER = re.compile(r"[A-Za-z0-9._@+-]{1,64}")
_HINT = "make it with `flexdirect token create`"
_LINE_KEY_BYTES = 32


@dataclass(frozen=True)
class Entry:
    """What a server knows of a token. `gpus` and `memory_mib`: of all leases of the user together, `minutes`: of one
    lease; None for no limit. Times are seconds since 1970.
    """

    id: str
    user: str
    scopes: tuple[str, ...]
    keys: Keys = field(repr=False)
    created_s: int
    expires_s: int | None = None
    revoked_s: int | None = None
    gpus: int | None = None
    memory_mib: int | None = None
    minutes: int | None = None

    def may(self, scope: str) -> bool:
        """Whether the token has this scope. Who administers may do everything."""
        return scope in self.scopes or ADMINISTER in self.scopes

    def sees(self, owner: str) -> bool:
        """Whether it may see what belongs to the user `owner`, and end it."""
        return owner == self.user or ADMINISTER in self.scopes

    def ended(self, now_s: float) -> str:
        """Why the token is good no more, "" if it is good."""
        if self.revoked_s is not None:
            return "revoked"
        return "expired" if self.expires_s is not None and self.expires_s <= now_s else ""


@dataclass(frozen=True)
class Tokens:
    """The content of a file."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    line_key: bytes = field(default=b"", repr=False)


def parse_user(text: str) -> str:
    """The name of a user. Raises ConfigError."""
    if not _USER.fullmatch(text):
        raise ConfigError(f"{text!r} is not a user's name", "write up to 64 of A-Z a-z 0-9 . _ @ + -")
    return text


def load(path: Path) -> tuple[Tokens, Mark]:
    """What a file says. Raises ConfigError that names it."""
    try:
        data, mark = private_file.read(path, _WHAT, TOKENS_FILE_BYTES_MAX)
    except FileNotFoundError:
        raise ConfigError(f"{_WHAT} {path} is not there", _HINT) from None
    return _parse(path, data), mark


def change(path: Path, edit: Callable[[Tokens], Tokens]) -> Tokens:
    """Replace the content of a file, or of one that is made now, by what `edit` makes of it. Two such changes at the
    same time are made one after the other. Raises ConfigError.
    """
    with _alone(path):
        try:
            before, _ = load(path) if path.exists() else (Tokens(line_key=secrets.token_bytes(_LINE_KEY_BYTES)), None)
        except OSError as error:
            raise ConfigError(f"cannot read {path}: {error.strerror}", "name another file") from error
        after = edit(before)
        private_file.write(path, _text(after).encode())
    return after


def with_entry(tokens: Tokens, entry: Entry) -> Tokens:
    """The same with this entry, which replaces the one of its ID."""
    return replace(tokens, entries={**tokens.entries, entry.id: entry})


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Under a lock of the directory: the file itself is replaced."""
    try:
        handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise ConfigError(f"cannot use {path.parent}: {error.strerror}", "name a file in a directory") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _text(tokens: Tokens) -> str:
    entries = [_entry_map(entry) for entry in tokens.entries.values()]
    return json.dumps({"format": _FORMAT, "line_key": tokens.line_key.hex(), "tokens": entries}, indent=1) + "\n"


def _entry_map(entry: Entry) -> dict[str, Any]:
    fields = {name: value for name, value in asdict(entry).items() if name != "keys"}
    return {
        **fields,
        "scopes": list(entry.scopes),
        "stored_key": entry.keys.stored.hex(),
        "server_key": entry.keys.server.hex(),
    }


def _parse(path: Path, data: bytes) -> Tokens:
    """Nothing of the content is shown: it may be another file, with secrets in it."""
    try:
        document = json.loads(data)
        if document["format"] != _FORMAT:
            raise ConfigError(f"{_WHAT} {path} is of another release", "use the release that has written it")
        entries = [_entry(fields) for fields in document["tokens"]]
        return Tokens({entry.id: entry for entry in entries}, bytes.fromhex(document["line_key"]))
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError):
        raise ConfigError(f"{_WHAT} {path} is not such a file, or was changed by hand", _HINT) from None


def _entry(fields: Mapping[str, Any]) -> Entry:
    scopes, user = tuple(fields["scopes"]), fields["user"]
    keys = Keys(bytes.fromhex(fields["stored_key"]), bytes.fromhex(fields["server_key"]))
    numbers = {name: fields[name] for name in ("created_s", "expires_s", "revoked_s", "gpus", "memory_mib", "minutes")}
    right = (
        isinstance(fields["id"], str)
        and _USER.fullmatch(user)
        and set(scopes) <= set(SCOPES)
        and all(value is None or type(value) is int for value in numbers.values())
        and isinstance(numbers["created_s"], int)
    )
    if not right:
        raise ValueError
    return Entry(fields["id"], user, scopes, keys, **numbers)
