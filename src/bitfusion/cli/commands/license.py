"""`license`: says that none is needed."""

from __future__ import annotations

import click

from .. import options, show

TEXT = "No license is needed: bitfusion is open source (Apache-2.0). Nothing expires and nothing is counted."


@click.command("license")
@options.as_json
def command(as_json: bool) -> None:
    """Check license status. This build needs no license, so the status is always valid."""
    if as_json:
        show.emit_json({"status": "valid", "needed": False, "license": "Apache-2.0", "expires": None})
    else:
        click.echo(TEXT)
