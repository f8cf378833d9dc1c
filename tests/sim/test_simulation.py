"""Schedulers, Dispatchers, sessions and clients in a bad network, simulated: what is promised holds, whatever happens.

SIM_SEEDS says how many seeds are played, SIM_SEED which one alone. What is promised: no GPU is lent twice and no
session has memory over the limit, nobody is overtaken, a client that renews in time keeps its lease, one that is killed
has given everything back some seconds later, a program that nobody harms gets what it asks for, and everything that
waits comes to an end.
"""

from __future__ import annotations

import os

import pytest
import seeds

SEEDS = int(os.environ.get("SIM_SEEDS", "240"))
PARTS = 8  # that may be played at a time
SHOWN_MAX = 3


def chosen(part: int) -> list[int]:
    """The seeds of a part."""
    alone = os.environ.get("SIM_SEED")
    return ([int(alone)] if part == 0 else []) if alone else list(range(part, SEEDS, PARTS))


@pytest.mark.parametrize("part", range(PARTS))
def test_no_seed_breaks_a_promise(monkeypatch, part):
    played = (seeds.play(monkeypatch, seeds.Scene.of(seed)) for seed in chosen(part))
    wrong = [each for each in played if each.faults]
    told = [f"SIM_SEED={each.scene.seed}: {each.faults}" for each in wrong[SHOWN_MAX:]]
    assert not wrong, "\n".join([*(str(seeds.shrunk(monkeypatch, each)) for each in wrong[:SHOWN_MAX]), *told])
