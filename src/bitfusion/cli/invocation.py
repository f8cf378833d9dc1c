"""How this program was started, and so how to start it again: for examples and hints that can be copied.

`flexdirect` is enough for the user who typed it. sudo looks for programs in a path of its own, so behind it the
program is named by its place unless it is installed where every system's sudo looks.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys

NAMES = ("bitfusion", "flexdirect")
# Of sudo's secure_path what all distributions have; /usr/local/bin is not in that of some.
_SECURE = ("/usr/sbin", "/usr/bin", "/sbin", "/bin")


def program() -> str:
    """The name that the user called us by, for texts."""
    name = os.path.basename(sys.argv[0])
    return name if name in NAMES else NAMES[0]


def command_line(words: str) -> str:
    """A command of ours as one types it: words behind the program. What begins with "sudo " is for root."""
    rest = words.removeprefix("sudo ")
    return f"{program()} {rest}" if rest == words else f"sudo {_for_sudo()} {rest}"


def _for_sudo() -> str:
    """The program as sudo finds it, quoted for a shell."""
    started = sys.argv[0]
    if os.path.basename(started) not in NAMES:
        return shlex.join([sys.executable, "-m", "bitfusion"])
    found = started if os.sep in started else shutil.which(started) or started
    path = os.path.abspath(found)
    return os.path.basename(path) if os.path.dirname(path) in _SECURE else shlex.quote(path)
