"""GPUs as the clients of a server see them: the snapshot of the devices, the monitor's report, the sessions. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from ..worker.session_table import SessionRow
from .devices import Devices

# What the monitor may know of a GPU and the snapshot does not.
_LIVE = ("utilization", "temperature", "fan", "perf", "power_w", "power_limit_w", "compute_mode", "persistence")
Report = Mapping[str, Any]
Map = dict[str, Any]


def uuid_text(raw: bytes) -> str:
    """The UUID of a GPU as nvidia-smi shows it."""
    return f"GPU-{uuid.UUID(bytes=bytes(raw))}"


def cuda_version(snapshot: Mapping[str, Any]) -> str:
    """The CUDA version of the driver, as nvidia-smi writes it."""
    number = snapshot["driver_version"]
    return f"{number // 1000}.{number % 1000 // 10}"


def client_gpus(devices: Devices, report: Report, sessions: Sequence[SessionRow]) -> list[Map]:
    """The devices as an smi answer has them: the limit is the size, and the processes are the clients'.

    Used memory is what the sessions have allocated where there is a limit; otherwise what NVML says of the whole
    GPU, if it says.
    """
    live = _by_uuid(report)
    gpus = []
    for index, (device, limit) in enumerate(zip(devices.snapshot["devices"], devices.limits, strict=True)):
        seen = live.get(uuid_text(device["uuid"]), {})
        allocated = sum(session.memory[index] for session in sessions)
        whole = seen.get("memory_used") if limit is None else None
        gpus.append(
            {
                "index": index,
                "name": device["name"],
                "uuid": uuid_text(device["uuid"]),
                "bus_id": device["pci_bus_id"],
                "memory_total": device["total_memory"],
                "memory_used": allocated if whole is None else whole,
                **{key: seen.get(key) for key in _LIVE},
                "processes": [
                    _process(session, index) for session in sessions if session.cuda and session.memory[index]
                ],
            }
        )
    return gpus


def host_gpus(snapshot: Map, report: Report, ordinals: Sequence[int], hostname: str) -> list[Map]:
    """The physical GPUs `ordinals` of an uncut `snapshot`, as an smi answer has them: whatever uses them, whoever
    started it.
    """
    live = _by_uuid(report)
    gpus = []
    for ordinal in ordinals:
        device = snapshot["devices"][ordinal]
        seen = live.get(uuid_text(device["uuid"]), {})
        processes = [{**process, "host": hostname} for process in seen.get("processes", ())]
        gpus.append(
            {
                "index": ordinal,
                "name": device["name"],
                "uuid": uuid_text(device["uuid"]),
                "bus_id": device["pci_bus_id"],
                "memory_total": seen.get("memory_total") or device["total_memory"],
                "memory_used": seen.get("memory_used"),
                **{key: seen.get(key) for key in _LIVE},
                "processes": processes,
            }
        )
    return gpus


def smi_answer(snapshot: Mapping[str, Any], report: Report, gpus: list[Map], hostname: str) -> Map:
    """An smi answer with `gpus`."""
    return {
        "hostname": hostname,
        "driver_version": report.get("driver_version"),
        "cuda_version": report.get("cuda_version") or cuda_version(snapshot),
        "gpus": gpus,
    }


def _by_uuid(report: Report) -> dict[str, Map]:
    return {gpu["uuid"]: gpu for gpu in report.get("gpus", ())}


def _process(session: SessionRow, index: int) -> Map:
    return {"pid": session.pid, "name": session.program, "host": session.host, "memory": session.memory[index]}
