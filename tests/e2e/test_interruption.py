"""Ctrl-C in the middle of any command, and a stdout that is closed or full: an exit code and at most one line, never a
traceback.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess

import pytest
import running
import toolkit
from patience import PATIENCE_S, until

# What each waits for in these tests is an answer of a server that takes connections and says nothing.
WAITING = [
    "list_gpus --server_list {server}",
    "run -n 1 --server_list {server} true",
    "request_gpus -n 1 -f new --server_list {server}",
    "release_gpus -f lease",
    "stats --server_list {server}",
    "stats -l {server}",
    "smi --server_list {server}",
    "smi -l {server}",
    "net_perf --server_list {server}",
    "net_perf -l {server}",
    "health --server_list {server}",
    "health -l {server}",
]
LEASE = "{server}  # lease 0c2f7f3e-7d5e-4c4e-9a35-0a4b0a6f8f3e srs {server} version 0.1.0 gpus 1 memory_mib 100\n"
SPEAKING = [
    "help",
    "help client",
    "version",
    "version --json",
    "license",
    "init --directory made",
    "localhealth",
    "localhealth --json",
    "path shim",
]


@pytest.fixture
def start(program_words, home, tmp_path):
    """A function: words and Popen options -> a running command; killed at the end."""
    started = []

    def call(words: str, **options) -> subprocess.Popen:
        options = {"stdout": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
        environment = running.clean_environment(HOME=str(home))
        command = [*program_words("flexdirect"), *words.split()]
        process = subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True, **options)
        started.append(process)
        return process

    yield call
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("words", WAITING)
def test_ctrl_c_while_a_server_is_silent_ends_with_130(words, start, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(PATIENCE_S)
        server = f"127.0.0.1:{silent.getsockname()[1]}"
        (tmp_path / "lease").write_text(LEASE.format(server=server))
        process = start(words.format(server=server))
        connection, _ = silent.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            _output, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors and "Exception" not in errors
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("words", SPEAKING)
def test_a_reader_that_went_away_is_no_traceback(words, start):
    reader, writer = os.pipe()
    os.close(reader)
    process = start(words, stdout=writer)
    os.close(writer)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, errors) == (141, "")


@pytest.mark.parametrize("words", SPEAKING)
def test_a_full_disk_at_stdout_is_one_line(words, start):
    with open("/dev/full", "w") as full:
        process = start(words, stdout=full)
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert errors == "Error: cannot write the output: No space left on device; make room where it goes\n"


def test_closed_stdout_and_stdin_are_no_traceback(start):
    process = start("version", stdout=None, stdin=None, preexec_fn=lambda: (os.close(0), os.close(1)))
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, errors) == (0, "")


def test_an_error_that_nobody_can_read_keeps_its_code_and_leaves_stdout_alone(start):
    process = start("nonsense", preexec_fn=lambda: os.close(2))
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, output) == (2, "")


@pytest.mark.parametrize("words", ["local --softgpu 1 true", "local --softgpu 1 -p 0.5 true", "client -l nowhere true"])
@pytest.mark.parametrize("fd", [0, 1, 2])
def test_application_runs_with_streams_that_are_closed_and_stay_so(words, fd, start):
    shows = words.replace("true", f"test ! -e /proc/self/fd/{fd}")
    for line in (words, shows):
        process = start(line, preexec_fn=lambda: os.close(fd))
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, errors) == (0, "")


def test_server_without_streams_serves(start):
    port = running.free_port()
    server = start(f"server --softgpu 1 -p {port}", preexec_fn=lambda: [os.close(fd) for fd in (0, 1, 2)])

    def serves() -> bool:
        client = start(f"client -l {running.HERE}:{port} {toolkit.nvidia_smi()} -L")
        output, _ = client.communicate(timeout=PATIENCE_S)
        return client.returncode == 0 and "GPU 0: bitfusion softgpu" in output

    until(serves, "a client sees the GPU")
    server.send_signal(signal.SIGTERM)
    assert server.wait(PATIENCE_S) == 0
