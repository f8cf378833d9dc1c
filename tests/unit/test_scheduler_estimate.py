"""When a client that waits is expected to be served: from how long past leases were held, and nothing without them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scheduler_world import World, gpu

from bitfusion.limits import ESTIMATE_KEPT_S, NAMED_MAX, PAST_LEASES_MAX, PAST_LEASES_MIN
from bitfusion.scheduler import core
from bitfusion.scheduler.estimate import Estimates, left_s, starts_in_s
from bitfusion.scheduler.model import Demand
from bitfusion.scheduler.view import waiting_view

WHOLE, HALF = Demand(1), Demand(1, fraction=0.5)


@pytest.fixture
def world(tmp_path):
    """One GPU."""
    return World([gpu(0)], tmp_path / "state")


def held(world: World, demand: Demand = WHOLE) -> str:
    """A lease that begins now."""
    lease = world.confirm(world.submit(demand), demand.gpus)
    world.comes_up(lease.id)
    return lease.id


def past(world: World, *seconds: float) -> None:
    """Leases that were held so long, one after another."""
    for each in seconds:
        lease = held(world)
        world.pass_time(each)
        world.ends(lease)


def starts(world: World) -> dict[str, float]:
    return starts_in_s(world.state, world.now())


def test_nothing_is_said_before_there_are_enough_past_leases(world):
    past(world, *[100] * (PAST_LEASES_MIN - 1))
    held(world)
    world.submit(WHOLE)
    assert starts(world) == {}


def test_lease_is_expected_to_end_with_the_median_of_those_that_lasted_longer(world):
    past(world, 10, 100, 200, 300)
    held(world)
    ticket = world.submit(WHOLE)
    assert starts(world) == {ticket: pytest.approx(150)}
    world.pass_time(5)
    assert starts(world) == {ticket: pytest.approx(145)}
    world.turn(core.poll, ticket, world.now())
    world.pass_time(6)  # the shortest is over
    assert starts(world) == {ticket: pytest.approx(200 - 11)}


def test_lease_that_has_outlived_all_others_says_nothing(world):
    past(world, 10, 20, 30)
    held(world)
    world.pass_time(30)
    world.submit(WHOLE)
    assert starts(world) == {}


def test_who_is_second_waits_also_for_the_first(world):
    past(world, 100, 100, 100)
    held(world)
    world.pass_time(40)
    first, second, third = (world.submit(WHOLE) for _ in range(3))
    assert starts(world) == {first: pytest.approx(60), second: pytest.approx(160), third: pytest.approx(260)}


def test_small_demand_behind_a_large_one_is_not_expected_before_it(tmp_path):
    world = World([gpu(0), gpu(1)], tmp_path / "state")
    past(world, 100, 100, 100)
    held(world)
    world.pass_time(90)
    both, half = world.submit(Demand(2)), world.submit(HALF)
    assert starts(world) == {both: pytest.approx(10), half: pytest.approx(110)}


def test_what_is_free_is_had_at_once_and_what_ends_soon(world):
    past(world, 100, 100, 100)
    first = held(world, HALF)
    ticket = world.submit(HALF)
    assert starts(world) == {ticket: 0.0}
    world.turn(core.cancel, ticket)
    world.turn(core.release, first)
    assert starts(world) == {}
    ticket = world.submit(WHOLE)
    assert starts(world) == {ticket: 0.0}


def test_past_is_remembered_over_a_restart_and_forgotten_when_it_is_long_ago(world):
    past(world, 50, 60, 70)
    world.begin()
    assert world.state.past_s == (50, 60, 70)
    past(world, *[10] * PAST_LEASES_MAX)
    world.begin()
    assert world.state.past_s == (10,) * PAST_LEASES_MAX


def test_lease_whose_dispatcher_never_came_up_and_a_clock_set_back_before_a_restart_say_nothing(world):
    lease = world.confirm(world.submit(WHOLE), 1)
    world.pass_time(5)
    world.ends(lease.id)
    lease = held(world)
    world.unix_s -= 1000
    world.begin()
    world.ends(lease)
    assert world.state.past_s == ()


def test_ticket_names_who_is_ahead_or_else_who_holds(world):
    lease = held(world)
    world.pass_time(7)
    tickets = [world.submit(WHOLE) for _ in range(NAMED_MAX + 2)]
    first = waiting_view(world.state, tickets[0], world.now(), None)
    assert first["ahead"] == [] and first["start_in_s"] is None
    assert first["holding"] == [{"client": world.state.leases[lease].lease.client.to_dict(), "gpus": 1, "held_s": 7}]
    last = waiting_view(world.state, tickets[-1], world.now(), 5.0)
    assert len(last["ahead"]) == NAMED_MAX and last["holding"] == [] and last["start_in_s"] == 5.0


def test_lease_on_devices_that_a_demand_does_not_allow_is_not_named(tmp_path):
    world = World([gpu(0), gpu(1)], tmp_path / "state")
    held(world, Demand(1, devices=(0,)))
    ticket = world.submit(Demand(1, devices=(1,)))
    assert waiting_view(world.state, ticket, world.now(), None)["holding"] == []


def test_remembered_estimate_goes_on_with_the_clock_and_is_made_anew_when_something_changes(world):
    past(world, 100, 100, 100)
    held(world)
    ticket, estimates = world.submit(WHOLE), Estimates()
    assert estimates.start_in_s(world.state, ticket, world.now()) == pytest.approx(100)
    world.s += ESTIMATE_KEPT_S - 1
    assert estimates.start_in_s(world.state, ticket, world.now()) == pytest.approx(100 - ESTIMATE_KEPT_S + 1)
    later = world.submit(WHOLE)
    assert estimates.start_in_s(world.state, later, world.now()) == pytest.approx(200 - ESTIMATE_KEPT_S + 1)
    assert estimates.start_in_s(world.state, "nobody", world.now()) is None


@given(st.floats(0, 1e6), st.lists(st.floats(0, 1e6), max_size=20))
def test_what_is_left_is_never_negative_and_no_longer_than_the_longest(held_s, past_s):
    left = left_s(held_s, past_s)
    assert left is None or 0 <= left <= max(past_s) - held_s
