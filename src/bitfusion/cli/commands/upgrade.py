"""`upgrade`: install a newer bitfusion with this installation's pip, from where this one came from, and with the same
extras.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import click

from ... import release
from ...errors import BitfusionError
from .. import installation, show

# One more attempt is for a lost packet; pip's own default makes a machine without network wait for a quarter of a
# minute.
NETWORK = ["--retries", "1", "--timeout", "15"]


@click.command("upgrade")
@click.option(
    "--from",
    "source",
    metavar="SOURCE",
    help="Directory with sources or wheels, archive or wheel file, URL or git+URL; default: where this one came from.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document at the end.")
def command(source: str | None, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Upgrade version. Requires root privileges, unless the installation is yours.

    Uses pip, and says first what it will do. Running servers continue with what they have loaded until they
    are started again.
    """
    if not dry_run:
        installation.require_owner("upgrade")
    words = _command(source)
    click.echo(
        f"This is bitfusion {release.full()} in {sys.prefix}. To upgrade it, this command runs\n   {shlex.join(words)}",
        err=as_json,
    )
    if servers := installation.running():
        click.echo(f"Still running, and to be started again afterwards: {', '.join(map(str, servers))}", err=as_json)
    if dry_run:
        if as_json:
            show.emit_json({"command": words, "before": release.full(), "after": None})
        return
    installation.ask("Upgrade?", yes)
    # What pip says goes to stderr: stdout may have to be one JSON document.
    if code := subprocess.run(words, stdout=sys.stderr, stdin=subprocess.DEVNULL).returncode:
        raise BitfusionError(
            f"pip could not upgrade bitfusion (exit code {code}); what was installed is unchanged",
            "see pip's own lines above; does the source exist, and is there a network? --from names another source",
        )
    after = _version_now()
    if as_json:
        show.emit_json({"command": words, "before": release.full(), "after": after})
    elif after == release.full():
        click.echo(f"bitfusion stays {after}: there is nothing newer")
    else:
        click.echo(f"bitfusion is now {after}; it was {release.full()}")


def _command(source: str | None) -> list[str]:
    """pip's command line. Raises BitfusionError if there is nothing to upgrade or no source is known."""
    found = installation.distribution()
    extras = installation.extras(found)
    installation.refuse_if_of_a_tool("upgrade", source and source + extras)
    if source == "":
        raise click.UsageError("--from is empty; name a directory, a wheel or git+URL")
    place = source if source is not None else installation.origin(found)
    start = [*installation.pip(), "install", "--upgrade", *installation.allowances(), *NETWORK]
    if place is None:  # it came from a package index
        return [*start, f"{installation.PACKAGE}{extras}"]
    path = _local(place)
    if path is None:
        return [*start, f"{installation.PACKAGE}{extras} @ {place}"]
    if not path.exists():
        raise BitfusionError(
            f"{path}, where bitfusion should come from, does not exist", "name another source with --from"
        )
    if path.is_dir() and not (path / "pyproject.toml").is_file():
        if not any(path.glob(f"{installation.FILES}-*")):
            raise BitfusionError(
                f"{path} holds neither sources nor a wheel of bitfusion",
                f"name the directory with pyproject.toml or {installation.FILES}-*.whl",
            )
        return [*start, "--no-index", "--find-links", str(path), f"{installation.PACKAGE}{extras}"]
    return [*start, f"{path}{extras}"]


def _local(place: str) -> Path | None:
    """The path that `place` names, None for a URL of another machine."""
    if place.startswith("file://"):
        from urllib.parse import unquote, urlsplit

        return Path(unquote(urlsplit(place).path))
    return None if "://" in place else Path(place).absolute()


def _version_now() -> str:
    """Asked of a new process: this one has the old release loaded."""
    code = "from bitfusion import release; print(release.full())"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise BitfusionError(
            "pip succeeded, but what it installed does not start",
            f"look at: {sys.executable} -m bitfusion version",
        )
    return done.stdout.strip()
