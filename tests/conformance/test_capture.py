"""Programs about stream capture, on softgpu: through the wire it is not there yet."""

from __future__ import annotations

import re

import pytest
import running
from places import GPUS, PROGRAMS


def run(program) -> running.Outcome:
    """Each knows what is right."""
    outcome = running.run([program], running.direct(**GPUS))
    assert outcome.code == 0, outcome.output + outcome.errors
    assert outcome.output
    assert not re.search(r"\bWRONG\b", outcome.output), outcome.output
    return outcome


@pytest.mark.parametrize("name", ["capture", "capture_fork"])
def test_captured_work_is_done_at_every_launch_and_what_is_wrong_is_told_at_its_call(name, compile_c):
    run(compile_c(PROGRAMS / f"{name}.c"))


def test_runtime_captures_and_replays_what_is_in_the_memory_at_each_launch(compile_cuda):
    outcome = run(compile_cuda(PROGRAMS / "runtime_capture.cu"))
    assert outcome.output.count("launched: 0 wrong\n") == 2
    assert "called: 10\n" in outcome.output


def test_every_call_during_a_capture_has_the_code_and_the_effect_that_is_documented(compile_c):
    rows = [line for line in run(compile_c(PROGRAMS / "capture_calls.c")).output.splitlines() if line.startswith("cu")]
    assert len(rows) > 70
    assert sum("900!" in row for row in rows) > 25
    assert sum("906!" in row for row in rows) > 15
