"""`version`: the release, what it speaks and what it stands on."""

from __future__ import annotations

import click

from .. import options, show, versions


@click.command("version")
@options.as_json
def command(as_json: bool) -> None:
    """Display full FlexDirect version: release with the commit it was built from, wire protocol, libraries, packages,
    Python.
    """
    facts = versions.describe()
    if as_json:
        show.emit_json(facts)
        return
    click.echo(f"bitfusion {facts['version']}")
    spoken = ", ".join(str(version) for version in facts["protocols"])
    packages = "; ".join(f"{name} {version or 'not installed'}" for name, version in facts["packages"].items())
    click.echo(f"wire protocol {spoken}; {packages}; Python {facts['python']}")
    for name, path in facts["libraries"].items():
        click.echo(f"{name}: {path or 'not in this installation'}")
