"""`dealloc`: says that there is no license certificate to give back."""

from __future__ import annotations

import click

from .. import installation, options, show


@click.command("dealloc")
@options.as_json
def command(as_json: bool) -> None:
    """Deallocate license certificate. Requires root privileges. This build has none, so nothing is changed."""
    installation.require_root("dealloc")
    if as_json:
        show.emit_json({"deallocated": False, "needed": False})
    else:
        click.echo("No license certificate to deallocate: bitfusion is open source (Apache-2.0) and needs none.")
