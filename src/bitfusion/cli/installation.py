"""This installation: who may change it, its pip or another tool, where it came from."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import click

from .. import extras as extras_table
from ..errors import BitfusionError, NotPermitted
from . import invocation, residents
from .residents import Running

PACKAGE = extras_table.DISTRIBUTION
FILES = PACKAGE.replace("-", "_")  # what the names of its wheels begin with
_MODULE = "bitfusion"


def require_root(command: str) -> None:
    """Raise NotPermitted unless this is root."""
    if os.geteuid() != 0:
        raise NotPermitted(f"{command} requires root privileges", f"run it again with sudo: {_again(command)}")


def require_owner(command: str) -> None:
    """Raise NotPermitted unless this is root, or the installation is this user's: in a virtual environment or in the
    home directory.
    """
    if not _is_mine(Path(__file__).resolve().parents[2]):
        require_root(command)


def distribution() -> metadata.Distribution:
    """What pip knows of this installation. Raises BitfusionError for a source checkout and for one that pip did not
    make.
    """
    ours = Path(__file__).resolve().parents[1]
    try:
        found = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        found = None
    # A checkout in which something was built has metadata as well, but nobody recorded there what was installed.
    if found is None or found.read_text("RECORD") is None or not _contains(found, ours):
        raise BitfusionError(f"{ours} is not an installation of pip", "it is a source checkout: use git there")
    return found


def origin(found: metadata.Distribution) -> str | None:
    """What pip was told to install: a directory, a file, a URL as pip takes it; None if it came from a package
    index.
    """
    text = found.read_text("direct_url.json")
    if text is None:
        return None
    facts = json.loads(text)
    url, vcs = facts["url"], facts.get("vcs_info")
    if vcs:
        revision = vcs.get("requested_revision")
        return f"{vcs['vcs']}+{url}" + (f"@{revision}" if revision else "")
    return url


def extras(found: metadata.Distribution) -> str:
    """The extras whose packages are all here, as pip takes them: "[pool,server]", or "" for a client alone."""
    needed: dict[str, list[str]] = {extra: [] for extra in sorted(extras_table.MODULES)}
    for line in found.requires or ():
        name, extra = re.match(r"[\w.-]+", line), re.search(r"""extra == ['"](\w+)['"]""", line)
        if name and extra and extra[1] in needed:
            needed[extra[1]].append(name[0])
    here = [extra for extra, packages in needed.items() if packages and all(map(_is_installed, packages))]
    return f"[{','.join(here)}]" if here else ""


def _is_installed(package: str) -> bool:
    try:
        metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def pip() -> list[str]:
    """The words that start this installation's pip. Raises BitfusionError if there is none."""
    if not _is_installed("pip"):
        raise BitfusionError(
            f"{sys.executable} has no pip",
            f"add it with {sys.executable} -m ensurepip, or use the tool that made it, e.g. uv pip",
        )
    return [sys.executable, "-m", "pip", "--disable-pip-version-check"]


def allowances() -> list[str]:
    """What pip has to be told before it changes the Python of a distribution, which does not expect it: whoever has
    installed there said the same.
    """
    mark = Path(sysconfig.get_path("stdlib")) / "EXTERNALLY-MANAGED"
    return ["--break-system-packages"] if sys.prefix == sys.base_prefix and mark.is_file() else []


def ask(question: str, yes: bool) -> None:
    """Ask on a terminal unless `yes`. Raises click.Abort for no, and UsageError where there is nobody to ask."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(
            "stdin is not a terminal, so nobody can be asked; add --yes to do it, or --dry-run to see what would be"
            " done"
        )
    click.confirm(question, abort=True, err=True)


def running() -> list[Running]:
    """Servers and resource schedulers that run from this installation, of any user, in the order of their pids."""
    return residents.running(_scripts())


def tool() -> str:
    """The tool that made the environment of this installation and has to change it, "" if it is none."""
    marks = {"pipx_metadata.json": "pipx", "uv-receipt.toml": "uv tool"}
    return next((name for mark, name in marks.items() if (Path(sys.prefix) / mark).is_file()), "")


def refuse_if_of_a_tool(command: str, source: str | None = None) -> None:
    """Raise BitfusionError that says what to type if a tool has to do this: it keeps books of its own, and links to
    the programs elsewhere. `source`: what is to be installed instead, with the extras that are here.
    """
    if name := tool():
        what = f"install --force {shlex.quote(source)}" if source else f"{command} {Path(sys.prefix).name}"
        raise BitfusionError(f"{sys.prefix} was made by {name}, which has to {command} it", f"run: {name} {what}")


def _scripts() -> list[Path]:
    """The programs of this installation, none for a checkout."""
    try:
        files = distribution().files or ()
    except BitfusionError:
        return []
    return [Path(os.path.normpath(str(file.locate()))) for file in files if file.name in invocation.NAMES]


def _contains(found: metadata.Distribution, package: Path) -> bool:
    return Path(str(found.locate_file(_MODULE))).resolve() == package


def _is_mine(path: Path) -> bool:
    try:
        return path.stat().st_uid == os.geteuid()
    except OSError:
        return False


def _again(command: str) -> str:
    """The command line, behind sudo."""
    words = click.get_current_context().obj or [command]
    return invocation.command_line(f"sudo {shlex.join(words)}")
