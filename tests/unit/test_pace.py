"""How often an address may come: a burst at once, then so many a second; others are not slowed down by it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bitfusion.net.pace import Pace

BURST, PER_S, MOST = 4, 2.0, 8


def test_burst_comes_at_once_and_what_follows_waits_longer_and_longer():
    pace = Pace(BURST, PER_S, MOST)
    assert [pace.wait_s("a", 10.0) for _ in range(7)] == [0, 0, 0, 0, 0.5, 1.0, 1.5]
    assert pace.wait_s("b", 10.0) == 0


def test_address_that_rests_has_its_burst_again():
    pace = Pace(BURST, PER_S, MOST)
    for _ in range(10):
        pace.wait_s("a", 0.0)
    assert [pace.wait_s("a", 5.0) for _ in range(5)] == [0, 0, 0, 0, 0.5]


def test_one_that_was_turned_away_does_not_count():
    pace = Pace(BURST, PER_S, MOST)
    for _ in range(6):
        last = pace.wait_s("a", 0.0)
    pace.take_back("a")
    assert pace.wait_s("a", 0.0) == last


@given(st.lists(st.floats(0, 3), max_size=60))
def test_never_more_than_the_burst_and_the_rate_come_through(steps):
    pace, now_s, served = Pace(BURST, PER_S, MOST), 0.0, []
    for step_s in steps:
        now_s += step_s
        served.append(now_s + pace.wait_s("a", now_s))
    for first, begin_s in enumerate(served):
        for last in range(first, len(served)):
            assert last - first <= BURST + (served[last] - begin_s) * PER_S + 1e-6


def test_addresses_that_are_known_are_bounded_and_those_that_rest_are_forgotten():
    pace = Pace(BURST, PER_S, MOST)
    for number in range(3 * MOST):
        pace.wait_s(f"address {number}", 0.0)
        assert len(pace) <= MOST
    pace.wait_s("another", 60.0)
    assert len(pace) == 1
