"""Modules and libraries, what is found in them, and the descriptions of functions.

A description is what the client needs to check launches and answer attribute queries itself: packed little-endian u32 attribute
count, i32 attributes from 0 on, u32 parameter count, then u32 offset and u32 size of each.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from typing import Any

from ..errors import RemoteProtocolError
from ..limits import IMAGE_BYTES_MAX
from .binding import SUCCESS, check, cuda, enum, optional
from .jit import JitOptions
from .ports import Session

_ATTRIBUTES = sorted(
    (attribute for attribute in cuda.CUfunction_attribute if attribute.name != "CU_FUNC_ATTRIBUTE_MAX"), key=int
)
_PARAMETERS_MAX = 8192


def module_load(session: Session, number: int, options: bytes) -> tuple[Any, ...]:
    jit = JitOptions(options)
    image = _receive_image(session)
    result, handle = cuda.cuModuleLoadDataEx(_address(image), len(jit.names), jit.names, jit.values)
    if result is SUCCESS:
        session.add(session.modules, number, handle, session.current.number)
    return (result, *jit.logs())


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
    return result, _describe_function(handle)


def module_function_names(session: Session, module: int) -> tuple[Any, ...]:
    handle = session.modules[module]
    result, count = optional("cuModuleGetFunctionCount", handle)
    check(result)
    result, functions = optional("cuModuleEnumerateFunctions", count, handle)
    check(result)
    return SUCCESS, _names("cuFuncGetName", functions)


def cuModuleGetGlobal_v2(session: Session, module: int, name: str) -> tuple[Any, ...]:
    return _global(cuda.cuModuleGetGlobal(session.modules[module], _encode(name)))


def library_load(session: Session, number: int, options: bytes, preserve: int) -> tuple[Any, ...]:
    """`preserve` is the client's promise about its own memory; the server's copy of the image does not stay."""
    jit = JitOptions(options)
    image = _receive_image(session)
    result, handle = cuda.cuLibraryLoadData(_address(image), jit.names, jit.values, len(jit.names), [], [], 0)
    if result is SUCCESS:
        session.add(session.libraries, number, handle)
    return (result, *jit.logs())


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
    return result, _describe_kernel(handle, device)


def library_kernel_names(session: Session, library: int) -> tuple[Any, ...]:
    handle = session.libraries[library]
    result, count = optional("cuLibraryGetKernelCount", handle)
    check(result)
    result, kernels = optional("cuLibraryEnumerateKernels", count, handle)
    check(result)
    return SUCCESS, _names("cuKernelGetName", kernels)


def library_get_module(session: Session, number: int, library: int) -> tuple[Any, ...]:
    result, handle = cuda.cuLibraryGetModule(session.libraries[library])
    if result is SUCCESS:
        session.add(session.modules, number, handle, library)
    return (result,)


def cuLibraryGetGlobal(session: Session, library: int, name: str) -> tuple[Any, ...]:
    return _global(cuda.cuLibraryGetGlobal(session.libraries[library], _encode(name)))


def kernel_get_function(session: Session, number: int, kernel: int) -> tuple[Any, ...]:
    result, handle = cuda.cuKernelGetFunction(session.kernels[kernel])
    if result is not SUCCESS:
        return (result,)
    session.add_function(number, handle, kernel)
    return result, _describe_function(handle)


def kernel_get_attribute(session: Session, attribute: int, kernel: int, ordinal: int) -> tuple[Any, ...]:
    kind = enum(cuda.CUfunction_attribute, attribute)
    result, value = cuda.cuKernelGetAttribute(kind, session.kernels[kernel], session.device(ordinal))
    return (result, value) if result is SUCCESS else (result,)


def _receive_image(session: Session) -> bytearray:
    """The call's bulk. PTX is text that ends with NUL, so some follow the image whatever it is."""
    channel = session.channel
    if not 0 < channel.bulk <= IMAGE_BYTES_MAX:
        raise RemoteProtocolError(f"an image of {channel.bulk} bytes")
    image = bytearray(channel.bulk + 8)
    channel.receive(memoryview(image)[: channel.bulk])
    return image


def _address(image: bytearray) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(image))


def _encode(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _global(answer: tuple[Any, ...]) -> tuple[Any, ...]:
    result, pointer, size = answer
    return (result, int(pointer), size) if result is SUCCESS else (result,)


def _names(get: str, handles: list[Any]) -> bytes:
    names = []
    for handle in handles:
        result, name = optional(get, handle)
        check(result)
        names.append(bytes(name).split(b"\0")[0] + b"\0")
    return b"".join(names)


def _describe_function(handle: Any) -> bytes:
    return _describe(
        lambda attribute: cuda.cuFuncGetAttribute(attribute, handle),
        lambda index: optional("cuFuncGetParamInfo", handle, index),
    )


def _describe_kernel(handle: Any, device: Any) -> bytes:
    return _describe(
        lambda attribute: cuda.cuKernelGetAttribute(attribute, handle, device),
        lambda index: optional("cuKernelGetParamInfo", handle, index),
    )


def _describe(get_attribute: Callable[[Any], tuple[Any, Any]], get_parameter: Callable[[int], tuple[Any, ...]]) -> bytes:
    """Attributes up to the first that the driver refuses, parameters up to the end of the list."""
    attributes = []
    for attribute in _ATTRIBUTES:
        result, value = get_attribute(attribute)
        if result is not SUCCESS:
            break
        attributes.append(value)
    parameters: list[int] = []
    for index in range(_PARAMETERS_MAX):
        result, offset, size = get_parameter(index)
        if result is not SUCCESS:
            break
        parameters += (offset, size)
    return struct.pack(
        f"<I{len(attributes)}iI{len(parameters)}I", len(attributes), *attributes, len(parameters) // 2, *parameters
    )


