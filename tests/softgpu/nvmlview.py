"""What NVML says, in a process of its own: scripts above nvidia-ml-py that print. Knows nothing of what a test
checks.
"""

from __future__ import annotations

import ast
import sys
import textwrap

import running

from bitfusion import native

DIRECTORY = native.link_directory(native.SOFTGPU)
START = """
import ctypes, os, sys, time
import pynvml as nvml
"""


def environment(**extra: str) -> dict[str, str]:
    """NVML is found by its name, as a launcher arranges it; no libcuda is loaded."""
    return running.clean_environment(LD_LIBRARY_PATH=str(DIRECTORY), **extra)


def python(script: str, **extra: str) -> running.Outcome:
    return running.run([sys.executable, "-c", START + textwrap.dedent(script)], environment(**extra))


def value(script: str, **extra: str) -> object:
    """What the script prints, a Python literal."""
    outcome = python(script, **extra)
    assert outcome.code == 0, outcome.errors
    return ast.literal_eval(outcome.output)


USES = """
nvml.nvmlInit()
uses = []
for index in range(nvml.nvmlDeviceGetCount()):
    device = nvml.nvmlDeviceGetHandleByIndex(index)
    running = {process.pid: process.usedGpuMemory for process in nvml.nvmlDeviceGetComputeRunningProcesses(device)}
    uses.append((nvml.nvmlDeviceGetMemoryInfo(device).used, running))
print(uses)
"""


def uses(**extra: str) -> list[tuple[int, dict[int, int]]]:
    """For each device, the bytes used and the bytes by pid."""
    return value(USES, **extra)
