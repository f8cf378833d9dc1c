"""For tests of reports: a program that holds GPU memory for as long as the test wants, and waiting for what comes
soon.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import running
from patience import PATIENCE_S


@contextmanager
def holding(program: Path, mib: int, *ports: int) -> Iterator[subprocess.Popen[str]]:
    """A client that has `mib` MiB of its first GPU when this returns, and ends well afterwards."""
    command = [str(program), str(mib)]
    process = subprocess.Popen(
        command, env=running.remote(*ports), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def eventually(probe: Callable[[], Any]) -> Any:
    """What `probe` gives as soon as it is true, or what it gave last."""
    end = time.monotonic() + PATIENCE_S
    while not (found := probe()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def children(pid: int) -> list[int]:
    """The processes that process `pid` started and that are there."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]
