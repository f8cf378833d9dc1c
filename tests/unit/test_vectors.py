"""protocol-vectors.json against the Python implementation: it decodes the bytes, and what it encodes decodes to
the same.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bitfusion.api.table import WIRES
from bitfusion.errors import FrameError, RemoteProtocolError
from bitfusion.wire.calls import call_unpacker, pack_calls, pack_output, parse_data, parse_output, parse_reply
from bitfusion.wire.frames import FRAME_HEADER_BYTES, Kind, parse_header
from bitfusion.wire.hello import parse_hello, parse_refused, parse_session_welcome, parse_welcome
from bitfusion.wire.notices import pack_notice, parse_notice
from bitfusion.wire.query import parse_answer, parse_query

VECTORS = json.loads((Path(__file__).resolve().parents[2] / "docs" / "developer" / "protocol-vectors.json").read_text())
IDS = {wire.name: wire.id for wire in WIRES}


def of_kind(*kinds: str) -> list[Any]:
    found = [frame for frame in VECTORS["frames"] if frame["kind"] in kinds]
    assert found
    return [pytest.param(frame, id=frame["name"]) for frame in found]


def value(item: Any) -> Any:
    return bytes.fromhex(item["bytes"]) if isinstance(item, dict) and set(item) == {"bytes"} else item


def tuplify(item: Any) -> Any:
    return tuple(item) if isinstance(item, list) else item


def body(frame: dict[str, Any]) -> bytes:
    data = bytes.fromhex(frame["hex"])
    header = parse_header(data)
    assert header == (Kind[frame["kind"]], len(data) - FRAME_HEADER_BYTES, frame.get("bulk_bytes", 0))
    return data[FRAME_HEADER_BYTES:]


@pytest.mark.parametrize("frame", of_kind("CALLS"))
def test_calls(frame):
    expected = [(IDS[call[0]], *map(value, call[1:])) for call in frame["calls"]]
    unpacker = call_unpacker()
    unpacker.feed(body(frame))
    assert list(unpacker) == expected
    unpacker.feed(pack_calls(expected)[FRAME_HEADER_BYTES:])
    assert list(unpacker) == expected


@pytest.mark.parametrize("frame", of_kind("REPLY"))
def test_replies(frame):
    number, result, values = parse_reply(body(frame))
    assert [number, result, *values] == [value(item) for item in frame["reply"]]


@pytest.mark.parametrize("frame", of_kind("DATA"))
def test_data(frame):
    assert list(parse_data(body(frame))) == frame["data"]


@pytest.mark.parametrize("frame", of_kind("NOTICE"))
def test_notices(frame):
    expected = [tuple(map(tuplify, notice)) for notice in frame["notices"]]
    assert parse_notice(body(frame)) == expected
    assert pack_notice(*expected) == bytes.fromhex(frame["hex"])


@pytest.mark.parametrize("wrong", ["", "01", "90", "91a161", "9301", "930110cd02bc01", "80", "c1"])
def test_wrong_notice_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        parse_notice(bytes.fromhex(wrong))


@pytest.mark.parametrize("frame", of_kind("HELLO", "WELCOME", "REFUSED"))
def test_first_frames(frame):
    data, expected = body(frame), {key: value(item) for key, item in frame["body"].items()}
    if frame["kind"] == "HELLO":
        hello = parse_hello(data)
        assert (hello.versions, hello.program, hello.pid, hello.user_name) == (
            tuple(expected["versions"]),
            expected["program"],
            expected["pid"],
            expected.get("user_name", ""),
        )
    elif "port" in expected:
        welcome = parse_welcome(data)
        assert (welcome.port, welcome.token) == (expected["port"], expected["token"])
        assert welcome.frame() == bytes.fromhex(frame["hex"])
    elif frame["kind"] == "WELCOME":
        assert parse_session_welcome(data).frame() == bytes.fromhex(frame["hex"])
    else:
        refused = parse_refused(data)
        assert (refused.code, refused.detail, refused.hint) == (expected["code"], expected["reason"], expected["hint"])


@pytest.mark.parametrize("frame", of_kind("QUERY", "ANSWER"))
def test_queries_and_answers(frame):
    data, expected = body(frame), frame["body"]
    if frame["kind"] == "QUERY":
        query = parse_query(data)
        assert (list(query.versions), query.what, query.release) == (
            expected["versions"],
            expected["what"],
            expected["release"],
        )
        assert query.frame() == bytes.fromhex(frame["hex"])
    else:
        answer = parse_answer(data)
        assert (answer.version, answer.answer, answer.release) == (
            expected["version"],
            expected["answer"],
            expected["release"],
        )
        assert answer.frame() == bytes.fromhex(frame["hex"])


@pytest.mark.parametrize("frame", of_kind("OUTPUT"))
def test_output(frame):
    assert parse_output(body(frame)) == frame["output"]
    assert pack_output(frame["output"], b"12345") == bytes.fromhex(frame["hex"]) + b"12345"


@pytest.mark.parametrize("descriptor", ["9100", "9103", "910101", "01", "920102", ""])
def test_output_to_nowhere_is_refused(descriptor):
    with pytest.raises(RemoteProtocolError):
        parse_output(bytes.fromhex(descriptor))


@pytest.mark.parametrize("frame", of_kind("HEARTBEAT"))
def test_heartbeats_have_no_body(frame):
    assert body(frame) == b""


@pytest.mark.parametrize("header", [pytest.param(header, id=header["name"]) for header in VECTORS["bad_headers"]])
def test_bad_header_is_refused(header):
    with pytest.raises(FrameError):
        parse_header(bytes.fromhex(header["hex"]))
