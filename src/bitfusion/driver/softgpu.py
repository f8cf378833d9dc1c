"""Makes softgpu the driver of this process. To be used before anything imports cuda-python.

The library has the SONAME libcuda.so.1: once it is loaded, a later dlopen of that name gives it, whatever is installed.
"""

from __future__ import annotations

import ctypes
import os

from ..errors import NoDevice


def use(path: str, devices: int) -> None:
    """Load softgpu from `path` with `devices` devices. Raises NoDevice if it cannot be loaded."""
    os.environ["SOFTGPU_DEVICES"] = str(devices)
    try:
        ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        raise NoDevice(f"softgpu cannot be loaded: {error}") from error


def use_nvml(path: str, devices: int) -> bool:
    """Load the libnvidia-ml.so.1 that lies beside the softgpu at `path`; False if there is none."""
    os.environ["SOFTGPU_DEVICES"] = str(devices)
    try:
        ctypes.CDLL(os.path.join(os.path.dirname(path), "libnvidia-ml.so.1"), mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
