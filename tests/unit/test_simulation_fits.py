"""The simulation fits what it simulates: whoever changes how Dispatchers, CUDA Servers or clients are made learns it
with every commit, and not from the seeds of tests/sim.
"""

from __future__ import annotations

import pytest
import seeds


@pytest.mark.parametrize("seed", range(8))
def test_what_is_real_runs_in_what_is_simulated(monkeypatch, seed):
    played = seeds.play(monkeypatch, seeds.Scene.of(seed))
    assert not played.faults, str(played)
    assert any("is granted" in line for line in played.history)
