"""Code images as they come over the wire -> what the driver is given, with everything inside them where it says it is.

The fatbins of a program that was linked from several files (nvcc -rdc=true) come one behind the other, each at a
multiple of 8: first the linked one, then those of the files. The driver is to get what it gets from the program
itself, which is a wrapper that points to the linked one and to an array of the others: code that is not in the
linked one it links from them.
"""

from __future__ import annotations

import ctypes
from typing import Any

from ..errors import RemoteProtocolError
from ..image_store import DIGEST_BYTES, ImageWriter
from ..limits import IMAGE_BYTES_MAX, IMAGE_KEPT_BYTES_MIN
from . import image_codes, image_needs
from .binding import cuda
from .image_format import FATBIN_MAGIC, WRAPPER_MAGIC, fatbins, refuse
from .image_needs import Needs
from .ports import Channel
from .session import DriverSession

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
    """An image in memory of `bytes` bytes. `address` is what the driver takes, as long as this object lives."""

    def __init__(self, data: bytearray, *, known: bool = False) -> None:
        """`data`: the image without anything behind it; `known`: as it was when it was looked through before. Raises
        CallFailed(INVALID_IMAGE) if it leads beyond itself.
        """
        self.bytes = size = len(data)
        data += _NUL
        self._content = memoryview(data)[:size]
        starts = _find_parts(self._content)
        self._needs = None if known else image_needs.read(self._content)
        self._data = (ctypes.c_char * (size + len(_NUL))).from_buffer(data)
        self.address = ctypes.addressof(self._data)
        if len(starts) > 1:
            pointers = [self.address + start for start in starts]
            self._files = (ctypes.c_void_p * len(starts))(*pointers[1:], None)
            self._wrapper = _Wrapper(
                int.from_bytes(WRAPPER_MAGIC, "little"), 2, pointers[0], ctypes.addressof(self._files)
            )
            self.address = ctypes.addressof(self._wrapper)

    def needs(self) -> Needs:
        """What it needs of the device's memory beside itself."""
        if self._needs is None:
            self._needs = image_needs.read(self._content)
        return self._needs


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
        return Image(_receive(channel, writer))


def receive_input(session: DriverSession, kind: Any) -> tuple[bytearray, int]:
    """The current call's bulk, an input of a link, with some NUL behind it; and its size without them. Raises
    CallFailed(INVALID_IMAGE) if it leads beyond itself.
    """
    channel = session.channel
    if not 0 < channel.bulk <= IMAGE_BYTES_MAX:
        raise RemoteProtocolError(f"an input of {channel.bulk} bytes")
    data = _receive(channel, None)
    size = len(data)
    data += _NUL
    check_input(kind, memoryview(data)[:size])
    return data, size


def check_input(kind: Any, data: memoryview) -> None:
    """Raises CallFailed(INVALID_IMAGE) if an input of a link is not of its kind, or leads beyond itself."""
    if kind in _ELF_INPUTS:
        image_codes.check_object(data)
    elif kind == cuda.CUjitInputType.CU_JIT_INPUT_LIBRARY:
        image_codes.check_library(data)
    elif kind == cuda.CUjitInputType.CU_JIT_INPUT_FATBINARY:
        if len(_find_parts(data)) != 1 or data[: len(FATBIN_MAGIC)] != FATBIN_MAGIC:
            raise refuse()
        image_codes.check_fatbin(data)


def find(session: DriverSession, digest: bytes) -> Image | None:
    """The image with this SHA-256, if it has been kept."""
    if len(digest) != DIGEST_BYTES:
        raise RemoteProtocolError(f"a digest of {len(digest)} bytes")
    data = session.image_store.find(digest) if session.image_store else None
    return None if data is None else Image(data, known=True)


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


def _find_parts(data: memoryview) -> list[int]:
    """Where the fatbins of an image begin; [0] for an image of another kind. Raises CallFailed."""
    magic = bytes(data[: len(FATBIN_MAGIC)])
    if magic == WRAPPER_MAGIC:  # its pointers mean nothing here
        raise refuse()
    return [start for start, _ in fatbins(data)] if magic == FATBIN_MAGIC else [0]
