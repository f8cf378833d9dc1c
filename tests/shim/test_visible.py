"""CUDA_VISIBLE_DEVICES as the driver reads it: the list ends at the first entry that is not good."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from native_shim import ffi, lib

UUIDS = [uuid.UUID(int=i * 0x11111111_1111_1111_1111_111111111111 + 0xA) for i in range(4)]
NAMES = [f"GPU-{each}" for each in UUIDS]


def select(text: str | None, uuids: list[uuid.UUID] = UUIDS) -> list[int]:
    table = ffi.new("uint8_t[][16]", [list(each.bytes) for each in uuids])
    out = ffi.new("unsigned[]", len(uuids) + 1)
    count = lib.bf_visible_select(ffi.NULL if text is None else text.encode(), table, len(uuids), out)
    return list(out[0:count])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, [0, 1, 2, 3]),
        ("", []),
        ("0", [0]),
        ("3,1", [3, 1]),
        (" 2 , 0 ", [2, 0]),
        ("0,4,1", [0]),
        ("-1", []),
        ("1,-1,2", [1]),
        ("0,x", [0]),
        ("1,1,2", [1]),
        (",0", []),
        ("2,", [2]),
        (NAMES[2], [2]),
        (NAMES[3].upper().replace("GPU", "GPU"), [3]),
        (NAMES[1][:12], [1]),
        (f"{NAMES[1]},0", [1, 0]),
        ("GPU-", []),
        ("GPU-ffff", []),
        (NAMES[1] + "0", []),
        ("MIG-1", []),
        ("99999999999", []),
        ("0 1", []),
    ],
)
def test_selection(text, expected):
    assert select(text) == expected


def test_prefix_of_two_devices_selects_neither():
    twins = [uuid.UUID(int=1), uuid.UUID(int=2)]
    assert select("GPU-0000", twins) == []
    assert select(f"GPU-{twins[1]}", twins) == [1]


@given(st.text(max_size=60).filter(lambda text: "\0" not in text), st.integers(0, 4))
def test_any_text_selects_distinct_devices_that_exist(text, count):
    chosen = select(text.encode("utf-8", "replace").decode(), UUIDS[:count])
    assert len(set(chosen)) == len(chosen) and all(0 <= index < count for index in chosen)
