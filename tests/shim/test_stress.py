"""Threads that share one client, end to end on a software GPU: every byte is checked by the program itself, and every
access of the client by the compiler's sanitizers."""

from __future__ import annotations

from pathlib import Path

import pytest
import running
import sanitized
import toolkit
from sanitized import native_build

PROGRAM = Path(__file__).resolve().parent / "programs" / "stress.c"
ENDED_AT_ONCE = PROGRAM.with_name("ended_at_once.c")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running.dispatcher(tmp_path_factory.mktemp("server"), "--softgpu", "1") as started:
        yield started


@pytest.mark.parametrize("seed", range(1, 4))
def test_threads_that_share_a_client_do_not_disturb_each_other(seed, server, tmp_path):
    program = toolkit.build_driver_program(PROGRAM, tmp_path)
    outcome = running.run([program, str(seed)], running.remote(server.port))
    assert (outcome.code, outcome.output, outcome.errors) == (0, "ok\n", "")


def test_object_that_two_threads_end_at_once_is_ended_by_one_of_them(server, tmp_path):
    run_and_look(ENDED_AT_ONCE, native_build.SHIM, "address", server, tmp_path)


@pytest.mark.parametrize("sanitizer", sanitized.SANITIZERS)
def test_client_passes_the_sanitizer(sanitizer, server, tmp_path):
    run_and_look(PROGRAM, native_build.SHIM, sanitizer, server, tmp_path)


@pytest.mark.parametrize(
    "sanitizer",
    [
        "address",
        pytest.param(
            "thread",
            marks=pytest.mark.plain("of a lock that is made anew in a forked child ThreadSanitizer knows nothing"),
        ),
    ],
)
def test_nvml_of_the_client_passes_the_sanitizer(sanitizer, server, tmp_path):
    run_and_look(PROGRAM.with_name("nvml_stress.c"), native_build.SHIM_NVML, sanitizer, server, tmp_path)


@pytest.mark.parametrize("name", ["callbacks", "reset_threads", "whole_context"])
def test_program_of_the_conformance_suite_passes_the_thread_sanitizer(name, server, tmp_path):
    source = PROGRAM.parents[2] / "conformance" / "programs" / f"{name}.c"
    outcome = look(source, native_build.SHIM, "thread", server, tmp_path)
    assert (outcome.code, "ThreadSanitizer" in outcome.errors) == (0, False), outcome.errors


def run_and_look(
    source: Path, library: native_build.Library, sanitizer: str, server: running.Dispatcher, scratch: Path
) -> None:
    outcome = look(source, library, sanitizer, server, scratch)
    assert (outcome.code, outcome.output, outcome.errors) == (0, "ok\n", "")


def look(
    source: Path, library: native_build.Library, sanitizer: str, server: running.Dispatcher, scratch: Path
) -> running.Outcome:
    program = sanitized.build_program(source, library, sanitizer, scratch)
    environment = running.clean_environment(
        BF_SERVERS=f"{running.HERE}:{server.port}", ASAN_OPTIONS="detect_leaks=1", UBSAN_OPTIONS="halt_on_error=1"
    )
    return running.run(sanitized.start(program, "7"), environment)
