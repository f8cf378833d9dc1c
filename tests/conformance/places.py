"""Where the programs are, and the software GPU that they all run on."""

from __future__ import annotations

from pathlib import Path

from checkout import ROOT

PROGRAMS = Path(__file__).parent / "programs"
EXAMPLES = ROOT / "examples"
# The remote and the direct device are the same in everything that a program can see.
GPUS = {"SOFTGPU_MEMORY": str(2 << 30), "SOFTGPU_DEVICES": "2"}
