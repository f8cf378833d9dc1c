"""Kills of every kind at random moments: whoever is killed, everything is given back in seconds. STORM_KILLS says how
many; `make storm-kills` does 300.
"""

from __future__ import annotations

import os
import statistics

import storms

KILLS = int(os.environ.get("STORM_KILLS", "13"))
SEED = int(os.environ.get("STORM_SEED", "1"))
PATIENT_S = 10.0  # twice what an operator is promised: what is left is looked for by asking, which takes time, too


def test_whoever_is_killed_everything_is_given_back(tmp_path, endless):
    took: dict[str, list[float]] = {}
    with storms.field(tmp_path, endless, SEED) as place:
        kinds = place.kinds()
        order = [name for _ in range(-(-KILLS // len(kinds))) for name in place.random.sample(list(kinds), len(kinds))]
        for number, name in enumerate(order[:KILLS]):
            kinds[name]()
            try:
                took.setdefault(name, []).append(storms.given_back_s(place, PATIENT_S))
            except AssertionError as left:
                raise AssertionError(f"kill {number} of STORM_SEED={SEED}, {name}: {left}\n{told(took)}") from None
    print(told(took))
    print(f"{place.met} of these kills met a session or a lease")


def told(took: dict[str, list[float]]) -> str:
    """The seconds of each kind, as a table."""
    lines = [f"{'killed':24} {'times':>5} {'median':>7} {'most':>7}   seconds until everything was given back"]
    rows = [*sorted(took.items()), ("all", [each for times in took.values() for each in times])]
    for name, times in rows:
        if times:
            lines.append(f"{name:24} {len(times):5} {statistics.median(times):7.2f} {max(times):7.2f}")
    return "\n".join(lines)
