"""`help [COMMAND]`: the list of commands, or one command's help."""

from __future__ import annotations

import click

from . import commands, listing, main


@click.command("help")
@click.argument("name", metavar="[COMMAND]", required=False)
@click.pass_context
def command(ctx: click.Context, name: str | None) -> None:
    """Show the list of commands, or help for one command."""
    program = main.program()
    if name is None:
        click.echo(listing.text(program), nl=False)
        return
    entry = commands.find(name)
    if entry is None:
        raise click.UsageError(f"unknown command {name!r}; '{program} help' lists the commands")
    found = main.application.get_command(ctx, entry.name)
    assert found is not None, "every entry of the table has a module"
    with click.Context(found, info_name=f"{program} {entry.name}", max_content_width=100) as inner:
        click.echo(found.get_help(inner))
