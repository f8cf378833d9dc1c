"""What a service manager is told, on real sockets of both kinds; and lines for its journal."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import uuid

import pytest
from patience import PATIENCE_S

from bitfusion.observe.service_manager import ServiceManager


@pytest.fixture(params=["a path", "an abstract name"])
def managers_socket(request, tmp_path):
    """A socket as a service manager has it, and the value of NOTIFY_SOCKET."""
    name = str(tmp_path / "notify") if request.param == "a path" else f"@bitfusion-{uuid.uuid4()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name[1:]}" if name.startswith("@") else name)
        listening.settimeout(PATIENCE_S)
        yield listening, name


def received(listening: socket.socket) -> dict[str, str]:
    return dict(line.split("=", 1) for line in listening.recv(4096).decode().splitlines())


def test_each_state_is_one_message(managers_socket):
    listening, name = managers_socket
    manager = ServiceManager({"NOTIFY_SOCKET": name})
    assert manager
    manager.ready()
    assert received(listening) == {"READY": "1"}
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    manager.reloading()
    told = received(listening)
    assert told["RELOADING"] == "1"
    assert before <= int(told["MONOTONIC_USEC"]) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    manager.stopping("Ending", 40.5)
    assert received(listening) == {"STOPPING": "1", "STATUS": "Ending", "EXTEND_TIMEOUT_USEC": "40500000"}


def test_a_status_is_told_once_until_it_changes(managers_socket):
    listening, name = managers_socket
    manager = ServiceManager({"NOTIFY_SOCKET": name})
    for text in ("clients: 0", "clients: 0", "clients: 1"):
        manager.status(text)
    manager.ready("clients: 1")
    assert [received(listening) for _ in range(3)] == [
        {"STATUS": "clients: 0"},
        {"STATUS": "clients: 1"},
        {"READY": "1"},
    ]


def test_who_waits_until_a_service_is_ready_finds_its_status(managers_socket):
    listening, name = managers_socket
    ServiceManager({"NOTIFY_SOCKET": name}).ready("clients: 0")
    assert [received(listening) for _ in range(2)] == [{"STATUS": "clients: 0"}, {"READY": "1"}]


def test_children_of_a_service_do_not_speak_for_it(managers_socket):
    _, name = managers_socket
    environ = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1", "JOURNAL_STREAM": "8:1"}
    ServiceManager(environ)
    assert environ == {"JOURNAL_STREAM": "8:1"}


async def test_signs_of_life_come_while_the_event_loop_turns(managers_socket):
    listening, name = managers_socket
    listening.setblocking(False)
    manager = ServiceManager({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "30000", "WATCHDOG_PID": str(os.getpid())})
    informing = asyncio.create_task(manager.keep_informed(lambda: "serves", 3600.0))
    loop = asyncio.get_running_loop()
    told = [await asyncio.wait_for(loop.sock_recv(listening, 4096), PATIENCE_S) for _ in range(3)]
    informing.cancel()
    assert told == [b"STATUS=serves", b"WATCHDOG=1", b"WATCHDOG=1"]


@pytest.mark.parametrize(
    "watchdog", [{}, {"WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "soon"}], ids=str
)
async def test_no_sign_of_life_is_given_that_nobody_expects_of_this_process(managers_socket, watchdog):
    listening, name = managers_socket
    manager = ServiceManager({"NOTIFY_SOCKET": name, **watchdog})
    looked = asyncio.Event()
    count = iter(range(4))

    def status() -> str:
        if (number := next(count)) == 3:
            looked.set()
        return f"look {number}"

    informing = asyncio.create_task(manager.keep_informed(status, 0.001))
    await asyncio.wait_for(looked.wait(), PATIENCE_S)
    informing.cancel()
    assert [received(listening) for _ in range(3)] == [{"STATUS": f"look {number}"} for number in range(3)]


@pytest.mark.parametrize("name", ["", "vsock:2:1", "relative", "/nonexistent/notify", "@nobody-listens-here"])
async def test_without_a_manager_that_listens_nothing_happens(name):
    manager = ServiceManager({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "10"})
    manager.ready()
    manager.status("serves")
    manager.stopping("Ending", 1.0)
    assert bool(manager) == name.startswith(("/", "@"))


LOGGING = """
import os, sys
from bitfusion.observe.log import configure, logger
if sys.argv[1:]:
    status = os.fstat(2)
    os.environ["JOURNAL_STREAM"] = f"{status.st_dev}:{status.st_ino}"
configure(process="test")
logger().info("a.word", key=1)
logger().warning("b.word")
"""


def logged(*arguments: str) -> list[str]:
    environment = {**os.environ, "JOURNAL_STREAM": "1:2"}  # of another file: a redirection does not go to the journal
    words = [sys.executable, "-c", LOGGING, *arguments]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    return done.stderr.splitlines()


def test_a_line_for_the_journal_has_a_priority_and_no_second_time():
    info, warning = logged("journal")
    assert info.startswith("<6>{") and warning.startswith("<4>{")
    assert json.loads(info[3:]) == {"process": "test", "event": "a.word", "key": 1, "level": "info"}


def test_a_line_that_does_not_go_to_the_journal_has_the_time():
    assert [set(json.loads(line)) for line in logged()] == [
        {"process", "event", "key", "level", "timestamp"},
        {"process", "event", "level", "timestamp"},
    ]
