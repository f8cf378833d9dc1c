"""Whatever a server says, the client neither crashes nor hangs, and touches no memory that is not its own: a program that
calls much of it, under AddressSanitizer and UndefinedBehaviorSanitizer, with a server that goes wrong at some frame.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import running
import sanitized
from hostile_server import between
from sanitized import native_build

pytestmark = pytest.mark.plain("what is between client and server does not see the frames of TLS")
PROGRAM = Path(__file__).resolve().parent / "programs" / "bears_anything.c"
SEED = int(os.environ.get("HOSTILE_SEED", "1"))
RUNS = int(os.environ.get("HOSTILE_RUNS", "24"))
ENVIRONMENT = {"ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1", "UBSAN_OPTIONS": "halt_on_error=1"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running.dispatcher(tmp_path_factory.mktemp("server"), "--softgpu", "1") as started:
        yield started


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    return sanitized.build_program(PROGRAM, native_build.SHIM, "address", tmp_path_factory.mktemp("program"))


def run(program: Path, port: int) -> running.Outcome:
    environment = running.clean_environment(BF_SERVERS=f"127.0.0.1:{port}", **ENVIRONMENT)
    return running.run(sanitized.start(program), environment)


def test_the_program_gets_to_its_end_with_an_honest_server(program, server):
    outcome = run(program, server.port)
    assert (outcome.code, outcome.errors) == (0, "")
    assert outcome.output == "hi\n" * 3


@pytest.mark.parametrize("seed", range(SEED, SEED + RUNS))
def test_whatever_a_server_says_the_client_ends_in_order(seed, program, server):
    with between(server.port, seed) as hostile:
        outcome = run(program, hostile.port)
    assert "Sanitizer" not in outcome.errors and "runtime error" not in outcome.errors, hostile.said
    assert outcome.code == 0, f"{hostile.said}: {outcome.errors[-2000:]}"
