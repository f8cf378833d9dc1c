"""The simulation finds what it is for: each of these mechanisms is broken on purpose, and some seed tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import seeds

from bitfusion.scheduler import core
from bitfusion.scheduler.model import Moment
from bitfusion.scheduler.state import Turn
from bitfusion.server.queue import Queue
from bitfusion.worker.ledger import SharedLedger
from bitfusion.worker.monitor import Monitor
from bitfusion.worker.session_table import SessionTable

SEEDS_MAX = 60  # in which each is found
GRANULE = 512
Put = Callable[[object, str, Any], None]


def leases_do_not_expire(put: Put) -> None:
    renewed = core._renewed

    def endless(state: Any, held: Any, now: Moment) -> Any:
        turn = renewed(state, held, now)
        forever = {id: replace(each, expires_at_s=None) for id, each in turn.state.leases.items()}
        return replace(turn, state=replace(turn.state, leases=forever))

    put(core, "_renewed", endless)


def line_is_the_wrong_way_round(put: Put) -> None:
    put(core, "_sorted", lambda tickets: dict(sorted(tickets.items(), key=lambda item: item[1].ticket.order)[::-1]))


def orders_are_times_alone(put: Put) -> None:
    submit = core.submit

    def forgetful(state: Any, *arguments: Any) -> Any:
        return submit(replace(state, mark_us=0), *arguments)

    put(core, "submit", forgetful)


def renewals_are_ignored(put: Put) -> None:
    put(core, "renew", lambda state, id, now: Turn(state, (), (), core.find_lease(state, id).lease))


def memory_of_a_lease_is_free_before_its_dispatcher_has_ended(put: Put) -> None:
    def release(state: Any, id: str) -> Any:
        lease = core.find_lease(state, id).lease
        ended = core.ended(state, id, Moment(0.0, 0.0))
        return replace(ended, actions=(core.StopDispatcher(lease), *ended.actions))

    put(core, "release", release)


def restarted_scheduler_finds_no_dispatcher(put: Put) -> None:
    restore = core.restore
    put(core, "restore", lambda gpus, kept, alive, now: restore(gpus, kept, {}, now))


def limit_allows_a_little_more(put: Put) -> None:
    reserve = SharedLedger._reserve
    put(SharedLedger, "_reserve", lambda self, device, count, limit: reserve(self, device, count, limit + GRANULE))


def limit_of_a_client_allows_a_little_more(put: Put) -> None:
    reserve = SharedLedger.reserve

    def generous(self: SharedLedger, device: int, count: int, limit: int | None, own: int | None = None) -> bool:
        return reserve(self, device, count, limit, own and own + GRANULE)

    put(SharedLedger, "reserve", generous)


def limit_allows_a_little_less(put: Put) -> None:
    reserve = SharedLedger._reserve
    put(SharedLedger, "_reserve", lambda self, device, count, limit: reserve(self, device, count, limit - GRANULE))


def rows_of_ended_sessions_stay(put: Put) -> None:
    put(SessionTable, "clear", lambda self, row: self.session(row))


def client_that_is_gone_is_not_noticed(put: Put) -> None:
    put(Monitor, "_end", lambda self, ending: None)


def last_of_the_queue_is_served_first(put: Put) -> None:
    put(Queue, "give", lambda self, thing: [each for each in self._places if not each.done()][-1].set_result(thing))


BROKEN: Mapping[str, Callable[[Put], None]] = {
    each.__name__: each
    for each in (
        leases_do_not_expire,
        line_is_the_wrong_way_round,
        orders_are_times_alone,
        renewals_are_ignored,
        memory_of_a_lease_is_free_before_its_dispatcher_has_ended,
        restarted_scheduler_finds_no_dispatcher,
        limit_allows_a_little_more,
        limit_of_a_client_allows_a_little_more,
        limit_allows_a_little_less,
        rows_of_ended_sessions_stay,
        client_that_is_gone_is_not_noticed,
        last_of_the_queue_is_served_first,
    )
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_found(monkeypatch, name):
    with monkeypatch.context() as broken:
        BROKEN[name](broken.setattr)
        found = next((seed for seed in range(SEEDS_MAX) if seeds.play(monkeypatch, seeds.Scene.of(seed)).faults), None)
    assert found is not None
    # It was this that was found: nothing is wrong with the seed otherwise.
    assert not seeds.play(monkeypatch, seeds.Scene.of(found)).faults


def test_a_scene_in_which_something_is_wrong_is_shrunk_and_told(monkeypatch):
    with monkeypatch.context() as broken:
        limit_allows_a_little_more(broken.setattr)
        played = (seeds.play(monkeypatch, seeds.Scene.of(seed)) for seed in range(SEEDS_MAX))
        first = next(each for each in played if each.faults and len(each.scene.clients) > 2)
        small = seeds.shrunk(monkeypatch, first)
    assert small.faults and len(small.scene.clients) < len(first.scene.clients)
    told = str(small)
    assert f"SIM_SEED={first.scene.seed}" in told and "is granted" in told and " bytes of " in told


def test_the_same_seed_has_the_same_history(monkeypatch):
    for seed in range(16):
        scene = seeds.Scene.of(seed)
        assert seeds.play(monkeypatch, scene).history == seeds.play(monkeypatch, scene).history
