"""Images that would make a driver read beyond their end: the client is told CUDA_ERROR_INVALID_IMAGE, as natively of
what is no image, and its session goes on.
"""

from __future__ import annotations

import struct

import images
import pytest
import running
from checkout import ROOT
from kernels import COUNT
from sessions import Session, logged

INVALID_IMAGE = 200
OPTIONS = b""  # of the JIT: none
CORPUS = ROOT / "tests" / "fuzz" / "corpus" / "image"
WRAPPER = 0x466243B1


def packed(packing: int, stored: bytes) -> bytes:
    """A fatbin of one entry that is said to be PTX of a megabyte."""
    entry = bytearray(images.entry(stored))
    struct.pack_into("<I", entry, 16, len(stored))
    struct.pack_into("<QQQ", entry, 40, 0x11 | packing, 0, 1 << 18)
    return images.fatbin(bytes(entry))


# The image, or a function that makes it with an address of the session's own device memory.
HOSTILE = {
    "a wrapper with a pointer to nothing": struct.pack("<IIQQ", WRAPPER, 1, 0x1000, 0),
    "a wrapper with a pointer into device memory": lambda address: struct.pack("<IIQQ", WRAPPER, 1, address, 0),
    "an LZ4 run beyond the image": packed(images.LZ4, b"\xf0" + b"\xff" * 1029),
    "a zstd block beyond the image": packed(
        images.ZSTD,
        bytes.fromhex("28b52ffd 60") + struct.pack("<H", 59744) + struct.pack("<I", 60000 << 3 | 1)[:3] + COUNT,
    ),
    "an ELF with sections beyond": bytes(40).join([b"\x7fELF\x02\x01", b"\xff\xff"]).ljust(64, b"\xff"),
    "a real fatbin without its last byte": (CORPUS / "zstd.fatbin").read_bytes()[:-1],
    "a real cubin without its last byte": (CORPUS / "whole.cubin").read_bytes()[:-1],
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("way", ["module", "library", "link"])
def test_an_image_that_leads_beyond_itself_is_refused_and_the_session_goes_on(name, way, steady: running.Dispatcher):
    with Session(steady) as session:
        session.use_device()
        image = HOSTILE[name]
        if callable(image):
            address = session.ask("cuMemAlloc_v2", len(COUNT) + 1).values[0]
            session.tell("copy_htod", address, len(COUNT) + 1, 0, bulk=COUNT + b"\0")
            image = image(address)
        assert offer(session, way, image) == INVALID_IMAGE
        assert session.ask("module_load", session.new(), OPTIONS, 0, bulk=COUNT).result == 0
    assert not logged(steady, "cuda_server.died")


def offer(session: Session, way: str, image: bytes) -> int:
    """The result for an image that comes this way."""
    if way == "module":
        return session.ask("module_load", session.new(), OPTIONS, 0, bulk=image).result
    if way == "library":
        return session.ask("library_load", session.new(), OPTIONS, 0, 0, 0, bulk=image).result
    link, kind = session.new(), 0 if image[:4] == images.elf()[:4] else 2  # CU_JIT_INPUT_CUBIN, FATBINARY
    assert session.ask("link_create", link, OPTIONS).result == 0
    return session.ask("link_add", link, kind, "it", OPTIONS, bulk=image).result
