"""Managed memory: the same on softgpu and through the wire, and what it costs there."""

from __future__ import annotations

import importlib.util
import os
import re
import sys

import pytest
import running
import toolkit
from patience import PATIENCE_S
from places import GPUS, PROGRAMS
from test_programs import compare, ended_sessions

MOVED = re.compile(r"managed memory: (\d+) faults, \d+ pages \((\d+) bytes\) sent, \d+ pages \((\d+) bytes\) fetched")
OPERATIONS = int(os.environ.get("BF_MANAGED_OPERATIONS", "300"))  # of each run of managed_random.c
BUFFER_BYTES = 1 << 20  # of managed_once.c
PAGE = 4096


def play(compile_c, seed: int, threads: int, *servers: running.Dispatcher) -> None:
    """Both ways all is as the model says."""
    program = [compile_c(PROGRAMS / "managed_random.c"), str(seed), str(threads), str(OPERATIONS)]
    for environment in (running.direct(**GPUS), running.remote(*(server.port for server in servers))):
        outcome = running.run(program, environment, timeout_s=PATIENCE_S + OPERATIONS / 10)
        lines = [f"player {i}: as the model, 2 devices\n" for i in range(threads)]
        assert (outcome.output, outcome.code) == ("".join(lines), 0), outcome.errors


def moved(outcome) -> tuple[int, int, int]:
    """Faults, bytes sent, bytes fetched, as the client tells at its end."""
    (found,) = MOVED.finditer(outcome.errors)
    faults, sent, fetched = (int(word) for word in found.groups())
    return faults, sent, fetched


@pytest.mark.parametrize(("seed", "threads"), [(1, 1), (2, 1), (3, 2), (4, 3), (5, 8), (6, 8)])
def test_host_and_kernels_in_turn_find_what_a_model_says(seed, threads, compile_c, server):
    play(compile_c, seed, threads, server)


@pytest.mark.parametrize(("seed", "threads"), [(7, 1), (8, 3), (9, 8)])
def test_host_and_kernels_of_two_servers_in_turn_find_what_a_model_says(seed, threads, compile_c, single_servers):
    play(compile_c, seed, threads, *single_servers)


def test_fresh_managed_memory_holds_zeroes_as_pages_of_the_system_do(compile_c, server):
    output = compare([compile_c(PROGRAMS / "managed_fresh.c")], server).output
    assert [line.split()[0] for line in output.splitlines()] == ["0"] * 10


def test_a_handler_of_the_program_and_a_fork_do_not_disturb_it(compile_c, server):
    compare([compile_c(PROGRAMS / "managed_signals.c")], server)


def test_what_only_kernels_use_is_transferred_once(compile_c, server):
    outcome = running.run([compile_c(PROGRAMS / "managed_once.c")], running.remote(server.port, BF_DEBUG="1"))
    assert outcome.output == "0 are wrong\n" and outcome.code == 0
    (ended,) = ended_sessions(server, "managed_once", count=1)
    assert (ended["pages_in"], ended["pages_out"]) == (2 * BUFFER_BYTES // PAGE, BUFFER_BYTES // PAGE)
    faults, sent, fetched = moved(outcome)
    assert (sent, fetched) == (2 * BUFFER_BYTES, BUFFER_BYTES)
    assert 0 < faults < 100


def test_variables_and_advice_are_the_same(compile_cuda, server):
    output = compare([compile_cuda(PROGRAMS / "managed_variables.cu")], server).output
    assert "40 0.5 0\n" in output and "47 0.75 " in output
    for refused in ("accessed by", "preferred by the device", "to the device", "to the host", "no device"):
        assert f"\n{refused}: cudaErrorInvalidDevice\n" in output
    assert "\nits middle: 1 -2 -2, -2 -2 -2\n" in output and "\ntype 3, one address 1\n" in output


def test_variables_of_modules_are_managed_memory_however_they_are_found(compile_c, server):
    lines = compare([compile_c(PROGRAMS / "managed_modules.c")], server).output.splitlines()
    managed = "managed 1, type 2, host pointer 0, one address 1"
    turn = [f"hidden: {managed}", f"shown: {managed}", "plain: managed 0, type 2, host pointer 1, one address 0"]
    turn += ["10, 1 2 3", "18, 1 2 114", "copied: 18"]
    assert lines[:13] == [*turn, *turn, "one place: 1"] and lines[13:19] == turn


def test_each_stream_may_have_memory_of_its_own(compile_c, server):
    compare([compile_c(PROGRAMS / "managed_streams.c")], server)


def test_kernels_use_pinned_memory_that_is_mapped(compile_c, server):
    compare([compile_c(PROGRAMS / "mapped.c")], server)


def test_kernels_use_pinned_memory_that_was_not_asked_for_as_mapped(compile_c, server):
    compare([compile_c(PROGRAMS / "reached.c")], server)


def test_numpy_arrays_of_it_and_kernels_take_turns(server):
    if importlib.util.find_spec("numpy") is None:
        toolkit.missing("numpy", "pip install numpy")
    compare([sys.executable, PROGRAMS / "managed_arrays.py"], server)


def test_files_sockets_libc_and_a_fork_take_what_was_touched(compile_c, server):
    compare([compile_c(PROGRAMS / "managed_files.c")], server)


def test_system_calls_are_told_of_closed_pages_and_take_open_ones(compile_c, server):
    outcome = running.run([compile_c(PROGRAMS / "managed_calls.c")], running.remote(server.port))
    assert outcome.output == "closed: EFAULT EFAULT\nopen: 8192 8192\nafter the next kernel: EFAULT\n", outcome.errors
