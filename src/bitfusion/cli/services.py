"""The systemd units of this installation: their texts, where they are, which of them may be replaced or removed.

The first line of a unit that we wrote has a digest of the rest, and the second says of which installation it is. So one
that somebody has changed is known, and is left alone, as is that of another installation. Starts nothing, and asks
nothing of systemd.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from ..config.adaptor import SYSTEM_FILE
from ..errors import BitfusionError
from . import listing, making
from .making import Made

DIRECTORY = Path("/etc/systemd/system")
USERS = Path("/etc/sysusers.d")
USER = "bitfusion.conf"
UNITS = ("bitfusion-server.service", "bitfusion-server@.service", "bitfusion-scheduler.service")
SETTINGS = ("server.env", "scheduler.env")
_TEMPLATES = Path(__file__).resolve().parent / "systemd"
_MARK = "# Written by flexdirect init --systemd "
_HOMES = ("/home", "/root", "/run/user")
_PRIVATE = ("/tmp", "/var/tmp")  # the services have others of these names


def make(units: Path, users: Path, configuration: Path) -> list[Made]:
    """Write the units, what makes their user, and the files with their settings. Units of this installation that nobody
    has changed are brought up to date.
    """
    made = [making.make_directory(units)]
    if made[0].state != "failed":
        made += [_make_unit(units / name) for name in UNITS]
    made += [making.make_directory(users), making.make_file(users / USER, (_TEMPLATES / USER).read_text)]
    return made + [making.make_file(configuration / name, (_TEMPLATES / name).read_text) for name in SETTINGS]


def remove(units: Path = DIRECTORY) -> list[Made]:
    """Remove this installation's units that nobody has changed, and the links by which they start at boot."""
    return [_remove(path) for path in ours(units)]


def ours(units: Path = DIRECTORY) -> list[Path]:
    """The units of this installation, changed or not."""
    return [path for path in (units / name for name in UNITS) if _owner(_read(path)) == sys.prefix]


def require_plain_path() -> None:
    """Raise BitfusionError if systemd could not start this program, wherever its units are written."""
    program = _program()[0]
    if re.search(r"[\x00-\x1f\x7f\"'\\]", program):
        raise BitfusionError(
            f"systemd takes no program with a quote, a backslash or a control character in its path: {program!r}",
            "install into another place, such as /opt/bitfusion",
        )


def require_reachable() -> None:
    """Raise BitfusionError if the units' user, who is nobody in particular, could not run this program."""
    for path in _needed():
        if any(path.is_relative_to(private) for private in _PRIVATE):
            raise BitfusionError(
                f"{path} is not there for the services, which have a /tmp of their own",
                "install into another place, such as /opt/bitfusion",
            )
        for part in (path, *path.parents):
            if not part.stat().st_mode & (stat.S_IXOTH | (0 if part.is_dir() else stat.S_IROTH)):
                raise BitfusionError(
                    f"{path} cannot be run by the services' user: {part} is not open to others",
                    f"install into a place that is, such as /opt/bitfusion, or: chmod o+x {part}",
                )


def _text(name: str) -> str:
    """The unit called `name`, as this installation writes it."""
    instance = "@" in name
    template = "scheduler.service" if "scheduler" in name else "server.service"
    program = _program()
    document = Path(listing.documentation()).parent / "operator" / "systemd.md"
    at_home = any(path.is_relative_to(home) for path in _needed() for home in _HOMES)
    values = {
        "TITLE": " on port %i" if instance else "",
        "INSTANCE": "-%i" if instance else "",
        "PORT": " -p %i" if instance else "",
        "CONFIGURATION": str(SYSTEM_FILE.parent),
        "DOCUMENT": _literal(f"file://{quote(str(document))}"),
        "PROGRAM": " ".join(_word(word) for word in program),
        "PROTECT_HOME": "read-only" if at_home else "yes",
        "HARDENING": (_TEMPLATES / "hardening").read_text(),
    }
    body = (_TEMPLATES / template).read_text()
    for key in ("HARDENING", *values):
        body = body.replace(f"@{key}@", values[key])
    return _signed(f"# Of the installation in {sys.prefix}\n# Change it with: systemctl edit {name}\n{body}")


def _needed() -> tuple[Path, ...]:
    """What the services' user must be able to read or run."""
    return Path(_program()[0]), Path(sys.executable), Path(sys.executable).resolve(), _TEMPLATES


def _program() -> list[str]:
    """The absolute path of the command that the user called, or this Python and our module."""
    script = os.path.abspath(sys.argv[0])
    if os.path.basename(script) in ("bitfusion", "flexdirect") and os.access(script, os.X_OK):
        return [script]
    return [os.path.abspath(sys.executable), "-m", "bitfusion.cli.main"]


def _word(word: str) -> str:
    """A word of a command line in a unit."""
    return f'"{_literal(word)}"' if " " in word else _literal(word)


def _literal(text: str) -> str:
    return text.replace("%", "%%")


def _make_unit(path: Path) -> Made:
    text, there = _text(path.name), _read(path)
    if path.is_symlink():
        return Made(path, "kept", f"it is a link to {os.readlink(path)}")  # `systemctl mask` makes these
    if there not in ("", text) and not _is_untouched(there):
        return Made(path, "kept", "it was changed; remove it and run init again for a new one")
    return making.put_file(path, text)


def _remove(path: Path) -> Made:
    if not _is_untouched(_read(path)):
        return Made(path, "kept", "it was changed")
    try:
        for link in _links(path):
            link.unlink()
        path.unlink()
    except OSError as error:
        return Made(path, "failed", error.strerror)
    return Made(path, "removed")


def _links(path: Path) -> Iterator[Path]:
    """What `systemctl enable` has made of a unit, also of instances of a template."""
    begin, at, end = path.name.partition("@") if "@" in path.name else (path.name, "", "")
    for link in path.parent.glob(f"*.wants/{begin}{at}*{end}"):
        if link.is_symlink() and os.path.basename(os.readlink(link)) == path.name:
            yield link


def _signed(body: str) -> str:
    return f"{_MARK}{hashlib.sha256(body.encode()).hexdigest()[:16]}\n{body}"


def _is_untouched(text: str) -> bool:
    return _signed(text.partition("\n")[2]) == text


def _owner(text: str) -> str:
    """The installation that a unit is of, "" if we did not write it."""
    first, _, rest = text.partition("\n")
    return rest.partition("\n")[0].removeprefix("# Of the installation in ") if first.startswith(_MARK) else ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
