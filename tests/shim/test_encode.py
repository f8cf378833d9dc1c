"""Frames, calls and replies: C encodes and the Python side decodes, and back, for every call of the wire table."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from native_shim import CALLS, Reading, Written, encode_call, ffi, letters, lib, read_value, span

from bitfusion.api.kinds import KINDS
from bitfusion.api.table import WIRES
from bitfusion.wire.calls import call_unpacker, pack_data_header, pack_reply
from bitfusion.wire.frames import FRAME_HEADER_BYTES, Kind, pack_header, parse_header
from bitfusion.wire.hello import Hello, parse_hello

VECTORS = json.loads((Path(__file__).resolve().parents[2] / "docs" / "developer" / "protocol-vectors.json").read_text())

# How a letter is written does not depend on the call: hundreds of calls draw enough of each.
EACH_CALL = settings(max_examples=15)
# What a letter of a descriptor may carry.
VALUES = {
    "u": st.integers(0, 2**32 - 1),
    "z": st.integers(0, 2**64 - 1),
    "i": st.integers(-(2**31), 2**31 - 1),
    "f": st.floats(width=32, allow_nan=False),
    "s": st.text(max_size=100),
    "b": st.binary(max_size=300),
    **dict.fromkeys(("n", *(kind.letter for kind in KINDS)), st.integers(0, 2**63)),
}


def values_of(text: str) -> st.SearchStrategy[list[Any]]:
    return st.tuples(*(VALUES[letter] for letter in text)).map(list)


def vectors(*kinds: str) -> list[Any]:
    found = [frame for frame in VECTORS["frames"] if frame["kind"] in kinds]
    assert found
    return [pytest.param(frame, id=frame["name"]) for frame in found]


def from_json(item: Any) -> Any:
    return bytes.fromhex(item["bytes"]) if isinstance(item, dict) and set(item) == {"bytes"} else item


def body_of(frame: dict[str, Any]) -> bytes:
    """The body of a vector, whose header the C code has accepted."""
    data = bytes.fromhex(frame["hex"])
    header = ffi.new("struct bf_frame *")
    assert lib.bf_decode_frame(data, header)
    assert (header.kind, header.body_bytes) == (Kind[frame["kind"]], len(data) - FRAME_HEADER_BYTES)
    assert header.bulk_bytes == frame.get("bulk_bytes", 0)
    return data[FRAME_HEADER_BYTES:]


def decode_reply(name: str, body: bytes) -> tuple[bool, int, int, list[Any]]:
    """Whether the C code accepts it as a reply of the call, its number, result and values."""
    call, reading = CALLS[name], Reading(body)
    head, values = ffi.new("struct bf_reply_head *"), ffi.new("struct bf_value[]", lib.BF_REPLY_VALUES_MAX)
    lib.bf_decode_reply_head(reading.c, head)
    if not reading.bad:
        lib.bf_decode_reply_values(reading.c, ffi.addressof(call), head, values)
    # There is room for the longest reply.
    pairs = [] if reading.bad or not head.value_count else zip(letters(call.reply), values, strict=False)
    got = [read_value(*pair) for pair in pairs]
    return not reading.bad, head.number, head.result, got


def test_descriptors_are_those_of_the_table():
    assert list(CALLS) == [wire.name for wire in WIRES]
    for wire in WIRES:
        call = CALLS[wire.name]
        assert (call.id, call.arg_count, call.reply_count) == (wire.id, len(wire.arg_params), len(wire.reply_params))
        assert (len(letters(call.args)), len(letters(call.reply))) == (call.arg_count, call.reply_count)


@pytest.mark.parametrize("name", list(CALLS))
@EACH_CALL
@given(draw=st.data())
def test_call_encoded_in_c_is_decoded_in_python(name, draw):
    text = letters(CALLS[name].args)
    values = draw.draw(values_of(text))
    unpacker = call_unpacker()
    unpacker.feed(encode_call(name, values).bytes())
    assert list(unpacker) == [(CALLS[name].id, *values)]


@pytest.mark.parametrize("name", list(CALLS))
@EACH_CALL
@given(draw=st.data())
def test_reply_encoded_in_python_is_decoded_in_c(name, draw):
    text = letters(CALLS[name].reply)
    values = draw.draw(values_of(text))
    number = draw.draw(st.integers(1, 2**63))
    body = pack_reply(number, 0, values)[FRAME_HEADER_BYTES:]
    expected = [value.encode() if isinstance(value, str) else value for value in values]
    assert decode_reply(name, body) == (True, number, 0, expected)


@pytest.mark.parametrize("name", [name for name, call in CALLS.items() if call.reply_count])
def test_error_without_values_is_a_reply_and_success_without_them_is_not(name):
    assert decode_reply(name, msgpack.packb([7, 2])) == (True, 7, 2, [])
    assert not decode_reply(name, msgpack.packb([7, 0]))[0]


@pytest.mark.parametrize(
    "body",
    [[], [1], "text", {}, [1, -1], [-1, 0], [1, 0, "x"], [1, 0, 2, 3], [1, 0, 2**64 - 1, 1, 1, 1, 1], [1, 0, -1]],
)
def test_wrong_reply_is_refused(body):
    assert not decode_reply("cuMemAlloc_v2", msgpack.packb(body))[0]


@given(st.binary(max_size=80))
def test_any_bytes_as_a_reply_are_read_or_refused(body):
    for name in ("cuMemAlloc_v2", "module_load", "cuEventElapsedTime", "ping"):
        decode_reply(name, body)


@given(st.integers(1, 2**63), st.integers(0, 2**63))
def test_data_head_of_python_is_decoded_in_c(number, offset):
    reading = Reading(pack_data_header(number, offset, 5)[FRAME_HEADER_BYTES:])
    got = ffi.new("uint64_t[2]")
    lib.bf_decode_data(reading.c, got, got + 1)
    assert not reading.bad and list(got) == [number, offset]


@given(st.integers(0, 40), st.text(max_size=30), st.binary(max_size=40))
def test_call_that_does_not_fit_leaves_the_writer_full(room, text, data):
    whole = encode_call("library_get_kernel", [16, 17, text, 0]).bytes()
    cut = encode_call("library_get_kernel", [16, 17, text, 0], room)
    assert cut.full == (room < len(whole)) and len(cut.bytes()) <= room


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**16 - 1), st.integers(0, 2**16 - 1), st.integers(0, 2**64 - 1))
def test_c_and_python_accept_the_same_headers(body_bytes, kind, zero, bulk_bytes):
    # The kinds that only Dispatchers and commands speak are unknown here.
    near = kind % 9 or int(Kind.NOTICE)
    for header in ((body_bytes, kind | 16, zero, bulk_bytes), (body_bytes % 10_000, near, 0, bulk_bytes % 3)):
        data = struct.pack("<IHHQ", *header)
        try:
            expected = parse_header(data)
        except Exception as error:
            assert type(error).__name__ == "FrameError"
            expected = None
        frame = ffi.new("struct bf_frame *")
        assert bool(lib.bf_decode_frame(data, frame)) == (expected is not None)


@given(st.integers(0, 1 << 24), st.sampled_from(list(Kind)), st.integers(0, 1 << 40))
def test_header_encoded_in_c_is_that_of_python(body_bytes, kind, bulk_bytes):
    out = ffi.new("uint8_t[16]")
    lib.bf_encode_frame(out, ffi.new("struct bf_frame *", [body_bytes, kind, bulk_bytes]))
    assert bytes(out) == pack_header(kind, body_bytes, bulk_bytes)


@given(
    st.binary(min_size=1, max_size=64) | st.none(),
    st.text(alphabet=st.characters(min_codepoint=1, codec="utf-8"), max_size=60),
    st.just("") | st.uuids().map(str),
    st.text(alphabet=st.characters(min_codepoint=1, codec="utf-8"), max_size=60),
    st.none() | st.tuples(st.integers(1, 1 << 46), st.integers((1 << 46) + 1, 1 << 47)),
)
def test_hello_of_c_is_read_by_python(token, program, lease, user_name, addresses):
    host, name, user = (ffi.new("char[]", text.encode()) for text in ("node7", program, user_name))
    data = ffi.new("uint8_t[]", token) if token else ffi.NULL
    lent = ffi.new("char[]", lease.encode())
    written = Written()
    lib.bf_encode_hello(
        written.c,
        ffi.new(
            "struct bf_hello *",
            [data, len(token or b""), host, name, user, 4711, 1001, ffi.NULL, lent, *(addresses or (0, 0))],
        ),
    )
    hello = parse_hello(written.bytes())
    expected = Hello(
        (1,),
        hello.release,
        token or b"",
        "node7",
        program,
        4711,
        "",
        lease,
        addresses=addresses,
        user=1001,
        user_name=user_name,
    )
    assert hello == expected and hello.release


@given(st.binary(max_size=400) | st.text(st.characters(codec="utf-8"), max_size=300).map(str.encode))
def test_any_name_of_a_program_is_sent_as_text_that_can_be_shown(name):
    name = name.replace(b"\0", b"")
    out = ffi.new("char[]", lib.BF_INTRODUCTION_BYTES)
    lib.bf_introduction_text(out, ffi.new("char[]", name))
    text = ffi.string(out).decode()
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in text)
    if name.decode(errors="replace").isprintable() and "\ufffd" not in name.decode(errors="replace"):
        assert name.decode().startswith(text) and (text.encode() == name or len(text.encode()) > 252)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (b"train\xff", "train?"),
        ("größe→😀".encode(), "größe→😀"),
        (b"\x1b]0;title\x07", "?]0;title?"),
        (b"\xc0\xaf\xed\xa0\x80", "?????"),
        (b"a" * 1000, "a" * 256),
        ("é".encode() * 200, "é" * 128),
    ],
)
def test_name_of_a_program_is_cut_and_mended(name, text):
    out = ffi.new("char[]", lib.BF_INTRODUCTION_BYTES)
    lib.bf_introduction_text(out, ffi.new("char[]", name))
    assert ffi.string(out).decode() == text


@pytest.mark.parametrize("frame", vectors("CALLS"))
def test_vector_calls(frame):
    body = body_of(frame)
    encoded = b"".join(encode_call(name, [from_json(item) for item in args]).bytes() for name, *args in frame["calls"])
    assert encoded == body


@pytest.mark.parametrize("frame", vectors("REPLY"))
def test_vector_replies(frame):
    body = body_of(frame)
    number, result, *values = map(from_json, frame["reply"])
    expected = [value.encode() if isinstance(value, str) else value for value in values]
    accepting = [name for name in CALLS if decode_reply(name, body) == (True, number, result, expected)]
    assert accepting


@pytest.mark.parametrize("frame", vectors("DATA"))
def test_vector_data(frame):
    reading = Reading(body_of(frame))
    got = ffi.new("uint64_t[2]")
    lib.bf_decode_data(reading.c, got, got + 1)
    assert not reading.bad and list(got) == frame["data"]


@pytest.mark.parametrize("frame", vectors("WELCOME", "REFUSED"))
def test_vector_answers(frame):
    reading, answer = Reading(body_of(frame)), ffi.new("struct bf_answer *")
    lib.bf_decode_answer(reading.c, answer)
    assert not reading.bad
    expected = {key: from_json(item) for key, item in frame["body"].items()}
    for key in ("version", "port", "images", "code"):
        assert getattr(answer, key) == expected.get(key, 0)
    for key in ("token", "reason", "hint", "release", "calls"):
        wanted = expected.get(key, b"")
        assert span(getattr(answer, key)) == (wanted.encode() if isinstance(wanted, str) else wanted)


@pytest.mark.parametrize("header", [pytest.param(header, id=header["name"]) for header in VECTORS["bad_headers"]])
def test_vector_bad_header_is_refused(header):
    data = bytes.fromhex(header["hex"])
    frame = ffi.new("struct bf_frame *")
    assert len(data) < FRAME_HEADER_BYTES or not lib.bf_decode_frame(data, frame)
