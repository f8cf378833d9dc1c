"""The programs of the conformance suite under the compiler's sanitizers, directly on softgpu and through the network:
python tests/fuzz/under_sanitizers.py [address|thread...]

PROGRAMS="threads graphs" for some of them, TIMES for each more often than once. A report is a finding, and so is
a program that does not end as it does without a sanitizer. What cannot be run is in one table, with why.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import running
import sanitized
import test_programs
from patience import BUILD_S
from places import PROGRAMS
from sanitized import native_build

HANG_S = 4 * BUILD_S  # some take a minute of a processor
REPORT = re.compile(r"(?:Address|Thread|Leak)Sanitizer: |runtime error: ")
MANAGED = ("pool_kinds", "prefetch_batches", "shared_memory")
OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=0:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1",
}
WAYS = {"directly": native_build.SOFTGPU, "through the network": native_build.SHIM}
CANCELLED = "gcc's AddressSanitizer takes the stack of a thread that is cancelled for damaged"
ADDRESSES = "memory that has one address on both sides is where ThreadSanitizer lets a program have nothing"
NOT_RUN = {
    **{("address", "cancelled", way): CANCELLED for way in WAYS},
    **{("thread", name, "through the network"): ADDRESSES for name in MANAGED},
}


def names() -> list[str]:
    """Those that take no arguments and are written in C."""
    marks = test_programs.test_driver_program.pytestmark
    listed = next(mark.args[1] for mark in marks if mark.args[0] == "name")
    wanted = os.environ.get("PROGRAMS", "").split() or listed
    return [n for n in wanted if (PROGRAMS / f"{n}.c").is_file()]


def run(sanitizer: str, name: str, way: str, port: int) -> str:
    """What is wrong with it, or nothing."""
    with tempfile.TemporaryDirectory() as scratch:
        program = sanitized.build_program(PROGRAMS / f"{name}.c", WAYS[way], sanitizer, Path(scratch))
        place = {"SOFTGPU_DEVICES": "2", "SOFTGPU_MEMORY": str(16 << 30)}
        if way != "directly":
            place = {"BF_SERVERS": f"{running.HERE}:{port}"}
        environment = running.clean_environment(**place, **OPTIONS)
        try:
            outcome = running.run(sanitized.start(program), environment, HANG_S)
        except subprocess.TimeoutExpired as late:
            return f"not at its end after {late.timeout:g} s: {(late.stderr or b'').decode(errors='replace')}"
    if outcome.code or REPORT.search(outcome.errors):
        return f"ended with {outcome.code}: {outcome.errors or outcome.output[-400:]}"
    return ""


def run_all(sanitizer: str, port: int) -> bool:
    """Print what is wrong; True if nothing is."""
    for library in WAYS.values():
        sanitized.build_library(library, sanitizer)
    times = range(int(os.environ.get("TIMES", "1")))
    rows = [(sanitizer, name, way) for name in names() for way in WAYS for _ in times]
    rows = [row for row in rows if row not in NOT_RUN]
    begin, wrong = time.monotonic(), 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for row, said in zip(rows, pool.map(lambda row: run(*row, port), rows), strict=True):
            wrong += bool(said)
            if said:
                print(f"{' '.join(row)}: WRONG\n{said}", flush=True)
    for row, reason in NOT_RUN.items():
        if row[0] == sanitizer:
            print(f"{' '.join(row)}: not run: {reason}")
    print(f"{sanitizer}: {len(rows)} runs in {time.monotonic() - begin:.0f} s, {wrong} wrong", flush=True)
    return not wrong


def main(sanitizers: list[str]) -> int:
    with tempfile.TemporaryDirectory() as scratch, running.dispatcher(Path(scratch), "--softgpu", "2") as server:
        outcomes = [run_all(sanitizer, server.port) for sanitizer in sanitizers or sanitized.SANITIZERS]
    return int(not all(outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
