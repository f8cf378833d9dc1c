"""kill -9 of the application, of the CUDA Server and of the Dispatcher: the right code on the other side, nothing left
behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import running
from patience import PATIENCE_S, until, within

from bitfusion.limits import SILENCE_MAX_S

LIMIT_MIB = 512
NOTICE_S = 10.0  # what a client is promised
CLEAN_S = 5.0  # what an operator is promised


@pytest.fixture
def server(tmp_path) -> Iterator[running.Dispatcher]:
    with running.dispatcher(tmp_path, "--softgpu", "1", BF_GPU_DEVICE_MEMORY_LIMIT=str(LIMIT_MIB << 20)) as started:
        yield started


@pytest.fixture(params=[{}], ids=[""])
def application(request, endless, server) -> Iterator[subprocess.Popen[str]]:
    """The program in the middle of its work. The parameter has more of its environment."""
    environment = running.remote(server.port, **request.param)
    process = subprocess.Popen([endless], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None and process.stdout.readline() == "running\n"
        yield process
    finally:
        process.kill()
        process.wait()


def children(pid: int) -> set[int]:
    """The live processes below `pid`, all generations."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    found: set[int] = set()
    while more := {child for child, parent in parents.items() if parent in found | {pid}} - found:
        found |= more
    return found


def alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def ends_with_806(application: subprocess.Popen[str], resumes: bool = False) -> None:
    """With a line that says why; where it `resumes` and has tried that for some seconds, after a line that says so."""
    assert within(NOTICE_S, lambda: application.poll() is not None)
    output, errors = application.communicate()
    assert output == "806, then 806 806 806 at once\n"
    *before, last = errors.splitlines()
    assert "127.0.0.1" in last and "(806)" in last
    assert not before or (resumes and len(before) == 1 and "tried to be resumed" in before[0])
    assert application.returncode == 0


def serves_a_whole_gpu(server: running.Dispatcher, gpus: Path) -> bool:
    """Whether a new client gets all memory of the GPU again (the pieces are 500 MiB of 512)."""
    outcome = running.run([gpus, "fill"], running.remote(server.port))
    return outcome.code == 0 and "1 pieces, then 2" in outcome.output


def test_killed_application_leaves_nothing_on_the_server(server, application, gpus):
    before = children(server.process.pid)
    application.kill()
    assert within(CLEAN_S, lambda: "session.ended" in server.log())
    assert within(CLEAN_S, lambda: serves_a_whole_gpu(server, gpus))
    # Its CUDA Server is gone: of those that ran then, at least one does no more.
    assert within(CLEAN_S, lambda: not before <= children(server.process.pid))


def test_stopped_program_that_goes_on_has_kept_its_session(server, application, copies):
    """Longer than the server's TCP and the client's own patience last; stopped in a copy in either direction, and in a
    wait.
    """
    copying = [
        subprocess.Popen(
            [copies, way],
            env=running.remote(server.port),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for way in ("to", "from")
    ]
    for program in copying:
        assert program.stdout.readline() == "running\n"
    for program in (*copying, application):
        program.send_signal(signal.SIGSTOP)
    time.sleep(SILENCE_MAX_S + 2)
    for program in (*copying, application):
        program.send_signal(signal.SIGCONT)
    for program in copying:
        output, errors = program.communicate(timeout=PATIENCE_S)  # closes its input
        assert (program.returncode, output, errors) == (0, "right\n", "")
    with pytest.raises(subprocess.TimeoutExpired):
        application.wait(0.5)


def test_killed_cuda_server_is_806_in_the_application(server, application, gpus):
    for pid in children(server.process.pid):
        os.kill(pid, signal.SIGKILL)
    ends_with_806(application, resumes=True)
    # The Dispatcher goes on, with new CUDA Servers and all of the memory.
    assert within(CLEAN_S, lambda: serves_a_whole_gpu(server, gpus))


@pytest.mark.parametrize("application", [{"BF_RESUME_S": "0"}], indirect=True, ids=[""])
def test_stopped_cuda_server_is_806_in_time(server, application):
    stop_all(server)
    ends_with_806(application)  # and the server ends with the fixture


def test_server_whose_processes_do_not_end_ends_all_the_same(server):
    stop_all(server)
    assert server.stop() == 0
    assert not children(server.process.pid)


def command(pid: int) -> bytes:
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def have_begun(server: running.Dispatcher) -> bool:
    """The server has processes, and each of them is a program of its own: until then it holds up who starts it."""
    pid = server.process.pid
    below = children(pid)
    return bool(below) and all(command(child) != command(pid) for child in below)


def stop_all(server: running.Dispatcher) -> None:
    """Stop every process below the server, as one that hangs in the driver."""
    until(lambda: have_begun(server), "the processes of the server have begun")
    for pid in children(server.process.pid):
        try:
            os.kill(pid, signal.SIGSTOP)
        except ProcessLookupError:
            pass  # one that was just about to end


def test_killed_dispatcher_takes_its_cuda_servers_and_the_application_is_told(server, application):
    servers = children(server.process.pid)
    assert servers
    server.process.kill()
    ends_with_806(application, resumes=True)
    assert within(CLEAN_S, lambda: not any(alive(pid) for pid in servers))
