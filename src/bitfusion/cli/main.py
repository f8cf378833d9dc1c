"""`bitfusion` and `flexdirect`, the same program: finds the command, runs it, turns errors into a line and an exit
code.

A command is imported only when it is the one to run. Knows no command by name.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Iterator
from typing import Any

import click
from click.shell_completion import CompletionItem

from ..config import variables
from ..errors import EXIT_FAILED, EXIT_USAGE, BitfusionError
from . import command_table, completion, listing, page, streams
from .invocation import program

EXIT_INTERRUPTED = 130
EXIT_PIPE_CLOSED = 141


class ReaderGone(Exception):
    """Nobody reads stdout any more, as with `| head`. Not an OSError: of those click makes exit code 1."""


@contextlib.contextmanager
def _noticing_the_reader() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise ReaderGone from error


class CommandTable(click.Group):
    """A click group whose commands are those of command_table.COMMANDS."""

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        with _noticing_the_reader():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        with _noticing_the_reader():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [entry.name for entry in command_table.COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = command_table.find(cmd_name)
        return _load(entry) if entry else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        command = self.get_command(ctx, args[0])
        if command is None and not ctx.resilient_parsing:
            raise completion.unknown_command(program(), args[0])
        return command.name if command else None, command, args[1:]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        # click's own would import every command for its one-line help.
        return completion.command_names(incomplete) + click.Command.shell_complete(self, ctx, incomplete)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write(listing.text(program()))


def _version(ctx: click.Context, _option: click.Parameter, given: bool) -> None:
    if given and not ctx.resilient_parsing:
        from .. import release

        click.echo(f"bitfusion {release.full()}")
        ctx.exit()


@click.group(cls=CommandTable, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version)
@click.pass_context
def application(ctx: click.Context) -> None:
    """Run application with Bitfusion FlexDirect."""
    if ctx.invoked_subcommand is None:
        click.echo(listing.text(program()), nl=False)
        return
    # Not one that is like none of ours: it may be another product's. `localhealth` names these, too.
    for name, meant in variables.unknown(os.environ).items():
        if meant:
            click.echo(f"Warning: {variables.complaint(name, meant)}", err=True)


def _load(entry: command_table.Entry) -> click.Command:
    command: click.Command = importlib.import_module(entry.module).command
    command.context_class = page.HelpContext
    return command


def main(arguments: list[str] | None = None) -> int:
    """Run one command line (without the program's name) and return its exit code."""
    streams.open_missing()
    words = sys.argv[1:] if arguments is None else arguments
    try:
        outcome: Any = application.main(args=words, prog_name=program(), standalone_mode=False, obj=words)
        sys.stdout.flush()
    except click.UsageError as error:
        return _complain(_with_remedy(error, words), EXIT_USAGE)
    except click.ClickException as error:
        return _complain(error.format_message(), error.exit_code)
    except BitfusionError as error:
        return _complain(str(error), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return EXIT_INTERRUPTED
    except (ReaderGone, BrokenPipeError):
        _discard_output()
        return EXIT_PIPE_CLOSED
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO) or error.filename is not None:
            raise
        _discard_output()
        return _complain(f"cannot write the output: {error.strerror}; make room where it goes", EXIT_FAILED)
    return outcome if isinstance(outcome, int) else 0


def _with_remedy(error: click.UsageError, words: list[str]) -> str:
    """click's messages name the value; ours also say what to do, after a semicolon."""
    message = error.format_message().rstrip(".")
    if ";" in message:
        return message
    # The parser's own errors carry no context: the command is then the first word.
    entry = (
        command_table.find(error.ctx.command.name or "") if error.ctx else command_table.find(words[0] if words else "")
    )
    see = f"see '{program()} help{f' {entry.name}' if entry else ''}'"
    if isinstance(error, click.NoSuchOption):
        close = [option for option in sorted(error.possibilities or ()) if len(error.option_name) > 3]
        see = f"did you mean {' or '.join(close)}? {see}" if close else see
        return f"no such option {error.option_name}; {see}"
    if isinstance(error, click.BadOptionUsage):
        return f"{error.option_name} needs a value; {see}" if "requires an argument" in message else f"{message}; {see}"
    return f"{message[:1].lower()}{message[1:]}; {see}"


def _discard_output() -> None:
    """What is still buffered cannot be written; without this the interpreter tries once more at its exit, and
    complains.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str, code: int) -> int:
    """One last line on stderr, whatever the message holds."""
    # One that nobody reads is no reason for a traceback.
    with contextlib.suppress(OSError):
        print("Error:", " ".join(message.split()), file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
