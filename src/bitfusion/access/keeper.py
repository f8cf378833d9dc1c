"""The tokens of a running server: its file, read again when it has changed.

What cannot be read changes nothing: the tokens stay as they were, and the log says so once.
"""

from __future__ import annotations

import time
from pathlib import Path

from ..errors import ConfigError
from . import private_file, tokens_file
from .private_file import Mark
from .tokens_file import Entry, Tokens


class Keeper:
    """Raises ConfigError if the file cannot be read at the start. `problem` says why it could not be read later, ""
    if it could.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem = ""
        self._tokens, self._mark = tokens_file.load(path)

    @property
    def tokens(self) -> Tokens:
        """As they are now."""
        self.look()
        return self._tokens

    def find(self, id: str) -> Entry | None:
        """The entry of a token, also of one that has ended."""
        return self.tokens.entries.get(id)

    def is_good(self, id: str) -> bool:
        """Whether the token is there, and has neither been revoked nor expired."""
        entry = self.find(id)
        return entry is not None and not entry.ended(time.time())

    def look(self) -> bool:
        """Read the file again if it is another one than at the last look. True if that was tried."""
        mark = private_file.mark(self.path)
        if mark == self._mark:
            return False
        self._mark = mark or Mark(0, 0, 0)
        try:
            self._tokens, self._mark = tokens_file.load(self.path)
            self.problem = ""
        except ConfigError as error:
            self.problem = str(error)
        return True
