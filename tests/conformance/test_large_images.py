"""Code that a server has seen is not sent again, and a program does not notice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import running
from patience import until
from places import PROGRAMS
from test_programs import compare

BYTES = 3 << 20
AGAIN_MAX = 100_000  # bytes that a second start may send


@pytest.fixture
def own(tmp_path):
    """A Dispatcher that nobody has sent anything."""
    with running.dispatcher(tmp_path, "--softgpu", "2") as server:
        yield server


def received(server: running.Dispatcher, program: Path, starts: int) -> list[int]:
    """The bytes that each start of the program has sent."""

    def ended() -> list[int]:
        lines = [json.loads(line) for line in server.log().splitlines() if '"session.ended"' in line]
        return [line["bytes_in"] for line in lines if line["program"] == program.name]

    until(lambda: len(ended()) == starts, f"{starts} sessions' ends")
    return ended()


@pytest.mark.parametrize("options", [[], ["preserved"]], ids=["copied", "preserved"])
def test_second_start_sends_no_code(options, compile_c, own):
    program = compile_c(PROGRAMS / "large_image.c")
    for start in (1, 2):
        outcome = compare([program, str(BYTES), *options], own)
        assert outcome.output.count("\n7\n") == 3
        received(own, program, start)  # the next one ends after it
    first, second = received(own, program, 2)
    assert 2 * BYTES < first < 2 * BYTES + AGAIN_MAX and second < AGAIN_MAX


def test_code_that_has_gone_from_the_server_is_sent_again(compile_c, own, tmp_path):
    program = compile_c(PROGRAMS / "large_image.c")
    command = [program, str(BYTES)]
    outcomes = []
    for start in (1, 2):
        outcomes.append(running.run(command, running.remote(own.port)))
        received(own, program, start)
    assert outcomes[0] == outcomes[1]
    for image in (tmp_path / f"images-{own.port}").iterdir():
        image.write_bytes(b"something else")
    compare(command, own)
    first, second, third = received(own, program, 3)
    assert second < AGAIN_MAX and first - AGAIN_MAX < third


def test_each_of_two_servers_gets_the_code_that_it_has_not(compile_c, own, tmp_path_factory):
    program = compile_c(PROGRAMS / "large_image.c")
    with running.dispatcher(tmp_path_factory.mktemp("other"), "--softgpu", "1") as other:
        compare([program, str(BYTES)], own)
        received(own, program, 1)
        compare([program, str(BYTES)], other)
        compare([program, str(BYTES)], own, other)
        assert received(own, program, 2)[1] < AGAIN_MAX
