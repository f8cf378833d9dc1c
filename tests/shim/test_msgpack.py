"""The C msgpack code against the msgpack package: what one writes the other reads, and no bytes at all make it
misbehave.
"""

from __future__ import annotations

import math

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st
from native_shim import Reading, Written, lib, span

UINTS = st.integers(0, 2**64 - 1)
INTS = st.integers(-(2**63), 2**63 - 1)
EDGES = [0, 1, 31, 32, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63 - 1]
NESTED = st.recursive(
    st.none() | st.booleans() | INTS | st.floats(allow_nan=False) | st.text(max_size=40) | st.binary(max_size=300),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=8), inner, max_size=20),
    max_leaves=40,
)


@given(UINTS)
def test_unsigned_is_written_as_the_shortest_form(value):
    written = Written()
    lib.bf_msgpack_put_uint(written.c, value)
    assert written.bytes() == msgpack.packb(value)


@given(INTS)
def test_signed_is_written_as_the_shortest_form(value):
    written = Written()
    lib.bf_msgpack_put_int(written.c, value)
    assert written.bytes() == msgpack.packb(value)


@pytest.mark.parametrize("value", [*EDGES, *(-edge for edge in EDGES[1:])])
def test_integer_edges_come_back(value):
    reading = Reading(msgpack.packb(value))
    assert lib.bf_msgpack_get_int(reading.c, -(2**63), 2**63 - 1) == value
    assert not reading.bad and not reading.left


@given(UINTS)
def test_unsigned_comes_back(value):
    reading = Reading(msgpack.packb(value))
    assert lib.bf_msgpack_get_uint(reading.c) == value and not reading.bad


@given(INTS, INTS, INTS)
def test_integer_outside_its_range_is_bad(value, low, high):
    low, high = min(low, high), max(low, high)
    reading = Reading(msgpack.packb(value))
    got = lib.bf_msgpack_get_int(reading.c, low, high)
    assert reading.bad == (not low <= value <= high)
    assert got == (low if reading.bad else value)


@given(st.integers(-(2**63), -1))
def test_negative_is_no_unsigned(value):
    reading = Reading(msgpack.packb(value))
    assert lib.bf_msgpack_get_uint(reading.c) == 0 and reading.bad


@given(st.floats(width=32))
def test_floats_both_ways(value):
    written = Written()
    lib.bf_msgpack_put_float(written.c, value)
    assert written.bytes() == msgpack.packb(value, use_single_float=True)
    for single in (True, False):
        reading = Reading(msgpack.packb(value, use_single_float=single))
        got = lib.bf_msgpack_get_float(reading.c)
        assert not reading.bad and (got == value or (math.isnan(got) and math.isnan(value)))


@given(st.binary(max_size=70000))
def test_binaries_both_ways(data):
    written = Written()
    lib.bf_msgpack_put_bin(written.c, data, len(data))
    assert written.bytes() == msgpack.packb(data)
    reading = Reading(written.bytes())
    assert span(lib.bf_msgpack_get_span(reading.c)) == data and not reading.left


@given(st.text(max_size=70000).map(str.encode))
def test_texts_both_ways(data):
    written = Written()
    lib.bf_msgpack_put_str(written.c, data, len(data))
    assert written.bytes() == msgpack.packb(data.decode())
    reading = Reading(written.bytes())
    assert span(lib.bf_msgpack_get_span(reading.c)) == data and not reading.left


@pytest.mark.parametrize("count", [0, 1, 15, 16, 65535, 65536])
def test_array_and_map_heads_both_ways(count):
    packer = msgpack.Packer()
    for put, get, expected in (
        (lib.bf_msgpack_put_array, lib.bf_msgpack_get_array, packer.pack_array_header(count)),
        (lib.bf_msgpack_put_map, lib.bf_msgpack_get_map, packer.pack_map_header(count)),
    ):
        written = Written()
        put(written.c, count)
        assert written.bytes() == expected
        assert get(Reading(expected).c) == count


@given(NESTED)
def test_skip_passes_over_any_one_value(value):
    reading = Reading(msgpack.packb(value) + b"\x2a")
    lib.bf_msgpack_skip(reading.c)
    assert lib.bf_msgpack_get_uint(reading.c) == 42 and not reading.bad and not reading.left


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data):
    for get in (
        lib.bf_msgpack_skip,
        lib.bf_msgpack_get_span,
        lib.bf_msgpack_get_uint,
        lib.bf_msgpack_get_map,
        lib.bf_msgpack_get_array,
        lib.bf_msgpack_get_float,
    ):
        reading = Reading(data)
        get(reading.c)
        assert reading.bad or reading.left < len(data)


@given(NESTED, st.data())
def test_cut_value_is_bad(value, draw):
    whole = msgpack.packb(value)
    reading = Reading(whole[: draw.draw(st.integers(0, len(whole) - 1))])
    lib.bf_msgpack_skip(reading.c)
    assert reading.bad


@given(st.binary(max_size=40), st.integers(0, 60))
def test_full_writer_never_writes_past_its_end(data, room):
    written = Written(room)
    lib.bf_msgpack_put_bin(written.c, data, len(data))
    whole = msgpack.packb(data)
    assert written.full == (len(whole) > room)
    assert len(written.bytes()) <= room
    if not written.full:
        assert written.bytes() == whole
