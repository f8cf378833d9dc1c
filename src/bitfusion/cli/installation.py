"""This installation: who may change it, its pip, where it came from, which of its servers run on this machine.

Knows the names of the programs that stay in memory; starts none of them.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import click

from ..errors import BitfusionError, NotPermitted
from ..srs import processes
from . import invocation

PACKAGE = "bitfusion"
# Command or module -> what it is called in messages. A CUDA Server ends with its Dispatcher, so it is not listed.
_ROLES = {"server": "server", "s": "server", "resource_scheduler": "resource scheduler"}
_MODULES = {"bitfusion.server": "server"}


@dataclass(frozen=True)
class Running:
    """A process of this installation that stays in memory."""

    pid: int
    role: str

    def __str__(self) -> str:
        return f"{self.role} (pid {self.pid})"


def require_root(command: str) -> None:
    """Raise NotPermitted unless this is root."""
    if os.geteuid() != 0:
        raise NotPermitted(f"{command} requires root privileges", f"run it again with sudo: {_again(command)}")


def require_owner(command: str) -> None:
    """Raise NotPermitted unless this is root, or the installation is a virtual environment of this user."""
    if sys.prefix == sys.base_prefix or not _is_mine(Path(sys.prefix)):
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


def pip() -> list[str]:
    """The words that start this installation's pip. Raises BitfusionError if there is none."""
    try:
        metadata.distribution("pip")
    except metadata.PackageNotFoundError as error:
        raise BitfusionError(
            f"{sys.executable} has no pip", f"add it with {sys.executable} -m ensurepip, or use the tool that made it"
        ) from error
    return [sys.executable, "-m", "pip", "--disable-pip-version-check"]


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
    found = []
    for pid in sorted(processes.pids()):
        words = processes.words(pid)
        role = _role(words)
        if role and pid != os.getpid() and _is_ours(pid, words[0]):
            found.append(Running(pid, role))
    return found


def _role(words: list[str]) -> str | None:
    """What a command line `python [option]... SCRIPT|-m MODULE command ...` is, None if nothing of ours."""
    rest = iter(words[1:])
    for word in rest:
        if word == "-m":
            module = next(rest, "")
            return _MODULES.get(module) or (_command(rest) if module == "bitfusion.cli.main" else None)
        if word in ("-X", "-W"):
            next(rest, "")
        elif not word.startswith("-"):
            return _command(rest) if os.path.basename(word) in ("bitfusion", "flexdirect") else None
    return None


def _command(words: Iterator[str]) -> str | None:
    return _ROLES.get(next(words, ""))


def _is_ours(pid: int, python: str) -> bool:
    """True if a process was started with this installation's Python; if that cannot be known: true, to be careful."""
    try:
        environment = dict(
            item.split("=", 1)
            for item in Path(f"/proc/{pid}/environ").read_text(errors="replace").split("\0")
            if "=" in item
        )
        base = os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return not os.path.isabs(python) or _prefix(python) == Path(sys.prefix).resolve()
    path = (
        os.path.join(base, python) if "/" in python else shutil.which(python, path=environment.get("PATH", os.defpath))
    )
    return path is None or _prefix(path) == Path(sys.prefix).resolve()


def _prefix(python: str) -> Path:
    """The environment that PREFIX/bin/python belongs to. The last part is not resolved: in a virtual environment it is
    a link out of it.
    """
    return Path(python).parent.parent.resolve()


def _contains(found: metadata.Distribution, package: Path) -> bool:
    return Path(str(found.locate_file(PACKAGE))).resolve() == package


def _is_mine(path: Path) -> bool:
    try:
        return path.stat().st_uid == os.geteuid()
    except OSError:
        return False


def _again(command: str) -> str:
    """The command line, behind sudo."""
    words = click.get_current_context().obj or [command]
    return invocation.command_line(f"sudo {shlex.join(words)}")
