"""Who goes when too many are connected: silent ones, the oldest first, and of the address that brought the crowd."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.net.peers import Peers, Visit, group

ONE, OTHER = "192.0.2.1", "192.0.2.2"


class Crowd:
    """Visits by name, and the names of those that were dismissed."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self.peers = Peers(most, most_of_one)
        self.gone: list[str] = []

    def enter(self, name: str, address: str = ONE) -> Visit | None:
        return self.peers.enter(address, lambda: self.gone.append(name))


def test_oldest_silent_connection_of_an_address_with_its_share_goes_for_the_newest():
    crowd = Crowd(10, 2)
    crowd.enter("other", OTHER)
    for name in "abcd":
        assert crowd.enter(name)
    assert crowd.gone == ["a", "b"] and len(crowd.peers) == 3


def test_crowd_of_one_address_drives_out_its_own():
    crowd = Crowd(4, 4)
    crowd.enter("first of all", OTHER)
    for name in "abcd":
        crowd.enter(name)
    assert crowd.gone == ["a"]
    assert crowd.enter("second", OTHER) and crowd.gone == ["a", "b"]


def test_connection_that_talks_is_not_ended_and_a_newcomer_without_a_place_is_turned_away():
    crowd = Crowd(2, 2)
    visits = [crowd.enter(name) for name in "ab"]
    for visit in visits:
        visit.heard()
    assert crowd.enter("c") is None and crowd.enter("d", OTHER) is None and not crowd.gone
    visits[0].leave()
    visits[0].leave()
    assert crowd.enter("e", OTHER) and len(crowd.peers) == 2


def test_connection_that_is_quiet_again_counts_as_one_that_came_just_now():
    crowd = Crowd(2, 2)
    first, _ = crowd.enter("a"), crowd.enter("b")
    first.heard()
    first.quiet()
    crowd.enter("c")
    assert crowd.gone == ["b"]


@given(st.lists(st.tuples(st.sampled_from(["enter", "heard", "quiet", "leave"]), st.integers(0, 9)), max_size=60))
def test_whatever_happens_there_are_never_more_than_allowed_and_nobody_is_counted_twice(steps):
    peers, inside, made = Peers(5, 3), {}, 0
    for what, number in steps:
        if what == "enter":
            key, address = made, f"192.0.2.{number % 3}"
            made += 1
            visit = peers.enter(address, lambda key=key: inside.pop(key))
            if visit is not None:
                inside[key] = visit
        elif inside:
            key = sorted(inside)[number % len(inside)]
            getattr(inside[key], what)()
            if what == "leave":
                del inside[key]
        addresses = [visit.address for visit in inside.values()]
        assert len(peers) == len(inside) <= 5
        assert all(addresses.count(address) <= 3 for address in addresses)


@pytest.mark.parametrize(
    ("address", "grouped"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_address_is_grouped_as_one_machine_may_have_it(address, grouped):
    assert group(address) == grouped
