"""Makes softgpu the driver of this process. To be used before anything calls CUDA: cuda-python loads a driver at the
first call.

The library has the SONAME libcuda.so.1: once it is loaded, a later dlopen of that name gives it, whatever is
installed.
"""

from __future__ import annotations

import ctypes
import os
from typing import Any

from ..errors import NoDevice


def choose(settings: dict[str, Any]) -> None:
    """Load the driver that the settings of a server name; `settings["nvml"]` tells then whether an NVML that is found
    shows its devices.

    Raises NoDevice.
    """
    settings["nvml"] = True
    if settings["softgpu"]:
        use(settings["softgpu"], settings["softgpu_devices"])
        settings["nvml"] = use_nvml(settings["softgpu"], settings["softgpu_devices"])


def use(path: str, devices: int) -> None:
    """Load softgpu from `path` with `devices` devices. Raises NoDevice if it cannot be loaded."""
    os.environ["SOFTGPU_DEVICES"] = str(devices)
    try:
        ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        raise NoDevice(f"softgpu cannot be loaded: {error}") from error


def keep_addresses(begin: int, end: int) -> None:
    """Device memory is to have these addresses: heard by softgpu, if it is the driver, before it first gives any."""
    os.environ.setdefault("SOFTGPU_ADDRESSES", f"{begin:#x}-{end:#x}")


def use_nvml(path: str, devices: int) -> bool:
    """Load the libnvidia-ml.so.1 that lies beside the softgpu at `path`; False if there is none."""
    os.environ["SOFTGPU_DEVICES"] = str(devices)
    try:
        ctypes.CDLL(os.path.join(os.path.dirname(path), "libnvidia-ml.so.1"), mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
