"""The queue and the leases, one rule at a time: who is offered what, what ends when, what is kept over a restart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scheduler_world import SOMEBODY, World, gpu

from bitfusion.errors import BadRequest, Gone, NotFound, NotOffered, SchedulerError, TooLarge
from bitfusion.limits import LEASE_RESTART_GRACE_S, LEASES_GONE_KEPT_S, ORDER_FOREIGN_MAX_US, TICKET_SILENCE_S
from bitfusion.scheduler import core
from bitfusion.scheduler.model import Demand, LeaseState, Moment, Order
from bitfusion.scheduler.view import gpus_view, lease_view, ticket_view, waiting_view

WHOLE, HALF = Demand(1), Demand(1, fraction=0.5)
EARLY = Order(1, "00000000-0000-4000-8000-ffffffffffff")


@pytest.fixture
def world(tmp_path):
    return World([gpu(0), gpu(1)], tmp_path / "state")


def offer(world: World, ticket: str) -> tuple[int, int]:
    view = ticket_view(world.state, ticket)
    return view["position"], view["offer"]


def order_of(world: World, ticket: str) -> Order:
    return world.state.tickets[ticket].ticket.order


def free(world: World) -> list[int]:
    return [shown["free_mib"] for shown in gpus_view(world.state)]


def active(world: World, demand: Demand, ttl_s: float | None = None) -> str:
    lease = world.confirm(world.submit(demand), demand.gpus, ttl_s)
    world.comes_up(lease.id)
    return lease.id


def test_only_the_head_of_the_line_is_offered_anything(world):
    first, second = world.submit(HALF), world.submit(HALF)
    assert (offer(world, first), offer(world, second)) == ((0, 1), (1, 0))
    with pytest.raises(NotOffered) as caught:
        world.confirm(second, 1)
    assert str(caught.value) == "gpus 1: is not offered; 0 are now; go on waiting with the same ticket"
    world.confirm(first, 1)
    assert offer(world, second) == (0, 1)


def test_a_lower_order_that_comes_later_takes_the_head_and_both_are_woken(world):
    first = world.submit(WHOLE)
    second = world.submit(WHOLE, EARLY)
    assert first in world.woken
    assert (offer(world, second), offer(world, first)) == ((0, 1), (1, 0))
    with pytest.raises(NotOffered):
        world.confirm(first, 1)


def test_who_waits_is_woken_when_its_offer_or_position_changes_and_not_else(world):
    lease = active(world, Demand(2))
    head, next_ = world.submit(WHOLE), world.submit(WHOLE)
    world.woken.clear()
    world.turn(core.poll, head, world.now())
    world.turn(core.release, lease)
    assert not world.woken
    world.ends(lease)
    assert world.woken == {head}
    world.turn(core.cancel, head)
    assert next_ in world.woken


def test_memory_counts_until_the_dispatcher_has_really_ended(world):
    lease = world.confirm(world.submit(HALF), 1, ttl_s=30).id
    assert free(world) == [500, 1000]
    world.comes_up(lease)
    world.pass_time(30)
    assert world.told == {lease} and free(world) == [500, 1000]
    assert lease_view(world.state, lease, world.now())["state"] == "ending"
    world.ends(lease)
    assert free(world) == [1000, 1000]


def test_a_lease_lives_for_its_time_from_the_start_of_its_dispatcher_and_from_each_renewal(world):
    lease = world.confirm(world.submit(WHOLE), 1, ttl_s=30).id
    world.pass_time(25)
    world.comes_up(lease)
    world.pass_time(25)
    assert lease_view(world.state, lease, world.now())["expires_in_s"] == 5
    world.turn(core.renew, lease, world.now())
    world.pass_time(29)
    assert not world.told
    assert core.next_deadline_s(world.state) == world.s + 1
    world.pass_time(1)
    assert world.told == {lease}
    with pytest.raises(Gone):
        world.turn(core.renew, lease, world.now())


def test_a_lease_without_time_to_live_lives_until_it_is_released(world):
    lease = active(world, WHOLE)
    world.pass_time(1e8)
    assert not world.told and world.turn(core.renew, lease, world.now()).expires_unix_s is None
    world.turn(core.release, lease)
    assert world.told == {lease}


def test_a_ticket_ends_when_its_client_is_silent_and_a_long_poll_is_no_silence(world):
    dead, alive = world.submit(WHOLE), world.submit(WHOLE)
    world.turn(core.poll, alive, world.now(), wait_s=20)
    world.pass_time(TICKET_SILENCE_S)
    assert offer(world, alive) == (0, 1)
    with pytest.raises(NotFound):
        world.turn(core.poll, dead, world.now())
    world.pass_time(20 - 0.1)
    world.turn(core.poll, alive, world.now())
    world.pass_time(TICKET_SILENCE_S)
    with pytest.raises(NotFound):
        ticket_view(world.state, alive)


def test_a_ticket_submitted_again_keeps_its_id_and_takes_the_new_demand(world):
    ticket = world.submit(WHOLE)
    order = Order.from_list(ticket_view(world.state, ticket)["order"])
    assert world.submit(Demand(2), order) == ticket
    assert len(world.state.tickets) == 1 and offer(world, ticket) == (0, 2)


def test_a_client_may_be_in_line_again_before_it_releases_what_it_has(world):
    ticket = world.submit(Demand(2))
    order = order_of(world, ticket)
    other = world.submit(WHOLE)
    lease = world.confirm(ticket, 2)
    again = world.submit(Demand(2), order)
    world.turn(core.release, lease.id)
    world.ends(lease.id)
    assert (offer(world, again), offer(world, other)) == ((0, 2), (1, 0))


def test_a_repeated_confirmation_gives_the_lease_it_made(world):
    ticket = world.submit(WHOLE)
    lease = world.confirm(ticket, 1, 30)
    assert world.confirm(ticket, 1, 30) == lease and lease.id == ticket
    world.turn(core.release, lease.id)
    with pytest.raises(Gone):
        world.confirm(ticket, 1, 30)


def test_single_is_offered_all_or_nothing(world):
    lease = active(world, WHOLE)
    ticket = world.submit(Demand(2, single=True))
    assert offer(world, ticket) == (0, 0)
    assert ticket_view(world.state, ticket)["reason"] == "waits for 2 of 2 GPUs with 1000 MiB: 1 has that much free"
    world.turn(core.release, lease)
    world.ends(lease)
    assert offer(world, ticket) == (0, 2)
    with pytest.raises(NotOffered):
        world.confirm(ticket, 1)


def test_part_of_a_demand_is_offered_to_a_client_that_may_find_the_rest_elsewhere(world):
    ticket = world.submit(Demand(8))
    view = ticket_view(world.state, ticket)
    assert (view["offer"], view["most"]) == (2, 2)
    assert len(world.confirm(ticket, 2).shares) == 2


def test_reasons_name_who_is_before_or_what_is_missing(world):
    active(world, Demand(2, fraction=0.6))
    tickets = [world.submit(Demand(2, fraction=0.5)), world.submit(HALF), world.submit(HALF)]
    assert [ticket_view(world.state, ticket)["reason"] for ticket in tickets] == [
        "waits for 2 of 2 GPUs with 500 MiB: 0 have that much free",
        "behind 1 other",
        "behind 2 others",
    ]


@pytest.mark.parametrize(
    ("demand", "error"), [(Demand(1, memory_mib=1001), TooLarge), (Demand(1, devices=(5,)), BadRequest)]
)
def test_what_can_never_be_satisfied_does_not_get_into_the_queue(world, demand, error):
    with pytest.raises(error):
        world.submit(demand)
    assert not world.state.tickets


def test_a_full_line_takes_nobody_but_those_who_are_in_it(world, monkeypatch):
    monkeypatch.setattr(core, "TICKETS_MAX", 1)
    order = order_of(world, world.submit(WHOLE))
    with pytest.raises(SchedulerError):
        world.submit(WHOLE)
    world.submit(Demand(2), order)


def test_a_dispatcher_that_dies_or_never_comes_up_ends_its_lease(world):
    for comes_up in (True, False):
        lease = world.confirm(world.submit(Demand(2)), 2).id
        if comes_up:
            world.comes_up(lease)
        world.ends(lease)
        world.ends(lease)  # told twice
        assert free(world) == [1000, 1000]
        with pytest.raises(Gone):
            world.turn(core.release, lease)


def test_a_lease_released_while_its_dispatcher_starts_has_it_stopped_once_it_is_known(world):
    lease = world.confirm(world.submit(WHOLE), 1, 30).id
    world.turn(core.release, lease)
    world.told.clear()
    assert world.comes_up(lease).state is LeaseState.ENDING
    assert world.told == {lease}


def test_unknown_ended_and_forgotten_leases_are_told_apart(world):
    lease = active(world, WHOLE)
    world.turn(core.release, lease)
    world.turn(core.release, lease)  # its Dispatcher has not ended yet: the same answer again
    world.ends(lease)
    world.begin()
    with pytest.raises(Gone):
        world.turn(core.release, lease)
    world.pass_time(LEASES_GONE_KEPT_S)
    with pytest.raises(NotFound):
        world.turn(core.release, lease)
    assert not world.store.load().gone


def test_ended_leases_are_remembered_up_to_a_number(world, monkeypatch):
    monkeypatch.setattr(core, "LEASES_GONE_MAX", 2)
    leases = [active(world, WHOLE) for _ in range(2)]
    for lease in leases:
        world.ends(lease)
    third = active(world, WHOLE)
    world.ends(third)
    assert list(world.state.gone) == [leases[1], third] == list(world.store.load().gone)


def test_an_issued_order_is_above_every_order_seen_also_after_a_restart_and_with_a_clock_set_back(world):
    ahead = int(world.unix_s * 1e6) + 60_000_000
    world.submit(WHOLE, Order(ahead, EARLY.uuid))
    world.begin()
    world.unix_s -= 1000
    first, second = (order_of(world, world.submit(WHOLE)) for _ in range(2))
    assert ahead < first.time_us < second.time_us


@pytest.mark.parametrize("jump_s", [7200, -7200, 10 * 366 * 86400, -10 * 366 * 86400])
def test_who_comes_later_stands_behind_however_the_clock_is_set(world, jump_s):
    tickets = [world.submit(WHOLE)]
    for change_s in (jump_s, 0, -jump_s, 0, 0, jump_s, 0):
        world.unix_s += change_s
        if change_s == -jump_s:
            world.begin()
        tickets += [world.submit(WHOLE) for _ in range(3)]
    assert list(world.state.tickets) == tickets
    orders = [order_of(world, ticket).time_us for ticket in tickets]
    assert orders == sorted(set(orders))


def test_who_comes_later_stands_behind_a_client_whose_order_is_of_a_wrong_clock(world):
    ahead = Order(int(world.unix_s * 1e6) + 30 * 366 * 86400_000_000, EARLY.uuid)
    tickets = [world.submit(WHOLE, ahead), world.submit(WHOLE), world.submit(WHOLE)]
    assert list(world.state.tickets) == tickets


def test_an_order_from_the_end_of_time_leaves_room_for_those_that_follow(world):
    world.submit(WHOLE, Order(1 << 62, EARLY.uuid))
    first, second = (order_of(world, world.submit(WHOLE)) for _ in range(2))
    assert ORDER_FOREIGN_MAX_US < first.time_us < second.time_us < 1 << 62


def test_a_ticket_moves_back_to_a_later_order_and_keeps_its_id_and_never_moves_forward(world):
    first, second = world.submit(WHOLE), world.submit(WHOLE)
    later = Order(order_of(world, second).time_us + 5, EARLY.uuid)
    move = lambda order: world.turn(core.submit, world.uuid(), HALF, SOMEBODY, order, world.now(), first)
    assert move(later) == first and list(world.state.tickets) == [second, first]
    assert world.state.tickets[first].ticket.demand == HALF
    with pytest.raises(BadRequest) as caught:
        move(EARLY)
    assert str(EARLY.to_list()) in caught.value.detail and list(world.state.tickets) == [second, first]
    assert order_of(world, world.submit(WHOLE)) > later
    world.begin()
    assert list(world.state.tickets)[:2] == [second, first]


def test_a_ticket_to_be_moved_that_is_gone_is_a_new_one_at_that_place(world):
    order = order_of(world, lost := world.submit(WHOLE))
    world.turn(core.cancel, lost)
    other = world.submit(WHOLE)
    again = world.turn(core.submit, world.uuid(), WHOLE, SOMEBODY, order, world.now(), lost)
    assert list(world.state.tickets) == [again, other] and again != lost


@pytest.mark.parametrize("jump_s", [7200, -7200])
def test_times_that_are_told_and_leases_that_expire_do_not_follow_a_clock_that_is_set(world, jump_s):
    lease = active(world, HALF, 30)
    waiting = world.submit(Demand(2))
    world.pass_time(5)
    world.unix_s += jump_s
    told = lease_view(world.state, lease, world.now())
    assert (told["held_s"], told["expires_in_s"]) == (5, 25)
    assert waiting_view(world.state, waiting, world.now(), None)["waited_s"] == 5
    world.turn(core.poll, waiting, world.now())
    world.turn(core.tick, world.now())
    assert world.state.leases[lease].lease.state is LeaseState.ACTIVE
    world.ends(lease)
    assert world.state.past_s == (5,)


def test_the_line_and_its_order_outlive_a_restart(world):
    tickets = [world.submit(WHOLE), world.submit(WHOLE), world.submit(WHOLE, EARLY)]
    world.begin()
    assert list(world.state.tickets) == [tickets[2], tickets[0], tickets[1]]
    world.pass_time(TICKET_SILENCE_S - 0.1)
    assert len(world.state.tickets) == 3
    world.pass_time(0.2)
    assert not world.state.tickets


def test_a_ticket_submitted_again_with_its_order_gets_its_place_back(world):
    lost, other = world.submit(WHOLE), world.submit(WHOLE)
    order = order_of(world, lost)
    world.turn(core.cancel, lost)
    assert offer(world, other)[0] == 0
    assert offer(world, world.submit(WHOLE, order))[0] == 0 and offer(world, other)[0] == 1


def test_after_a_restart_active_leases_go_on_and_all_other_dispatchers_are_ended(world):
    going, dead = active(world, HALF, 30), active(world, HALF, 30)
    starting = world.confirm(world.submit(HALF), 1, 30).id
    ending = active(world, HALF, 30)
    world.turn(core.release, ending)
    world.told.clear()
    del world.running[dead]
    world.begin()
    assert {id: held.lease.state for id, held in world.state.leases.items()} == {
        going: LeaseState.ACTIVE,
        starting: LeaseState.ENDING,
        ending: LeaseState.ENDING,
    }
    assert world.told == {starting, ending} and list(world.state.gone) == [dead]


def test_after_a_restart_a_lease_has_what_was_left_of_its_time_but_time_enough_to_be_renewed(world):
    long, short = active(world, HALF, 3600), active(world, HALF, 20)
    world.pass_time(10)
    world.unix_s += 500
    world.begin()
    assert lease_view(world.state, long, world.now())["expires_in_s"] == 3600 - 510
    assert lease_view(world.state, short, world.now())["expires_in_s"] == 20
    world.unix_s += 3550
    world.begin()
    assert lease_view(world.state, long, world.now())["expires_in_s"] == LEASE_RESTART_GRACE_S


def test_after_a_restart_with_fewer_gpus_leases_are_kept_and_impossible_tickets_are_not(world):
    lease = active(world, Demand(1, devices=(1,)))
    ticket = world.submit(Demand(2, single=True))
    world.gpus = (gpu(0),)
    world.begin()
    assert lease in world.state.leases and free(world) == [1000]
    with pytest.raises(NotFound):
        world.turn(core.poll, ticket, world.now())
    assert not world.store.load().tickets


def test_leased_memory_follows_the_gpu_when_its_index_changes(world):
    active(world, Demand(1, devices=(0,)))
    world.gpus = (replace(gpu(1), index=0), replace(gpu(0), index=1))
    world.begin()
    assert free(world) == [1000, 0]


def test_the_core_changes_nothing_when_it_refuses(world):
    ticket = world.submit(WHOLE)
    world.submit(WHOLE)
    before = world.state
    for refused in (
        lambda: core.confirm(before, ticket, 2, None, world.now()),
        lambda: core.confirm(before, ticket, 1, 0, world.now()),
        lambda: core.submit(before, "x", Demand(3, single=True), SOMEBODY, None, Moment(0, 0)),
        lambda: core.renew(before, ticket, world.now()),
    ):
        with pytest.raises(SchedulerError):
            refused()
    assert world.state is before and len(before.tickets) == 2
