"""The user that processes which serve clients run as, where root has started their server."""

from __future__ import annotations

import os
import pwd
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .report import wanted

VARIABLE = "BF_USER"
USUAL = "bitfusion"  # init --systemd makes it
_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class User:
    """`groups`: all that the user is in; a device file may be open to one of them."""

    name: str
    uid: int
    gid: int
    home: str
    groups: tuple[int, ...]

    def closed(self, paths: Iterable[Path]) -> str:
        """The first of the paths, or of what is above one, that this user may not enter or read; "" if there is
        none.
        """
        for path in paths:
            # Both the links on the way and what they lead to.
            for each in dict.fromkeys((path.absolute(), path.resolve())):
                for part in (*reversed(each.parents), each):
                    if not self._may_read(part, enters=part != each):
                        return str(part)
        return ""

    def _may_read(self, path: Path, enters: bool) -> bool:
        try:
            facts = path.stat()
        except OSError:
            return True  # it is not there
        bits = 0o1 if enters else 0o5 if stat.S_ISDIR(facts.st_mode) else 0o4
        shift = 6 if facts.st_uid == self.uid else 3 if facts.st_gid in (self.gid, *self.groups) else 0
        return facts.st_mode >> shift & bits == bits


def known(text: str) -> User | None:
    """The user with this name or number; None if the system knows none."""
    try:
        found = pwd.getpwuid(int(text)) if text.isascii() and text.isdigit() else pwd.getpwnam(text)
    except KeyError:
        return None
    groups = tuple(os.getgrouplist(found.pw_name, found.pw_gid))
    return User(found.pw_name, found.pw_uid, found.pw_gid, found.pw_dir, groups)


def chosen(environ: Mapping[str, str]) -> tuple[User | None, str]:
    """Who they run as: None for the user of this process. Then the text says why they run as root, "" if they do not,
    or are meant to.
    """
    named = environ.get(VARIABLE)
    if os.geteuid() != 0 or not wanted(environ):
        return None, ""
    user = known(named or USUAL)
    if user is None:
        return None, f"they run as root: there is no user {named or USUAL} (useradd --system {USUAL})"
    if user.uid == 0:
        return None, ""
    if part := user.closed((_PACKAGE, Path(sys.executable), Path(sys.prefix), Path(os.__file__))):
        return None, f"they run as root: {user.name} may not read {part}; install where all users may read"
    return user, ""


def environment(environ: Mapping[str, str], user: User) -> dict[str, str]:
    """The variables of this process for one of that user."""
    own = {"HOME": user.home, "USER": user.name, "LOGNAME": user.name}
    return {**{name: value for name, value in environ.items() if name != "XDG_CACHE_HOME"}, **own}
