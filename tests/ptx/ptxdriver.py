"""softgpu's libcuda.so.1 through ctypes: contexts, modules, memory, launches. Knows nothing of what a test computes."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_ERROR_LOG_BUFFER, _ERROR_LOG_BUFFER_BYTES = 5, 6  # CUjit_option
_LOG_BYTES = 8192


class CudaError(Exception):
    """A driver call returned `code`; `log` is the JIT error log of a module load."""

    def __init__(self, call: str, code: int, log: str = "") -> None:
        super().__init__(f"{call}: {code} {log}".rstrip())
        self.code = code
        self.log = log


def library_path() -> Path:
    """The library under test: $SOFTGPU_LIB, or what `make native` made."""
    return Path(os.environ.get("SOFTGPU_LIB", ROOT / "build" / "native" / "softgpu" / "libcuda.so.1"))


@cache
def library() -> ctypes.CDLL:
    path = library_path()
    if not path.exists():
        raise FileNotFoundError(f"{path}: build it with `make native`, or set SOFTGPU_LIB")
    return ctypes.CDLL(str(path))


def call(name: str, *arguments: object) -> None:
    """Call a driver function; raise CudaError unless it returns 0."""
    code = getattr(library(), name)(*arguments)
    if code != 0:
        raise CudaError(name, code)


@dataclass(frozen=True)
class Buffer:
    """Device memory."""

    address: int
    size: int


class Gpu:
    """A context of its own on device 0, current in this thread while it is open."""

    def __init__(self) -> None:
        call("cuInit", 0)
        self._context = ctypes.c_void_p()
        call("cuCtxCreate_v2", ctypes.byref(self._context), 0, 0)

    def close(self) -> None:
        call("cuCtxDestroy_v2", self._context)

    def __enter__(self) -> Gpu:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def activate(self) -> None:
        call("cuCtxSetCurrent", self._context)

    def allocate(self, size: int) -> Buffer:
        address = ctypes.c_uint64()
        call("cuMemAlloc_v2", ctypes.byref(address), ctypes.c_size_t(size))
        return Buffer(address.value, size)

    def free(self, buffer: Buffer) -> None:
        call("cuMemFree_v2", ctypes.c_uint64(buffer.address))

    def upload(self, data: bytes) -> Buffer:
        buffer = self.allocate(max(len(data), 1))
        call("cuMemcpyHtoD_v2", ctypes.c_uint64(buffer.address), data, ctypes.c_size_t(len(data)))
        return buffer

    def download(self, buffer: Buffer) -> bytes:
        data = ctypes.create_string_buffer(buffer.size)
        call("cuMemcpyDtoH_v2", data, ctypes.c_uint64(buffer.address), ctypes.c_size_t(buffer.size))
        return data.raw

    def load(self, ptx: str) -> ctypes.c_void_p:
        """Load a module from text; a failure carries the JIT error log."""
        module = ctypes.c_void_p()
        log = ctypes.create_string_buffer(_LOG_BYTES)
        options = (ctypes.c_int * 2)(_ERROR_LOG_BUFFER, _ERROR_LOG_BUFFER_BYTES)
        values = (ctypes.c_void_p * 2)(ctypes.addressof(log), _LOG_BYTES)
        code = library().cuModuleLoadDataEx(ctypes.byref(module), ptx.encode() + b"\0", 2, options, values)
        if code != 0:
            raise CudaError("cuModuleLoadDataEx", code, log.value.decode())
        return module

    def unload(self, module: ctypes.c_void_p) -> None:
        call("cuModuleUnload", module)

    def launch(
        self, module: ctypes.c_void_p, kernel: str, grid: int, block: int, arguments: list[int], shared: int = 0
    ) -> None:
        """Run a kernel whose parameters are all .u64, and wait for its end."""
        function = ctypes.c_void_p()
        call("cuModuleGetFunction", ctypes.byref(function), module, kernel.encode())
        values = [ctypes.c_uint64(value) for value in arguments]
        pointers = (ctypes.c_void_p * max(len(values), 1))(*(ctypes.addressof(value) for value in values))
        call("cuLaunchKernel", function, grid, 1, 1, block, 1, 1, shared, None, pointers, None)
        call("cuCtxSynchronize")
