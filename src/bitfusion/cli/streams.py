"""Standard streams that are closed, as after `>&-` or under a careless daemon, are opened on /dev/null. Otherwise the
next socket or file would get their number, and what is written to the stream would go there.
"""

from __future__ import annotations

import os
import sys


def open_missing() -> None:
    """Open /dev/null for each of 0, 1 and 2 that is closed. An application that is started does not inherit that: its
    are closed.
    """
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free, which is this one
    sys.stdin = sys.stdin or open(0, closefd=False)
    sys.stdout = sys.stdout or open(1, "w", closefd=False)
    sys.stderr = sys.stderr or open(2, "w", closefd=False)


def pass_on() -> None:
    """Let the processes of a server have those of open_missing(), for their logs."""
    for fd in (0, 1, 2):
        os.set_inheritable(fd, True)
