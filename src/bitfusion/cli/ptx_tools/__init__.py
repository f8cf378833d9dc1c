"""What makes tools hand PTX to the driver instead of cubins, which only run on the GPU that they are made for.

Knows the tools' own switches and nothing of servers. A value that the user has set stays.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ... import native
from ...errors import BitfusionError
from .. import launch

_HERE = Path(__file__).resolve().parent
_PTXAS = _HERE / "ptxas"


def asking(base: Mapping[str, str]) -> dict[str, str]:
    """`base` with what CuPy, numba, cuda.core, Triton and programs that are linked with NVRTC need to make PTX. Raises
    BitfusionError.
    """
    if not os.access(_PTXAS, os.X_OK):
        raise BitfusionError(f"{_PTXAS} is not executable, and Triton needs it", "install the package again")
    changed = dict(base)
    for name, value in {
        "CUPY_COMPILE_WITH_PTX": "1",
        "TRITON_PTXAS_PATH": str(_PTXAS),
        "TRITON_PTXAS_BLACKWELL_PATH": str(_PTXAS),
    }.items():
        changed.setdefault(name, value)
    nvrtc = native.link_directory(native.NVRTC) / native.file_of(native.NVRTC).name
    changed["LD_PRELOAD"] = launch.preload_list(nvrtc, base.get("LD_PRELOAD", ""))
    before = base.get("PYTHONPATH", "")
    changed["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_HERE / "python"), before)))
    return changed
