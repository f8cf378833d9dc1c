"""The process that CUDA Servers are forked from: it never touches CUDA, may die at any time, and nobody loses anything
by it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import running
from patience import PATIENCE_S, within
from sessions import CLEAN_S, Session, children, cuda_servers, is_alive, knock, logged, server_of

from bitfusion import native
from bitfusion.limits import WORKERS_IDLE
from bitfusion.net.secure import Connection
from bitfusion.wire.frames import Kind
from bitfusion.wire.hello import Hello


def warm_of(server: running.Dispatcher) -> int | None:
    """The warm process: a child that looks like a CUDA Server and has no shared session table."""
    for pid in children(server.process.pid):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if b"--warm" in words and not any("bitfusion-sessions" in link for link in descriptors(pid)):
                return pid
        except OSError:
            continue
    return None


def descriptors(pid: int) -> list[str]:
    return [os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir()]


def maps_driver(pid: int) -> bool:
    return "libcuda" in Path(f"/proc/{pid}/maps").read_text()


def at_rest(server: running.Dispatcher, sessions: int = 0) -> int:
    """The warm process, once all that are kept ready beside the sessions have been made."""
    assert within(PATIENCE_S, lambda: len(cuda_servers(server)) == WORKERS_IDLE + sessions)
    warm = warm_of(server)
    assert warm is not None
    return warm


class Clients:
    """Sessions that are opened at the same time, each on a thread of its own."""

    def __init__(self, server: running.Dispatcher, *names: str) -> None:
        self.opened: list[str] = []
        self.failed: list[BaseException] = []
        self._threads = [threading.Thread(target=self._open, args=(server, name), daemon=True) for name in names]
        for thread in self._threads:
            thread.start()

    def _open(self, server: running.Dispatcher, name: str) -> None:
        try:
            with Session(server, program=name) as session:
                assert session.ask("ping").result == 0
                self.opened.append(name)
        except BaseException as error:
            self.failed.append(error)

    def all_served(self) -> None:
        for thread in self._threads:
            thread.join(PATIENCE_S)
        assert not self.failed and len(self.opened) == len(self._threads), self.failed


@pytest.fixture
def queue(server):
    """A server with a queue that does not move: all that were ready have clients, and the warm process is stopped."""
    warm = at_rest(server)
    os.kill(warm, signal.SIGSTOP)
    sessions = [Session(server) for _ in range(WORKERS_IDLE)]
    try:
        yield server, warm
    finally:
        for session in sessions:
            session.close()
        if is_alive(warm):
            os.kill(warm, signal.SIGCONT)


def waiting(server: running.Dispatcher) -> int:
    return server.log().count('"client.waiting"')


def join(server: running.Dispatcher, *names: str) -> Clients:
    """Clients that stand in the queue when this returns."""
    before = waiting(server)
    clients = Clients(server, *names)
    assert within(PATIENCE_S, lambda: waiting(server) == before + len(names))
    return clients


def test_warm_process_has_no_driver_one_thread_and_nothing_of_the_dispatcher(server):
    with Session(server) as session:
        session.use_device()
        warm = at_rest(server, sessions=1)
        assert maps_driver(server_of(server, session)) and all(maps_driver(pid) for pid in cuda_servers(server))
        assert not maps_driver(warm) and not any(
            "uvloop" in line for line in Path(f"/proc/{warm}/maps").read_text().splitlines()
        )
        assert len(os.listdir(f"/proc/{warm}/task")) == 1
        links = [link for link in descriptors(warm) if link.startswith(("socket:", "anon_inode:", "/memfd:"))]
        assert len(links) == 2, links


def test_idle_cuda_servers_have_a_driver_and_nothing_of_others(server):
    at_rest(server)
    for pid in cuda_servers(server):
        links = descriptors(pid)
        # Its control socket and its data port, the table, the standard streams, and what the driver opened.
        assert sum(link.startswith("socket:") for link in links) == 2, links
        assert sum("bitfusion-sessions" in link for link in links) == 1 and not any(
            "eventpoll" in link for link in links
        )


ON_GPU = """
import pynvml
pynvml.nvmlInit()
device = pynvml.nvmlDeviceGetHandleByIndex(0)
print(*(process.pid for process in pynvml.nvmlDeviceGetComputeRunningProcesses(device)))
"""


def test_idle_cuda_servers_have_no_context(server):
    with Session(server) as session:
        session.use_device()
        at_rest(server, sessions=1)
        nvml = native.link_directory(native.SOFTGPU) / "libnvidia-ml.so.1"
        environment = running.clean_environment(
            LD_PRELOAD=str(nvml), SOFTGPU_DEVICES="1", PYTHONPATH=os.pathsep.join(sys.path)
        )
        done = subprocess.run(
            [sys.executable, "-c", ON_GPU],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
        )
        assert {int(pid) for pid in done.stdout.split()} & set(cuda_servers(server)) == {server_of(server, session)}


def test_warm_process_that_dies_is_replaced_and_its_children_go_on_and_are_accounted_for(server):
    with Session(server) as ends, Session(server) as dies:
        warm, killed = at_rest(server, sessions=2), server_of(server, dies)
        os.kill(warm, signal.SIGKILL)
        assert within(PATIENCE_S, lambda: warm_of(server) not in (None, warm))
        assert "warm_process.died" in server.log()
        assert ends.ask("ping").result == 0 and dies.ask("ping").result == 0
        with Session(server) as fresh:
            assert fresh.ask("ping").result == 0
        os.kill(killed, signal.SIGKILL)
        assert within(
            CLEAN_S,
            lambda: (killed, -9) in [(line["pid"], line["code"]) for line in logged(server, "cuda_server.died")],
        )
        ended = server_of(server, ends)
    assert within(CLEAN_S, lambda: ended in [line["pid"] for line in logged(server, "cuda_server.ended")])
    assert within(CLEAN_S, lambda: not zombies(server))


def test_dispatcher_that_was_started_with_sigchld_ignored_knows_what_became_of_its_children(tmp_path):
    ignored = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        started = running.dispatcher(tmp_path, "--softgpu", "1")
        server = started.__enter__()
    finally:
        signal.signal(signal.SIGCHLD, ignored)
    try:
        with Session(server) as ends, Session(server) as dies:
            ended, killed = server_of(server, ends), server_of(server, dies)
            os.kill(killed, signal.SIGKILL)
            assert within(
                CLEAN_S,
                lambda: (killed, -9) in [(line["pid"], line["code"]) for line in logged(server, "cuda_server.died")],
            )
        assert within(CLEAN_S, lambda: ended in [line["pid"] for line in logged(server, "cuda_server.ended")])
        assert server.stop() == 0
    finally:
        started.__exit__(None, None, None)


def zombies(server: running.Dispatcher) -> list[int]:
    return children(server.process.pid, states="Z")


def test_warm_process_that_dies_with_orders_costs_nobody_anything(queue):
    server, warm = queue
    clients = join(server, *"abcdef")
    os.kill(warm, signal.SIGKILL)
    clients.all_served()
    assert within(CLEAN_S, lambda: not zombies(server))
    assert "client.refused" not in server.log()


def test_start_that_dies_costs_none_of_those_who_wait_anything(queue):
    server, warm = queue
    clients = join(server, *"abcdef")
    before = set(children(server.process.pid))
    # Its fork is made while the Dispatcher cannot go on: it has not said yet what it is to do.
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        os.kill(warm, signal.SIGCONT)
        assert within(PATIENCE_S, lambda: set(children(server.process.pid)) - before)
        os.kill(next(iter(set(children(server.process.pid)) - before)), signal.SIGKILL)
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    clients.all_served()
    assert "it died at its start" in server.log() and "client.refused" not in server.log()
    assert within(CLEAN_S, lambda: not zombies(server))


def test_queue_is_served_in_the_order_in_which_clients_came_and_without_those_who_left(queue):
    server, warm = queue
    clients, names = [], [f"client{number}" for number in range(8)]
    for name in names:
        if name == "client3":
            leave(server)
        clients.append(join(server, name))
    os.kill(warm, signal.SIGCONT)
    for each in clients:
        each.all_served()
    assert [line["program"] for line in logged(server, "client.admitted") if line["program"] in names] == names
    assert "while it waited in the queue" in server.log() and "session.abandoned" not in server.log()


def leave(server: running.Dispatcher) -> None:
    """A client that hangs up in the queue."""
    before = waiting(server)
    with knock(server, Hello((1,), program="gone")):
        assert within(PATIENCE_S, lambda: waiting(server) == before + 1)
    assert within(PATIENCE_S, lambda: "while it waited in the queue" in server.log())


def test_client_in_the_queue_is_told_so_for_as_long_as_it_takes(queue):
    server, warm = queue
    with knock(server, Hello((1,), program="waits")) as connection:
        for _ in range(3):
            assert kind(connection) == Kind.HEARTBEAT
        os.kill(warm, signal.SIGCONT)
        while (heard := kind(connection)) == Kind.HEARTBEAT:
            pass
        assert heard == Kind.WELCOME


def kind(connection: Connection) -> int:
    header = connection.recv(16, socket.MSG_WAITALL)
    return int.from_bytes(header[4:6], "little")


def test_client_in_the_queue_is_told_of_the_server_s_end_which_a_stuck_warm_process_does_not_hold_up(queue):
    server, warm = queue
    clients = join(server, "late")
    server.process.terminate()
    assert within(PATIENCE_S, lambda: clients.failed)
    assert "shutting down" in str(clients.failed[0])
    assert server.process.wait(PATIENCE_S) == 0 and not is_alive(warm)


def workers_below(mark: str) -> list[int]:
    """The live processes with this value in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes().split(b"\0") and is_alive(int(process.name)):
                found.append(int(process.name))
        except OSError:
            continue
    return found


MOMENTS: dict[str, Callable[[running.Dispatcher], Any]] = {
    "when the warm process has just been started": lambda server: children(server.process.pid),
    "when it is there": warm_of,
    "when there is a CUDA Server": cuda_servers,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_dispatcher_that_is_killed_while_cuda_servers_start_leaves_no_process_and_no_traceback(tmp_path, moment):
    mark = f"BF_TEST_MARK={os.getpid()}-{tmp_path.name}"
    name, _, value = mark.partition("=")
    port = running.free_port()
    with running.dispatcher(tmp_path, "--softgpu", "1", port=port, **{name: value}) as server:
        assert within(PATIENCE_S, lambda: MOMENTS[moment](server))
        os.kill(server.process.pid, signal.SIGKILL)
        assert within(PATIENCE_S, lambda: not workers_below(mark))
        assert "Traceback" not in server.log() and "crashed" not in server.log()
