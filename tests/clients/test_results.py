"""The comparison of a library's own tests: what differs is found, and named with its reason."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import results
import running
import sampling
from patience import PATIENCE_S

HERE = Path(__file__).parent

FOUND = {
    "client": "lib",
    "suite": "core",
    "every": 1,
    "seconds": 60,
    "total": 3,
    "chosen": 3,
    "direct": {"a.py::x": ["passed", ""], "a.py::y": ["failed", "ValueError: N"], "a.py::z": ["skipped", ""]},
    "wire": {"a.py::x": ["failed", "CudaError: N"], "a.py::y": ["failed", "ValueError: N"], "a.py::z": ["skipped", ""]},
}


def test_what_passes_one_way_alone_differs():
    assert results.differing(FOUND) == ["a.py::x"]
    assert results.line(FOUND) == "lib, core (all 3): directly 1 / 1 / 1, through the wire 0 / 2 / 1, 1 differ"
    page = results.page([FOUND], [])
    assert "| lib | core | all 3 | 1 / 1 / 1 | 0 / 2 / 1 | 1 |\n" in page
    assert "* a, x fails through the network:\n  `CudaError: N`\n" in page
    assert "* 1: `ValueError: N`\n" in page


def test_reason_that_is_known_stands_in_place_of_the_words():
    page = results.page([FOUND], [{"like": "CudaError", "because": "no such memory"}, {"like": "::y ", "because": "y"}])
    assert "* a, x fails through the network:\n  no such memory\n" in page and "* 1: y\n" in page


def test_suite_that_was_sampled_or_cut_says_so():
    sampled = {**FOUND, "every": 10, "total": 12_345, "chosen": 1235}
    assert results.extent(sampled).startswith("one in 10 of 12,345: 1,235; ended after 60 s, 3 directly and 3 ")
    assert "ended" not in results.extent({**sampled, "chosen": 3})


def test_each_nth_test_is_run_and_all_are_counted(tmp_path):
    (tmp_path / "test_many.py").write_text(
        "import pytest\n@pytest.mark.parametrize('n', range(10))\ndef test_it(n): assert n in (0, 4, 8)\n"
    )
    told = tmp_path / "told"
    env = {**running.clean_environment(), "PYTHONPATH": str(HERE), sampling.EVERY: "4", sampling.TOLD: str(told)}
    words = ["-m", "pytest", "-q", "-p", "sampling", "-n", "1", "-c", os.devnull, "test_many.py"]
    done = subprocess.run(
        [sys.executable, *words], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert "3 passed" in done.stdout and json.loads(told.read_text()) == {"total": 10, "chosen": 3}


def test_gpu_that_a_test_has_lost_is_there_for_the_next_one(tmp_path):
    (tmp_path / "test_lost.py").write_text(
        "lost = []\n"
        "def test_one(): lost.append(1); raise RuntimeError('CUDA_ERROR_ILLEGAL_ADDRESS: a kernel')\n"
        "def test_two(): assert not lost\n"
    )
    env = {**running.clean_environment(), "PYTHONPATH": str(HERE)}
    words = ["-m", "pytest", "-q", "-p", "sampling", "-n", "1", "-c", os.devnull, "test_lost.py"]
    done = subprocess.run(
        [sys.executable, *words], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert "1 failed, 1 passed" in done.stdout and "crashed while running 'test_lost.py::test_one'" in done.stdout


def test_log_of_a_run_is_read_with_reasons(tmp_path):
    crash = {"reprcrash": {"message": "some words\nRuntimeError: at 0x7f00, code 801"}}
    rows = [
        {"nodeid": "t::a", "when": "setup", "outcome": "passed"},
        {"nodeid": "t::a", "when": "call", "outcome": "passed"},
        {"nodeid": "t::b", "when": "call", "outcome": "failed", "longrepr": crash},
        {"nodeid": "t::c", "when": "setup", "outcome": "skipped"},
        {"nodeid": "t::d", "when": "call", "outcome": "skipped", "wasxfail": "known"},
    ]
    log = tmp_path / "log"
    log.write_text("\n".join(json.dumps({"$report_type": "TestReport", **row}) for row in rows))
    assert results.read(log) == {
        "t::a": ["passed", ""],
        "t::b": ["failed", "RuntimeError: at N, code N"],
        "t::c": ["skipped", ""],
        "t::d": ["skipped", ""],
    }


def test_client_whose_tests_are_in_a_checkout_says_which_one_it_needs():
    words = [sys.executable, HERE / "main.py", "cuda-python", "--suites", "cuda.bindings"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE_S)
    where = "--checkout cuda-python=DIR names a checkout of https://github.com/NVIDIA/cuda-python"
    assert (done.returncode, done.stdout) == (0, f"cuda-python, cuda.bindings: left out, {where}\n")
