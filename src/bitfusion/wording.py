"""Words of messages that depend on a number."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """`1 GPU`, `2 GPUs`, `0 GPUs`. `many` is the plural where it is not `one` with an s."""
    return f"{count} {one if count == 1 else many or one + 's'}"
