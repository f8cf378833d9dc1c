"""A client whose cable is pulled: a network namespace of its own, and a link that goes down. Needs root and `ip`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import running
from patience import PATIENCE_S, until, within
from sessions import CLEAN_S, cuda_servers, is_alive, logged

from bitfusion.limits import RESUME_S_MAX, UNACKNOWLEDGED_MAX_S
from bitfusion.net.query import ask

HERE, THERE = "10.213.77.1", "10.213.77.2"

CLIENT = """
import sys
sys.path.insert(0, sys.argv[3])
import running
from resuming import Resumable
from bitfusion.limits import RESUME_S_MAX
from bitfusion.net.client import Client
from sessions import IDS
host, port = sys.argv[1], int(sys.argv[2])
client = Resumable(port, RESUME_S_MAX, host) if sys.argv[4] == "resumes" else Client(host, port, trust=running.TRUST)
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


@contextmanager
def client_of(server: running.Dispatcher, cable: Cable, mode: str) -> Iterator[tuple[int, int]]:
    """A client at the other end of the cable: the port of its session and the process that serves it."""
    environment = running.clean_environment(PYTHONPATH=os.pathsep.join((*sys.path, os.path.dirname(running.__file__))))
    command = cable.inside(sys.executable, "-c", CLIENT, HERE, str(server.port), os.path.dirname(__file__), mode)
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as client:
        port = int(client.stdout.readline())
        yield port, next(pid for pid, held in cuda_servers(server).items() if held == port)
        client.kill()


@pytest.mark.parametrize("mode", ["idle", "busy"])
def test_client_without_a_cable_is_cleaned_up(server, cable, mode):
    with client_of(server, cable, mode) as (_, pid):
        cable.pull()
        # TCP takes 4 of the 5 seconds that are promised.
        assert within(CLEAN_S, lambda: not is_alive(pid))


def test_client_without_a_cable_is_cleaned_up_also_if_it_was_stopped_before(server, cable):
    with client_of(server, cable, "stopped") as (port, pid):
        # It reads nothing, and its system says so for longer than TCP is patient with one that does not answer.
        deadline = time.monotonic() + 2 * UNACKNOWLEDGED_MAX_S
        while time.monotonic() < deadline:
            assert within(CLEAN_S, lambda: asks_whether_it_reads(port)) and is_alive(pid)
            time.sleep(0.1)
        cable.pull()
        # TCP asks ever more rarely.
        assert within(PATIENCE_S, lambda: not is_alive(pid))


@pytest.mark.plain("says byte by byte what a client without TLS says")
def test_end_of_a_drain_ends_a_session_whose_client_is_cut_off_and_may_come_back(tmp_path, cable):
    """Its client may come back for an hour, and the server is gone when its grace period is over."""
    with running.dispatcher(tmp_path, "--softgpu", "1", BF_RESUME_S=str(RESUME_S_MAX)) as server:
        with client_of(server, cable, "resumes") as (_, pid):
            cable.pull()
            until(lambda: logged(server, "session.interrupted"), "its client is cut off")
            (shown,) = ask("127.0.0.1", server.port, "stats", running.TRUST)["clients"]
            assert shown["interrupted"] and 0 < shown["interrupted_left_s"] <= RESUME_S_MAX
            command = [sys.executable, "-m", "bitfusion.cli.main", "stats", "-l", f"{running.HERE}:{server.port}"]
            told = running.run(command, running.clean_environment()).output
            assert f"{shown['session']}  broken, may come back for" in told, told
            server.process.send_signal(signal.SIGTERM)
            until(lambda: logged(server, "dispatcher.ending_sessions"), "the grace period is over")
            assert [line["sessions"] for line in logged(server, "dispatcher.ending_sessions")] == [1]
            assert within(CLEAN_S, lambda: not is_alive(pid))
            assert server.process.wait(PATIENCE_S) == 0
        assert [line["result"] for line in logged(server, "session.ended")] == ["dispatcher gone"]


def asks_whether_it_reads(port: int) -> bool:
    """True if a connection from this port has bytes for a peer that has no room: the timer of its window probes
    runs.
    """
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(int(row[1].rpartition(":")[2], 16) == port and row[5].startswith("04:") for row in rows)
