"""What a program did on the installed driver, beside what it did through the wire and on softgpu."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any

LINES_MAX = 60  # of a difference
ERRORS_MAX = 2000  # characters


def compared(note: dict[str, Any]) -> dict[str, Any]:
    """What differs from the program's outcome directly on the driver; nothing where all is the same."""
    if "directly" not in note:
        return note
    direct = note["directly"]
    row: dict[str, Any] = {"command": note["command"], "code": direct["code"]}
    for way in ("through_the_wire", "softgpu"):
        other = note[way]
        lines = [outcome["output"].splitlines() for outcome in (direct, other)]
        difference = list(unified_diff(*lines, "directly", way, n=0, lineterm=""))
        if difference or other["code"] != direct["code"]:
            row[way] = {
                "code": other["code"],
                "difference": difference[:LINES_MAX],
                "errors": other["errors"][-ERRORS_MAX:],
            }
        else:
            row[way] = "same"
    return row
