"""Whether the arguments of a call are what the table says. For a call that went wrong: to look at each would cost more
than most calls do.

A letter an argument: u i z are integers of 32 bits, of 32 bits with a sign, of 64 bits; n any integer: the number of
an object, or a member of an enumeration; f a float, s text, b bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_RANGES = {"u": (0, 1 << 32), "i": (-(1 << 31), 1 << 31), "z": (0, 1 << 64)}
_TYPES = {"f": float, "s": str, "b": bytes}


def what_is_wrong(letters: str, arguments: Sequence[Any]) -> str | None:
    """What the table does not say of them, in words; None if nothing."""
    if len(arguments) != len(letters):
        return f"{len(arguments)} arguments, and not {len(letters)}"
    for place, (letter, value) in enumerate(zip(letters, arguments, strict=True), 1):
        if not _fits(letter, value):
            return f"argument {place} is {value!r:.40}"
    return None


def _fits(letter: str, value: Any) -> bool:
    if letter in _TYPES:
        return isinstance(value, _TYPES[letter])
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    low, high = _RANGES.get(letter, (value, value + 1))
    return low <= value < high
