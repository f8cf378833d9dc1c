"""A real scheduler whose clock is set while clients wait: the line stays as it is, leases live as they were told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import running
from lending import CLIENT, demand, lease_of

# Loaded by every Python of the scheduler: its clock is off by what a file says.
CLOCK = """
import time
from pathlib import Path
_offset, _time = Path(__file__).with_name("offset"), time.time
time.time = lambda: _time() + float(_offset.read_text())
"""
TTL_S = 600.0


class Clock:
    """Of the programs with `variables` in their environment."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        (directory / "sitecustomize.py").write_text(CLOCK)
        self._offset = directory / "offset"
        self.variables = {"PYTHONPATH": os.pathsep.join(filter(None, (str(directory), os.environ.get("PYTHONPATH"))))}
        self.set(0)

    def set(self, offset_s: float) -> None:
        new = self._offset.with_suffix(".new")
        new.write_text(str(offset_s))
        new.replace(self._offset)


@pytest.mark.parametrize("first_s", [7200.0, -7200.0])
async def test_line_and_leases_do_not_follow_a_clock_that_is_set(tmp_path, connect, first_s):
    clock = Clock(tmp_path / "clock")
    with running.scheduler(tmp_path, "--softgpu", "1", **clock.variables) as server:
        async with connect(server) as srs:
            lease = await lease_of(srs, 1, TTL_S)
            tickets = []
            for offset_s in (first_s, 0, -first_s, 10 * first_s, 0):
                clock.set(offset_s)
                tickets += [await srs.submit(demand(), CLIENT) for _ in range(4)]
            places = [(await srs.poll(ticket["ticket"]))["position"] for ticket in tickets]
            assert places == list(range(len(tickets))), [ticket["order"] for ticket in tickets]
            clock.set(-10 * first_s)
            (held,) = await srs.leases()
            assert held["state"] == "active" and 0 < held["expires_in_s"] <= TTL_S and held["held_s"] < TTL_S
            assert 0 < await srs.renew(lease["lease"]) <= TTL_S
            assert all(waiting["waited_s"] < TTL_S for waiting in (await srs.gpus())["queue"])
