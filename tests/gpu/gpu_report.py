"""A pytest plugin: what became of each test and what its programs did, as JSON, within a time.

    BF_REPORT=FILE BF_REPORT_SECONDS=N python -m pytest -p gpu_report …

Tests that do not fit the time are skipped and said to be. The file is written anew after every test, so that whatever
ends the run leaves what was seen so far.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import driver
import outcomes
import pytest

_file = Path(os.environ["BF_REPORT"])
_end = time.monotonic() + float(os.environ["BF_REPORT_SECONDS"])
_tests: dict[str, dict[str, Any]] = {}


def pytest_runtest_setup(item: pytest.Item) -> None:
    driver.notes.clear()
    if time.monotonic() > _end:
        pytest.skip("no time is left")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    row = _tests.setdefault(report.nodeid, {"outcome": "passed"})
    if report.outcome != "passed":
        row["outcome"] = report.outcome
        row["why"] = _why(report)
    if report.when == "call":
        row["seconds"] = round(report.duration, 2)
        row["programs"] = [outcomes.compared(note) for note in driver.notes]
    _file.write_text(json.dumps(_tests, indent=1), encoding="utf-8")


def _why(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):  # skipped: file, line, reason
        return report.longrepr[2]
    crash = getattr(report.longrepr, "reprcrash", None)
    return crash.message if crash else str(report.longrepr)
