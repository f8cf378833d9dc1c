"""Processes that serve clients have given up what they do not need: rights, files, secrets, room."""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
import running
from patience import PATIENCE_S, within
from sessions import Session, children, cuda_servers, logged, server_of

from bitfusion.confine import landlock
from bitfusion.limits import CUDA_SERVER_FILES_MAX, CUDA_SERVER_OOM_SCORE, WORKERS_IDLE
from bitfusion.net.query import ask

SECRET = "do-not-tell-anybody"
SOFTGPU = ("--softgpu", "1")


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[running.Dispatcher]:
    """A Dispatcher that has a secret in its environment."""
    with running.dispatcher(tmp_path_factory.mktemp("confined"), *SOFTGPU, CLOUD_SECRET=SECRET) as started:
        assert within(PATIENCE_S, lambda: len(cuda_servers(started)) == WORKERS_IDLE)
        yield started


def status(pid: int) -> dict[str, str]:
    """/proc/PID/status: name -> value."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def limits(pid: int) -> dict[str, int]:
    """/proc/PID/limits: what a soft limit is."""
    rows = re.findall(r"^Max (.+?) {2,}(\d+|unlimited)", Path(f"/proc/{pid}/limits").read_text(), re.M)
    return {name: -1 if value == "unlimited" else int(value) for name, value in rows}


def serving(server: running.Dispatcher) -> list[int]:
    """The Dispatcher's children: the warm process, CUDA Servers, the monitor."""
    ask("127.0.0.1", server.port, "smi", trust=running.TRUST)
    found = children(server.process.pid)
    kinds = {word for pid in found for word in Path(f"/proc/{pid}/cmdline").read_text().split("\0")}
    assert {"--warm", "--monitor"} <= kinds and len(found) > WORKERS_IDLE
    return found


def test_no_process_that_serves_clients_has_a_privilege_or_can_get_one(server):
    for pid in serving(server):
        found = status(pid)
        assert found["NoNewPrivs"] == "1"
        assert int(found["CapEff"], 16) == int(found["CapPrm"], 16) == int(found["CapInh"], 16) == 0


def test_a_filter_of_system_calls_holds_for_all_and_a_second_one_for_cuda_servers(server):
    found = {pid: status(pid) for pid in serving(server)}
    assert {each["Seccomp"] for each in found.values()} == {"2"}
    count = {pid: int(each["Seccomp_filters"]) for pid, each in found.items()}
    assert min(count[pid] for pid in cuda_servers(server)) > min(count.values())


def test_a_filter_holds_for_the_threads_of_a_driver(server):
    with Session(server) as session:
        session.use_device()
        tasks = list(Path(f"/proc/{server_of(server, session)}/task").iterdir())
        filters = {re.search(r"^Seccomp_filters:\s+(\d+)", (task / "status").read_text(), re.M)[1] for task in tasks}
    assert len(tasks) > 1 and len(filters) == 1


def test_processes_that_serve_clients_leave_no_core_and_go_before_the_dispatcher(server):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    for pid in serving(server):
        found = limits(pid)
        assert found["core file size"] == 0
        assert found["open files"] == min(CUDA_SERVER_FILES_MAX, hard)
        assert int(Path(f"/proc/{pid}/oom_score_adj").read_text()) >= CUDA_SERVER_OOM_SCORE
    assert int(Path(f"/proc/{server.process.pid}/oom_score_adj").read_text()) < CUDA_SERVER_OOM_SCORE


def test_no_process_that_serves_clients_is_given_a_secret_of_the_servers_environment(server):
    assert SECRET in Path(f"/proc/{server.process.pid}/environ").read_text()
    for pid in serving(server):
        assert SECRET not in Path(f"/proc/{pid}/environ").read_text()


def test_cuda_server_has_the_descriptors_that_it_needs_and_no_other(server):
    # What the Dispatcher has open besides: its port, its loop, other CUDA Servers.
    log = os.readlink(f"/proc/{server.process.pid}/fd/2")
    with Session(server) as session:
        assert session.ask("ping").result == 0
        pid = server_of(server, session)
        found = {int(fd.name): os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir()}
    assert found[0] == "/dev/null" and found[2] == log
    assert found[1].startswith("/memfd:bitfusion-output")
    others = [link for number, link in found.items() if number > 2]
    # The control socket, the port, the client.
    assert len([link for link in others if link.startswith("socket:")]) == 3
    files = {link.removesuffix(" (deleted)") for link in others if not link.startswith("socket:")}
    assert files == {f"/memfd:bitfusion-{name}" for name in ("sessions", "output", "errors")}


def test_the_log_says_what_holds(server):
    (line,) = logged(server, "cuda_servers.confined")
    assert {"privileges", "limits", "calls"} <= set(line["holds"])
    landlocked = {"files": 1, "network": landlock.ABI_NETWORK, "neighbours": landlock.ABI_PROCESSES}
    assert {part for part, version in landlocked.items() if landlock.abi() >= version} <= set(line["holds"])
    assert set(line["holds"]).isdisjoint(line.get("lacks", ()))


def test_confinement_can_be_turned_off_and_the_log_says_so(tmp_path):
    with running.dispatcher(tmp_path, *SOFTGPU, BF_CONFINE="0") as server:
        with Session(server) as session:
            assert session.ask("ping").result == 0
            found = status(server_of(server, session))
        assert within(PATIENCE_S, lambda: logged(server, "cuda_servers.unconfined"))
        assert found["NoNewPrivs"] == status(os.getpid())["NoNewPrivs"]
        assert found["CapEff"] == status(os.getpid())["CapEff"]
