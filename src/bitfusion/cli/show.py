"""What commands show: one JSON document, a table, a progress line.

Colour and rules only on a terminal; a pipe or a file gets plain text that `grep` and `awk` can read. Knows no command.
"""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Sequence
from datetime import datetime

import click

_SHORT = 12  # characters of a cell that are never folded
_TEXT_COLUMNS_MIN = 20  # beside an indent, however narrow the terminal is
WIDTH_DEFAULT = 80  # where there is no terminal, or one that does not tell


def width() -> int:
    """Columns of the terminal; COLUMNS in the environment says otherwise."""
    return shutil.get_terminal_size((WIDTH_DEFAULT, 24)).columns


def folded(text: str, columns: int, indent: str) -> list[str]:
    """`text` in lines of at most `columns`, those after the first behind `indent`; no word is broken."""
    return textwrap.wrap(
        text,
        max(columns, len(indent) + _TEXT_COLUMNS_MIN),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def emit_json(data: object) -> None:
    """Write `data` as one JSON document on stdout, its keys in the order in which they were put in."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table on stdout: with rules on a terminal, otherwise columns of plain text two spaces apart.

    None is shown as "-". Numbers (int, float) stand at the right of their column, everything else at the left.
    """
    right = [bool(rows) and all(isinstance(row[at], int | float) for row in rows) for at in range(len(columns))]
    texts = [["-" if cell is None else printable(str(cell)) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _rich_table(columns, texts, right)
    else:
        _plain_table(columns, texts, right)


def printable(text: str) -> str:
    """`text` with ? for what is no character to read: a client's program name, or a server's, must not drive the
    terminal.
    """
    return "".join(character if character.isprintable() else "?" for character in text)


def progress_line(level: str, text: str) -> None:
    """Write `[INFO] 2022-01-17T20:52:10+08:00 text` on stderr: stdout belongs to the application."""
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    click.echo(f"[{level}] {now} {printable(text)}", err=True)


def _plain_table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    lines = [columns, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(columns))]
    for line in lines:
        cells = [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ]
        click.echo("  ".join(cells).rstrip())


def _rich_table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    # Only here: a tenth of a second that commands without a table, and shell completion, do not pay.
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for at, (title, to_right) in enumerate(zip(columns, right, strict=True)):
        # Where the terminal is too narrow, long names are folded, and no number or time.
        short = max(len(line[at]) for line in (columns, *rows)) <= _SHORT
        shown.add_column(Text(title), justify="right" if to_right else "left", overflow="fold", no_wrap=short)
    for row in rows:
        # As Text, so that brackets in a name are not taken for markup.
        shown.add_row(*(Text(cell) for cell in row))
    Console(width=width()).print(shown)
