"""Every fuzz target for a while, before a release: python tests/fuzz/main.py [TARGET...]

FUZZ_SECONDS is how long each of them runs (600), FUZZ_SEED what its luck begins with (the time). What is found is kept
in build/fuzz/found, and so is the corpus as it grows, with which the next time begins.
"""

from __future__ import annotations

import os
import sys
import time

import fuzzing
import garbling


def main(names: list[str]) -> int:
    compiler = fuzzing.clang()
    if compiler is None:
        print("no clang with libFuzzer: run make clang, or name one in BF_CLANG", file=sys.stderr)
        return 2
    seconds = int(os.environ.get("FUZZ_SECONDS", "600"))
    seed = int(os.environ.get("FUZZ_SEED", time.time()))
    print(f"{seconds} s each, FUZZ_SEED={seed}")
    failed = False
    for target in fuzzing.TARGETS:
        if not names or target.name in names:
            scratch = fuzzing.BUILD / "found"
            outcome = fuzzing.fuzz(fuzzing.build(target, compiler), target, scratch, seconds=seconds, seed=seed)
            failed |= show(target.name, outcome)
    for name, look in garbling.LOOKS.items():
        if not names or name in names:
            failed |= show(name, garbling.run(look, seconds, seed))
    return int(failed)


def show(name: str, outcome: fuzzing.Outcome) -> bool:
    """Print the line of a target; True if something was found."""
    print(f"{name:10} {outcome.runs:12,} inputs, {outcome.reached:6,} places", end="")
    print(f": FOUND {outcome.found or ''}\n{outcome.report}" if outcome.report else "", flush=True)
    return bool(outcome.report)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
