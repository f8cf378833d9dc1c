"""Markdown of the generated pages: paragraphs of the width that documents have, and tables."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

_COLUMNS = 110


def paragraph(text: str, marker: str = "") -> str:
    """`text` in lines of at most 110 columns; `marker` ("* ") makes it an item of a list."""
    return textwrap.fill(
        text,
        _COLUMNS,
        initial_indent=marker,
        subsequent_indent=" " * len(marker),
        break_long_words=False,
        break_on_hyphens=False,
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with a newline after each row but the last."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def page(*blocks: str) -> str:
    """Blocks with an empty line between them."""
    return "\n\n".join(block for block in blocks if block) + "\n"
