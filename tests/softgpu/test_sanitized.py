"""softgpu's driver and executor under the compiler's sanitizers: programs of other tests that use much of them, threads
that share it among these."""

from __future__ import annotations

from pathlib import Path

import pytest
import running
import sanitized
from sanitized import native_build

TESTS = Path(__file__).resolve().parents[1]
STRESS = ("shim/programs/stress.c", "shim/programs/ended_at_once.c")
DRIVER = {
    "address": (
        "errors_stream every_handle linker one_thread memops capture capture_fork"
        " graphs graph_changes graph_memory graph_conditions user_objects graph_order"
    ),
    "thread": "threads whole_context capture_calls graphs graph_conditions graph_order user_objects",
}
PROGRAMS = {
    sanitizer: (*STRESS, *(f"conformance/programs/{name}.c" for name in names.split()))
    for sanitizer, names in DRIVER.items()
}
SETTINGS = {"SOFTGPU_DEVICES": "2", "SOFTGPU_MEMORY": str(1 << 30)}


@pytest.mark.parametrize(("sanitizer", "program"), [(each, file) for each, files in PROGRAMS.items() for file in files])
def test_softgpu_passes_the_sanitizer(sanitizer, program, tmp_path):
    built = sanitized.build_program(TESTS / program, native_build.SOFTGPU, sanitizer, tmp_path)
    environment = running.clean_environment(
        **SETTINGS, ASAN_OPTIONS="detect_leaks=1", UBSAN_OPTIONS="halt_on_error=1", TSAN_OPTIONS="halt_on_error=1"
    )
    outcome = running.run(sanitized.start(built), environment)
    assert outcome.errors == ""
    assert outcome.code == 0
    assert outcome.output


@pytest.mark.parametrize(("sanitizer", "hook"), [("address", "__asan_init"), ("thread", "__tsan_init")])
def test_what_is_run_is_instrumented(sanitizer, hook):
    library = sanitized.build_library(native_build.SOFTGPU, sanitizer)
    assert hook.encode() in library.read_bytes()
