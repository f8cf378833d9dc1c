"""NVML for a client: a call by name and packed arguments, answered by the machine's NVML or by what this server knows
better.

Where the machine has no NVML, or none of a device, what the snapshot says is answered and the rest is NOT_SUPPORTED.
Results are nvmlReturn_t; what is wrong with the packing itself raises values.Malformed.
"""

from __future__ import annotations

import ctypes
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pynvml

from . import nvml_values as values
from .nvml_values import Answer, Packed, Params
from .ports import Clients

NOT_SUPPORTED = int(pynvml.NVML_ERROR_NOT_SUPPORTED)


class Nvml:
    """The NVML of one session. `functions` describes them as api/emit_nvml_calls.py has it; `clients` knows who uses
    the devices.

    `snapshot` is that of protocol.md. `usable`: the machine may have an NVML of these devices.
    """

    def __init__(
        self, functions: Mapping[str, Params], snapshot: Mapping[str, Any], clients: Clients, usable: bool = True
    ) -> None:
        self._functions = functions
        self._snapshot = snapshot
        self._clients = clients
        self._usable = usable
        self._library: Any = None
        self._handles: dict[int, Any] = {}
        self._hand: dict[str, Callable[[Packed], Answer]] = {
            "nvmlDeviceGetMemoryInfo": self._memory,
            "nvmlDeviceGetMemoryInfo_v2": self._memory,
            "nvmlDeviceGetProcessUtilization": self._process_utilization,
            "nvmlSystemGetProcessName": self._process_name,
            "nvmlSystemGetDriverVersion": self._version,
            "nvmlSystemGetNVMLVersion": self._version,
        }
        for what in ("Compute", "Graphics", "MPSCompute"):
            for version in ("", "_v2", "_v3"):
                self._hand[f"nvmlDeviceGet{what}RunningProcesses{version}"] = self._processes

    def call(self, function: str, arguments: bytes) -> Answer:
        """(nvmlReturn_t, values). Raises values.Malformed if the arguments are not what `function` takes."""
        params = self._functions.get(function)
        if params is None:
            return int(pynvml.NVML_ERROR_FUNCTION_NOT_FOUND), b""
        packed = values.unpack(function, params, arguments)
        if any(not 0 <= device < len(self._devices) for device in packed.devices):
            return int(pynvml.NVML_ERROR_INVALID_ARGUMENT), b""
        return self._hand.get(function, self._native)(packed)

    @property
    def _devices(self) -> Sequence[Mapping[str, Any]]:
        return self._snapshot["devices"]

    def _open(self) -> Any:
        """The machine's library, initialised; None if there is none."""
        if self._library is None and self._usable:
            try:
                pynvml.nvmlInit()
                self._library = pynvml.nvmlLib
            except pynvml.NVMLError:
                self._usable = False  # a driver does not appear in the life of a session
        return self._library

    def _handle(self, library: Any, device: int) -> Any:
        """NVML's handle of a device, found by its UUID, which CUDA and NVML agree on; None if NVML does not show it."""
        if device not in self._handles:
            handle = ctypes.c_void_p()
            name = f"GPU-{uuid.UUID(bytes=bytes(self._devices[device]['uuid']))}".encode()
            found = library.nvmlDeviceGetHandleByUUID(name, ctypes.byref(handle)) == 0
            self._handles[device] = handle if found else None
        return self._handles[device]

    def _native(self, packed: Packed) -> Answer:
        library = self._open()
        if library is None:
            return NOT_SUPPORTED, b""
        handles = [self._handle(library, device) for device in packed.devices]
        function = getattr(library, packed.function, None)
        if function is None:
            return int(pynvml.NVML_ERROR_FUNCTION_NOT_FOUND), b""
        if None in handles:
            return NOT_SUPPORTED, b""
        return packed.run(function, handles)

    def _memory(self, packed: Packed) -> Answer:
        """Under a limit the limit is the GPU, and what the clients have allocated is what is used."""
        device = packed.devices[0]
        total, used = self._devices[device]["total_memory"], self._clients.used(device)
        if not self._clients.limited(device):
            result, native = self._native(packed)
            if result != NOT_SUPPORTED:
                return result, native
        used = min(used, total)
        if packed.function.endswith("_v2"):
            return packed.versioned(values.MEMORY_V2, total, 0, total - used, used)
        return 0, values.MEMORY.pack(total, total - used, used)

    def _processes(self, packed: Packed) -> Answer:
        """The sessions of this server that have memory on the device, as processes of their hosts. They compute."""
        used = self._clients.processes(packed.devices[0]) if "GetCompute" in packed.function else []
        return packed.array([values.PROCESS.pack(pid, memory, *values.NO_INSTANCE) for pid, memory in used])

    def _process_utilization(self, packed: Packed) -> Answer:
        """The machine's samples of our CUDA Servers, under the names of their clients' processes."""
        result, native = self._native(packed)
        if result:
            return result, native
        return packed.renamed(native, values.UTILIZATION, self._clients.pid_of)

    def _process_name(self, packed: Packed) -> Answer:
        name = self._clients.name(packed.scalars[0])
        return (int(pynvml.NVML_ERROR_NOT_FOUND), b"") if name is None else packed.text(name)

    def _version(self, packed: Packed) -> Answer:
        """Without an NVML, that of CUDA is all that is known of the driver."""
        result, native = self._native(packed)
        if result != NOT_SUPPORTED:
            return result, native
        version = self._snapshot["driver_version"]
        return packed.text(f"{version // 1000}.{version % 1000 // 10}")
