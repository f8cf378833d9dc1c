"""What can be known of the devices before a session: the snapshot of protocol.md, taken once for a Dispatcher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import NoDevice
from ..session import Handle
from .binding import SUCCESS, cuda, device_uuid, initialise


def probe() -> dict[str, Any]:
    """The snapshot of all devices that the driver shows. Raises NoDevice.

    For a process of its own: it makes the primary context of each device for a moment, which takes time and memory.
    """
    initialise()
    result, count = cuda.cuDeviceGetCount()
    if result is not SUCCESS or not count:
        raise NoDevice("the driver shows no device")
    devices = [cuda.cuDeviceGet(ordinal)[1] for ordinal in range(count)]
    return {
        "driver_version": cuda.cuDriverGetVersion()[1],
        "devices": [_describe(device, devices) for device in devices],
    }


def open_devices(ordinals: Sequence[int]) -> list[Handle]:
    """Initialise the driver in this process; returns its devices for `ordinals`, in that order. Raises NoDevice."""
    initialise()
    devices = []
    for ordinal in ordinals:
        result, device = cuda.cuDeviceGet(ordinal)
        if result is not SUCCESS:
            raise NoDevice(f"device {ordinal} is gone: cuDeviceGet gives {int(result)}")
        devices.append(device)
    return devices


def _describe(device: Handle, devices: Sequence[Handle]) -> dict[str, Any]:
    _, flags, active = cuda.cuDevicePrimaryCtxGetState(device)
    least, greatest = _priorities(device)
    return {
        "name": _text(cuda.cuDeviceGetName(256, device)),
        "uuid": bytes(device_uuid(device)[1].bytes),
        "total_memory": cuda.cuDeviceTotalMem(device)[1],
        "attributes": _attributes(device),
        "pci_bus_id": _text(cuda.cuDeviceGetPCIBusId(32, device)),
        "peers": [0 if peer is device else cuda.cuDeviceCanAccessPeer(device, peer)[1] or 0 for peer in devices],
        "priority_least": least,
        "priority_greatest": greatest,
        "primary_flags": flags or 0,
        "primary_active": active or 0,
    }


def _attributes(device: Handle) -> list[int | None]:
    """Element i is attribute i; nil for those that the driver refuses and for numbers that have no name."""
    known = cuda.CUdevice_attribute
    values: list[int | None] = [None] * int(known.CU_DEVICE_ATTRIBUTE_MAX)
    for attribute in known:
        if 0 < int(attribute) < len(values):
            result, value = cuda.cuDeviceGetAttribute(attribute, device)
            values[int(attribute)] = value if result is SUCCESS else None
    return values


def _priorities(device: Handle) -> tuple[int, int]:
    """cuCtxGetStreamPriorityRange; (0, 0), which is "no priorities", if the device cannot be used just now."""
    result, context = cuda.cuDevicePrimaryCtxRetain(device)
    if result is not SUCCESS:
        return 0, 0
    cuda.cuCtxSetCurrent(context)
    result, least, greatest = cuda.cuCtxGetStreamPriorityRange()
    cuda.cuCtxSetCurrent(cuda.CUcontext(0))
    cuda.cuDevicePrimaryCtxRelease(device)
    return (least, greatest) if result is SUCCESS else (0, 0)


def _text(answer: tuple[Any, Any]) -> str:
    return bytes(answer[1] or b"").split(b"\0")[0].decode("utf-8", "replace")
