"""Kernel launches: the hottest calls. What a launch needs besides its arguments is made once for each function.

The parameter block is handed over by `extra` of cuLaunchKernel, an array of four words that points to a buffer of
the function and to its size; both stay at their addresses, so that a launch copies its bytes there and makes no
object.
"""

from __future__ import annotations

import ctypes
import struct
from typing import Any

from ..session import Handle, Launchable
from .binding import SUCCESS, cuda
from .ports import Answer
from .session import DriverSession
from .structures import Memory

_BUFFER_POINTER, _BUFFER_SIZE, _END = 1, 2, 0  # CU_LAUNCH_PARAM_*
# CUlaunchConfig: grid and block dimensions and shared bytes, stream, pointer to and number of attributes.
_CONFIG = struct.Struct("<7I4xQQI4x")

_launch = cuda.cuLaunchKernel


def launch(session: DriverSession, call: Any) -> Any:
    """Takes the call apart itself: one function more would be a twentieth of what a launch costs."""
    _, fn, gx, gy, gz, bx, by, bz, shared, stream, params = call
    function = session.functions[fn]
    if len(params) != function.size:
        _prepare(function, len(params))
    function.block[:] = params
    return _launch(function.handle, gx, gy, gz, bx, by, bz, shared, session.streams[stream], 0, function.extra)[0]


def launch_ex(
    session: DriverSession,
    function: Launchable,
    gx: int,
    gy: int,
    gz: int,
    bx: int,
    by: int,
    bz: int,
    shared: int,
    stream: Handle,
    attributes: Memory,
    params: bytes,
) -> Any:
    if len(params) != function.size:
        _prepare(function, len(params))
    function.block[:] = params
    if not attributes.count:
        return _launch(function.handle, gx, gy, gz, bx, by, bz, shared, stream, 0, function.extra)[0]
    config = configure((gx, gy, gz, bx, by, bz, shared), int(stream), attributes)
    return cuda.cuLaunchKernelEx(config, function.handle, 0, function.extra)[0]


def occupancy_clusters(
    session: DriverSession,
    function: Launchable,
    gx: int,
    gy: int,
    gz: int,
    bx: int,
    by: int,
    bz: int,
    shared: int,
    attributes: Memory,
    want_size: int,
) -> Answer:
    config = configure((gx, gy, gz, bx, by, bz, shared), 0, attributes)
    ask = cuda.cuOccupancyMaxPotentialClusterSize if want_size else cuda.cuOccupancyMaxActiveClusters
    result, value = ask(function.handle, config)
    return (result, value) if result is SUCCESS else (result,)


def _prepare(function: Launchable, size: int) -> None:
    """Make the function's buffers for a parameter block of `size` bytes."""
    block = (ctypes.c_ubyte * max(size, 1))()
    length = ctypes.c_size_t(size)
    words = (ctypes.c_void_p * 5)(
        _BUFFER_POINTER, ctypes.addressof(block), _BUFFER_SIZE, ctypes.addressof(length), _END
    )
    function.block = memoryview(block).cast("B")[:size]
    function.extra = ctypes.addressof(words)
    function.keep = (block, length, words)
    function.size = size


def configure(dimensions: tuple[int, ...], stream: int, attributes: Memory) -> Any:
    """A CUlaunchConfig, of use for as long as its attributes are there."""
    config = cuda.CUlaunchConfig()
    memory = (ctypes.c_char * _CONFIG.size).from_address(config.getPtr())
    _CONFIG.pack_into(memory, 0, *dimensions, stream, attributes.address if attributes.count else 0, attributes.count)
    return config
