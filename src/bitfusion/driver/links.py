"""The driver's linker. Its logs come with every answer."""

from __future__ import annotations

import ctypes
import struct

from ..limits import COPY_CHUNK_BYTES
from ..session import Handle, Link
from . import images
from .arguments import encode
from .binding import SUCCESS, cuda, enum
from .jit import JitOptions
from .ports import Answer
from .session import DriverSession

_BYTES = struct.Struct("<Q")


def enter(session: DriverSession, number: int, handle: Handle, options: JitOptions) -> None:
    """Add a new link to the session."""
    session.add(session.links, number, Link(handle, options))


def link_add(session: DriverSession, link: Link, type_: int, name: str, options: bytes) -> Answer:
    jit, kind = JitOptions(options, logs=False), enum(cuda.CUjitInputType, type_)
    data, size = images.receive_input(session, kind)
    address = ctypes.addressof(ctypes.c_char.from_buffer(data))
    arguments = link.handle, kind, address, size, encode(name), len(jit.names), jit.names, jit.values
    result = link.options.timed(cuda.cuLinkAddData, *arguments)[0]
    return (result, *link.options.told())


def link_complete(session: DriverSession, link: Link, room: int) -> Answer:
    result = SUCCESS
    if not link.image[1]:
        result, address, size = link.options.timed(cuda.cuLinkComplete, link.handle)
        if result is SUCCESS:
            link.image = (int(address), size)
    if 0 < link.image[1] <= room:
        _send(session, *link.image)
    info, error, facts = link.options.told()
    return result, info, error, facts + _BYTES.pack(link.image[1])


def _send(session: DriverSession, address: int, size: int) -> None:
    image = memoryview((ctypes.c_char * size).from_address(address)).cast("B")
    for start in range(0, size, COPY_CHUNK_BYTES):
        session.channel.data(session.number, start, image[start : start + COPY_CHUNK_BYTES], last=False)
