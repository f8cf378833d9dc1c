"""What code needs of a device's memory, as its image says."""

from __future__ import annotations

import struct

import pytest

from bitfusion.driver.image_needs import Needs, read

HEAD = b".version 6.4\n.target sm_50\n.address_size 64\n"


def fatbin(*codes: bytes, flags: int = 0) -> bytes:
    """A fatbin of plain entries."""
    entries = b""
    for code in codes:
        padded = -(-len(code) // 8) * 8
        head = struct.pack("<HHIQIIIHHIIQQQ", 1, 1, 64, padded, len(code), 0, 0, 0, 0, 0, 0, flags, 0, len(code))
        entries += head.ljust(64, b"\0") + code.ljust(padded, b"\0")
    return struct.pack("<IHHQ", 0xBA55ED50, 1, 16, len(entries)) + entries


@pytest.mark.parametrize(
    ("declared", "granules"),
    [
        (b".global .align 4 .b8 x[1024];", 2),
        (b".visible .const .align 4 .u32 x[3] = {1, 2, 3};", 1),
        (b".global .u64 x[] = {%s};" % b", ".join([b"1"] * 129), 3),
        (b".global .v4 .f32 x[0x40];", 2),
        (b".global .attribute(.managed) .align 8 .f64 x[8][16];\n.global .u8 y;", 3),
        (b".global .u32 x, y[256];", 3),
        (b".extern .global .u32 x[1024];", 0),
        (b".visible .entry k() { .reg .u32 %r; ld.global.u32 %r, [0]; st.global .u32 [0], %r; ret; }", 0),
    ],
)
def test_variables_of_ptx_count_in_granules(declared, granules):
    assert read(HEAD + declared) == Needs(granules * 512, heap=False, prints=False)


def test_of_a_fatbin_the_largest_code_counts_and_of_several_the_linked_or_the_files():
    small, large = HEAD + b".global .b8 x[512];", HEAD + b".global .b8 x[1024];"
    assert read(fatbin(small, large)).variables == 1024
    assert read(fatbin(large) + fatbin(small) + fatbin(small)).variables == 1024
    assert read(fatbin(small) + fatbin(large) + fatbin(small)).variables == 1536


def test_code_that_calls_malloc_or_prints_uses_what_these_need():
    assert read(HEAD + b".extern .func (.param .b64 r) malloc (.param .b64 n);").heap
    assert read(HEAD + b".extern .func (.param .b32 r) vprintf (.param .b64 f, .param .b64 a);").prints
