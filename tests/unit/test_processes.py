"""What is left of a Dispatcher: every process of its group that has not wholly ended."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitfusion.srs import processes

# The leader of a group, which says who is in it and ends; what it leaves holds the pipe open.
LEADER = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, text=True)
child.stdout.readline()
print(child.pid, flush=True)
"""
WAITS = "import time; print(flush=True); time.sleep(1000)"
# Its first thread ends, another goes on: the process is a zombie in its stat, and still has everything.
HALF_ENDED = """
import ctypes, os, threading, time
def run():
    while open("/proc/self/stat").read().rpartition(")")[2].split()[0] != "Z":
        time.sleep(0.01)
    print(flush=True)
    time.sleep(1000)
threading.Thread(target=run).start()
ctypes.CDLL(None).syscall({"x86_64": 60}.get(os.uname().machine, 93), 0)
"""


def leave(program: str) -> tuple[int, int]:
    """A group whose leader has ended and was reaped, and the process that it left."""
    leader = subprocess.Popen(
        [sys.executable, "-c", LEADER, program], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    left = int(leader.stdout.readline())
    leader.stdout.close()
    leader.wait()
    return leader.pid, left


@pytest.fixture(params=[WAITS, HALF_ENDED], ids=["whole", "half ended"])
def group(request) -> Iterator[tuple[int, int]]:
    leader, left = leave(request.param)
    yield leader, left
    try:
        os.kill(left, signal.SIGKILL)
    except ProcessLookupError:
        pass


def test_process_is_a_member_until_it_has_ended(group):
    leader, left = group
    assert processes.members(leader) == [left]
    pidfd = os.pidfd_open(left)
    os.kill(left, signal.SIGKILL)
    ended(pidfd)
    assert processes.members(leader) == []


def ended(pidfd: int) -> None:
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    assert poll.poll(20_000)
    os.close(pidfd)


def test_group_with_a_living_leader_is_somebody_else_s():
    with subprocess.Popen([sys.executable, "-c", WAITS], stdout=subprocess.PIPE, start_new_session=True) as other:
        other.stdout.readline()
        assert Path(f"/proc/{other.pid}").exists() and processes.members(other.pid) == []
        other.kill()
