"""Code images as they come over the wire -> what the driver is given, with everything inside them where it says it is.

The fatbins of a program that was linked from several files (nvcc -rdc=true) come one behind the other, each at a
multiple of 8: first the linked one, then those of the files. The driver is to get what it gets from the program
itself, which is a wrapper that points to the linked one and to an array of the others: code that is not in the
linked one it links from them.
"""

from __future__ import annotations

import ctypes
import struct
from typing import Any

from ..errors import CallFailed, Code, RemoteProtocolError
from ..image_store import DIGEST_BYTES, ImageWriter
from ..limits import IMAGE_BYTES_MAX, IMAGE_KEPT_BYTES_MIN
from .binding import cuda
from .ports import Channel
from .session import DriverSession

_WRAPPER = struct.pack("<I", 0x466243B1)
_FATBIN = struct.pack("<I", 0xBA55ED50)
_ELF = b"\x7fELF"
_FATBIN_HEADER = struct.Struct("<IHHQ")  # magic, version, bytes of this header, bytes of what follows
_ELF_TABLES = struct.Struct(
    "<32xQQ8xH2xH2x"
)  # where the tables of segments and of sections are, and how many entries they have
_SEGMENT_BYTES, _SECTION_BYTES = 56, 64
_PIECE_BYTES = 1 << 20
_ELF_INPUTS = (cuda.CUjitInputType.CU_JIT_INPUT_CUBIN, cuda.CUjitInputType.CU_JIT_INPUT_OBJECT)
_NUL = bytes(8)  # PTX is text that ends with NUL, so some follow the image whatever it is


class _Wrapper(ctypes.Structure):
    _fields_ = [
        ("magic", ctypes.c_uint32),
        ("version", ctypes.c_uint32),
        ("linked", ctypes.c_void_p),
        ("files", ctypes.c_void_p),
    ]


class Image:
    """An image in memory of `bytes` bytes. `address` is what the driver takes, as long as this object lives; `content`
    is the image itself.
    """

    def __init__(self, data: bytearray) -> None:
        """`data`: the image without anything behind it. Raises CallFailed(INVALID_IMAGE) if it leads beyond itself."""
        self.bytes = size = len(data)
        starts = _find_parts(data)
        data += _NUL
        self._data = (ctypes.c_char * (size + len(_NUL))).from_buffer(data)
        self.address = ctypes.addressof(self._data)
        self.content = memoryview(data)[:size]
        if len(starts) > 1:
            pointers = [self.address + start for start in starts]
            self._files = (ctypes.c_void_p * len(starts))(*pointers[1:], None)
            self._wrapper = _Wrapper(int.from_bytes(_WRAPPER, "little"), 2, pointers[0], ctypes.addressof(self._files))
            self.address = ctypes.addressof(self._wrapper)


def receive(session: DriverSession) -> Image:
    """The current call's bulk, which is kept for the next time if it is not small. Memory is reserved as bytes come,
    so that a client cannot reserve much by saying much.
    """
    channel = session.channel
    if not 0 < channel.bulk <= IMAGE_BYTES_MAX:
        raise RemoteProtocolError(f"an image of {channel.bulk} bytes")
    store = session.image_store
    if store is None or channel.bulk < IMAGE_KEPT_BYTES_MIN:
        return Image(_receive(channel, None))
    # It goes to the disk piece by piece, while the next ones are on their way.
    with store.keep(channel.bulk) as writer:
        data = _receive(channel, writer)
    return Image(data)


def receive_input(session: DriverSession, kind: Any) -> tuple[bytearray, int]:
    """The current call's bulk, an input of a link, with some NUL behind it; and its size without them. Raises
    CallFailed(INVALID_IMAGE) if it leads beyond itself.
    """
    channel = session.channel
    if not 0 < channel.bulk <= IMAGE_BYTES_MAX:
        raise RemoteProtocolError(f"an input of {channel.bulk} bytes")
    data = _receive(channel, None)
    size = len(data)
    if kind in _ELF_INPUTS and data[:4] == _ELF:
        _check_tables(data)
    return data + _NUL, size


def find(session: DriverSession, digest: bytes) -> Image | None:
    """The image with this SHA-256, if it has been kept."""
    if len(digest) != DIGEST_BYTES:
        raise RemoteProtocolError(f"a digest of {len(digest)} bytes")
    data = session.image_store.find(digest) if session.image_store else None
    return None if data is None else Image(data)


def _receive(channel: Channel, writer: ImageWriter | None) -> bytearray:
    data = bytearray()
    while channel.bulk:
        start, piece = len(data), min(channel.bulk, _PIECE_BYTES)
        data += bytes(piece)
        with memoryview(data) as view:
            channel.receive(view[start:])
            if writer is not None:
                writer.add(view[start:])
    return data


def _find_parts(data: bytearray) -> list[int]:
    """Where the fatbins of an image begin; [0] for an image of another kind. Raises CallFailed."""
    magic = bytes(data[:4])
    if magic == _WRAPPER:  # its pointers mean nothing here
        raise CallFailed(Code.INVALID_IMAGE)
    if magic == _ELF:
        _check_tables(data)
    if magic != _FATBIN:
        return [0]
    starts, at = [], 0
    while at < len(data):
        if data[at : at + 4] != _FATBIN or len(data) - at < _FATBIN_HEADER.size:
            raise CallFailed(Code.INVALID_IMAGE)
        _, _, header, payload = _FATBIN_HEADER.unpack_from(data, at)
        starts.append(at)
        at += header + payload
        if at > len(data):
            raise CallFailed(Code.INVALID_IMAGE)
        at = (at + 7) // 8 * 8
    return starts


def _check_tables(data: bytearray) -> None:
    if len(data) < _ELF_TABLES.size:
        raise CallFailed(Code.INVALID_IMAGE)
    segments, sections, segment_count, section_count = _ELF_TABLES.unpack_from(data)
    if max(segments + _SEGMENT_BYTES * segment_count, sections + _SECTION_BYTES * section_count) > len(data):
        raise CallFailed(Code.INVALID_IMAGE)
