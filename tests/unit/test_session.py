"""Objects of a session: numbers, kinds, what goes with what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.errors import CallFailed, Code, RemoteProtocolError
from bitfusion.session import Context, Quota, Session


def make() -> Session:
    return Session(["gpu0", "gpu1"], Quota([None, None]), Context(0, "none", None), {0: "null", 1: "legacy"})


def in_context(session: Session, number: int) -> Context:
    session.add_context(number, f"context{number}", 0)
    session.current = session.contexts[number]
    return session.current


def test_unknown_number_and_number_of_another_kind_are_invalid_handles():
    session = make()
    session.add(session.events, 16, "event")
    for table, number in ((session.events, 17), (session.streams, 16), (session.contexts, 16)):
        with pytest.raises(CallFailed) as caught:
            table[number]
        assert caught.value.code == Code.INVALID_HANDLE


@pytest.mark.parametrize("number", [-1, 0, 1, 2, 15, 16, "x", None])
def test_number_that_is_reserved_taken_or_no_number_is_the_peers_fault(number):
    session = make()
    session.add(session.events, 16, "event")
    with pytest.raises(RemoteProtocolError):
        session.check_new(number)


def test_too_many_objects_are_out_of_memory(monkeypatch):
    session = make()
    monkeypatch.setattr("bitfusion.session.session.OBJECTS_MAX", 2)
    for number in (16, 17):
        session.check_new(number)
        session.add(session.events, number, "event")
    with pytest.raises(CallFailed) as caught:
        session.check_new(18)
    assert caught.value.code == Code.OUT_OF_MEMORY


@pytest.mark.parametrize("ordinal", [-1, 2, 1000])
def test_device_beyond_the_list_is_invalid(ordinal):
    with pytest.raises(CallFailed) as caught:
        make().device(ordinal)
    assert caught.value.code == Code.INVALID_DEVICE


def test_what_was_made_in_a_context_goes_with_it_and_nothing_else():
    session = make()
    first = in_context(session, 16)
    session.add_stream(17, "stream")
    session.add(session.modules, 18, "module", 16)
    session.add_function(19, "function", 18)
    in_context(session, 20)
    session.add_stream(21, "other stream")
    session.context_gone(first)
    for table, number in (
        (session.contexts, 16),
        (session.streams, 17),
        (session.modules, 18),
        (session.functions, 19),
    ):
        with pytest.raises(CallFailed):
            table[number]
    assert session.streams[21] == "other stream" and session.current.number == 20


def test_end_of_the_current_context_leaves_none_current():
    session = make()
    session.context_gone(in_context(session, 16))
    assert session.current is session.contexts[0]


def test_dropped_stream_is_no_stream_of_its_context():
    session = make()
    context = in_context(session, 16)
    session.add_stream(17, "stream")
    assert context.streams == {17: "stream"}
    session.drop(17)
    assert context.streams == {} and 17 not in session.streams


@pytest.mark.parametrize("number", [0, 1, 99])
def test_what_nobody_made_cannot_be_dropped(number):
    session = make()
    session.drop(number)
    assert session.streams[0] == "null" and session.streams[1] == "legacy"


@given(st.lists(st.tuples(st.integers(16, 40), st.integers(0, 40)), max_size=40), st.integers(16, 40))
def test_dropping_an_object_drops_exactly_its_descendants(edges, doomed):
    session, parents = make(), {}
    for number, parent in edges:
        if number in parents or (parent and parent not in parents):
            continue
        parents[number] = parent
        session.add(session.events, number, f"event{number}", parent)

    def descends(number: int) -> bool:
        while number and number != doomed:
            number = parents[number]
        return number == doomed

    session.drop(doomed)
    assert set(session.events) == {number for number in parents if not descends(number)}
