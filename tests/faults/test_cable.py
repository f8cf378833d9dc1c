"""A client whose cable is pulled: a network namespace of its own, and a link that goes down. Needs root and `ip`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import running
from patience import PATIENCE_S, within
from sessions import CLEAN_S, cuda_servers, is_alive

from bitfusion.limits import UNACKNOWLEDGED_MAX_S

HERE, THERE = "10.213.77.1", "10.213.77.2"

CLIENT = """
import sys
sys.path.insert(0, sys.argv[3])
import running
from bitfusion.net.client import Client
from sessions import IDS
client = Client(sys.argv[1], int(sys.argv[2]), trust=running.TRUST)
if sys.argv[4] == "stopped":
    client.ask(IDS["ctx_retain_primary"], client.new(), 0)
    client.tell(IDS["ctx_use"], client.new() - 1)
    client.start(IDS["copy_dtoh"], client.ask(IDS["cuMemAlloc_v2"], 128 << 20).values[0], 128 << 20, 0)
print(client.port, flush=True)
while sys.argv[4] == "busy":
    client.ask(IDS["ping"])
sys.stdin.read()
"""


@dataclass(frozen=True)
class Cable:
    """A virtual cable to the network namespace `name`."""

    name: str

    def inside(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.name, *command]

    def pull(self) -> None:
        run("ip", "link", "set", self.name, "down")


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


@pytest.fixture
def cable() -> Iterator[Cable]:
    if shutil.which("ip") is None or os.geteuid() != 0:
        pytest.skip("needs root and ip(8) to make a network namespace")
    # The system takes an interface away some time after its name space, and others may make some: a name of its own.
    name = f"bf{uuid.uuid4().hex[:8]}"
    try:
        run("ip", "netns", "add", name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"cannot make a network namespace: {error.stderr.strip()}")
    try:
        run("ip", "link", "add", name, "type", "veth", "peer", "name", f"{name}x", "netns", name)
        run("ip", "addr", "add", f"{HERE}/24", "dev", name)
        run("ip", "link", "set", name, "up")
        made = Cable(name)
        run(*made.inside("ip", "addr", "add", f"{THERE}/24", "dev", f"{name}x"))
        run(*made.inside("ip", "link", "set", f"{name}x", "up"))
        yield made
    finally:
        run("ip", "netns", "del", name)


@pytest.mark.parametrize("mode", ["idle", "busy"])
def test_client_without_a_cable_is_cleaned_up(server, cable, mode):
    environment = running.clean_environment(PYTHONPATH=os.pathsep.join((*sys.path, os.path.dirname(running.__file__))))
    command = cable.inside(sys.executable, "-c", CLIENT, HERE, str(server.port), os.path.dirname(__file__), mode)
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as client:
        port = int(client.stdout.readline())
        pid = next(pid for pid, held in cuda_servers(server).items() if held == port)
        cable.pull()
        # TCP takes 4 of the 5 seconds that are promised.
        assert within(CLEAN_S, lambda: not is_alive(pid))
        client.kill()


def test_client_without_a_cable_is_cleaned_up_also_if_it_was_stopped_before(server, cable):
    environment = running.clean_environment(PYTHONPATH=os.pathsep.join((*sys.path, os.path.dirname(running.__file__))))
    command = cable.inside(sys.executable, "-c", CLIENT, HERE, str(server.port), os.path.dirname(__file__), "stopped")
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as client:
        port = int(client.stdout.readline())
        pid = next(pid for pid, held in cuda_servers(server).items() if held == port)
        # It reads nothing, and its system says so for longer than TCP is patient with one that does not answer.
        deadline = time.monotonic() + 2 * UNACKNOWLEDGED_MAX_S
        while time.monotonic() < deadline:
            assert within(CLEAN_S, lambda: asks_whether_it_reads(port)) and is_alive(pid)
            time.sleep(0.1)
        cable.pull()
        # TCP asks ever more rarely.
        assert within(PATIENCE_S, lambda: not is_alive(pid))
        client.kill()


def asks_whether_it_reads(port: int) -> bool:
    """True if a connection from this port has bytes for a peer that has no room: the timer of its window probes
    runs.
    """
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(int(row[1].rpartition(":")[2], 16) == port and row[5].startswith("04:") for row in rows)
