"""What one session did, for its canonical line."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class SessionCounts:
    """`calls` were made, `asks` of them waited for a reply; bytes as the socket saw them, pages of managed memory as
    the client tells them; `result` says how it ended.
    """

    calls: int
    asks: int
    bytes_in: int
    bytes_out: int
    pages_in: int
    pages_out: int
    seconds: float
    result: str

    def event(self) -> dict[str, Any]:
        """The keys of the log event."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}
