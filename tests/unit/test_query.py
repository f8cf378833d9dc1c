"""QUERY and ANSWER: they come back as they were, and anything else is the peer's fault."""

from __future__ import annotations

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.errors import RemoteProtocolError
from bitfusion.limits import FRAME_HEADER_BYTES
from bitfusion.wire.query import TOPICS, Answer, Query, parse_answer, parse_query

value = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def body(frame: bytes) -> bytes:
    return frame[FRAME_HEADER_BYTES:]


@given(st.lists(st.integers(0, 2**32), max_size=5).map(tuple), st.sampled_from(TOPICS), st.text(max_size=40))
def test_query_comes_back(versions, what, release):
    query = Query(versions, what, release)
    assert parse_query(body(query.frame())) == query


@given(st.dictionaries(st.text(max_size=8), value, max_size=6), st.text(max_size=40))
def test_answer_comes_back_however_it_is_nested(answer, release):
    assert parse_answer(body(Answer(1, answer, release).frame())) == Answer(1, answer, release)


@given(st.binary(max_size=200), st.sampled_from((parse_query, parse_answer)))
def test_any_bytes_are_read_or_refused_as_the_peers_fault(data, parse):
    try:
        parse(data)
    except RemoteProtocolError:
        return
    assert isinstance(msgpack.unpackb(data, raw=False), dict)


@pytest.mark.parametrize(
    "fields",
    [
        [],
        {"protocol": "redis", "versions": [1], "what": "stats"},
        {"protocol": "bitfusion", "versions": [1]},
        {"protocol": "bitfusion", "versions": [1], "what": 7},
        {"protocol": "bitfusion", "versions": "1", "what": "stats"},
        {"protocol": "bitfusion", "versions": [1], "what": "x" * 2000},
    ],
)
def test_query_that_is_not_one_is_refused(fields):
    with pytest.raises(RemoteProtocolError):
        parse_query(msgpack.packb(fields))


@pytest.mark.parametrize("fields", [{}, {"version": 1}, {"version": 1, "answer": []}, {"version": "1", "answer": {}}])
def test_answer_that_is_not_one_is_refused(fields):
    with pytest.raises(RemoteProtocolError):
        parse_answer(msgpack.packb(fields))
