"""`local`: run an application on this machine's GPU, or directly on software GPUs."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping

import click

from ... import native
from ...errors import BitfusionError, ConfigError
from ...limits import SOFTGPU_DEVICES_MAX
from .. import kinds, launch, options, ptx_tools, shares


class _Memory(ctypes.Structure):
    """nvmlMemory_t."""

    _fields_ = [("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong)]


@click.command("local", context_settings=launch.SETTINGS)
@click.option(
    "--softgpu",
    "devices",
    metavar="N",
    type=kinds.Count(1, SOFTGPU_DEVICES_MAX),
    help="Run on N software GPUs instead of this machine's own.",
)
@click.option(
    "-p", "fraction", metavar="FRACTION", type=kinds.Share(), help="Share of the memory of each GPU, 0 < FRACTION <= 1."
)
@options.ptx
@launch.application
def command(devices: int | None, fraction: float | None, ptx: bool, application: tuple[str, ...]) -> int:
    """Run APPLICATION on this machine, without network.

    With -p, every GPU of this machine has only that share of its memory for the application. The exit code is the
    application's.
    """
    words = launch.application_words(application)
    own = ptx_tools.asking(os.environ) if ptx else os.environ
    if devices is not None:
        launch.become(words, softgpu_environment(own, devices, fraction))
    _require_driver()
    if fraction in (None, 1.0):
        launch.become(words, own)
    launch.require(words[0])
    environment = launch.preloading(own, native.link_directory(native.SHIM), native.file_of(native.SHIM).name)
    # Only here: the others become the application, and fast.
    from .. import child, private

    with private.dispatcher(fraction) as server:
        return child.run_alone(words, {**environment, "BF_SERVERS": server})


def softgpu_environment(base: Mapping[str, str], devices: int, fraction: float | None) -> dict[str, str]:
    """`base` with softgpu's libcuda.so.1 preloaded, `devices` GPUs, and of each `fraction` of its memory in whole
    MiB.
    """
    directory = native.link_directory(native.SOFTGPU)
    environment = launch.preloading(base, directory, native.file_of(native.SOFTGPU).name)
    environment["SOFTGPU_DEVICES"] = str(devices)
    if fraction is not None:
        text = base.get("SOFTGPU_MEMORY", "")
        total = _memory_bytes(text) if text else _default_memory_bytes(devices)
        environment["SOFTGPU_MEMORY"] = str(shares.share_bytes(total, fraction))
    return environment


def _memory_bytes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise ConfigError(f"SOFTGPU_MEMORY={text} is not a number of bytes", "set a positive integer")
    return int(text)


def _default_memory_bytes(devices: int) -> int:
    """What softgpu gives each of `devices` that it is not told the memory of. Its own NVML knows, and starts
    nothing.
    """
    os.environ["SOFTGPU_DEVICES"] = str(
        devices
    )  # where the library looks; this process is about to become the application
    nvml = ctypes.CDLL(str(native.link_directory(native.SOFTGPU) / "libnvidia-ml.so.1"))
    device, memory = ctypes.c_void_p(), _Memory()
    code = nvml.nvmlInit_v2() or nvml.nvmlDeviceGetHandleByIndex_v2(0, ctypes.byref(device))
    code = code or nvml.nvmlDeviceGetMemoryInfo(device, ctypes.byref(memory))
    if code:
        raise BitfusionError(
            f"softgpu does not start (NVML returned {code})", "see what it says of its settings, SOFTGPU_*"
        )
    return int(memory.total)


def _require_driver() -> None:
    """Raise BitfusionError unless this machine has a CUDA driver with a GPU."""
    hint = "run on a software GPU with --softgpu 1, or on a server's GPU with the command client"
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError as error:
        raise BitfusionError(f"no CUDA driver on this machine ({error})", hint) from error
    code = driver.cuInit(0)
    if code:
        raise BitfusionError(f"the CUDA driver of this machine does not start (cuInit returned {code})", hint)
