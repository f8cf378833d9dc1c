"""Frames of calls that break the rules end the session; what is allowed is run in order. No driver is needed: `ping`
has none.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.api.model import ASK, TELL
from bitfusion.api.table import WIRES
from bitfusion.dispatch import Dispatch
from bitfusion.driver.session import DriverSession
from bitfusion.errors import RemoteProtocolError
from bitfusion.generated import calls
from bitfusion.limits import BULK_INLINE_BYTES, FRAME_HEADER_BYTES
from bitfusion.session import Context, Quota
from bitfusion.wire.calls import pack_calls

IDS = {wire.name: wire.id for wire in WIRES}
PING = (IDS["ping"],)
BAD_TELL = (IDS["cuEventRecord"], 77, 0)  # there is no event 77


class Client:
    """The session's channel, as far as dispatch uses it: replies are kept."""

    def __init__(self) -> None:
        self.bulk = 0
        self.replies: list[tuple[Any, ...]] = []
        self.told: list[tuple[Any, ...]] = []  # replies and faults, as they went out

    def reply(self, number, result, values):
        self.replies.append((number, result, *values))
        self.told.append(("reply", number, result))

    def fault(self, context, result, lost=False):
        self.told.append(("lost" if lost else "fault", context, result))

    def failed(self, result):
        pass

    def drain(self):
        self.bulk = 0


def opened() -> tuple[Client, Dispatch]:
    client = Client()
    return client, Dispatch(DriverSession([], Quota([]), client, None), client)


def run(*calls_: tuple[Any, ...], bulk: int = 0, raw: bytes = b"") -> Client:
    client, dispatch = opened()
    client.bulk = bulk
    dispatch.run(memoryview(pack_calls(calls_)[FRAME_HEADER_BYTES:] + raw))
    return client


def test_every_call_of_the_table_has_its_function_in_the_right_list():
    lists = {
        (ASK, False): calls.ASKS,
        (TELL, False): calls.TELLS,
        (ASK, True): calls.BULK_ASKS,
        (TELL, True): calls.BULK_TELLS,
    }
    for wire in WIRES:
        assert lists[wire.how, wire.bulk == "in"][wire.id].__name__ == wire.name
    assert sum(map(len, lists.values())) == len(WIRES)


def test_replies_carry_the_numbers_of_all_calls_and_their_own_results():
    client = run(PING, BAD_TELL, PING, (IDS["ctx_destroy"], 0), PING)
    assert client.replies == [(1, 0), (3, 0), (4, 201), (5, 0)]


def test_error_of_a_tell_is_told_before_the_reply_of_a_later_call_and_the_first_of_a_frame_is_enough():
    client = run(PING, BAD_TELL, BAD_TELL, PING)
    assert client.told == [("reply", 1, 0), ("fault", 0, 400), ("reply", 4, 0)]


def test_errors_of_two_frames_are_both_told():
    client, dispatch = opened()
    for _ in range(2):
        dispatch.run(memoryview(pack_calls([BAD_TELL])[FRAME_HEADER_BYTES:]))
    assert client.told == [("fault", 0, 400)] * 2


def test_error_belongs_to_the_context_that_was_current():
    client, dispatch = opened()
    dispatch._session.current = Context(17, None, 0)
    dispatch.run(memoryview(pack_calls([BAD_TELL, (IDS["cuFuncSetCacheConfig"], 99, 0)])[FRAME_HEADER_BYTES:]))
    assert client.told == [("fault", 17, 400)]


def test_page_of_the_calls_names_each_and_those_that_carry_an_error():
    page = (Path(__file__).resolve().parents[2] / "docs" / "developer" / "calls.md").read_text()
    rows = [[cell.strip() for cell in line.split(" | ")] for line in page.splitlines() if re.match(r"\| \d+ \|", line)]
    assert {row[1] for row in rows} == {f"`{wire.name}`" for wire in WIRES} and len(rows) == len(WIRES)
    assert {row[1] for row in rows if row[6] == "yes"} == {f"`{wire.name}`" for wire in WIRES if wire.carries}


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


RIGHT = {"u": 1, "i": 0, "z": 16, "n": 0, "f": 1.0, "s": "name", "b": b""}
WRONG = {"u": "text", "i": (), "z": 1.5, "n": b"16", "f": "1", "s": 7, "b": 7}


@pytest.mark.parametrize("wire", [wire for wire in WIRES if wire.args], ids=lambda wire: wire.name)
def test_argument_of_a_wrong_type_is_the_peers_fault_or_fails_the_call_alone(wire):
    letters = calls.ARGUMENTS[wire.id]
    for place in range(len(letters)):
        arguments = [RIGHT[letter] for letter in letters]
        arguments[place] = WRONG[letters[place]]
        try:
            run((wire.id, *arguments), bulk=16 if wire.bulk == "in" else 0)
        except RemoteProtocolError:
            pass


@pytest.mark.parametrize("error", [TypeError, ValueError, OverflowError, KeyError, AttributeError])
@pytest.mark.parametrize(
    ("table", "call"),
    [
        (calls.TELLS, (IDS["cuMemFree_v2"], 4096)),
        (calls.ASKS, PING),
        (calls.BULK_TELLS, (IDS["copy_htod"], 0, 1, 0)),
    ],
)
def test_error_of_a_call_that_is_what_the_table_says_is_our_bug_and_says_which(monkeypatch, error, table, call):
    def buggy(*_):
        raise error("oops")

    monkeypatch.setitem(table, call[0], buggy)
    with pytest.raises(RuntimeError, match=f"{calls.NAMES[call[0]]}: .*oops"):
        run(call, bulk=1 if table is calls.BULK_TELLS else 0)


@pytest.mark.parametrize(
    ("frame", "bulk"),
    [
        ([PING], 5),
        ([(IDS["copy_htod"], 4096, 10, 0)], 9),
        ([(IDS["copy_htod"], 4096, 10, 0), PING], 10),
        ([(IDS["copy2d_htod"], 4096, 10, 3, 3, 0)], 10),
        ([(IDS["module_load"], 16, b"", 0)], 0),
        ([(IDS["module_load"], 16, b"odd", 0)], 10),
    ],
)
def test_bulk_that_does_not_fit_its_call_ends_the_session(frame, bulk):
    with pytest.raises(RemoteProtocolError):
        run(*frame, bulk=bulk)


def test_call_that_goes_beyond_its_frame_ends_the_session():
    with pytest.raises(RemoteProtocolError, match="beyond"):
        run(PING, raw=b"\x92\x01")


@pytest.mark.parametrize("number", [-1, [16], "16", 1 << 63])
def test_handle_that_nobody_made_fails_the_call_alone(number):
    client = run((IDS["cuEventRecord"], number, 0), (IDS["cuEventQuery"], number), PING)
    assert client.told == [("fault", 0, 400), ("reply", 2, 400), ("reply", 3, 0)]


@given(st.binary(min_size=1, max_size=64))
def test_garbage_ends_the_session_and_nothing_else(data):
    try:
        client = run(raw=data)
    except RemoteProtocolError:
        return
    except RuntimeError as error:
        # A call without a handle (ctx_use, cuCtxGetLimit) got as far as the driver, which is not here.
        assert "driver" in str(error)
        return
    # Some bytes happen to be calls: every one of them was answered or told.
    assert all(len(reply) >= 2 for reply in client.replies)
