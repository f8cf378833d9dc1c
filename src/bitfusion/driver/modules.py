"""Modules and libraries: how their images are loaded."""

from __future__ import annotations

from typing import Any

from . import code_memory, images
from .arguments import encode
from .binding import SUCCESS, cuda
from .descriptions import Functions, Kernels, list_few
from .jit import JitOptions
from .ports import Answer
from .session import DriverSession

_IS_MANAGED = cuda.CUpointer_attribute.CU_POINTER_ATTRIBUTE_IS_MANAGED
_NOT_KEPT: Answer = (SUCCESS, b"", b"", b"", b"", 0)  # nothing was loaded: the client sends the image


def module_load(session: DriverSession, number: int, options: bytes, first: int) -> Answer:
    jit = JitOptions(options)
    return _load_module(session, number, jit, first, images.receive(session))


def module_load_kept(session: DriverSession, number: int, options: bytes, first: int, digest: bytes) -> Answer:
    jit = JitOptions(options)
    image = images.find(session, digest)
    return _NOT_KEPT if image is None else (*_load_module(session, number, jit, first, image), 1)


def _load_module(session: DriverSession, number: int, jit: JitOptions, first: int, image: images.Image) -> Answer:
    device = session.current.device
    charge = code_memory.reserve(session, image, device)
    result, handle = jit.timed(cuda.cuModuleLoadDataEx, image.address, len(jit.names), jit.names, jit.values)
    if result is SUCCESS:
        session.add(session.modules, number, handle, session.current.number)
        code_memory.settle(session, number, device, charge, session.current.number)
    else:
        session.quota.cancel(device, charge)
    listing = list_few(session, Functions(number, handle), first, image.bytes) if result is SUCCESS else b""
    return (result, *jit.told(), listing)


def variable_of_module(session: DriverSession, module: Any, name: str) -> Answer:
    return _variable(*cuda.cuModuleGetGlobal(module, encode(name)))


def variable_of_library(session: DriverSession, library: Any, name: str) -> Answer:
    return _variable(*cuda.cuLibraryGetGlobal(library, encode(name)))


def _variable(result: Any, address: Any, size: int) -> Answer:
    """Where it is, and whether the client keeps its pages, too."""
    if result is not SUCCESS:
        return (result,)
    result, managed = cuda.cuPointerGetAttribute(_IS_MANAGED, address)
    return result, int(address), size, int(managed or 0)


def library_load(
    session: DriverSession, number: int, options: bytes, preserve: int, first: int, ordinal: int
) -> Answer:
    """`preserve` is the client's promise about its own memory; the server's copy of the image does not stay."""
    jit = JitOptions(options)
    return _load_library(session, number, jit, first, ordinal, images.receive(session))


def library_load_kept(
    session: DriverSession, number: int, options: bytes, first: int, ordinal: int, digest: bytes
) -> Answer:
    jit = JitOptions(options)
    image = images.find(session, digest)
    return _NOT_KEPT if image is None else (*_load_library(session, number, jit, first, ordinal, image), 1)


def _load_library(
    session: DriverSession, number: int, jit: JitOptions, first: int, ordinal: int, image: images.Image
) -> Answer:
    device = session.device(ordinal)
    charge = code_memory.reserve(session, image, ordinal)
    result, handle = jit.timed(cuda.cuLibraryLoadData, image.address, jit.names, jit.values, len(jit.names), [], [], 0)
    if result is SUCCESS:
        session.add(session.libraries, number, handle)
        code_memory.settle(session, number, ordinal, charge, 0)
    else:
        session.quota.cancel(ordinal, charge)
    listing = list_few(session, Kernels(number, handle, device), first, image.bytes) if result is SUCCESS else b""
    return (result, *jit.told(), listing)
