"""Frames of calls that break the rules end the session; what is allowed is run in order. No driver is needed: `ping` has none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.api.model import ASK, TELL
from bitfusion.api.table import WIRES
from bitfusion.dispatch import Dispatch
from bitfusion.errors import RemoteProtocolError
from bitfusion.generated import calls
from bitfusion.limits import BULK_INLINE_BYTES, FRAME_HEADER_BYTES
from bitfusion.session import Context, Quota, Session
from bitfusion.wire.calls import pack_calls

IDS = {wire.name: wire.id for wire in WIRES}
PING = (IDS["ping"],)
BAD_TELL = (IDS["cuEventRecord"], 77, 0)  # there is no event 77


class Client:
    """The session's channel, as far as dispatch uses it: replies are kept."""

    def __init__(self) -> None:
        self.bulk = 0
        self.replies: list[tuple[Any, ...]] = []

    def reply(self, number, result, values):
        self.replies.append((number, result, *values))

    def drain(self):
        self.bulk = 0


def run(*calls_: tuple[Any, ...], bulk: int = 0, raw: bytes = b"") -> Client:
    client = Client()
    session = Session([], Quota([]), Context(0, None, None), {0: None, 1: None})
    session.channel = client
    client.bulk = bulk
    Dispatch(session, client).run(memoryview(pack_calls(calls_)[FRAME_HEADER_BYTES:] + raw))
    return client


def test_every_call_of_the_table_has_its_function_in_the_right_list():
    lists = {(ASK, False): calls.ASKS, (TELL, False): calls.TELLS, (ASK, True): calls.BULK_ASKS, (TELL, True): calls.BULK_TELLS}
    for wire in WIRES:
        assert lists[wire.how, wire.bulk == "in"][wire.id].__name__ == wire.name
    assert sum(map(len, lists.values())) == len(WIRES)


def test_replies_carry_the_numbers_of_all_calls():
    client = run(PING, BAD_TELL, PING, PING)
    assert client.replies == [(1, 0), (3, 400), (4, 0)]


def test_first_error_of_tells_is_told_once_by_the_next_ask_which_is_not_run():
    no_context = (IDS["ctx_use"], 999)
    client = run(BAD_TELL, no_context, (IDS["ctx_destroy"], 0), (IDS["ctx_destroy"], 0))
    # ctx_destroy of nothing is 201: the first was not run, the second was.
    assert client.replies == [(3, 400), (4, 201)]


def test_latched_error_of_a_module_load_comes_with_empty_logs_and_its_image_is_thrown_away():
    client = run(BAD_TELL, (IDS["module_load"], 16, b""), bulk=100)
    assert client.replies == [(2, 400, b"", b"")] and client.bulk == 0


@pytest.mark.parametrize(
    "call",
    [
        (250,),
        ("ping",),
        (),
        (IDS["ping"], 1),
        (IDS["cuEventRecord"], 16),
        (IDS["cuEventCreate"], 15, 0),
        (IDS["cuMemFree_v2"], "text"),
        (IDS["cuMemFree_v2"], -1),
        (IDS["ctx_set_primary_flags"], "0", 0),
        (IDS["copy_small"], 4096, bytes(BULK_INLINE_BYTES + 1), 0),
        (IDS["copy_small"], 4096, "text", 0),
        (IDS["copy_small_legacy"], 4096, bytes(BULK_INLINE_BYTES + 1)),
        (IDS["copy_small_legacy"], 4096, 64),
    ],
)
def test_call_that_is_not_in_the_table_as_it_is_ends_the_session(call):
    with pytest.raises(RemoteProtocolError):
        run(call)


@pytest.mark.parametrize(
    ("frame", "bulk"),
    [
        ([PING], 5),
        ([(IDS["copy_htod"], 4096, 10, 0)], 9),
        ([(IDS["copy_htod"], 4096, 10, 0), PING], 10),
        ([(IDS["copy2d_htod"], 4096, 10, 3, 3, 0)], 10),
        ([(IDS["module_load"], 16, b"")], 0),
        ([(IDS["module_load"], 16, b"odd")], 10),
    ],
)
def test_bulk_that_does_not_fit_its_call_ends_the_session(frame, bulk):
    with pytest.raises(RemoteProtocolError):
        run(*frame, bulk=bulk)


def test_call_that_goes_beyond_its_frame_ends_the_session():
    with pytest.raises(RemoteProtocolError, match="beyond"):
        run(PING, raw=b"\x92\x01")


@pytest.mark.parametrize("call", [(IDS["ctx_use"], -1), (IDS["ctx_use"], [16]), (IDS["ctx_use"], "16"), (IDS["ctx_use"], 1 << 63)])
def test_handle_that_nobody_made_fails_the_call_alone(call):
    assert run(call, PING, PING).replies == [(2, 400), (3, 0)]


@given(st.binary(min_size=1, max_size=64))
def test_garbage_ends_the_session_and_nothing_else(data):
    try:
        client = run(raw=data)
    except RemoteProtocolError:
        return
    # Some bytes happen to be calls: every one of them was answered or told.
    assert all(len(reply) >= 2 for reply in client.replies)
