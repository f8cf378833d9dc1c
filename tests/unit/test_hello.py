"""The first frames and the choice of the version."""

from __future__ import annotations

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.errors import Code, Refused, RemoteProtocolError
from bitfusion.limits import FRAME_HEADER_BYTES
from bitfusion.wire.digest import CALLS
from bitfusion.wire.hello import (
    Hello,
    SessionWelcome,
    Welcome,
    negotiate,
    parse_hello,
    parse_refused,
    parse_session_welcome,
    parse_welcome,
    refused_frame,
)

text = st.text(max_size=60)


def body(frame: bytes) -> bytes:
    return frame[FRAME_HEADER_BYTES:]


@given(
    st.lists(st.integers(0, 2**32), max_size=5).map(tuple),
    text,
    st.binary(max_size=16),
    text,
    text,
    st.integers(0, 2**31),
    text,
    text,
    st.none() | st.tuples(st.integers(1, 1 << 46), st.integers((1 << 46) + 1, 1 << 47)),
    text,
)
def test_hello_comes_back(versions, release, token, host, program, pid, use, lease, addresses, user_name):
    hello = Hello(versions, release, token, host, program, pid, use, lease, addresses=addresses, user_name=user_name)
    assert parse_hello(body(hello.frame())) == hello


def test_welcomes_come_back():
    welcome = Welcome(
        1, 45201, bytes(16), {"driver_version": 13000, "devices": [{"attributes": [None] * 200}]}, "0.1.0"
    )
    assert parse_welcome(body(welcome.frame())) == welcome
    keeping = Welcome(1, 45201, bytes(16), welcome.snapshot, "0.1.0", images=65536)
    assert parse_welcome(body(keeping.frame())) == keeping
    look = Welcome(1, 0, b"", welcome.snapshot, "0.1.0")
    assert msgpack.unpackb(body(look.frame())) == {
        "version": 1,
        "release": "0.1.0",
        "calls": CALLS,
        "snapshot": welcome.snapshot,
    }
    session = SessionWelcome(1, "0.1.0")
    assert parse_session_welcome(body(session.frame())) == session


def test_refused_comes_back_with_the_versions_of_the_server():
    refused = parse_refused(body(refused_frame(Refused(Code.DRAINING, "shutting down", "try later"))))
    assert (refused.code, refused.detail, refused.hint, refused.versions) == (807, "shutting down", "try later", (1,))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_hello_or_refused_as_the_peers_fault(data):
    try:
        hello = parse_hello(data)
    except RemoteProtocolError:
        return
    assert hello.versions is not None


@pytest.mark.parametrize(
    "fields",
    [
        [],
        {"protocol": "redis", "versions": [1]},
        {"protocol": "bitfusion"},
        {"protocol": "bitfusion", "versions": 1},
        {"protocol": "bitfusion", "versions": ["1"]},
        {"protocol": "bitfusion", "versions": [1], "token": "text"},
        {"protocol": "bitfusion", "versions": [1], "pid": True},
        {"protocol": "bitfusion", "versions": [1], "addresses": [1]},
        {"protocol": "bitfusion", "versions": [1], "addresses": [2, 1]},
        {"protocol": "bitfusion", "versions": [1], "addresses": [1, "2"]},
        {"protocol": "bitfusion", "versions": [1], "program": "x" * 2000},
    ],
)
def test_hello_that_is_not_one_is_refused(fields):
    with pytest.raises(RemoteProtocolError):
        parse_hello(msgpack.packb(fields))


def test_highest_common_version_is_chosen():
    assert negotiate([7, 1, 0]) == 1


@pytest.mark.parametrize("versions", [(), (2,), (0, 99)])
def test_no_common_version_names_both_sides(versions):
    with pytest.raises(Refused) as caught:
        negotiate(versions)
    assert caught.value.code == 805 and caught.value.versions == (1,)
    assert all(str(version) in caught.value.detail for version in (*versions, 1))


@pytest.mark.parametrize(("port", "token"), [(0, bytes(16)), (65536, bytes(16)), (45201, bytes(15))])
def test_welcome_that_leads_nowhere_is_refused(port, token):
    with pytest.raises(RemoteProtocolError):
        parse_welcome(body(Welcome(1, port, token, {}).frame()))
