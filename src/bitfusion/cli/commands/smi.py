"""`smi`: the table of nvidia-smi for each server."""

from __future__ import annotations

import click

from ... import __version__
from .. import show, smi_table, targets
from ..gather import NobodyAnswered, gather
from ..targets import Choice


@click.command("smi")
@targets.choosing
def command(choice: Choice, as_json: bool) -> None:
    """Display smi-like info for all servers: a table for each, under its name.

    A Dispatcher shows the GPUs as its clients see them: its memory limit as their size, and its clients as their
    processes. A resource scheduler shows the GPUs that it owns, and all processes that use them. A server that does not
    answer is marked; the others are shown.
    """
    gathered = gather(choice.targets(), "smi")
    if as_json:
        show.emit_json({"servers": [entry.as_map(smi=entry.answer) for entry in gathered]})
    else:
        for number, entry in enumerate(gathered):
            click.echo("\n" * bool(number), nl=False)
            if entry.answer is None:
                click.echo(f"{entry.target}: no answer: {entry.error}")
            else:
                click.echo(show.printable(f"{entry.target} (host {entry.answer['hostname']})"))
                click.echo(smi_table.render(entry.answer, __version__))
    if all(entry.answer is None for entry in gathered):
        raise NobodyAnswered(gathered)
