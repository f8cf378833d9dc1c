"""Programs about stream capture. Each knows what is right."""

from __future__ import annotations

import pytest
from places import PROGRAMS
from test_programs import compare


@pytest.mark.parametrize("name", ["capture", "capture_fork"])
def test_captured_work_is_done_at_every_launch_and_what_is_wrong_is_told_at_its_call(name, compile_c, server):
    compare([compile_c(PROGRAMS / f"{name}.c")], server)


def test_captured_copies_have_what_is_in_the_host_memory_at_each_launch(compile_c, server):
    compare([compile_c(PROGRAMS / "capture_host.c")], server)


def test_runtime_captures_and_replays_what_is_in_the_memory_at_each_launch(compile_cuda, server):
    outcome = compare([compile_cuda(PROGRAMS / "runtime_capture.cu")], server)
    assert outcome.output.count("launched: 0 wrong\n") == 2
    assert "called: 10\n" in outcome.output


def test_every_call_during_a_capture_has_the_code_and_the_effect_that_is_documented(compile_c, server):
    output = compare([compile_c(PROGRAMS / "capture_calls.c")], server).output
    rows = [line for line in output.splitlines() if line.startswith("cu")]
    assert len(rows) > 70
    assert sum("900!" in row for row in rows) > 25
    assert sum("906!" in row for row in rows) > 15


def test_captured_launches_are_refused_for_the_same_attributes_and_nodes_have_the_others(compile_c, server):
    compare([compile_c(PROGRAMS / "capture_attributes.c")], server)
