"""The host's GPUs as the scheduler counts them, from the snapshot of the driver. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..scheduler.model import Gpu, Share
from ..server.gpus import uuid_text

MIB = 1 << 20
_CC_MAJOR, _CC_MINOR = 75, 76  # of CUdevice_attribute


def gpus_of(snapshot: Mapping[str, Any], indexes: Sequence[int]) -> tuple[Gpu, ...]:
    """The GPUs with these numbers of the driver. Memory is cut to whole MiB."""
    return tuple(_gpu(index, snapshot["devices"][index]) for index in indexes)


def environment_of(shares: Sequence[Share], snapshot: Mapping[str, Any]) -> dict[str, str]:
    """What a Dispatcher is told that serves exactly these shares. Whole GPUs alone need no limit."""
    told = {"BF_VISIBLE_DEVICES": ",".join(str(share.index) for share in shares)}
    if not all(share.whole for share in shares):
        limits = [
            snapshot["devices"][share.index]["total_memory"] if share.whole else share.memory_mib * MIB
            for share in shares
        ]
        told["BF_GPU_DEVICE_MEMORY_LIMIT"] = ",".join(map(str, limits)) if len(set(limits)) > 1 else str(limits[0])
    return told


def _gpu(index: int, device: Mapping[str, Any]) -> Gpu:
    attributes = device["attributes"]
    return Gpu(
        index=index,
        uuid=uuid_text(device["uuid"]),
        name=device["name"],
        compute_capability=f"{attributes[_CC_MAJOR]}.{attributes[_CC_MINOR]}",
        memory_mib=device["total_memory"] // MIB,
    )
