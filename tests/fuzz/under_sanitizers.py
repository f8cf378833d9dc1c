"""The programs of the conformance suite under the compiler's sanitizers, directly on softgpu and through the network:
python tests/fuzz/under_sanitizers.py [address|thread...]

A program whose end is wrong without a sanitizer's word is not counted as a finding: some ask for limits of memory or of
time that a sanitizer changes. They are named.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import running
import sanitized
import test_programs
from places import PROGRAMS
from sanitized import native_build

# gcc's AddressSanitizer takes the stack of a thread that is cancelled for damaged.
WITHOUT = {"address": {"cancelled"}}
REPORT = re.compile(r"(?:Address|Thread|Leak)Sanitizer: |runtime error: ")
OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=0:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1",
}
WAYS = {"directly": native_build.SOFTGPU, "through the network": native_build.SHIM}


def names() -> list[str]:
    """Those that take no arguments and are written in C."""
    marks = test_programs.test_driver_program.pytestmark
    listed = next(mark.args[1] for mark in marks if mark.args[0] == "name")
    return [name for name in listed if (PROGRAMS / f"{name}.c").is_file()]


def run(name: str, sanitizer: str, way: str, port: int) -> running.Outcome:
    with tempfile.TemporaryDirectory() as scratch:
        program = sanitized.build_program(PROGRAMS / f"{name}.c", WAYS[way], sanitizer, Path(scratch))
        place = {"SOFTGPU_DEVICES": "2", "SOFTGPU_MEMORY": str(16 << 30)}
        if way != "directly":
            place = {"BF_SERVERS": f"127.0.0.1:{port}"}
        return running.run(["setarch", "-R", program], running.clean_environment(**place, **OPTIONS))


def main(sanitizers: list[str]) -> int:
    counts = dict.fromkeys(("run", "found", "ended otherwise"), 0)
    with tempfile.TemporaryDirectory() as scratch, running.dispatcher(Path(scratch), "--softgpu", "2") as server:
        for sanitizer in sanitizers or list(sanitized.SANITIZERS):
            for name in sorted(set(names()) - WITHOUT.get(sanitizer, set())):
                for way in WAYS:
                    outcome = run(name, sanitizer, way, server.port)
                    counts["run"] += 1
                    if REPORT.search(outcome.errors):
                        counts["found"] += 1
                        print(f"{sanitizer} {name} {way}: FOUND\n{outcome.errors}", flush=True)
                    elif outcome.code:
                        counts["ended otherwise"] += 1
                        print(
                            f"{sanitizer} {name} {way}: ended with {outcome.code}: {outcome.errors[-200:]}", flush=True
                        )
    print(", ".join(f"{number} {what}" for what, number in counts.items()))
    return int(counts["found"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
