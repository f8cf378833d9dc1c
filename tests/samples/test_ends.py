"""How runs of NVIDIA's samples end: programs end with the tool, and what ran beside a dead server says nothing."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import checkouts
import pytest
import sample_runs
from checkout import ROOT
from patience import PATIENCE_S

BEGUN_S = 3.0  # in which a shell begins
TOOL = ROOT / "tests" / "samples" / "main.py"
# It and a process of its own hold a FIFO open until both have ended.
ENDLESS = "#!/bin/sh\nexec 3>{held}\nsleep 1000 &\necho begun >&3\nwait\n"
# Through the wire it ends the server, the tool's other child; directly there is none.
ENDS_SERVER = """#!/usr/bin/env python3
import os, pathlib, signal
for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
    try:
        pid, parent = int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        continue
    if parent == os.getppid() and pid != os.getpid():
        os.kill(pid, signal.SIGKILL)
"""


@contextmanager
def fifo(path: Path):
    """A reader of it, which waits."""
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(reader, True)
    try:
        yield reader
    finally:
        os.close(reader)


def said(reader: int) -> bytes:
    """What a program writes next; empty when nobody has the FIFO open any more. Waits for the first that opens it."""
    assert select.select([reader], [], [], PATIENCE_S)[0]
    return os.read(reader, 100)


@contextmanager
def tool(checkout):
    """It runs what is built of a checkout."""
    place = checkout.toolkit.place
    command = [sys.executable, TOOL, checkout.source, "--place", place, "--no-build"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def results(checkout) -> list[Path]:
    return list((checkout.toolkit.place / "results").iterdir())


def test_a_program_that_does_not_end_is_ended_with_what_it_started(tmp_path):
    program = tmp_path / "program"
    program.write_text(ENDLESS.format(held=tmp_path / "held"))
    program.chmod(0o755)
    with fifo(tmp_path / "held") as held, sample_runs.Programs(tmp_path) as programs:
        found = programs.run(program, [], dict(os.environ), BEGUN_S)
        assert (found["code"], found["output"], found["errors"]) == (None, "", "")
        assert sample_runs.why([found]).startswith("not at its end in ")
        os.close(os.open(tmp_path / "held", os.O_WRONLY))  # a writer has come, also if the program was too slow
        assert said(held) in (b"begun\n", b"")
        assert said(held) == b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_programs_end_with_the_tool_and_leave_no_result(tmp_path, number):
    checkout = checkouts.configured(tmp_path, {"endless": ENDLESS.format(held=tmp_path / "held")})
    with fifo(tmp_path / "held") as held, tool(checkout) as process:
        assert said(held) == b"begun\n"
        process.send_signal(number)
        assert said(held) == b""
        process.communicate(timeout=PATIENCE_S)
    assert process.returncode in (128 + number, -number)
    assert results(checkout) == []


def test_what_ran_beside_a_server_that_ended_is_not_kept(tmp_path):
    checkout = checkouts.configured(tmp_path, {"ends_server": ENDS_SERVER})
    with tool(checkout) as process:
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert "the server ended while ends_server ran" in errors
    assert results(checkout) == []
