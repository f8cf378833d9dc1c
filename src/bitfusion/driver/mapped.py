"""Where a session has mapped physical memory."""

from __future__ import annotations

from ..session import Physical


class Mapped:
    """`at`: address -> bytes, of what. `last_key`: what the quota knows the memory by that was made last."""

    def __init__(self) -> None:
        self.at: dict[int, tuple[int, Physical]] = {}
        self.last_key = -(1 << 64)
