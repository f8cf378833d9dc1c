"""Programs with habits: what libraries are used to, and CUDA's library bears, a GPU at the other end of the network bears too."""

from __future__ import annotations

import os
import resource

import pytest
import running

from places import GPUS, PROGRAMS


@pytest.mark.parametrize("where", ["directly", "through the wire"])
@pytest.mark.parametrize("handler", ["opens", "calls"])
def test_pages_that_only_the_programs_signal_handler_opens(handler, where, compile_c, server):
    environment = running.direct(**GPUS) if where == "directly" else running.remote(server.port)
    outcome = running.run([compile_c(PROGRAMS / "closed_pages.c"), handler], environment)
    lines = outcome.output.splitlines()
    assert outcome.code == 0, outcome.output + outcome.errors
    copies = [line for line in lines if "pages" in line]
    assert len(copies) == 17 and all(line.endswith(": right, opened, in the calling thread") for line in copies), copies
    assert lines.count("afterwards, in another thread: 42") == 4
    assert [line.split(": ")[1] for line in lines if "nowhere" in line] == ["1 signal in the calling thread"] * 4
    assert outcome.errors == ""


@pytest.mark.parametrize("where", ["directly", "through the wire"])
def test_a_program_that_locks_its_memory(where, compile_c, server):
    if os.geteuid() and resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] != resource.RLIM_INFINITY:
        pytest.skip("ulimit -l allows no such program")
    environment = running.direct(**GPUS) if where == "directly" else running.remote(server.port)
    outcome = running.run([compile_c(PROGRAMS / "locked.c")], environment)
    assert outcome.code == 0, outcome.errors
    assert outcome.output.splitlines() == ["mlockall 0", "9 9", "resident little, locked little"]
