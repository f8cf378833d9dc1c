"""The comparison of NVIDIA's samples: what differs is found, times do not count, and what is missing is said."""

from __future__ import annotations

import json
import subprocess
import sys

import building
import checkouts
import pytest
import sample_runs
import samples_page
import yaml
from checkout import ROOT
from patience import PATIENCE_S

FOLDER = ROOT / "tests" / "samples"
DATA = yaml.safe_load((FOLDER / "samples.yaml").read_text(encoding="utf-8"))


def way(code: int | None = 0, output: str = "", errors: str = "") -> dict:
    return {"code": code, "output": output, "errors": errors}


def result(direct: dict, wire: dict, **more) -> dict:
    return {"name": "sample", "direct": [direct], "wire": [wire], "masks": DATA["masks"], "unordered": False, **more}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("took 12.5 ms", "took 3 ms"),
        ("Time = 0.123456 (sec)", "Time = 12.9 (sec)"),
        (
            "Performance= 12.31 GFlop/s, Time= 0.17 msec, Size= 131072 Ops",
            "Performance= 1 GFlop/s, Time= 2 msec, Size= 131072 Ops",
        ),
        ("Bandwidth: 1.5e+01 GB/s", "Bandwidth: 2 GB/s"),
        ("pointer 0x7f0012", "pointer 0x55aa"),
        ("a   b\n\n", "a b\n"),
    ],
)
def test_times_rates_and_addresses_do_not_count(one, other):
    assert sample_runs.masked(one, DATA["masks"]) == sample_runs.masked(other, DATA["masks"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sum = 12", "sum = 13"),
        ("Test PASSED", "Test FAILED"),
        ("max error 1e-6", "max error 1e-3"),
        ("Size= 131072 Ops", "Size= 131071 Ops"),
        ("2 devices", "1 devices"),
    ],
)
def test_other_numbers_count(one, other):
    assert sample_runs.masked(one, DATA["masks"]) != sample_runs.masked(other, DATA["masks"])


def test_every_mask_has_a_reason():
    masks = [*DATA["masks"], *(mask for sample in DATA["samples"].values() for mask in sample.get("masks", []))]
    assert masks
    assert all(mask["reason"] and mask["pattern"] for mask in masks)


def test_a_difference_of_code_or_output_is_named():
    assert sample_runs.first_difference(result(way(), way(1))) == "code 0 directly, 1 through the wire"
    assert sample_runs.first_difference(result(way(0, "a\nb"), way(0, "a\nc"))) == "directly: b; through the wire: c"
    assert sample_runs.first_difference(result(way(0, "a"), way(0, "a\nc"))) == "directly: (end); through the wire: c"
    assert sample_runs.first_difference(result(way(0, "a"), way(0, "a"))) == ""
    swapped = result(way(0, "a\nb"), way(0, "b\na"))
    assert sample_runs.first_difference(swapped) == "directly: a; through the wire: b"
    assert sample_runs.first_difference({**swapped, "unordered": True}) == ""


def test_page_says_why_a_sample_does_not_end_well():
    rows = [
        result(way(), way()),
        {
            **result(way(1, "start\nCUDA error at /a/b/c.cu:12\n"), way(1, "start\nCUDA error at /a/b/c.cu:12\n")),
            "name": "bad",
        },
        {**result(way(-11), way(None)), "name": "worse", "why": "known"},
    ]
    page = samples_page.page(rows, {"display": "OpenGL not found", "other": "OpenGL not found"})
    assert "3 samples were run: 1 end well directly, 1 through the network, 1 both ways with the same output." in page
    assert "| sample | 0 | 0 | same |  |\n" in page
    assert "| bad | 1 | 1 | same | CUDA error at c.cu:12 |\n" in page
    assert "| worse | SIGSEGV | time | different | known |\n" in page
    assert "| OpenGL not found | display, other |\n" in page


def test_what_is_no_checkout_is_refused_with_what_to_do(tmp_path):
    command = [sys.executable, FOLDER / "main.py", tmp_path, "--place", tmp_path / "place"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 2
    assert "has no CMakeLists.txt: name a checkout of NVIDIA's cuda-samples" in done.stderr


def test_the_compiler_replaces_architectures_alone(tmp_path):
    toolkit = building.Toolkit(tmp_path, {**DATA, "packages": []})
    (toolkit.root / "lib").mkdir(parents=True)
    (toolkit.root / "bin").mkdir()
    (toolkit.root / "nvvm").mkdir()
    nvcc = toolkit.root / "bin" / "nvcc"
    nvcc.write_text('#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n')
    nvcc.chmod(0o755)
    toolkit.complete()
    words = [
        "-O2",
        "--generate-code=arch=compute_80,code=[compute_80,sm_80]",
        "-gencode",
        "arch=x,code=y",
        "-DA=b c",
        "-c",
        "f.cu",
    ]
    done = subprocess.run([toolkit.nvcc, *words], capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    assert done.stdout.splitlines() == ["-gencode", "arch=compute_75,code=compute_75", "-O2", "-DA=b c", "-c", "f.cu"]


def test_programs_and_what_cmake_left_out_are_found(tmp_path):
    checkout = checkouts.configured(tmp_path, {"a": ""})
    (checkout.source / "Samples" / "0_Start" / "windows").mkdir()
    checkout.log.write_text(
        "-- Sample 'windows' is Windows-only - skipping\n-- MPI not found - will not build sample 'mpi'\n"
    )
    found = {sample.name: (sample.group, sample.why_not) for sample in checkout.samples()}
    assert found == {"a": ("0_Start", ""), "windows": ("0_Start", "it is for Windows"), "mpi": ("", "MPI not found")}


def test_why_a_program_was_not_built_is_read_from_the_log(tmp_path):
    (tmp_path / "source" / "Samples").mkdir(parents=True)
    (tmp_path / "source" / "CMakeLists.txt").touch()
    checkout = building.Checkout(tmp_path / "source", building.Toolkit(tmp_path, DATA))
    lines = [
        "[1/3] Building a",
        "FAILED: Samples/0/b/CMakeFiles/b.dir/b.cu.o",
        "nvcc b.cu",
        "/x/b.cu:1: error: no such thing",
    ]
    log = "\n".join([*lines, "[3/3] Linking a", ""])
    (tmp_path / "build.log").write_text(log)
    assert checkout.why_not_built("b") == "b.cu:1: error: no such thing"
    assert checkout.why_not_built("c") == "not built in time"


def test_what_the_checkouts_list_skips_is_not_run_and_the_page_says_so(tmp_path):
    checkout = checkouts.configured(tmp_path, {"draws": "#!/bin/sh\nexit 1\n"})
    (checkout.source / "test_args.json").write_text(json.dumps({"draws": {"skip": True}}))
    page = tmp_path / "page"
    command = [sys.executable, FOLDER / "main.py", checkout.source, "--place", checkout.toolkit.place]
    subprocess.run([*command, "--no-build", "--page", page], check=True, timeout=PATIENCE_S)
    assert "| the samples' own list skips it | draws |\n" in page.read_text()
