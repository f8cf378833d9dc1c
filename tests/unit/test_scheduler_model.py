"""The scheduler's words: what is no demand, order or client is refused by value; what is goes to a dict and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.errors import BadRequest
from bitfusion.scheduler.model import (
    Client,
    Demand,
    Lease,
    LeaseState,
    Order,
    Process,
    Share,
    Ticket,
    check_count,
    check_ttl,
)

UUID = "7d444840-9dc0-41d1-b245-5ffdce74fad2"

texts = st.text(max_size=20)
clients = st.builds(Client, texts, texts, texts, st.integers(0, 1 << 31))
orders = st.builds(Order, st.integers(0, 1 << 62), st.uuids().map(str))
demands = st.one_of(
    st.builds(Demand, st.integers(1, 4096), st.floats(0.001, 1)),
    st.builds(Demand, st.integers(1, 4096), memory_mib=st.integers(1, 1 << 30), single=st.booleans()),
    st.builds(Demand, st.integers(1, 4096), devices=st.sets(st.integers(0, 63), min_size=1).map(tuple)),
)
shares = st.builds(Share, st.integers(0, 63), texts, texts, st.integers(1, 1 << 20), st.integers(1, 1 << 20))
leases = st.builds(
    Lease,
    st.uuids().map(str),
    orders,
    clients,
    st.lists(shares, max_size=3).map(tuple),
    st.none() | st.floats(1, 1e6),
    st.sampled_from(LeaseState),
    st.none() | st.builds(Process, st.integers(1, 1 << 22), st.integers(0, 1 << 40), st.integers(1, 65535)),
    st.none() | st.floats(0, 1e10),
)


@given(st.builds(Ticket, st.uuids().map(str), orders, demands, clients), leases)
def test_tickets_and_leases_come_back_from_json_as_they_were(ticket, lease):
    assert Ticket.from_dict(json.loads(json.dumps(ticket.to_dict()))) == ticket
    assert Lease.from_dict(json.loads(json.dumps(lease.to_dict()))) == lease


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (None, "None"),
        ([1], "[1]"),
        ({}, "gpus None"),
        ({"gpus": 0}, "gpus 0"),
        ({"gpus": -1}, "gpus -1"),
        ({"gpus": True}, "gpus True"),
        ({"gpus": 1.5}, "gpus 1.5"),
        ({"gpus": "2"}, "gpus '2'"),
        ({"gpus": 4097}, "gpus 4097"),
        ({"gpus": 1, "fraction": 0}, "fraction 0"),
        ({"gpus": 1, "fraction": 1.01}, "fraction 1.01"),
        ({"gpus": 1, "fraction": float("nan")}, "fraction nan"),
        ({"gpus": 1, "fraction": float("inf")}, "fraction inf"),
        ({"gpus": 1, "fraction": "0.5"}, "fraction '0.5'"),
        ({"gpus": 1, "memory_mib": 0}, "memory_mib 0"),
        ({"gpus": 1, "memory_mib": 1.5}, "memory_mib 1.5"),
        ({"gpus": 1, "memory_mib": 10**30}, "memory_mib 1000000000000000000000000000000"),
        ({"gpus": 1, "memory_mib": 5, "fraction": 0.5}, "fraction 0.5 and memory_mib 5 exclude each other"),
        ({"gpus": 1, "devices": []}, "devices []"),
        ({"gpus": 1, "devices": [0, 0]}, "devices [0, 0]"),
        ({"gpus": 1, "devices": [-1]}, "devices [-1]"),
        ({"gpus": 1, "devices": [64]}, "devices [64]"),
        ({"gpus": 1, "devices": [[0]]}, "devices [[0]]"),
        ({"gpus": 1, "devices": "01"}, "devices '01'"),
        ({"gpus": 1, "single": 1}, "single 1"),
    ],
)
def test_what_is_no_demand_is_refused_by_its_value(data, named):
    with pytest.raises(BadRequest) as caught:
        Demand.from_dict(data)
    assert named in caught.value.detail


def test_all_mistakes_of_a_demand_are_named_at_once():
    with pytest.raises(BadRequest) as caught:
        Demand.from_dict({"gpus": 0, "fraction": 7, "devices": [], "single": "yes"})
    assert all(value in caught.value.detail for value in ("gpus 0", "fraction 7", "devices []", "single 'yes'"))


@pytest.mark.parametrize(
    "data",
    [
        None,
        1,
        [],
        [1],
        ["1", UUID],
        [1.0, UUID],
        [-1, UUID],
        [1 << 63, UUID],
        [True, UUID],
        [1, UUID.upper()],
        [1, "x"],
        [1, UUID, 2],
        [1, 5],
    ],
)
def test_what_is_no_order_is_refused_by_its_value(data):
    with pytest.raises(BadRequest) as caught:
        Order.from_list(data)
    assert repr(data) in caught.value.detail


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"host": None}, "host None"),
        ({"user": "u" * 257}, "user 'uuu"),
        ({"pid": "1"}, "pid '1'"),
        ({"pid": -1}, "pid -1"),
    ],
)
def test_what_is_no_client_is_refused_by_its_value(change, named):
    with pytest.raises(BadRequest) as caught:
        Client.from_dict({"host": "h", "user": "u", "program": "p", "pid": 1} | change)
    assert named in caught.value.detail
    with pytest.raises(BadRequest):
        Client.from_dict("somebody")


@pytest.mark.parametrize("value", [0, 0.5, -1, 1e12, float("nan"), float("inf"), "30", True])
def test_what_is_no_time_to_live_is_refused_by_its_value(value):
    with pytest.raises(BadRequest) as caught:
        check_ttl(value)
    assert f"ttl_s {value!r}" in caught.value.detail


@pytest.mark.parametrize("value", [0, -1, 1.0, None, "1", True, 5000])
def test_what_is_no_count_is_refused_by_its_value(value):
    with pytest.raises(BadRequest) as caught:
        check_count(value)
    assert f"gpus {value!r}" in caught.value.detail


@given(st.lists(orders, min_size=2, max_size=6, unique=True))
def test_orders_are_sorted_by_time_and_then_by_uuid(found):
    assert [order.to_list() for order in sorted(found)] == sorted(order.to_list() for order in found)
