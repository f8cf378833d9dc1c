"""What is known of a launch beforehand: whether an image leaves the block free, and what follows from attributes."""

from __future__ import annotations

import ctypes
import struct
from ctypes import c_uint

import images
import pytest

FREE = b".version 6.0\n.target sm_50\n.address_size 64\n.visible .entry k() .maxntid 64, 1, 1 { ret; }\n"
FIXED = FREE.replace(b".maxntid", b".reqntid")
RECORD_HEAD = struct.Struct("<BBH")


def record(attribute: int, payload: bytes) -> bytes:
    return RECORD_HEAD.pack(4, attribute, len(payload)) + payload


def cubin(*infos: bytes) -> bytes:
    """An ELF with these sections of information about kernels, and one of another kind."""
    header, body = 64, b"".join(infos)
    sections, at = [struct.pack("<IIQQQQIIQQ", 0, 1, 0, 0, header, len(body), 0, 0, 1, 0)], header
    for info in infos:
        sections.append(struct.pack("<IIQQQQIIQQ", 0, 0x70000000, 0, 0, at, len(info), 0, 0, 4, 0))
        at += len(info)
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    rest = struct.pack("<HHIQQQIHHHHHH", 2, 190, 1, 0, 0, at, 0, 64, 56, 0, 64, len(sections), 0)
    return ident + rest + body + b"".join(sections)


OTHERS = RECORD_HEAD.pack(3, 0x1B, 255) + record(0x37, bytes(4))
CUBIN_FREE = cubin(OTHERS, OTHERS + record(0x05, bytes(12)))
CUBIN_FIXED = cubin(OTHERS, OTHERS + record(0x10, struct.pack("<3I", 32, 2, 1)))


@pytest.mark.parametrize(
    ("image", "free"),
    [
        (FREE, True),
        (FIXED, False),
        (CUBIN_FREE, True),
        (CUBIN_FIXED, False),
        (cubin(), False),
        (cubin(OTHERS[:-2]), False),
        (images.fatbin(images.entry(FREE)), True),
        (images.fatbin(images.entry(FIXED)), False),
        (images.fatbin(images.entry(FREE), images.entry(FIXED)), False),
        (images.fatbin(images.entry(CUBIN_FREE, images.ELF), images.entry(FREE, packing=images.ZSTD)), True),
        (images.fatbin(images.entry(FREE, packing=images.ZSTD)), True),
        (images.fatbin(images.entry(FREE, packing=images.LZ4)), True),
        (images.fatbin(images.entry(FIXED, packing=images.ZSTD)), False),
        (images.fatbin(images.entry(FIXED, packing=images.LZ4)), False),
        (images.fatbin(images.entry(FREE), images.entry(FIXED, packing=images.ZSTD)), False),
        (images.fatbin(images.entry(CUBIN_FIXED, images.ELF, packing=images.ZSTD)), False),
        (images.fatbin(), False),
        # A linked program: all kernels, then those of each file.
        (
            images.fatbin(images.entry(CUBIN_FREE, images.ELF))
            + images.fatbin(images.entry(FREE, packing=images.ZSTD)),
            True,
        ),
        (images.fatbin() + images.fatbin(images.entry(FREE)) + images.fatbin(images.entry(FREE)), True),
        (images.fatbin() + images.fatbin(images.entry(FREE)) + images.fatbin(images.entry(FIXED)), False),
        (images.fatbin(images.entry(FREE)) + images.fatbin(images.entry(FIXED)), False),
        (
            images.fatbin()
            + images.fatbin(images.entry(FREE))
            + images.fatbin(images.entry(FIXED, packing=images.ZSTD)),
            False,
        ),
        (images.fatbin() + images.fatbin(images.entry(FREE)) + images.fatbin(), False),
        (b"no image", False),
        (b"", False),
    ],
)
def test_images_that_leave_the_block_to_the_launch(parts, image, free):
    parts.lc_block_need_none.restype = ctypes.c_bool
    assert parts.lc_block_need_none(image, ctypes.c_size_t(len(image))) is free


def test_damaged_cubins_are_read_within_their_bounds(parts):
    parts.lc_block_need_none.restype = ctypes.c_bool
    for size in range(len(CUBIN_FIXED)):
        assert parts.lc_block_need_none(CUBIN_FIXED[:size], ctypes.c_size_t(size)) is False


class Launch(ctypes.Structure):
    """struct lc_launch."""

    _fields_ = [("grid", c_uint * 3), ("block", c_uint * 3), ("shared_bytes", c_uint)]


class Limits(ctypes.Structure):
    """struct lc_launch_limits."""

    _fields_ = [
        ("grid", c_uint * 3),
        ("block", c_uint * 3),
        ("block_threads", c_uint),
        ("block_registers", c_uint),
        ("function_threads", c_uint),
        ("function_registers", c_uint),
        ("function_shared_bytes", c_uint),
    ]


UNKNOWN = 0xFFFFFFFF
OUT_OF_RESOURCES = 701


@pytest.mark.parametrize(
    ("block", "threads", "registers", "code"),
    [
        # 200 registers: 25 units of 256 a warp, so ten warps of 65,536 registers and no more.
        ((320, 1, 1), 320, 200, 0),
        ((321, 1, 1), 320, 200, OUT_OF_RESOURCES),
        ((1024, 1, 1), 320, 200, OUT_OF_RESOURCES),
        # Registers for all, and fewer threads allowed: the source says so.
        ((65, 1, 1), 64, 32, 1),
        ((16, 16, 5), 1024, 32, 1),
        ((32, 32, 1), UNKNOWN, UNKNOWN, 0),
        ((0, 1, 1), UNKNOWN, UNKNOWN, 1),
    ],
)
def test_threads_beyond_a_functions_bound(parts, block, threads, registers, code):
    launch = Launch((1, 1, 1), block, 0)
    limits = Limits((1, 1, 1), (1024, 1024, 64), 1024, 65536, threads, registers, UNKNOWN)
    assert parts.lc_launch_check(ctypes.byref(launch), ctypes.byref(limits)) == code
