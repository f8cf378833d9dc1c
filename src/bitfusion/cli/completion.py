"""What a shell offers after TAB: commands with their aliases, and files where an application is named.

Works from the table of commands alone, so that completing a name imports no command.
"""

from __future__ import annotations

import difflib

import click
from click.shell_completion import CompletionItem

from . import command_table


def command_names(incomplete: str) -> list[CompletionItem]:
    """Commands that begin with `incomplete`; an alias only if it is that, because a list of both would be read
    twice.
    """
    names = [
        CompletionItem(entry.name, help=entry.summary)
        for entry in command_table.COMMANDS
        if entry.name.startswith(incomplete)
    ]
    aliases = [
        CompletionItem(entry.alias, help=entry.summary)
        for entry in command_table.COMMANDS
        if entry.alias == incomplete != ""
    ]
    return aliases + names


def application_files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The application and its arguments: the shell's own completion of files."""
    return [CompletionItem(incomplete, type="file")]


def unknown_command(program: str, name: str) -> click.UsageError:
    """The complaint about a command that does not exist, with those that may have been meant."""
    hint = f"'{program} help' lists the commands"
    if meant := _close(name):
        hint = f"did you mean {' or '.join(repr(word) for word in meant)}? {hint}"
    return click.UsageError(f"unknown command {name!r}; {hint}")


def _close(name: str) -> list[str]:
    """Names of commands like `name`: the alias in the other case, the other joiner, a typing mistake."""
    folded = name.lower().replace("-", "_")
    exact = [entry.name for entry in command_table.COMMANDS if folded in (entry.name, entry.alias.lower())]
    if exact:
        return exact
    names = [entry.name for entry in command_table.COMMANDS]
    begun = [each for each in names if len(folded) > 1 and each.startswith(folded)]
    return begun or difflib.get_close_matches(folded, names, n=2, cutoff=0.7)
