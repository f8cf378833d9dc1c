"""A client whose cable is pulled: a network namespace of its own, and a link that goes down. Needs root and `ip`."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import running
from sessions import CLEAN_S, cuda_servers, is_alive, within

HERE, THERE = "10.213.77.1", "10.213.77.2"

# The system takes an interface away some time after its name space: each cable has a name of its own.
_cables = itertools.count()

CLIENT = """
import sys
sys.path.insert(0, sys.argv[3])
from bitfusion.net.client import Client
from sessions import IDS
client = Client(sys.argv[1], int(sys.argv[2]))
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
    name = f"bf{os.getpid()}{next(_cables)}"
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
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as client:
        port = int(client.stdout.readline())
        pid = next(pid for pid, held in cuda_servers(server).items() if held == port)
        cable.pull()
        assert within(CLEAN_S, lambda: not is_alive(pid))
        client.kill()
