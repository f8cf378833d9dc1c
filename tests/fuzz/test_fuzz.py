"""What every change shows of the fuzzing: all known inputs are borne, a planted defect is found, and each target looks
for a moment. `make fuzz` looks for longer.
"""

from __future__ import annotations

import fuzzing
import garbling
import pytest
import toolkit

RUNS = 1000  # a second or two of each target
CANARY_RUNS = 10_000_000  # with other luck it takes 100,000 to 1,300,000
TARGETS = pytest.mark.parametrize("target", fuzzing.TARGETS, ids=lambda target: target.name)


@pytest.fixture(scope="module")
def compiler() -> fuzzing.Compiler:
    found = fuzzing.clang()
    if found is None:
        toolkit.missing("clang with libFuzzer", "run make clang, or name one in BF_CLANG")
    return found


@TARGETS
def test_every_known_input_is_borne(target):
    inputs = target.inputs
    outcome = fuzzing.replay(fuzzing.build(target, fuzzing.GCC), inputs)
    assert outcome.report == ""
    assert outcome.runs == len(inputs) > 3


@TARGETS
def test_a_target_is_looked_through_for_a_moment(target, compiler, tmp_path):
    outcome = fuzzing.fuzz(fuzzing.build(target, compiler), target, tmp_path, runs=RUNS, seed=1)
    assert outcome.report == ""
    assert outcome.runs >= RUNS


def test_a_planted_defect_is_found(compiler, tmp_path):
    program = fuzzing.build(fuzzing.CANARY, compiler)
    outcome = fuzzing.fuzz(program, fuzzing.CANARY, tmp_path, runs=CANARY_RUNS, seed=1)
    assert "heap-buffer-overflow" in outcome.report
    assert outcome.found is not None
    # What was found is an input like those of a corpus, and what has no fuzzer dies of it, too.
    replayed = fuzzing.replay(fuzzing.build(fuzzing.CANARY, fuzzing.GCC), [outcome.found])
    assert "heap-buffer-overflow" in replayed.report


@pytest.mark.parametrize("name", garbling.LOOKS)
def test_what_nobody_should_have_sent_is_read_or_refused(name):
    garbling.trial(garbling.LOOKS[name], 150)()
