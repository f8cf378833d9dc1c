"""Runs the sweep's plan in processes, one for each stage, and compares two runs.

What kills its process is that call's result, and the next process goes on behind it. On the installed driver, which
may take no nonsense at all, what is wrong in the same way in the same function is then left out.
"""

from __future__ import annotations

import json
import math
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import driver
from patience import PATIENCE_S
from places import PROGRAMS
from sweep_plan import ANSWERED, DATA, names

SHOWN_MAX = 40
STAGE_S = 10 * PATIENCE_S  # thousands of calls, each of which has a bound of its own
NOT_TRIED = "not tried"
_TWIN = re.compile(r"_pt(ds|sz)$")


def sweep(plan: Path, environment: Mapping[str, str], seconds: float = math.inf) -> dict[int, list]:
    """Case number -> what came of it: [result, [[place, bytes, values...], ...], current context, later error]."""
    end = time.monotonic() + seconds
    content = json.loads(plan.read_text())
    cases = {case["id"]: case for case in content["cases"]}
    results: dict[int, list] = {}
    for stage in content["stages"]:
        wanted = [number for number, case in cases.items() if case["stage"] == stage]
        while wanted and time.monotonic() < end:
            done, how = _run(plan, stage, wanted[0], environment, end - time.monotonic())
            results.update(done)
            wanted = [number for number in wanted if number not in results]
            if wanted:
                killed = cases[wanted.pop(0)]
                results[killed["id"]] = [how]
                wanted = [number for number in wanted if not (driver.SYSTEM and _is_alike(cases[number], killed))]
    return {number: results.get(number, [NOT_TRIED]) for number in cases}


def _is_alike(case: dict, killed: dict) -> bool:
    parts = [set(each["label"].split(", ")) for each in (case, killed)]
    return _TWIN.sub("", case["call"]) == _TWIN.sub("", killed["call"]) and bool(parts[0] & parts[1])


def _run(
    plan: Path, stage: str, first: int, environment: Mapping[str, str], seconds: float
) -> tuple[dict[int, list], str]:
    """The results until the process ended, and how it did."""
    command = [sys.executable, "-S", str(PROGRAMS / "sweep.py"), str(plan), stage, str(first)]
    with tempfile.TemporaryDirectory() as empty:  # some calls write a file where they are told to
        process = subprocess.Popen(
            command, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=empty
        )
        try:
            output, errors = process.communicate(timeout=min(STAGE_S, seconds))
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
            if seconds > STAGE_S:
                raise
    lines = [json.loads(line) for line in output.splitlines() if line.endswith("]")]
    code = process.returncode
    how = signal.Signals(-code).name if code < 0 else f"exit code {code}: {errors[-400:]}"
    return {number: rest for number, *rest in lines}, "does not return" if how == "SIGALRM" else how


@dataclass(frozen=True)
class Difference:
    """`name` is that of the case: stage, function, what is wrong with its arguments."""

    name: str
    here: list
    there: list

    def __str__(self) -> str:
        return f"{self.name}\n    directly {self.here}\n    remotely {self.there}"


def case_name(case: dict) -> str:
    return f"{case['stage']} {case['call']}: {case['label']}"


def compare(cases: list[dict], here: dict[int, list], there: dict[int, list]) -> list[Difference]:
    found = []
    for case in cases:
        first, second = (_compared(case, results[case["id"]]) for results in (here, there))
        if first != second and [NOT_TRIED] not in (first, second):
            found.append(Difference(case_name(case), first, second))
    return found


def _compared(case: dict, result: list) -> list:
    """Without the values that differ from run to run."""
    varies = DATA["varies"].get(_TWIN.sub("", case["call"]), [])
    if len(result) < 2 or not isinstance(result[1], list):
        return result
    return [result[0], [place[:2] if place[0] in varies else place for place in result[1]], *result[2:]]


def explained(difference: Difference) -> dict | None:
    """The row of the data file that the difference is one of."""
    return next((row for row in DATA["differences"] if re.fullmatch(row["case"], difference.name)), None)


def changed_in_failure(cases: list[dict], results: dict[int, list]) -> list[str]:
    """Calls that failed and yet wrote something, but for those that the data file says may."""
    may = DATA["writes_in_failure"]
    return [
        f"{case_name(case)} {result}"
        for case in cases
        if len(result := results[case["id"]]) > 1
        and result[0] not in (0, "not called", NOT_TRIED)
        and result[1]
        and case["call"] not in may
    ]


def never_called(cases: list[dict], results: dict[int, list]) -> list[str]:
    """Answered symbols in which no call succeeded."""
    called = {case["call"] for case in cases if results[case["id"]][0] == 0}
    return [name for symbol in ANSWERED for name in names(symbol) if name not in called]
