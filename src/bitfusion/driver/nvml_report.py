"""What NVML shows of the host's GPUs, for people: the facts of an nvidia-smi table. Numbers that NVML does not give are
None.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pynvml

from ..session import Handle
from . import softgpu

# As nvidia-smi writes them; the index is nvmlComputeMode_t.
COMPUTE_MODES = ("Default", "E. Thread", "Prohibited", "E. Process")


class Reporter:
    """Looks at the GPUs again and again. `softgpu_path`: software GPUs, whose libnvidia-ml.so.1 lies beside that
    libcuda.so.1.
    """

    def __init__(self, softgpu_path: str = "", softgpu_devices: int = 0) -> None:
        self._problem = ""
        if softgpu_path and not softgpu.use_nvml(softgpu_path, softgpu_devices):
            # Never the machine's own library: it would show other GPUs.
            self._problem = "this installation's softgpu has no NVML"

    def report(self) -> dict[str, Any]:
        """`driver_version`, `cuda_version` and `gpus`, or `problem`: the reason why there is nothing to show."""
        if self._problem:
            return {"problem": self._problem}
        try:
            # Each time: after the driver was loaded again, an old initialisation shows nothing.
            pynvml.nvmlInit()
        except pynvml.NVMLError as error:
            return {"problem": f"NVML cannot be used: {error}"}
        try:
            count = pynvml.nvmlDeviceGetCount()
            return {
                "driver_version": _text(_ask(pynvml.nvmlSystemGetDriverVersion)),
                "cuda_version": cuda_version(_ask(pynvml.nvmlSystemGetCudaDriverVersion)),
                "gpus": [gpu for index in range(count) if (gpu := _gpu(index)) is not None],
            }
        except pynvml.NVMLError as error:
            return {"problem": f"NVML shows no GPUs: {error}"}
        finally:
            _ask(pynvml.nvmlShutdown)


def cuda_version(number: int | None) -> str | None:
    """13010 -> "13.1"."""
    return None if number is None else f"{number // 1000}.{number % 1000 // 10}"


def _gpu(index: int) -> dict[str, Any] | None:
    handle = _ask(pynvml.nvmlDeviceGetHandleByIndex, index)
    if handle is None:
        return None  # it fell off the bus, or is another user's
    memory = _ask(pynvml.nvmlDeviceGetMemoryInfo, handle)
    rates = _ask(pynvml.nvmlDeviceGetUtilizationRates, handle)
    state = _ask(pynvml.nvmlDeviceGetPerformanceState, handle)
    pci = _ask(pynvml.nvmlDeviceGetPciInfo, handle)
    mode = _ask(pynvml.nvmlDeviceGetComputeMode, handle)
    persistence = _ask(pynvml.nvmlDeviceGetPersistenceMode, handle)
    return {
        "uuid": _text(_ask(pynvml.nvmlDeviceGetUUID, handle)),
        "name": _text(_ask(pynvml.nvmlDeviceGetName, handle)),
        "bus_id": None if pci is None else _text(pci.busId),
        "memory_total": None if memory is None else int(memory.total),
        "memory_used": None if memory is None else int(memory.used),
        "utilization": None if rates is None else int(rates.gpu),
        "temperature": _ask(pynvml.nvmlDeviceGetTemperature, handle, pynvml.NVML_TEMPERATURE_GPU),
        "fan": _ask(pynvml.nvmlDeviceGetFanSpeed, handle),
        "perf": f"P{state}" if state is not None and 0 <= state <= 15 else None,
        "power_w": _watts(_ask(pynvml.nvmlDeviceGetPowerUsage, handle)),
        "power_limit_w": _watts(_ask(pynvml.nvmlDeviceGetEnforcedPowerLimit, handle)),
        "compute_mode": COMPUTE_MODES[mode] if mode in range(len(COMPUTE_MODES)) else None,
        "persistence": None if persistence is None else bool(persistence),
        "processes": _processes(handle),
    }


def _processes(handle: Handle) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for list_them in (pynvml.nvmlDeviceGetComputeRunningProcesses, pynvml.nvmlDeviceGetGraphicsRunningProcesses):
        for process in _ask(list_them, handle) or ():
            memory = None if process.usedGpuMemory is None else int(process.usedGpuMemory)
            found[process.pid] = {"pid": process.pid, "name": _name(process.pid), "memory": memory}
    return [found[pid] for pid in sorted(found)]


def _name(pid: int) -> str:
    if name := _text(_ask(pynvml.nvmlSystemGetProcessName, pid)):
        return name
    try:
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]) or "-"
    except OSError:
        return "-"


def _watts(milliwatts: int | None) -> float | None:
    return None if milliwatts is None else milliwatts / 1000


def _text(value: Any) -> str | None:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _ask(function: Callable[..., Any], *args: Any) -> Any:
    """The answer of an NVML function, None if this GPU, driver or library does not give one."""
    try:
        return function(*args)
    except (pynvml.NVMLError, UnicodeDecodeError):
        return None
