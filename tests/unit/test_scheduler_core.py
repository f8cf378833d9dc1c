"""The scheduler under any sequence of events and kills: nothing over-granted, nothing lost, nobody starved.

A model beside it counts for itself: which Dispatchers exist and what they hold, who waits and in which order.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from scheduler_world import Killed, World, gpu

from bitfusion.errors import BadRequest, Gone, NotFound, NotOffered, TooLarge
from bitfusion.limits import LEASES_GONE_KEPT_S, TICKET_SILENCE_S
from bitfusion.scheduler import core
from bitfusion.scheduler.model import Demand, Lease, LeaseState, Order
from bitfusion.scheduler.view import ticket_view

sizes = st.sampled_from([{}, {"fraction": 0.5}, {"fraction": 0.34}, {"memory_mib": 100}, {"memory_mib": 600}])
devices = st.sampled_from([None, None, None, (0,), (1,), (0, 1), (1, 2, 3)])
demands = st.builds(
    lambda gpus, size, allowed, single: Demand(gpus, **size, devices=allowed, single=single),
    st.sampled_from([1, 1, 2, 3, 5]),
    sizes,
    devices,
    st.booleans(),
)
picks = st.integers(0, 1000)


class Host(RuleBasedStateMachine):
    """Clients, Dispatchers and kills around one scheduler."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.granted: dict[str, Lease] = {}  # every lease whose confirmation was answered
        self.ended_at: dict[str, float] = {}  # monotonic second at which the scheduler was told
        self.orders: list[Order] = []  # all that were ever used
        self.issued_us = 0

    @initialize(memories=st.lists(st.sampled_from([500, 1000, 1000]), min_size=2, max_size=4))
    def start(self, memories):
        self.world = World(
            [gpu(index, memory) for index, memory in enumerate(memories)], Path(self.directory.name) / "state"
        )

    def teardown(self):
        if hasattr(self, "world"):
            self.everybody_is_served_in_order()
            self.world.store.close()
        self.directory.cleanup()

    def queue(self) -> list[str]:
        return list(self.world.state.tickets)

    def do(self, step, *arguments):
        """A step of the world that may be killed in its middle; None if it was."""
        before = {id: ticket_view(self.world.state, id) for id in self.queue()}
        self.world.woken.clear()
        try:
            value = step(*arguments)
        except Killed:
            self.world.begin()
            return None
        for id, seen in before.items():
            now = ticket_view(self.world.state, id) if id in self.world.state.tickets else None
            same = now is not None and (now["position"], now["offer"]) == (seen["position"], seen["offer"])
            assert same != (id in self.world.woken)
        return value

    @rule(steps=st.integers(-1, 3))
    def kill_now_or_during_the_next_turn(self, steps):
        if steps < 0:
            self.world.begin()
        else:
            self.world.kill_after = steps

    @rule(demand=demands, again=st.none() | picks)
    def submit(self, demand, again):
        order = self.orders[again % len(self.orders)] if again is not None and self.orders else None
        try:
            id = self.do(self.world.submit, demand, order)
        except (TooLarge, BadRequest):
            return
        if id is not None:
            used = self.world.state.tickets[id].ticket.order
            if order is None:
                assert used.time_us > self.issued_us
                self.issued_us = used.time_us
            self.orders.append(used)

    @precondition(lambda self: self.queue())
    @rule(pick=picks, wait_s=st.sampled_from([0, 0, 5, 20]))
    def poll(self, pick, wait_s):
        self.do(self.world.turn, core.poll, self.queue()[pick % len(self.queue())], self.world.now(), wait_s)

    @precondition(lambda self: self.queue())
    @rule(pick=picks)
    def cancel(self, pick):
        self.do(self.world.turn, core.cancel, self.queue()[pick % len(self.queue())])

    @precondition(lambda self: self.queue())
    @rule(pick=st.sampled_from([0, 0, 0, 1, 2]), gpus=st.integers(1, 5), ttl_s=st.sampled_from([None, 5, 60]))
    def confirm(self, pick, gpus, ttl_s):
        id = self.queue()[pick % len(self.queue())]
        lowest = min(waiting.ticket.order for waiting in self.world.state.tickets.values())
        waiting, offer = self.world.state.tickets[id].ticket, ticket_view(self.world.state, id)["offer"]
        try:
            lease = self.do(self.world.confirm, id, gpus, ttl_s)
        except NotOffered:
            assert gpus > offer or (waiting.demand.single and gpus != waiting.demand.gpus)
            return
        assert waiting.order == lowest and gpus <= offer
        if lease is not None:
            assert len(lease.shares) == gpus and len({share.uuid for share in lease.shares}) == gpus
            self.granted[lease.id] = lease

    @rule(wanted=st.lists(demands, min_size=1, max_size=4), ttl_s=st.sampled_from([None, 60]))
    def come_and_be_served(self, wanted, ttl_s):
        """Whole lives at once, so that many leases are there together."""
        for demand in wanted:
            self.submit(demand, None)
        while self.queue() and (offer := ticket_view(self.world.state, self.queue()[0])["offer"]):
            id = self.queue()[0]
            self.confirm(0, offer, ttl_s)
            if id in self.world.running:
                self.do(self.world.comes_up, id)
            elif id in self.queue():
                return  # killed before it was kept

    @precondition(lambda self: self.world.running)
    @rule(pick=picks)
    def comes_up(self, pick):
        id = list(self.world.running)[pick % len(self.world.running)]
        if self.world.state.leases[id].lease.state is not LeaseState.ACTIVE:
            self.do(self.world.comes_up, id)

    @precondition(lambda self: self.world.running)
    @rule(pick=picks)
    def dies(self, pick):
        self.end(list(self.world.running)[pick % len(self.world.running)])

    @precondition(lambda self: self.world.told)
    @rule(pick=picks)
    def obeys(self, pick):
        self.end(sorted(self.world.told)[pick % len(self.world.told)])

    def end(self, id: str):
        self.do(self.world.ends, id)
        self.ended_at[id] = self.world.s

    @precondition(lambda self: self.granted)
    @rule(pick=picks, release=st.booleans())
    def renew_or_release(self, pick, release):
        id = list(self.granted)[pick % len(self.granted)]
        try:
            self.do(
                *(
                    (self.world.turn, core.release, id)
                    if release
                    else (self.world.turn, core.renew, id, self.world.now())
                )
            )
        except Gone:
            assert id in self.ended_at or (not release and self.world.state.leases[id].lease.state is LeaseState.ENDING)
        except NotFound:
            assert self.world.s - self.ended_at[id] >= LEASES_GONE_KEPT_S - 1

    @rule(seconds=st.sampled_from([0.1, 1, 4, 9, 61, 90_000]))
    def pass_time(self, seconds):
        killed = self.world.kill_after is not None
        self.do(self.world.pass_time, seconds)
        if seconds > 60 and not killed:
            assert not self.queue()
            mortal = {
                id
                for id, held in self.world.state.leases.items()
                if held.lease.ttl_s and held.lease.state is LeaseState.ACTIVE
            }
            assert not mortal

    @invariant()
    def no_gpu_is_over_granted(self):
        for owned in self.world.gpus:
            used = [
                share.memory_mib
                for lease in self.world.running.values()
                for share in lease.shares
                if share.uuid == owned.uuid
            ]
            assert sum(used) <= owned.memory_mib
            assert core.free(self.world.state)[owned.index] <= owned.memory_mib - sum(used)

    @invariant()
    def no_dispatcher_and_no_lease_is_lost(self):
        assert set(self.world.running) <= set(self.world.state.leases)
        for id in self.granted:
            known = id in self.world.state.leases or id in self.world.state.gone
            assert known or (id in self.ended_at and self.world.s - self.ended_at[id] >= LEASES_GONE_KEPT_S - 1)

    @invariant()
    def the_line_is_in_order_and_the_store_has_it_all(self):
        tickets = [waiting.ticket for waiting in self.world.state.tickets.values()]
        assert tickets == sorted(tickets, key=lambda ticket: ticket.order)
        kept = self.world.store.load()
        assert set(kept.tickets) == set(tickets)
        assert {lease.id: lease for lease in kept.leases} == {
            id: held.lease for id, held in self.world.state.leases.items()
        }
        assert set(kept.gone) == set(self.world.state.gone) and kept.mark_us == self.world.state.mark_us
        assert kept.past_s == self.world.state.past_s

    @invariant()
    def an_expired_lease_is_told_to_end(self):
        for id, held in self.world.state.leases.items():
            if held.lease.state is LeaseState.ENDING and id in self.world.running:
                assert id in self.world.told

    def everybody_is_served_in_order(self):
        """Whoever is still in the queue gets all that this host could ever give, head by head, once the others have
        released.
        """
        self.world.kill_after = None
        served = []
        while self.queue():
            for id in list(self.world.state.leases):
                self.world.turn(core.release, id)
                self.world.ends(id)
            id = self.queue()[0]
            view = ticket_view(self.world.state, id)
            assert view["offer"] == view["most"] > 0
            self.world.confirm(id, view["offer"])
            served.append(Order.from_list(view["order"]))
        assert served == sorted(served)


TestHost = Host.TestCase
TestHost.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)


@pytest.mark.parametrize("steps", range(4))
def test_a_kill_at_any_step_of_a_confirmation_leaves_no_dispatcher_without_its_lease(tmp_path, steps):
    world = World([gpu(0)], tmp_path / "state")
    ticket = world.submit(Demand(1))
    world.kill_after = steps
    with pytest.raises(Killed):
        world.confirm(ticket, 1)
        raise AssertionError("the turn has fewer steps")
    world.begin()
    assert set(world.running) <= set(world.state.leases)
    # Before it was kept the confirmation has not happened; after that the lease ends, because nobody had an answer.
    assert (ticket in world.state.tickets) == (steps == 0)
    assert world.told == set(world.running)
    world.pass_time(TICKET_SILENCE_S)
    assert not world.state.tickets
