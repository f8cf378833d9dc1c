"""JIT options of a module or library load: packed i32 option, u64 value pairs -> what cuda-python wants, and the
logs.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

from ..errors import CallFailed, Code, RemoteProtocolError
from ..limits import JIT_LOG_BYTES_MAX
from .binding import cuda, enum

_OPTION = cuda.CUjit_option
_OPTION_BITS = (1 << 31) - 1  # what the driver reads of a value that is a number
_TIME = struct.Struct("<f")
_PAIR = struct.Struct("<iQ")
_LOG_BYTES = 16 << 10  # of a log that the client did not ask for: the shim shows it when debugging
_BUFFERS = (_OPTION.CU_JIT_INFO_LOG_BUFFER, _OPTION.CU_JIT_ERROR_LOG_BUFFER)
_SIZES = (_OPTION.CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES, _OPTION.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES)
_ENUMS = {
    _OPTION.CU_JIT_TARGET: cuda.CUjit_target,
    _OPTION.CU_JIT_FALLBACK_STRATEGY: cuda.CUjit_fallback,
    _OPTION.CU_JIT_CACHE_MODE: cuda.CUjit_cacheMode,
}
# Values that are results, or that the driver itself no longer reads.
_DROPPED = ("CU_JIT_WALL_TIME", "CU_JIT_NEW_SM3X_OPT", "CU_JIT_FAST_COMPILE")
# Values that are addresses in the client.
_REFUSED = (
    "CU_JIT_GLOBAL_SYMBOL_NAMES",
    "CU_JIT_GLOBAL_SYMBOL_ADDRESSES",
    "CU_JIT_REFERENCED_KERNEL_NAMES",
    "CU_JIT_REFERENCED_VARIABLE_NAMES",
)


class JitOptions:
    """`names` and `values` for cuda-python. The log buffers are the server's; logs() are their texts afterwards."""

    def __init__(self, packed: bytes, logs: bool = True) -> None:
        """`logs`: those of one input of a link go to the whole link's. Raises RemoteProtocolError for bytes that are no
        pairs, CallFailed for options that cannot be passed on.
        """
        if len(packed) % _PAIR.size:
            raise RemoteProtocolError(f"JIT options of {len(packed)} bytes")
        sizes = dict.fromkeys(_SIZES, _LOG_BYTES)
        self._spent_ms = 0.0
        self.names: list[Any] = []
        self.values: list[Any] = []
        for number, value in _PAIR.iter_unpack(packed):
            option = enum(_OPTION, number)
            if option in sizes:
                sizes[option] = min(max(value, _LOG_BYTES), JIT_LOG_BYTES_MAX)
            elif option not in _BUFFERS and option.name not in _DROPPED:
                self._add(option, value)
        self._logs = [bytearray(sizes[size]) for size in _SIZES]
        for buffer, size, log in zip(_BUFFERS, _SIZES, self._logs if logs else (), strict=logs):
            self.names += (buffer, size)
            self.values += (log, len(log))

    def timed(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """What the driver answers. Its own CU_JIT_WALL_TIME is not to be had through cuda-python."""
        begin = perf_counter_ns()
        answer = call(*arguments)
        self._spent_ms += (perf_counter_ns() - begin) / 1e6
        return answer

    def told(self) -> tuple[bytes, bytes, bytes]:
        """Information and errors, without the NUL, and the facts of the table."""
        info, error = (bytes(log).split(b"\0")[0] for log in self._logs)
        return info, error, _TIME.pack(self._spent_ms)

    def _add(self, option: Any, value: int) -> None:
        if option.name in _REFUSED:
            raise CallFailed(Code.NOT_SUPPORTED)
        kind = _ENUMS.get(option)
        self.names.append(option)
        self.values.append(enum(kind, value) if kind else value & _OPTION_BITS)
