"""Which driver the programs of tests run on: softgpu, or with BF_TEST_DRIVER=system the one that is installed.

On the installed one a program's outcome is also noted beside that on softgpu: whoever has a GPU for ten minutes can
then say what differs (tests/gpu).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

SYSTEM = os.environ.get("BF_TEST_DRIVER") == "system"
# Programs are built here, and those that are here already are taken as they are: where the GPU is may be no compiler.
BUILT = Path(os.environ["BF_TEST_BUILT"]).resolve() if os.environ.get("BF_TEST_BUILT") else None
# What the running test saw, for the report.
notes: list[dict[str, Any]] = []
_OF_EVERY_DRIVER = ("SOFTGPU_MEMORY", "SOFTGPU_DEVICES")


def needs_softgpu(switches: Mapping[str, str]) -> None:
    """Skip the running test if it turns a switch that the installed driver does not have."""
    own = sorted(name for name in switches if name.startswith("SOFTGPU_") and name not in _OF_EVERY_DRIVER)
    if SYSTEM and own:
        pytest.skip(f"the installed driver has no {', '.join(own)}")


def server_options(options: tuple[str, ...]) -> list[str]:
    """A Dispatcher's options, for the driver that is tested."""
    kept = list(options)
    if SYSTEM and "--softgpu" in kept:
        at = kept.index("--softgpu")
        del kept[at : at + 2]
    return kept
