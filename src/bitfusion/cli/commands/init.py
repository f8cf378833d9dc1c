"""`init`: make the configuration directory with commented samples, and systemd units. Never changes what is there, but
for units of its own that nobody has changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import click

from ...config.adaptor import SYSTEM_FILE
from ...errors import BitfusionError
from .. import installation, making, options, services, show
from ..making import Made

DIRECTORY = SYSTEM_FILE.parent

ADAPTOR = """\
# Servers whose GPUs `flexdirect client` uses, one host[:port] a line; port 55001 unless given.
# ~/.bitfusionio/adaptor.conf, if there is one, is read instead of this file.
#
# 172.31.51.20
# 172.31.51.26:57001
"""
SERVERS = """\
# Resource schedulers (SRS) that `run`, `request_gpus` and `list_gpus` ask, one host[:port] a line; port 56001 unless given.
# ~/.bitfusionio/servers.conf, if there is one, is read instead of this file.
#
# 172.31.51.20:56001
# 172.31.51.26:56001
"""
NEXT = """
To start a server now and at every boot:
   sudo systemd-sysusers
   sudo systemctl daemon-reload
   sudo systemctl enable --now bitfusion-server
To lend GPUs by request instead, a resource scheduler:
   sudo systemctl enable --now bitfusion-scheduler"""
# Path below the directory -> what makes its text.
FILES: dict[str, Callable[[], str]] = {
    "adaptor.conf": lambda: ADAPTOR,
    "servers.conf": lambda: SERVERS,
    "lic/host_id": lambda: f"{uuid.uuid4()}\n",
}


@click.command("init")
@click.option("-l", "license_text", metavar="LICENSE", help="Accepted and not used: this build needs no license.")
@click.option("-e", "terms", metavar="Yes", help="Accepted: there are no terms to agree to.")
@click.option("--directory", metavar="DIR", type=options.FILE, help=f"Make DIR instead of {DIRECTORY}; needs no root.")
@click.option(
    "--systemd",
    "with_units",
    is_flag=True,
    help=f"Make systemd units in {services.DIRECTORY} (in DIR/systemd with --directory) that start servers at boot.",
)
@options.as_json
def command(
    license_text: str | None, terms: str | None, directory: Path | None, with_units: bool, as_json: bool
) -> None:
    """Initialize configuration: the directory /etc/bitfusionio with commented samples and a host ID.

    Requires root privileges. Files that are there already are not changed, so it may be run any number of times. A
    systemd unit is brought up to date if nobody has changed it.
    """
    if terms is not None and terms.lower() != "yes":
        raise click.UsageError(f"-e {terms} is not Yes; leave it out, there are no terms to agree to")
    if with_units:
        services.require_plain_path()
    if directory is None:
        installation.require_root("init")
        if with_units:
            services.require_reachable()
    place = (directory or DIRECTORY).absolute()
    made = initialise(place)
    if with_units:
        units, users = services.DIRECTORY, services.USERS
        if directory:
            units, users = place / "systemd", place / "sysusers.d"
        made += services.make(units, users, place)
    failed = [item for item in made if item.state == "failed"]
    if as_json:
        show.emit_json(making.facts(made))
    else:
        making.table(made)
        if with_units and not failed:
            click.echo(NEXT)
        if license_text is not None or terms is not None:
            click.echo("No license is needed: this is the open-source build. The one given was not used.")
    if failed:
        names = ", ".join(f"{item.path} ({item.reason})" for item in failed)
        raise BitfusionError(f"could not make {names}", "correct that and run init again; it does not change the rest")


def initialise(directory: Path) -> list[Made]:
    """Make `directory` and what belongs into it; one entry a path, parents first. Never raises for a path."""
    made = [making.make_directory(directory)]
    if made[0].state == "failed":
        return made
    made += [making.make_directory(directory / "lic")]
    made += [making.make_file(directory / name, text) for name, text in FILES.items()]
    return made
