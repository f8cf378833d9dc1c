"""Placement: best fit that keeps whole GPUs whole, checked against every other choice on small cases."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.errors import BadRequest, TooLarge
from bitfusion.scheduler.model import Demand, Gpu
from bitfusion.scheduler.placement import check, most, place, wanted_mib


def gpu(index: int, memory_mib: int) -> Gpu:
    return Gpu(index, f"GPU-{index}", "a GPU", "8.0", memory_mib)


@st.composite
def machines(draw) -> tuple[list[Gpu], dict[int, int]]:
    """Up to five GPUs of one to three sizes, and what is free on each."""
    sizes = draw(st.lists(st.integers(1, 40), min_size=1, max_size=3))
    gpus = [gpu(index, draw(st.sampled_from(sizes))) for index in range(draw(st.integers(1, 5)))]
    return gpus, {
        item.index: draw(st.one_of(st.just(item.memory_mib), st.integers(0, item.memory_mib))) for item in gpus
    }


@st.composite
def demands(draw) -> Demand:
    size = draw(st.sampled_from(["whole", "fraction", "mib"]))
    fraction = draw(st.floats(0.02, 1.0)) if size == "fraction" else None
    memory = draw(st.integers(1, 40)) if size == "mib" else None
    devices = draw(st.none() | st.sets(st.integers(0, 4), min_size=1).map(lambda found: tuple(sorted(found))))
    return Demand(draw(st.integers(1, 5)), fraction, memory, devices, draw(st.booleans()))


def untouched(gpus, free, chosen) -> int:
    return sum(free[item.index] == item.memory_mib and item.index not in chosen for item in gpus)


@given(machines(), demands())
def test_placement_is_as_large_as_any_and_leaves_as_many_whole_gpus_as_any(machine, demand):
    gpus, free = machine
    fit = [
        item.index
        for item in gpus
        if (demand.devices is None or item.index in demand.devices)
        and 1 <= wanted_mib(demand, item) <= free[item.index]
    ]
    shares = place(demand, gpus, free)
    if demand.single and len(fit) < demand.gpus:
        assert shares == ()
        return
    assert len(shares) == min(demand.gpus, len(fit))
    for count in range(1, len(shares) + 1):
        chosen = {share.index for share in shares[:count]}
        assert len(chosen) == count and chosen <= set(fit)
        best = max(untouched(gpus, free, choice) for choice in combinations(fit, count))
        assert untouched(gpus, free, chosen) == best


@given(machines(), demands())
def test_each_share_is_what_was_wanted_of_its_gpu(machine, demand):
    gpus, free = machine
    for share in place(demand, gpus, free):
        (owner,) = [item for item in gpus if item.index == share.index]
        assert (share.uuid, share.total_mib) == (owner.uuid, owner.memory_mib)
        assert share.memory_mib == wanted_mib(demand, owner) <= free[share.index]


@given(machines(), demands())
def test_a_demand_is_refused_exactly_if_it_could_never_be_placed(machine, demand):
    gpus, _ = machine
    everything = {item.index: item.memory_mib for item in gpus}
    possible = len(place(demand, gpus, everything))
    assert most(demand, gpus) >= possible
    try:
        check(demand, gpus)
    except TooLarge:
        assert not possible
    except BadRequest:
        assert set(demand.devices or ()) - set(everything) or not possible
    else:
        assert possible


@pytest.mark.parametrize(
    ("free", "taken"), [((10, 7, 9, 10), [1, 2]), ((10, 10, 10, 10), [0, 1]), ((10, 4, 5, 10), [2, 0])]
)
def test_the_least_free_memory_that_suffices_is_taken_first(free, taken):
    gpus = [gpu(index, 10) for index in range(4)]
    shares = place(Demand(2, memory_mib=5), gpus, dict(enumerate(free)))
    assert [share.index for share in shares] == taken


def test_a_large_gpu_in_use_is_taken_before_a_small_whole_one():
    gpus = [gpu(0, 8), gpu(1, 40)]
    assert [share.index for share in place(Demand(1, memory_mib=4), gpus, {0: 8, 1: 20})] == [1]


@given(st.integers(1, 100), st.integers(1, 200_000))
def test_a_fraction_is_rounded_down_from_what_the_user_wrote(percent, total):
    demand = Demand(1, fraction=float(Decimal(percent) / 100))
    assert wanted_mib(demand, gpu(0, total)) == percent * total // 100


@pytest.mark.parametrize(
    ("demand", "error", "text"),
    [
        (
            Demand(5, single=True),
            TooLarge,
            "5 GPUs with all their memory are more than this server has; the most here: 2",
        ),
        (Demand(1, memory_mib=101), TooLarge, "a GPU with 101 MiB does not exist here; the largest has 100 MiB"),
        (
            Demand(2, memory_mib=60, single=True),
            TooLarge,
            "2 GPUs with 60 MiB are more than this server has; the most here: 1",
        ),
        (Demand(1, devices=(1, 7)), BadRequest, "devices 7: are not of this server; its devices: 0, 1"),
        (Demand(1, fraction=0.009), BadRequest, "fraction 0.009: is less than 1 MiB of 100 MiB; ask for more memory"),
    ],
)
def test_what_can_never_be_satisfied_is_refused_with_the_most_that_is_possible(demand, error, text):
    with pytest.raises(error) as caught:
        check(demand, [gpu(0, 100), gpu(1, 50)])
    assert str(caught.value) == text


def test_more_gpus_than_are_here_are_accepted_if_others_may_come_from_elsewhere():
    check(Demand(5), [gpu(0, 100), gpu(1, 50)])
    assert most(Demand(5), [gpu(0, 100), gpu(1, 50)]) == 2
