"""What became of the tests of a suite, and the page that shows it."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

Results = dict[str, list[str]]  # test -> outcome, and why it failed
REASONS_MAX = 8
DIFFERENT_MAX = 30
WHY_MAX = 100  # characters of a reason
NAME_MAX = 80
HEAD = """# The own tests of libraries that use CUDA

Written by `make test-clients`. Each library's tests are run directly on softgpu and through the network to a
server on softgpu, and compared test by test. Of a suite that is large, one test in n is run, as the column
"of its tests" says; a suite whose seconds were over before its end says how far it came each way.

| library | suite | of its tests | directly: passed / failed / skipped | through the network | differ |
| --- | --- | --- | --- | --- | --- |
"""


def read(log: Path) -> Results:
    """From pytest-reportlog's file. A test whose process ended has failed."""
    found: Results = {}
    for line in log.read_text(encoding="utf-8").splitlines() if log.exists() else []:
        row = json.loads(line)
        if row.get("$report_type") == "TestReport" and (row["when"] == "call" or row["outcome"] != "passed"):
            failed = row["outcome"] == "failed" and not row.get("wasxfail")
            found[row["nodeid"]] = ["failed", _why(row["longrepr"])] if failed else [row["outcome"], ""]
    return found


def _why(told: Any) -> str:
    """The last words of a failure, without what differs from test to test."""
    crash = told.get("reprcrash") if isinstance(told, dict) else None
    lines = (crash["message"] if crash else str(told)).strip().splitlines() or [""]
    error = next((line for line in lines if re.match(r"[\w.]+(Error|Exception|Failed)\b", line)), lines[0])
    return re.sub(r"0x[0-9a-f]+|\d+", "N", error).replace("|", "/")[:WHY_MAX]


def differing(found: dict[str, Any]) -> list[str]:
    """Tests that passed one way and failed the other."""
    here, there = found["direct"], found["wire"]
    return sorted(test for test in here if test in there and {here[test][0], there[test][0]} == {"passed", "failed"})


def counts(results: Results) -> str:
    number = Counter(outcome for outcome, _ in results.values())
    return " / ".join(str(number[word]) for word in ("passed", "failed", "skipped"))


def extent(found: dict[str, Any]) -> str:
    """Which of the suite's tests have a result."""
    chosen = found["chosen"]
    text = f"all {chosen:,}" if found["every"] == 1 else f"one in {found['every']} of {found['total']:,}: {chosen:,}"
    here, there = len(found["direct"]), len(found["wire"])
    if min(here, there) < chosen:
        text += f"; ended after {found['seconds']:g} s, {here:,} directly and {there:,} through the network"
    return text


def line(found: dict[str, Any]) -> str:
    """A row of the page, for a terminal."""
    return (
        f"{found['client']}, {found['suite']} ({extent(found)}): directly {counts(found['direct'])}, through the wire "
        f"{counts(found['wire'])}, {len(differing(found))} differ"
    )


def page(suites: list[dict[str, Any]], reasons: list[dict[str, str]]) -> str:
    """The table of all suites, then for each why tests failed directly, and which differ. Each of `reasons` has a
    pattern, `like`, of a test's name and words, and what it comes from, `because`.
    """
    rows = [
        f"| {found['client']} | {found['suite']} | {extent(found)} | {counts(found['direct'])} "
        f"| {counts(found['wire'])} | {len(differing(found))} |\n"
        for found in suites
    ]
    return HEAD + "".join(rows) + "".join(_details(found, reasons) for found in suites)


def _because(test: str, why: str, reasons: list[dict[str, str]]) -> str:
    """The first reason that fits, or what the test itself said."""
    for reason in reasons:
        if re.search(reason["like"], f"{test} {why}"):
            return reason["because"]
    return f"`{why[:WHY_MAX]}`"


def _details(found: dict[str, Any], reasons: list[dict[str, str]]) -> str:
    failed = [(test, why) for test, (outcome, why) in found["direct"].items() if outcome == "failed"]
    why_failed = Counter(_because(test, why, reasons) for test, why in failed)
    text = f"\n## {found['client']}, {found['suite']}\n" if failed or differing(found) else ""
    if failed:
        text += "\nWhy tests fail directly (numbers as N), the most frequent reasons:\n\n"
        text += "".join(f"* {number}: {why}\n" for why, number in why_failed.most_common(REASONS_MAX))
    if differing(found):
        text += "\nWhat differs:\n\n"
        for test in differing(found)[:DIFFERENT_MAX]:
            way = "through the network" if found["direct"][test][0] == "passed" else "directly"
            why = found["wire" if found["direct"][test][0] == "passed" else "direct"][test][1]
            name = test.rpartition("/")[2].replace(".py", "").replace("::", ", ")
            short = name if len(name) <= NAME_MAX else name[:NAME_MAX] + "…"
            text += f"* {short} fails {way}:\n  {_because(test, why, reasons)}\n"
    return text
