"""`help [COMMAND]`: the list of commands, or one command's help."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from .. import completion, invocation, listing, main, page


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return completion.command_names(incomplete)


@click.command("help")
@click.argument("name", metavar="[COMMAND]", required=False, shell_complete=_complete)
@click.pass_context
def command(ctx: click.Context, name: str | None) -> None:
    """Show the list of commands, or help for one command."""
    program = invocation.program()
    if name is None:
        click.echo(listing.text(program), nl=False)
        return
    found = main.application.get_command(ctx, name)
    if found is None:
        raise completion.unknown_command(program, name)
    with click.Context(found, parent=ctx.parent, info_name=found.name) as inner:
        click.echo(page.text(found, inner, program))
