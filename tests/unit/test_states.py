"""The states of a connection: both ends agree on every frame, and what is not in the table is an error of its
sender.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.errors import LocalProtocolError, RemoteProtocolError
from bitfusion.wire.frames import Kind
from bitfusion.wire.states import Machine, Side, State


@given(st.lists(st.tuples(st.sampled_from(Side), st.sampled_from(Kind)), max_size=12), st.booleans())
def test_what_one_end_may_send_the_other_may_receive(steps, session):
    ends = {side: Machine(side, session) for side in Side}
    for sender, kind in steps:
        receiver = Side.SERVER if sender is Side.CLIENT else Side.CLIENT
        try:
            ends[sender].send(kind)
        except LocalProtocolError:
            with pytest.raises(RemoteProtocolError):
                ends[receiver].receive(kind)
        else:
            ends[receiver].receive(kind)
        assert ends[Side.CLIENT].state is ends[Side.SERVER].state


def test_session_goes_from_hello_to_calls():
    server = Machine(Side.SERVER)
    server.receive(Kind.HELLO)
    server.send(Kind.WELCOME)
    server.receive(Kind.CALLS)
    for kind in (Kind.DATA, Kind.REPLY, Kind.HEARTBEAT):
        server.send(kind)
    assert server.state is State.OPEN


@pytest.mark.parametrize("answer", [Kind.WELCOME, Kind.REFUSED])
def test_dispatchers_answer_is_the_end(answer):
    client = Machine(Side.CLIENT, session=False)
    client.send(Kind.HELLO)
    client.receive(answer)
    assert client.state is State.CLOSED
    with pytest.raises(LocalProtocolError):
        client.send(Kind.CALLS)


@pytest.mark.parametrize("answer", [Kind.ANSWER, Kind.REFUSED])
def test_query_is_answered_once_and_that_is_the_end(answer):
    server = Machine(Side.SERVER, session=False)
    server.receive(Kind.QUERY)
    with pytest.raises(LocalProtocolError):
        server.send(Kind.WELCOME)
    server.send(answer)
    assert server.state is State.CLOSED


def test_hello_is_not_answered_with_an_answer():
    server = Machine(Side.SERVER, session=False)
    server.receive(Kind.HELLO)
    with pytest.raises(LocalProtocolError):
        server.send(Kind.ANSWER)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.HELLO])
def test_nothing_but_hello_comes_first_and_the_state_stays(kind):
    server = Machine(Side.SERVER)
    with pytest.raises(RemoteProtocolError, match=kind.name):
        server.receive(kind)
    assert server.state is State.START
