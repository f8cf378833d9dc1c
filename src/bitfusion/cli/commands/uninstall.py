"""`uninstall`: remove this installation with its own pip, unless servers still run from it."""

from __future__ import annotations

import shlex
import subprocess
import sys

import click

from ... import release
from ...config.adaptor import SYSTEM_FILE
from ...errors import BitfusionError
from .. import installation, making, services, show


@click.command("uninstall")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document at the end.")
def command(dry_run: bool, yes: bool, as_json: bool) -> None:
    """Uninstall FlexDirect. Requires root privileges, unless the installation is yours.

    Uses pip, and says first what it will do. Configuration files stay; systemd units that init has made go. Refuses
    while servers or resource schedulers of this installation run on this machine.
    """
    if not dry_run:
        installation.require_owner("uninstall")
    installation.distribution()
    installation.refuse_if_of_a_tool("uninstall")
    words = [*installation.pip(), "uninstall", "--yes", *installation.allowances(), installation.PACKAGE]
    units = services.ours()
    click.echo(
        f"This is bitfusion {release.full()} in {sys.prefix}. To remove it, this command runs\n   {shlex.join(words)}\n"
        f"{SYSTEM_FILE.parent} and ~/.bitfusionio stay; remove them by hand if they are not wanted.",
        err=as_json,
    )
    if units:
        click.echo(f"These systemd units go, unless they were changed: {', '.join(map(str, units))}", err=as_json)
    if servers := installation.running():
        raise BitfusionError(f"still running: {', '.join(map(str, servers))}", "end them first, e.g. with kill")
    if not dry_run:
        installation.ask("Uninstall?", yes)
        removed = services.remove()
        if code := subprocess.run(words, stdout=sys.stderr, stdin=subprocess.DEVNULL).returncode:
            raise BitfusionError(f"pip could not uninstall bitfusion (exit code {code})", "see pip's own lines above")
    if as_json:
        show.emit_json({"command": words, "uninstalled": not dry_run})
    elif not dry_run:
        click.echo("bitfusion is uninstalled.")
        if removed:
            making.table(removed)
            click.echo("Tell systemd: sudo systemctl daemon-reload")
