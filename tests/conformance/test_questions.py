"""What is asked of NVIDIA's driver when there is one (tests/gpu): softgpu and the wire answer, and alike."""

from __future__ import annotations

from places import PROGRAMS
from test_programs import compare


def test_questions_to_a_driver(compile_c, server):
    outcome = compare([compile_c(PROGRAMS / "questions.c")], server)
    assert outcome.output.count("limit ") == outcome.output.count("private table ") == 12
    assert "a block of 2048 threads: 1\n" in outcome.output
