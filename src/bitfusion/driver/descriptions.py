"""What the client is told of functions and kernels: their descriptions, one by one and in listings.

A description is what the client needs to check launches and answer attribute queries itself: packed little-endian
u32 attribute count, i32 attributes from 0 on, u32 parameter count, then u32 offset and u32 size of each. A listing
(api/table/module.py) holds those of a module or library in the driver's order, and enters them into the session.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from ..errors import CallFailed
from ..limits import LISTED_AT_LOAD_MAX, LISTED_IMAGE_BYTES_MAX, LISTING_BYTES
from ..session import Handle
from .binding import SUCCESS, check, cuda, optional
from .ports import Answer
from .session import DriverSession

_ATTRIBUTES = sorted(
    (attribute for attribute in cuda.CUfunction_attribute if attribute.name != "CU_FUNC_ATTRIBUTE_MAX"), key=int
)
_PARAMETERS_MAX = 8192
_UNKNOWN = 0xFFFFFFFF
_U32 = struct.Struct("<I")


class Listable(Protocol):
    """What has functions: how many, all of them, and of each its name and description, while it is `ready`. `enter`
    makes one an object of the session.
    """

    def ready(self) -> AbstractContextManager[None]: ...
    def count(self) -> Answer: ...
    def all(self, count: int) -> Answer: ...
    def name(self, handle: Handle) -> Answer: ...
    def describe(self, handle: Handle) -> bytes: ...
    def enter(self, session: DriverSession, number: int, handle: Handle) -> None: ...


class Functions:
    """The functions of module `number`."""

    def __init__(self, number: int, module: Handle) -> None:
        self._number = number
        self._module = module

    def ready(self) -> AbstractContextManager[None]:
        return nullcontext()

    def count(self) -> Answer:
        return optional("cuModuleGetFunctionCount", self._module)

    def all(self, count: int) -> Answer:
        return optional("cuModuleEnumerateFunctions", count, self._module)

    def name(self, handle: Handle) -> Answer:
        return optional("cuFuncGetName", handle)

    def describe(self, handle: Handle) -> bytes:
        # A function of an enumeration need not be loaded, and then not all is told of it. Older drivers load at once.
        optional("cuFuncLoad", handle)
        return describe_function(handle)

    def enter(self, session: DriverSession, number: int, handle: Handle) -> None:
        session.add_function(number, handle, self._number)


class Kernels:
    """The kernels of library `number`, as they are on `device`."""

    def __init__(self, number: int, library: Handle, device: Handle) -> None:
        self._number = number
        self._library = library
        self._device = device

    def ready(self) -> AbstractContextManager[None]:
        return _some_context(self._device)

    def count(self) -> Answer:
        return optional("cuLibraryGetKernelCount", self._library)

    def all(self, count: int) -> Answer:
        return optional("cuLibraryEnumerateKernels", count, self._library)

    def name(self, handle: Handle) -> Answer:
        return optional("cuKernelGetName", handle)

    def describe(self, handle: Handle) -> bytes:
        return describe_kernel(handle, self._device)

    def enter(self, session: DriverSession, number: int, handle: Handle) -> None:
        enter_kernel(session, number, handle, self._number)


def enter_kernel(session: DriverSession, number: int, handle: Handle, library: int) -> None:
    """A kernel is an object of its own, and can be launched as a function is."""
    session.add_function(number, cuda.CUfunction(int(handle)), library)
    session.kernels[number] = handle


def list_few(session: DriverSession, listable: Listable, first: int, image_bytes: int = 0) -> bytes:
    """The listing that comes with a load: of all, numbered from `first`, if they are few; empty if `first` is 0.

    To describe a function it must be made ready to run. In a large image most are not used: they are only counted.
    """
    if not first:
        return b""
    result, count = listable.count()[:2]
    if result is not SUCCESS:
        return _U32.pack(_UNKNOWN)
    if count > LISTED_AT_LOAD_MAX or image_bytes > LISTED_IMAGE_BYTES_MAX:
        return _U32.pack(count)
    try:
        return _list(session, listable, count, first, 0)
    except CallFailed:
        return _U32.pack(_UNKNOWN)  # the client asks, and is told why


def list_from(session: DriverSession, listable: Listable, first: int, start: int) -> bytes:
    """A part of the listing, from index `start`; how many there are alone if `first` is 0. Raises CallFailed."""
    result, count = listable.count()[:2]
    check(result)
    return _list(session, listable, count, first, start) if first else _U32.pack(count)


def _list(session: DriverSession, listable: Listable, count: int, first: int, start: int) -> bytes:
    result, handles = listable.all(count)[:2] if count else (SUCCESS, [])
    check(result)
    listing = bytearray(_U32.pack(count))
    with listable.ready():
        for number, handle in enumerate(handles[start:], first):
            result, name = listable.name(handle)[:2]
            check(result)
            description = listable.describe(handle)
            session.check_new(number)
            listable.enter(session, number, handle)
            listing += bytes(name).split(b"\0")[0] + b"\0" + _U32.pack(len(description)) + description
            if len(listing) > LISTING_BYTES:
                break
    return bytes(listing)


def describe_function(handle: Handle) -> bytes:
    return _describe(
        lambda attribute: cuda.cuFuncGetAttribute(attribute, handle),
        lambda index: optional("cuFuncGetParamInfo", handle, index),
    )


def describe_kernel(handle: Handle, device: Handle) -> bytes:
    with _some_context(device):
        return _describe(
            lambda attribute: cuda.cuKernelGetAttribute(attribute, handle, device),
            lambda index: optional("cuKernelGetParamInfo", handle, index),
        )


@contextmanager
def _some_context(device: Handle) -> Iterator[None]:
    """The driver tells a kernel's parameters in a context alone, and a library may be loaded before there is any."""
    result, current = cuda.cuCtxGetCurrent()
    if result is SUCCESS and not int(current):
        result, context = cuda.cuDevicePrimaryCtxRetain(device)
        if result is SUCCESS:
            cuda.cuCtxPushCurrent(context)
            try:
                yield
            finally:
                cuda.cuCtxPopCurrent()
                cuda.cuDevicePrimaryCtxRelease(device)
            return
    yield


def _describe(
    get_attribute: Callable[[Any], tuple[Any, Any]], get_parameter: Callable[[int], tuple[Any, ...]]
) -> bytes:
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
