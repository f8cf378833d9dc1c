"""MD2, the answer to cudart's self-test, code images: against published and recorded vectors, and against damaged
input.
"""

from __future__ import annotations

import ctypes
import struct
from ctypes import c_bool, c_int, c_int32, c_size_t, c_uint32, c_uint64, c_void_p

import images
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# RFC 1319, A.5.
MD2_VECTORS = {
    b"": "8350e5a3e24c153df2275c9f80692773",
    b"a": "32ec01ec4a6dac72c0ab96fb34c0b5d1",
    b"abc": "da853b0d3f88d99b30283a69e6ded6bb",
    b"message digest": "ab4f496bfb2a530b219ff33031fe06b0",
    b"abcdefghijklmnopqrstuvwxyz": "4e8ddff3650292ab5a4108c3aa47940b",
}


@pytest.mark.parametrize("text", MD2_VECTORS)
def test_md2_of_the_rfc(parts, text):
    state, out = ctypes.create_string_buffer(256), ctypes.create_string_buffer(16)
    parts.lc_md2_begin(state)
    for i in range(len(text)):
        parts.lc_md2_add(state, text[i : i + 1], c_size_t(1))
    parts.lc_md2_end(state, out)
    assert out.raw.hex() == MD2_VECTORS[text]


class Device(ctypes.Structure):
    """struct lc_selftest_device."""

    _fields_ = [("uuid", ctypes.c_ubyte * 16), ("domain", c_int32), ("bus", c_int32), ("slot", c_int32)]


class Facts(ctypes.Structure):
    """struct lc_selftest."""

    _fields_ = [
        ("driver_version", c_uint32),
        ("version", c_uint32),
        ("process", c_uint32),
        ("thread", c_uint32),
        ("table_cudart", c_uint64),
        ("table_check", c_uint64),
        ("function", c_uint64),
        ("unix_seconds", c_uint64),
        ("devices", ctypes.POINTER(Device)),
        ("device_count", c_size_t),
    ]


def answer(parts, **changed: int) -> str:
    device = Device((ctypes.c_ubyte * 16)(*range(16)), 0, changed.pop("bus", 1), 0)
    facts = Facts(13000, 13002, 1234, 0x11223344, 0x1000, 0x2000, 0x3000, 1700000000, ctypes.pointer(device), 1)
    for name, value in changed.items():
        setattr(facts, name, value)
    out = ctypes.create_string_buffer(16)
    parts.lc_selftest_answer(ctypes.byref(facts), out)
    return out.raw.hex()


def test_self_test_answer_of_the_recorded_case(parts):
    assert answer(parts) == "52975b7c3c3ce8d65a83612de3ab1164"


def test_self_test_answers_that_do_not_depend_on_the_facts(parts):
    assert answer(parts, version=13000) == struct.pack("<QQ", 0x3341181C03CB675C, 0x8ED383AA1F4CD1E8).hex()
    assert answer(parts, version=13001, process=1) == struct.pack("<QQ", 0x1841181C03CB675C, 0x8ED383AA1F4CD1E8).hex()


def test_self_test_answer_depends_on_every_fact(parts):
    names = (
        "driver_version",
        "version",
        "process",
        "thread",
        "table_cudart",
        "table_check",
        "function",
        "unix_seconds",
        "bus",
        "device_count",
    )
    changed = {name: 0 if name == "device_count" else 13012 if name == "version" else 5 for name in names}
    answers = {answer(parts, **{name: value}) for name, value in changed.items()}
    assert len(answers | {answer(parts)}) == len(names) + 1


class Image(ctypes.Structure):
    """struct lc_image."""

    _fields_ = [("kind", c_int), ("data", c_void_p), ("bytes", c_size_t), ("parts", c_void_p)]


class Entry(ctypes.Structure):
    """struct lc_fatbin_entry."""

    _fields_ = [
        ("kind", c_uint32),
        ("sm", c_uint32),
        ("major", c_uint32),
        ("minor", c_uint32),
        ("flags", c_uint64),
        ("packing", c_int),
        ("payload", c_void_p),
        ("bytes", c_size_t),
        ("bytes_plain", c_size_t),
    ]


FATBIN, ELF, PTX = 1, 2, 3


def open_bytes(parts, data: bytes) -> tuple[Image, ctypes.Array] | None:
    """The image, and the memory that it points into: exactly as long as the data, at the end of an allocation."""
    image, memory = Image(), (ctypes.c_char * max(len(data), 1)).from_buffer_copy(data or b"\0")
    parts.lc_image_open_bytes.restype = c_bool
    opened = parts.lc_image_open_bytes(memory, c_size_t(len(data)), ctypes.byref(image))
    return (image, memory) if opened else None


def entries(parts, image: Image) -> list[Entry]:
    parts.lc_image_next_entry.restype = c_bool
    found, offset = [], c_size_t(0)
    while True:
        entry = Entry()
        if not parts.lc_image_next_entry(ctypes.byref(image), ctypes.byref(offset), ctypes.byref(entry)):
            return found
        found.append(entry)


def test_kinds_and_lengths_of_images(parts):
    text = b"\n// a comment\n.version 7.5\n"
    fatbin = images.fatbin(images.entry(text), images.entry(b"x", images.ELF, sm=90))
    for data, kind, size in (
        (text + b"\0rest", PTX, len(text)),
        (fatbin + b"rest", FATBIN, len(fatbin)),
        (images.elf() + b"rest", ELF, 64),
    ):
        opened = open_bytes(parts, data)
        assert opened is not None
        assert (opened[0].kind, opened[0].bytes) == (kind, size)
    for data in (
        b"",
        b"\0",
        b"words",
        b"\x50",
        b"\x7fEL",
        b"\x7fELF",
        fatbin[:15],
        fatbin[:-1],
        images.elf()[:63],
        bytes(64),
    ):
        assert open_bytes(parts, data) is None


def test_entries_of_a_fatbin(parts):
    text = b".version 7.5\n" * 30
    packed = images.entry(text, packing=images.LZ4), images.entry(text, packing=images.ZSTD, sm=90)
    opened = open_bytes(parts, images.fatbin(images.entry(text, sm=61), *packed))
    assert opened is not None
    found = entries(parts, opened[0])
    assert [(e.sm, e.packing, e.bytes_plain) for e in found] == [
        (61, 0, len(text) + -len(text) % 8),
        (75, 1, len(text)),
        (90, 2, len(text)),
    ]
    assert ctypes.string_at(found[0].payload, len(text)) == text


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_fatbin_never_leads_outside_itself(parts, data):
    whole = bytearray(
        images.fatbin(
            images.entry(b"." * 40), images.entry(b"." * 9, packing=images.ZSTD), images.entry(b"z", images.ELF)
        )
    )
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    opened = open_bytes(parts, bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    if opened is None or opened[0].kind != FATBIN:
        return
    image, memory = opened
    begin, end = ctypes.addressof(memory), ctypes.addressof(memory) + len(memory)
    for entry in entries(parts, image):
        assert begin <= entry.payload <= entry.payload + entry.bytes <= end


def test_flat_form_of_a_wrapper_holds_its_fatbins_apart(parts):
    first, second, third = (images.entry(text) for text in (b".first", b".second", b".third"))
    wrapper = images.Wrapper(images.fatbin(first), [images.fatbin(second), images.fatbin(third)])
    image = Image()
    parts.lc_image_open.restype = c_bool
    parts.lc_image_flatten.restype = c_size_t
    assert parts.lc_image_open(wrapper.bytes, ctypes.byref(image))
    expected = b"".join(
        part + bytes(-len(part) % 8) for part in (images.fatbin(first), images.fatbin(second), images.fatbin(third))
    )
    assert parts.lc_image_flatten(ctypes.byref(image), None, c_size_t(0)) == len(expected)
    out = ctypes.create_string_buffer(len(expected) + 1)
    assert parts.lc_image_flatten(ctypes.byref(image), out, c_size_t(len(expected))) == len(expected)
    assert out.raw == expected + b"\0"


def test_every_error_of_the_table_has_a_name_and_a_text(parts):
    parts.lc_errors_name.restype = parts.lc_errors_text.restype = ctypes.c_char_p
    named = [code for code in range(1000) if parts.lc_errors_name(code)]
    assert len(named) > 90
    assert all(parts.lc_errors_text(code) for code in named)
    assert parts.lc_errors_name(1000) is None
