"""The comparison of a library's own tests: what differs is found, and named with its reason."""

from __future__ import annotations

import json

import results

FOUND = {
    "client": "lib",
    "suite": "core",
    "direct": {"a.py::x": ["passed", ""], "a.py::y": ["failed", "ValueError: N"], "a.py::z": ["skipped", ""]},
    "wire": {"a.py::x": ["failed", "CudaError: N"], "a.py::y": ["failed", "ValueError: N"], "a.py::z": ["skipped", ""]},
}


def test_what_passes_one_way_alone_differs():
    assert results.differing(FOUND) == ["a.py::x"]
    assert results.line(FOUND) == "lib, core: directly 1 / 1 / 1, through the wire 0 / 2 / 1, 1 differ"
    page = results.page([FOUND])
    assert "| lib | core | 1 / 1 / 1 | 0 / 2 / 1 | 1 |\n" in page
    assert "* a, x fails through the network:\n  `CudaError: N`\n" in page
    assert "* 1: `ValueError: N`\n" in page


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
