"""Where the scheduler's state outlives its process: the interface of every store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .state import Change, Snapshot


class Store(Protocol):
    """Keeps the changes of the core's turns. One scheduler at a time has it open. Everything raises StoreError."""

    def load(self) -> Snapshot:
        """What was kept, as of the last write() that returned."""

    def write(self, changes: Sequence[Change]) -> None:
        """Keep all of `changes`, or, if it raises, none of them. What it kept survives the death of this process."""

    def fact(self, name: str) -> str | None:
        """A text that was kept under `name`, such as the server's UUID."""

    def keep_fact(self, name: str, value: str) -> None:
        """Keep a text under `name`."""

    def close(self) -> None:
        """Let go of it. Nothing is lost without."""
