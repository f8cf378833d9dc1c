"""`init`: make the configuration directory with commented samples, and systemd units. Never changes what is there, but
for units of its own that nobody has changed.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from ... import extras
from ...config.adaptor import SYSTEM_FILE
from ...errors import BitfusionError
from .. import installation, making, options, own_names, services, show, tls_files
from ..making import Made

DIRECTORY = SYSTEM_FILE.parent
_NAME = re.compile(r"(\*\.)?[A-Za-z0-9]([A-Za-z0-9._-]{0,250}[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")

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
@click.option("--tls", "with_tls", is_flag=True, help="Make a CA, and a certificate of it for this server.")
@click.option(
    "--tls-name",
    "names",
    metavar="NAME",
    multiple=True,
    help="Another name or address of the server, for its certificate; may be repeated.",
)
@click.option(
    "--tls-host",
    metavar="HOST",
    help="Make the certificate of the server HOST, to be copied there, and not of this one.",
)
@options.as_json
def command(
    license_text: str | None,
    terms: str | None,
    directory: Path | None,
    with_units: bool,
    with_tls: bool,
    names: tuple[str, ...],
    tls_host: str | None,
    as_json: bool,
) -> None:
    """Initialize configuration: the directory /etc/bitfusionio with commented samples and a host ID.

    Requires root privileges. Files that are there already are not changed, so it may be run any number of times. A
    systemd unit is brought up to date if nobody has changed it.
    """
    secure = _secure(directory or DIRECTORY, with_tls, names, tls_host)
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
    if secure:
        made += tls_files.make(*secure)
    failed = [item for item in made if item.state == "failed"]
    if as_json:
        show.emit_json(making.facts(made))
    else:
        making.table(made)
        if with_units and not failed:
            click.echo(NEXT)
        if secure and not failed:
            click.echo(tls_files.advice(secure[0], secure[1][0]))
        if license_text is not None or terms is not None:
            click.echo("No license is needed: this is the open-source build. The one given was not used.")
    if failed:
        listed = ", ".join(f"{item.path} ({item.reason})" for item in failed)
        raise BitfusionError(f"could not make {listed}", "correct that and run init again; it does not change the rest")


def _secure(
    directory: Path, with_tls: bool, names: Sequence[str], host: str | None
) -> tuple[tls_files.Files, list[str], str] | None:
    """Which files --tls makes, for which names, and what their CA is called after; None without it. Raises
    click.UsageError, and MissingExtra if this installation can make none.
    """
    if not with_tls:
        if names or host:
            raise click.UsageError("--tls-name and --tls-host go with --tls")
        return None
    for name in names if host is None else (host, *names):
        if not _NAME.fullmatch(name):
            raise click.UsageError(f"{name!r} is not a host name or an address")
    extras.require(extras.SERVER)
    own = own_names.own_names()
    listed = [*([host] if host else own), *names]
    files = tls_files.Files(directory.absolute(), host or "server")
    return files, list(dict.fromkeys(listed)), own[0]


def initialise(directory: Path) -> list[Made]:
    """Make `directory` and what belongs into it; one entry a path, parents first. Never raises for a path."""
    made = [making.make_directory(directory)]
    if made[0].state == "failed":
        return made
    made += [making.make_directory(directory / "lic")]
    made += [making.make_file(directory / name, text) for name, text in FILES.items()]
    return made
