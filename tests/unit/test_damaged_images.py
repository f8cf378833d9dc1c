"""Damaged code images never reach a driver: real ones of nvcc, cut at every byte and changed at every byte, and images
that were made to do harm.
"""

from __future__ import annotations

import struct
from pathlib import Path

import images
import pytest
from checkout import ROOT

from bitfusion.driver.binding import cuda
from bitfusion.driver.image_needs import Needs, read
from bitfusion.driver.images import Image, check_input
from bitfusion.errors import CallFailed, Code
from bitfusion.limits import FATBIN_PARTS_MAX, IMAGE_UNPACKED_BYTES_MAX, UNPACKED_BYTES_MAX, VARIABLES_MAX

CORPUS = ROOT / "tests" / "fuzz" / "corpus" / "image"
IMAGES = [CORPUS / f"{name}" for name in ("plain.fatbin", "lz4.fatbin", "zstd.fatbin", "whole.cubin")]
KINDS = {
    "relocatable.cubin": cuda.CUjitInputType.CU_JIT_INPUT_CUBIN,
    "object.elf": cuda.CUjitInputType.CU_JIT_INPUT_OBJECT,
    "library.a": cuda.CUjitInputType.CU_JIT_INPUT_LIBRARY,
    "zstd.fatbin": cuda.CUjitInputType.CU_JIT_INPUT_FATBINARY,
}
PTX = b".version 6.4\n.target sm_50\n.address_size 64\n"
FATBIN_HEADER, ENTRY_HEADER = 16, 64
STORED, FLAGS, PLAIN = 16, 40, 56  # in an entry


def is_taken(data: bytes) -> bool:
    """Whether the driver would get it. Any exception but CUDA_ERROR_INVALID_IMAGE is a bug."""
    try:
        Image(bytearray(data))
    except CallFailed as refused:
        assert refused.code == Code.INVALID_IMAGE
        return False
    return True


def is_linked(kind: cuda.CUjitInputType, data: bytes) -> bool:
    try:
        check_input(kind, memoryview(data))
    except CallFailed as refused:
        assert refused.code == Code.INVALID_IMAGE
        return False
    return True


@pytest.mark.parametrize("path", IMAGES, ids=lambda path: path.name)
def test_an_image_that_ends_too_early_is_refused_wherever_it_ends(path: Path):
    data = path.read_bytes()
    assert is_taken(data)
    # Of fewer bytes a driver says itself that they are none.
    assert [cut for cut in range(4, len(data)) if is_taken(data[:cut])] == []


@pytest.mark.parametrize("name", KINDS)
def test_an_input_of_a_link_that_ends_too_early_is_refused_wherever_it_ends(name):
    data = (CORPUS / name).read_bytes()
    assert is_linked(KINDS[name], data)
    # An archive without a member is one.
    assert [cut for cut in range(len(data)) if is_linked(KINDS[name], data[:cut])] == (
        [8] if name == "library.a" else []
    )


@pytest.mark.parametrize("path", [*IMAGES, *(CORPUS / name for name in KINDS)], ids=lambda path: path.name)
def test_a_byte_that_is_changed_makes_an_image_that_is_refused_or_taken(path: Path):
    data, taken = bytearray(path.read_bytes()), 0
    for at in range(len(data)):
        before, data[at] = data[at], 0xFF
        taken += is_taken(data) if path in IMAGES else is_linked(KINDS[path.name], data)
        data[at] = before
    assert 0 < taken < len(data)


def changed(image: bytes, *, at: int, value: int, width: str) -> bytes:
    """A fatbin of one entry with one of the entry's fields changed."""
    data = bytearray(image)
    struct.pack_into(width, data, FATBIN_HEADER + at, value)
    return bytes(data)


PACKED = images.fatbin(images.entry(PTX, packing=images.LZ4))
ELF_OF_ONE_SECTION = bytearray(images.elf() + bytes(64) + b"\0")
struct.pack_into("<Q", ELF_OF_ONE_SECTION, 40, 64)  # where the sections are
struct.pack_into("<HH", ELF_OF_ONE_SECTION, 60, 1, 0)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(struct.pack("<IIQQ", 0x466243B1, 1, 0x1000, 0), id="a wrapper"),
        pytest.param(changed(PACKED, at=STORED, value=1 << 20, width="<I"), id="stored bytes beyond the entry"),
        pytest.param(changed(PACKED, at=8, value=1 << 63, width="<Q"), id="an entry longer than any memory"),
        pytest.param(changed(PACKED, at=4, value=1 << 20, width="<I"), id="an entry whose header is beyond the image"),
        pytest.param(changed(PACKED, at=4, value=8, width="<I"), id="an entry with a short header"),
        pytest.param(changed(PACKED, at=20, value=4096, width="<I"), id="options beyond the entry's header"),
        pytest.param(changed(PACKED, at=36, value=4096, width="<I"), id="a name beyond the entry's header"),
        pytest.param(changed(PACKED, at=PLAIN, value=len(PTX) - 1, width="<Q"), id="LZ4 that is longer than it says"),
        pytest.param(changed(PACKED, at=PLAIN, value=UNPACKED_BYTES_MAX + 1, width="<Q"), id="a huge claim"),
        pytest.param(changed(PACKED, at=PLAIN, value=64 << 10, width="<Q"), id="more than LZ4 makes of a byte"),
        pytest.param(changed(PACKED, at=PLAIN, value=0, width="<Q"), id="nothing when unpacked"),
        pytest.param(changed(PACKED, at=FLAGS, value=images.ZSTD, width="<Q"), id="LZ4 that is said to be zstd"),
        pytest.param(
            images.fatbin(
                changed(bytes(16) + images.entry(b"\xf0" + b"\xff" * 999), at=FLAGS, value=0x2000, width="<Q")[16:]
            ),
            id="an LZ4 run that is longer than the image",
        ),
        pytest.param(images.fatbin(b"\0" * 16), id="less than an entry"),
        pytest.param(images.fatbin(images.entry(bytes(ELF_OF_ONE_SECTION), images.ELF)), id="an ELF without names"),
        pytest.param(images.fatbin(images.entry(b"text", images.ELF)), id="a cubin that is none"),
        pytest.param(
            images.fatbin(images.entry(images.elf()[:-1], images.ELF, packing=images.ZSTD)),
            id="a cubin without a whole header",
        ),
    ],
)
def test_an_image_that_was_made_to_do_harm_is_refused(data):
    assert not is_taken(data)


def test_all_that_a_fatbin_claims_together_is_bounded():
    packed = images.fatbin(images.entry(PTX + bytes(1 << 16), packing=images.ZSTD))
    claim = changed(packed, at=PLAIN, value=UNPACKED_BYTES_MAX, width="<Q")[FATBIN_HEADER:]
    count = IMAGE_UNPACKED_BYTES_MAX // UNPACKED_BYTES_MAX
    assert is_taken(images.fatbin(*[claim] * count))
    assert not is_taken(images.fatbin(*[claim] * (count + 1)))


def test_a_fatbin_has_no_more_parts_than_can_be_looked_through():
    empty = images.entry(b"")
    assert is_taken(images.fatbin(*[empty] * FATBIN_PARTS_MAX))
    assert not is_taken(images.fatbin(*[empty] * (FATBIN_PARTS_MAX + 1)))


MANY = 2 << 20


# Each takes minutes or hours if any part of the text is looked at once for each other part.
@pytest.mark.parametrize(
    ("text", "size"),
    [
        (b".global " * VARIABLES_MAX, None),
        (b".global x={" * VARIABLES_MAX, 16),
        (b".global x" + b"[]" * (MANY // 2) + b" = {" + b"1," * (MANY // 2) + b"};", None),
        (b".global .b8 x" + b"[99999999]" * (MANY // 10), None),
        (b".global .b8 x[" + b"9" * MANY + b"];", None),
        (b".global " + b"(" * MANY, 16),
        (b".global x =" + b" " * MANY, 16),
        (b".const" + b" " * MANY + b".v4" * MANY, 16),
    ],
    ids="declarations values dimensions product number parentheses blanks vectors".split(),
)
def test_ptx_is_read_in_time_that_grows_with_its_length_alone(text, size):
    needs = read(PTX + text)
    assert needs.variables % 512 == 0 and (size is None or needs.variables > 0)


def test_ptx_with_more_variables_than_anybody_has_is_refused():
    assert not is_taken(PTX + b".global .b8 x;" * (VARIABLES_MAX + 1))


def test_where_a_parameter_points_to_is_no_variable():
    entry = b".visible .entry k(.param .u64 .ptr .global .align 4 p, .param .u64 .ptr .const q) { ret; }"
    assert read(PTX + entry) == Needs(0, heap=False, prints=False)
