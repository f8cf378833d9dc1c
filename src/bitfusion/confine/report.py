"""What of the confinement holds for a process, and what does not, for the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VARIABLE = "BF_CONFINE"


def wanted(environ: Mapping[str, str]) -> bool:
    """Whether processes that serve clients are to be confined: unless somebody looks for a fault and says no."""
    return environ.get(VARIABLE, "1") != "0"


@dataclass
class Report:
    """`holds`: names of parts. `lacks`: part -> why it does not hold, or not wholly."""

    holds: list[str] = field(default_factory=list)
    lacks: dict[str, str] = field(default_factory=dict)

    def add(self, part: str, problem: str = "") -> None:
        """A part that holds, or the reason why not."""
        if problem:
            self.lacks[part] = problem
        else:
            self.holds.append(part)

    def message(self) -> dict[str, Any]:
        """As it goes from process to process."""
        return {"holds": self.holds, "lacks": self.lacks}
