"""The help of one command, in one form for all: name, usage, description, arguments, options, exit codes, examples.

The same text for `help COMMAND` and `COMMAND --help`. Everything but the exit codes and examples comes from the
command itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence

import click

from . import command_table, invocation, pages, show

WIDTH_MAX = 100
_HELP = ("-h, --help", "Show this message and exit.")


class HelpContext(click.Context):
    """The context of a command: the one place that click asks for a help text."""

    def get_help(self) -> str:
        program = self.find_root().info_name or "bitfusion"
        return text(self.command, self, program.split()[0])


def text(command: click.Command, ctx: click.Context, program: str) -> str:
    """The page of `command` as `program` shows it, without a newline at the end."""
    entry = command_table.find(command.name or "")
    assert entry is not None, "every command stands in the table"
    page = pages.PAGES[entry.name]
    width = min(WIDTH_MAX, show.width())
    usage = " ".join([program, entry.name, *command.collect_usage_pieces(ctx)]).replace("[OPTIONS]", "[options]")
    blocks = [
        _block("NAME", show.folded(f"{program} {entry.names} - {entry.summary}", width - 3, "   ")),
        _block("USAGE", show.folded(usage, width - 3, "   ")),
        _block("DESCRIPTION", _paragraphs(command.help or "", width)),
        _list("OPTIONS", options(command, ctx), width),
        _list("EXIT CODES", page.exits, width),
        _block("EXAMPLES", [line for example in page.examples for line in _example(width - 3, *example)]),
    ]
    return "\n\n".join(blocks)


def options(command: click.Command, ctx: click.Context) -> list[tuple[str, str]]:
    """Each option as it is typed, and what it does."""
    records = (parameter.get_help_record(ctx) for parameter in command.params if isinstance(parameter, click.Option))
    return [*(record for record in records if record is not None), _HELP]


def _example(width: int, comment: str, example: str) -> list[str]:
    return [*show.folded(f"# {comment}", width, "# "), f"$ {invocation.command_line(example)}"]


def _paragraphs(description: str, width: int) -> list[str]:
    formatter = click.HelpFormatter(width=width - 3)
    formatter.write_text(inspect.cleandoc(description))
    return formatter.getvalue().splitlines()


def _block(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{title}:", *(f"   {line}".rstrip() for line in lines)])


def _list(title: str, rows: Sequence[tuple[str, str]], width: int) -> str:
    formatter = click.HelpFormatter(width=width - 3)
    formatter.write_dl(rows)
    return _block(title, formatter.getvalue().splitlines())
