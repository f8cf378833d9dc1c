"""Tests of the shim's C code. They need the package as it is installed: its cffi module holds the C sources."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
