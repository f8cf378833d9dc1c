"""`init`: make the configuration directory with commented samples. Never changes what is there."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from ...config.adaptor import SYSTEM_FILE
from ...errors import BitfusionError
from .. import installation, options, show

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
# Path below the directory -> what makes its text.
FILES: dict[str, Callable[[], str]] = {
    "adaptor.conf": lambda: ADAPTOR,
    "servers.conf": lambda: SERVERS,
    "lic/host_id": lambda: f"{uuid.uuid4()}\n",
}


@dataclass(frozen=True)
class Made:
    """What became of one path: made, kept (it was there) or failed, and then why."""

    path: Path
    state: str
    reason: str | None = None


@click.command("init")
@click.option("-l", "license_text", metavar="LICENSE", help="Accepted and not used: this build needs no license.")
@click.option("-e", "terms", metavar="Yes", help="Accepted: there are no terms to agree to.")
@click.option("--directory", metavar="DIR", type=options.FILE, help=f"Make DIR instead of {DIRECTORY}; needs no root.")
@options.as_json
def command(license_text: str | None, terms: str | None, directory: Path | None, as_json: bool) -> None:
    """Initialize configuration: the directory /etc/bitfusionio with commented samples and a host ID.

    Requires root privileges. Files that are there already are not changed, so it may be run any number of times.
    """
    if terms is not None and terms.lower() != "yes":
        raise click.UsageError(f"-e {terms} is not Yes; leave it out, there are no terms to agree to")
    if directory is None:
        installation.require_root("init")
    made = initialise((directory or DIRECTORY).absolute())
    failed = [item for item in made if item.state == "failed"]
    if as_json:
        show.emit_json([{"path": str(item.path), "state": item.state, "reason": item.reason} for item in made])
    else:
        show.table(["path", "state"], [[item.path, _words(item)] for item in made])
        if license_text is not None or terms is not None:
            click.echo("No license is needed: this is the open-source build. The one given was not used.")
    if failed:
        names = ", ".join(f"{item.path} ({item.reason})" for item in failed)
        raise BitfusionError(f"could not make {names}", "correct that and run init again; it does not change the rest")


def initialise(directory: Path) -> list[Made]:
    """Make `directory` and what belongs into it; one entry a path, parents first. Never raises for a path."""
    made = [_make_directory(directory)]
    if made[0].state == "failed":
        return made
    made += [_make_directory(directory / "lic")]
    made += [_make_file(directory / name, text) for name, text in FILES.items()]
    return made


def _make_directory(path: Path) -> Made:
    try:
        path.mkdir(parents=True)
        path.chmod(0o755)
    except FileExistsError:
        return Made(path, "kept") if path.is_dir() else Made(path, "failed", "it is not a directory")
    except OSError as error:
        return Made(path, "failed", error.strerror)
    return Made(path, "made")


def _make_file(path: Path, text: Callable[[], str]) -> Made:
    """Write a new file. Never replaces one that is there, or that somebody else makes at the same time."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text())
        path.chmod(0o644)
    except FileExistsError:
        return Made(path, "kept") if path.is_file() else Made(path, "failed", "it is there but is not a file")
    except OSError as error:
        return Made(path, "failed", error.strerror)
    return Made(path, "made")


def _words(item: Made) -> str:
    return {"made": "made", "kept": "was there, left as it is"}.get(item.state, f"failed: {item.reason}")
