"""`make test-gpu`, with softgpu as the installed driver: it is found by the library path as NVIDIA's would be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import outcomes
import running
from patience import PATIENCE_S

from bitfusion import native

MAIN = Path(__file__).with_name("main.py")


def run(out: Path, chosen: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, MAIN, "--out", out, "--rounds", "0", "--seconds", str(PATIENCE_S), "-k", chosen]
    return subprocess.run(
        command,
        env=running.clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE_S,
    )


def installed() -> dict[str, str]:
    return {"LD_LIBRARY_PATH": str(native.link_directory(native.SOFTGPU)), "SOFTGPU_DEVICES": "2"}


def test_report_says_what_each_program_did_on_the_installed_driver_through_the_wire_and_on_softgpu(tmp_path):
    done = run(tmp_path / "gpu.json", "errors_memory or questions or level_2", **installed())
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "gpu.json").read_text())
    assert found["machine"]["devices"] == ["bitfusion softgpu"] * 2
    ended = {name.partition("::")[2]: test["outcome"] for name, test in found["tests"].items()}
    assert ended == {
        "test_driver_program[errors_memory]": "passed",
        "test_questions_to_a_driver": "passed",
        "test_level_2_cache_can_be_set_aside_on_newer_devices": "skipped",
    }
    programs = [row for test in found["tests"].values() for row in test["programs"]]
    assert [(row["through_the_wire"], row["softgpu"]) for row in programs] == [("same", "same")] * 2
    assert "2 passed, 0 failed, 1 skipped; of 2 programs 2 do the same through the wire, 2 on softgpu" in done.stdout


def test_what_differs_is_in_the_report():
    did = [
        {"code": 0, "output": "a\nb\n", "errors": ""},
        {"code": 0, "output": "a\nc\n", "errors": "lost"},
        {"code": 0, "output": "a\nb\n", "errors": "slow"},
    ]
    ways = ("directly", "through_the_wire", "softgpu")
    row = outcomes.compared({"command": ["p"], **dict(zip(ways, did, strict=True))})
    assert row["through_the_wire"]["difference"][-2:] == ["-b", "+c"] and row["through_the_wire"]["errors"] == "lost"
    assert row["softgpu"] == "same"


def test_machine_without_a_driver_is_told_what_is_missing(tmp_path):
    done = run(tmp_path / "gpu.json", "questions")
    assert done.returncode == 1 and not (tmp_path / "gpu.json").exists()
    assert done.stderr.startswith("no CUDA driver: ") and "run this on a machine with a GPU" in done.stderr
