"""`bitfusion` and `flexdirect`, the same program: finds the command, runs it, turns errors into a line and an exit code.

A command is imported only when it is the one to run. Knows no command by name.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from ..errors import EXIT_USAGE, BitfusionError
from . import commands, listing

EXIT_INTERRUPTED = 130
EXIT_PIPE_CLOSED = 141


class CommandTable(click.Group):
    """A click group whose commands are those of commands.COMMANDS."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [entry.name for entry in commands.COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = commands.find(cmd_name)
        return _load(entry) if entry else None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        command = self.get_command(ctx, args[0])
        if command is None:
            raise click.UsageError(f"unknown command {args[0]!r}; '{program()} help' lists the commands")
        return command.name, command, args[1:]

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write(listing.text(program()))


@click.group(
    cls=CommandTable,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.pass_context
def application(ctx: click.Context) -> None:
    """Run application with Bitfusion FlexDirect."""
    if ctx.invoked_subcommand is None:
        click.echo(listing.text(program()), nl=False)


def _load(entry: commands.Entry) -> click.Command:
    try:
        return importlib.import_module(entry.module).command
    except ModuleNotFoundError as error:
        if error.name != entry.module:
            raise
        raise BitfusionError(f"the command {entry.name} is not in this build", f"'{program()} help' lists the others") from error


def program() -> str:
    """The name that the user called us by, for texts."""
    name = os.path.basename(sys.argv[0])
    return name if name in ("bitfusion", "flexdirect") else "bitfusion"


def main(arguments: list[str] | None = None) -> int:
    """Run one command line (without the program's name) and return its exit code."""
    try:
        outcome: Any = application.main(args=arguments, prog_name=program(), standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        return _complain(error.format_message(), EXIT_USAGE if isinstance(error, click.UsageError) else error.exit_code)
    except BitfusionError as error:
        return _complain(str(error), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader went away, as with `| head`. Nothing may be written at interpreter exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_PIPE_CLOSED
    return outcome if isinstance(outcome, int) else 0


def _complain(message: str, code: int) -> int:
    """One last line on stderr, whatever the message holds."""
    print("Error:", " ".join(message.split()), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
