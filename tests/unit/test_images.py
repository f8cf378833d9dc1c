"""Code images on their way to the driver: what it is given holds together, or is refused."""

from __future__ import annotations

import ctypes
import struct

import images
import pytest

from bitfusion.driver.images import Image
from bitfusion.errors import CallFailed, Code


def fatbin(text: bytes) -> bytes:
    return images.fatbin(images.entry(text))


def elf(sections: int, count: int) -> bytes:
    return (
        b"\x7fELF\x02\x01"
        + bytes(34)
        + struct.pack("<Q", sections)
        + bytes(12)
        + struct.pack("<HH", count, 0)
        + bytes(64)
    )


@pytest.mark.parametrize("data", [b".version 7.0", fatbin(bytes(16)), images.fatbin(), elf(64, 0), b"?", b""])
def test_one_image_is_given_as_it_is_and_a_nul_follows(data):
    image = Image(bytearray(data))
    assert ctypes.string_at(image.address, len(data) + 1) == data + b"\0"


def test_fatbins_of_a_linked_program_are_given_as_the_program_has_them():
    parts = [fatbin(b"linked"), fatbin(b"first file"), fatbin(b"second")]
    image = Image(bytearray(b"".join(part + bytes(-len(part) % 8) for part in parts)))
    magic, version, linked, files = struct.unpack("<IIQQ", ctypes.string_at(image.address, 24))
    assert (magic, version) == (0x466243B1, 2)
    pointers = struct.unpack("<QQQ", ctypes.string_at(files, 24))
    assert pointers[2] == 0
    assert [ctypes.string_at(at, len(part)) for at, part in zip([linked, *pointers[:2]], parts, strict=True)] == parts


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(
            struct.pack("<IIQQ", 0x466243B1, 1, 0x1000, 0), id="a wrapper, whose pointers are of another process"
        ),
        pytest.param(fatbin(bytes(64))[:-1], id="a fatbin that is longer than the image"),
        pytest.param(fatbin(bytes(16)) + fatbin(bytes(16))[:-8], id="a second fatbin that is longer than the image"),
        pytest.param(fatbin(bytes(16)) + b"something else", id="something behind a fatbin"),
        pytest.param(fatbin(bytes(16))[:10], id="a fatbin without a whole header"),
        pytest.param(elf(1 << 31, 1), id="an ELF whose sections are beyond its end"),
        pytest.param(elf(64, 40000), id="an ELF with more sections than fit"),
        pytest.param(b"\x7fELF", id="an ELF without a whole header"),
    ],
)
def test_image_that_leads_beyond_itself_is_refused(data):
    with pytest.raises(CallFailed) as refused:
        Image(bytearray(data))
    assert refused.value.code == Code.INVALID_IMAGE
