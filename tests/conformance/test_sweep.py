"""Every answered function is called with right arguments and with every wrong one, directly on softgpu and through
the wire: results, what is written and what is current afterwards are the same. sweep.yaml says what may differ.
"""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor

import driver
import pytest
import running
import sweep_plan
import sweep_runs
from places import GPUS

INSTALLED_S = 150.0  # that an installed driver, which may end many processes, is swept


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> tuple[list[dict], dict[int, list], dict[int, list]]:
    """The plan's cases, what came of them directly, and through the wire."""
    scratch = tmp_path_factory.mktemp("sweep")
    plan = sweep_plan.Planner().plan(scratch / "image.ptx")
    path = scratch / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    seconds = INSTALLED_S if driver.SYSTEM else math.inf
    with (
        running.dispatcher(scratch, "--softgpu", "2", SOFTGPU_MEMORY=GPUS["SOFTGPU_MEMORY"]) as server,
        ThreadPoolExecutor() as pool,
    ):
        ways = [running.direct(**GPUS), running.remote(server.port)]
        if driver.SYSTEM:
            ways.append(running.on_softgpu(**GPUS))
        here, there, *soft = pool.map(lambda environment: sweep_runs.sweep(path, environment, seconds), ways)
    if soft:
        note(plan["cases"], here, there, soft[0])
    return plan["cases"], here, there


def note(cases: list[dict], here: dict[int, list], there: dict[int, list], soft: dict[int, list]) -> None:
    """For the report: how far the sweep came, and every difference from the installed driver."""
    tried = sum(result != [sweep_runs.NOT_TRIED] for result in here.values())
    others = {"through_the_wire": there, "softgpu": soft}
    differences = {
        way: [str(found) for found in sweep_runs.compare(cases, here, other)] for way, other in others.items()
    }
    driver.notes.append({"cases": len(cases), "tried": tried, "differences": differences})


def test_every_call_does_the_same_directly_and_through_the_wire(cases):
    differences = sweep_runs.compare(*cases)
    unexplained = [str(found) for found in differences if not sweep_runs.explained(found)]
    assert not unexplained, f"{len(unexplained)} differences:\n" + "\n".join(unexplained[: sweep_runs.SHOWN_MAX])


def test_every_difference_that_is_listed_is_there(cases):
    seen = [sweep_runs.explained(found) for found in sweep_runs.compare(*cases)]
    assert [row["case"] for row in sweep_plan.DATA["differences"] if row not in seen] == []


@pytest.mark.parametrize("way", [1, 2], ids=["directly", "through the wire"])
def test_no_call_that_fails_writes_anything(way, cases):
    changed = sweep_runs.changed_in_failure(cases[0], cases[way])
    assert not changed, "\n".join(changed[: sweep_runs.SHOWN_MAX])


@pytest.mark.parametrize("way", [1, 2], ids=["directly", "through the wire"])
def test_no_call_kills_its_process_or_does_not_return(way, cases):
    ended = [
        f"{sweep_runs.case_name(case)} {result}" for case in cases[0] if len(result := cases[way][case["id"]]) == 1
    ]
    assert not ended, "\n".join(ended[: sweep_runs.SHOWN_MAX])


@pytest.mark.parametrize("way", [1, 2], ids=["directly", "through the wire"])
def test_every_answered_symbol_is_called_with_success(way, cases):
    never = sweep_runs.never_called(cases[0], cases[way])
    assert never == [name for name in never if name in sweep_plan.DATA["never"]]


def test_every_symbol_that_is_said_to_fail_fails(cases):
    failing = {*sweep_runs.never_called(cases[0], cases[1]), *sweep_runs.never_called(cases[0], cases[2])}
    assert set(sweep_plan.DATA["never"]) <= failing


def test_the_world_of_every_call_can_be_made(cases):
    lost = [sweep_runs.case_name(case) for case in cases[0] if cases[1][case["id"]][0] == "not called"]
    assert not lost, "\n".join(lost[: sweep_runs.SHOWN_MAX])
