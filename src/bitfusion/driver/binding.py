"""cuda-python, and what differs between its releases 12.9 and 13. Every other file of this package takes `cuda` from
here.
"""

from __future__ import annotations

import ctypes
import re
from typing import Any

from cuda.bindings import driver

from ..errors import CallFailed, Code, NoDevice

cuda: Any = driver  # which has no types of its own

SUCCESS = cuda.CUresult.CUDA_SUCCESS
NOT_READY = cuda.CUresult.CUDA_ERROR_NOT_READY
OUT_OF_MEMORY = cuda.CUresult.CUDA_ERROR_OUT_OF_MEMORY
INVALID_VALUE = cuda.CUresult.CUDA_ERROR_INVALID_VALUE

# CPython keeps what is in a bytes object behind its header. cuda-python takes an address in half the time that an
# object costs it.
BYTES_HEADER = bytes.__basicsize__ - 1
assert ctypes.string_at(id(b"bytes") + BYTES_HEADER, 5) == b"bytes"

device_uuid = getattr(cuda, "cuDeviceGetUuid_v2", cuda.cuDeviceGetUuid)
_CONTEXT_HAS_PARAMS = hasattr(cuda, "CUctxCreateParams")


def create_context(flags: int, device: Any) -> tuple[Any, Any]:
    """cuCtxCreate without creation parameters: release 13 has one more argument."""
    if _CONTEXT_HAS_PARAMS and not _takes_two():
        return cuda.cuCtxCreate(None, flags, device)
    return cuda.cuCtxCreate(flags, device)


def newest(name: str) -> Any:
    """The form of a function that knows of the data of edges: release 12 has functions with and without."""
    return getattr(cuda, f"{name}_v2", None) if hasattr(cuda, "cuGraphGetEdges_v2") else getattr(cuda, name)


add_dependencies, remove_dependencies = newest("cuGraphAddDependencies"), newest("cuGraphRemoveDependencies")


def atomic_capabilities(operations: list[int], count: int, source: Any, target: Any) -> tuple[Any, ...]:
    """cuDeviceGetP2PAtomicCapabilities, which release 12 has not."""
    ask = getattr(cuda, "cuDeviceGetP2PAtomicCapabilities", None)
    if ask is None:
        return cuda.CUresult.CUDA_ERROR_NOT_SUPPORTED, None
    return tuple(ask([enum(cuda.CUatomicOperation, each) for each in operations], count, source, target))


def enum(kind: Any, value: int) -> Any:
    """The member of a CUDA enumeration. Raises CallFailed(INVALID_VALUE) for a value that this release does not
    know.
    """
    try:
        return kind(value)
    except ValueError:
        raise CallFailed(Code.INVALID_VALUE) from None


def check(result: Any) -> None:
    """Raise CallFailed if `result` is not success."""
    if result is not SUCCESS:
        raise CallFailed(result)


def initialise() -> None:
    """cuInit. Raises NoDevice that says whether the driver or the device is missing."""
    try:
        result = cuda.cuInit(0)[0]
    except RuntimeError as error:
        raise NoDevice("no NVIDIA driver: libcuda.so.1 cannot be loaded") from error
    if result is not SUCCESS:
        raise NoDevice(f"the driver cannot be used: cuInit gives {int(result)} ({result.name})")


def _takes_two() -> bool:
    return "ctxCreateParams" not in (cuda.cuCtxCreate.__doc__ or "").split("\n")[0]


_MISSING = re.compile(r'function "?\w+"? (is )?not found', re.I)


def is_missing(error: Exception) -> bool:
    """True if the driver is older than the function that was called."""
    return isinstance(error, RuntimeError) and _MISSING.match(str(error)) is not None


def optional(name: str, *args: Any) -> tuple[Any, ...]:
    """Call a function that older drivers do not have; (CUDA_ERROR_NOT_SUPPORTED, None, None) is then the answer."""
    try:
        return getattr(cuda, name)(*args)
    except RuntimeError:
        return cuda.CUresult.CUDA_ERROR_NOT_SUPPORTED, None, None


class _UpdateInfo(ctypes.Structure):
    """CUgraphExecUpdateResultInfo."""

    _fields_ = (("result", ctypes.c_int), ("node", ctypes.c_void_p), ("before", ctypes.c_void_p))


def update_executable(executable: Any, graph: Any) -> tuple[Any, int, int, int]:
    """cuGraphExecUpdate: its result, what is wrong, and the handles of the node and of the one before it (0: none).

    cuda-python gives nothing but the result for an update that is refused.
    """
    info = _UpdateInfo(1, None, None)
    update = ctypes.CDLL("libcuda.so.1").cuGraphExecUpdate_v2
    code = update(ctypes.c_void_p(int(executable)), ctypes.c_void_p(int(graph)), ctypes.byref(info))
    return cuda.CUresult(code), info.result, info.node or 0, info.before or 0


def set_border_color(reference: Any, red: float, green: float, blue: float, alpha: float) -> tuple[Any]:
    """cuTexRefSetBorderColor: cuda-python gives the driver the first of the four alone."""
    color = (ctypes.c_float * 4)(red, green, blue, alpha)
    code = ctypes.CDLL("libcuda.so.1").cuTexRefSetBorderColor(ctypes.c_void_p(int(reference)), color)
    return (cuda.CUresult(code),)
