"""Modules and libraries, and what is found in them."""

from __future__ import annotations

from typing import Any

from . import images
from .binding import SUCCESS, cuda, enum
from .descriptions import Functions, Kernels, describe_function, describe_kernel, list_few, list_from
from .jit import JitOptions
from .ports import Session


def module_load(session: Session, number: int, options: bytes, first: int) -> tuple[Any, ...]:
    jit = JitOptions(options)
    image = images.receive(session)
    result, handle = cuda.cuModuleLoadDataEx(image.address, len(jit.names), jit.names, jit.values)
    if result is SUCCESS:
        session.add(session.modules, number, handle, session.current.number)
    listing = list_few(session, Functions(number, handle), first) if result is SUCCESS else b""
    return (result, *jit.logs(), listing)


def cuModuleUnload(session: Session, module: int) -> Any:
    result = cuda.cuModuleUnload(session.modules[module])[0]
    if result is SUCCESS:
        session.drop(module)
    return result


def module_get_function(session: Session, number: int, module: int, name: str) -> tuple[Any, ...]:
    result, handle = cuda.cuModuleGetFunction(session.modules[module], _encode(name))
    if result is not SUCCESS:
        return (result,)
    session.add_function(number, handle, module)
    return result, describe_function(handle)


def module_functions(session: Session, module: int, first: int, start: int) -> tuple[Any, ...]:
    return SUCCESS, list_from(session, Functions(module, session.modules[module]), first, start)


def cuModuleGetGlobal_v2(session: Session, module: int, name: str) -> tuple[Any, ...]:
    return _global(cuda.cuModuleGetGlobal(session.modules[module], _encode(name)))


def library_load(
    session: Session, number: int, options: bytes, preserve: int, first: int, ordinal: int
) -> tuple[Any, ...]:
    """`preserve` is the client's promise about its own memory; the server's copy of the image does not stay."""
    device, jit = session.device(ordinal), JitOptions(options)
    image = images.receive(session)
    result, handle = cuda.cuLibraryLoadData(image.address, jit.names, jit.values, len(jit.names), [], [], 0)
    if result is SUCCESS:
        session.add(session.libraries, number, handle)
    listing = list_few(session, Kernels(number, handle, device), first) if result is SUCCESS else b""
    return (result, *jit.logs(), listing)


def cuLibraryUnload(session: Session, library: int) -> Any:
    result = cuda.cuLibraryUnload(session.libraries[library])[0]
    if result is SUCCESS:
        session.drop(library)
    return result


def library_get_kernel(session: Session, number: int, library: int, name: str, ordinal: int) -> tuple[Any, ...]:
    device = session.device(ordinal)
    result, handle = cuda.cuLibraryGetKernel(session.libraries[library], _encode(name))
    if result is not SUCCESS:
        return (result,)
    session.add_function(number, cuda.CUfunction(int(handle)), library)
    session.kernels[number] = handle
    return result, describe_kernel(handle, device)


def library_kernels(session: Session, library: int, first: int, start: int, ordinal: int) -> tuple[Any, ...]:
    kernels = Kernels(library, session.libraries[library], session.device(ordinal))
    return SUCCESS, list_from(session, kernels, first, start)


def library_get_module(session: Session, number: int, library: int, first: int) -> tuple[Any, ...]:
    result, handle = cuda.cuLibraryGetModule(session.libraries[library])
    if result is not SUCCESS:
        return (result,)
    session.add(session.modules, number, handle, library)
    return result, list_few(session, Functions(number, handle), first)


def cuLibraryGetGlobal(session: Session, library: int, name: str) -> tuple[Any, ...]:
    return _global(cuda.cuLibraryGetGlobal(session.libraries[library], _encode(name)))


def cuLibraryGetManaged(session: Session, library: int, name: str) -> tuple[Any, ...]:
    return _global(cuda.cuLibraryGetManaged(session.libraries[library], _encode(name)))


def kernel_get_function(session: Session, number: int, kernel: int) -> tuple[Any, ...]:
    result, handle = cuda.cuKernelGetFunction(session.kernels[kernel])
    if result is not SUCCESS:
        return (result,)
    session.add_function(number, handle, kernel)
    return result, describe_function(handle)


def kernel_get_attribute(session: Session, attribute: int, kernel: int, ordinal: int) -> tuple[Any, ...]:
    kind = enum(cuda.CUfunction_attribute, attribute)
    result, value = cuda.cuKernelGetAttribute(kind, session.kernels[kernel], session.device(ordinal))
    return (result, value) if result is SUCCESS else (result,)


def _encode(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _global(answer: tuple[Any, ...]) -> tuple[Any, ...]:
    result, pointer, size = answer
    return (result, int(pointer), size) if result is SUCCESS else (result,)
