"""What the Dispatcher knows of the devices: asked for by a short-lived process, cut to what it may serve."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .. import native
from ..config.quotas import Quotas
from ..config.server import ServerConfig, resolve_devices, resolve_limits
from ..errors import NoDevice
from ..limits import PROBE_TIMEOUT_S
from . import process

_BOTH_WAYS = "install the NVIDIA driver on this machine, or serve software GPUs with --softgpu N"


@dataclass(frozen=True)
class Devices:
    """`ordinals` of the driver in the client's order, the memory limit of each (None: no limit), and the snapshot to
    give to clients. `memory` is that of each whole GPU. `warnings` are sentences for the log."""

    ordinals: tuple[int, ...]
    limits: tuple[int | None, ...]
    snapshot: Mapping[str, Any]
    memory: tuple[int, ...]
    warnings: tuple[str, ...]


def driver_settings(softgpu: int) -> dict[str, Any]:
    """Which driver the CUDA Servers load. Raises BitfusionError if softgpu is asked for and not installed."""
    path = str(native.file_of(native.SOFTGPU)) if softgpu else ""
    return {"softgpu": path, "softgpu_devices": softgpu}


async def find_devices(config: ServerConfig) -> Devices:
    """Raises NoDevice that says what to do, ConfigError for devices that do not exist."""
    return choose(config, await probe(driver_settings(config.softgpu)))


def choose(config: ServerConfig, snapshot: Mapping[str, Any]) -> Devices:
    """The devices to serve, of a `snapshot` of all. Raises ConfigError for devices that do not exist, and limits that
    do not fit.
    """
    ordinals = resolve_devices(config, len(snapshot["devices"]))
    return select(snapshot, ordinals, resolve_limits(config, len(ordinals)), shared=bool(config.softgpu))


def select(snapshot: Mapping[str, Any], ordinals: Sequence[int], bounds: Sequence[int | None], shared: bool) -> Devices:
    """Cut a snapshot of all devices to `ordinals`, in that order, and to `bounds` bytes, one for each.

    `shared`: without a limit, all memory of a device is the limit. Each process has a software GPU of its own, and
    only this makes the sessions share one as they share a real one.
    """
    everything = [snapshot["devices"][ordinal] for ordinal in ordinals]
    chosen, limits, warnings = [], [], []
    for ordinal, device, limit in zip(ordinals, everything, bounds, strict=True):
        total = device["total_memory"]
        if limit is not None and limit > total:
            warnings.append(f"BF_GPU_DEVICE_MEMORY_LIMIT={limit} is more than device {ordinal} has; {total} is taken")
        capped = total if limit is None else min(limit, total)
        limits.append(None if limit is None and not shared else capped)
        peers = [device["peers"][peer] for peer in ordinals]
        chosen.append({**device, "total_memory": capped, "peers": peers})
    memory = tuple(device["total_memory"] for device in everything)
    return Devices(tuple(ordinals), tuple(limits), {**snapshot, "devices": chosen}, memory, tuple(warnings))


def for_client(snapshot: Mapping[str, Any], quotas: Quotas) -> Mapping[str, Any]:
    """A snapshot with what one client may have as the size of each device."""
    devices = snapshot["devices"]
    sizes = [device["total_memory"] for device in devices]
    bounds = [
        size if bound is None else min(size, bound)
        for size, bound in zip(sizes, quotas.memory_of(len(devices)), strict=True)
    ]
    cut = [{**device, "total_memory": bound} for device, bound in zip(devices, bounds, strict=True)]
    return {**snapshot, "devices": cut}


async def probe(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The snapshot of all devices of the driver, from a short-lived process. Raises NoDevice that says what to do."""
    child = await process.start(("--probe",), (), settings)
    try:
        answer = await asyncio.wait_for(child.answer(), PROBE_TIMEOUT_S)
    except asyncio.TimeoutError as error:
        raise NoDevice(f"the driver did not answer within {PROBE_TIMEOUT_S:g} s", "see nvidia-smi") from error
    finally:
        child.kill()
        await child.wait()
    if answer is None:
        raise NoDevice("the process that asks the driver for its devices died", "see the log above")
    if "failed" in answer:
        raise NoDevice(answer["failed"], "" if settings["softgpu"] else _BOTH_WAYS)
    return answer["snapshot"]
