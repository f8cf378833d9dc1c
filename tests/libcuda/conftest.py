"""Compiles the parts of libcuda/ that need no driver into a library of their own."""

from __future__ import annotations

import ctypes
import subprocess

import pytest
from checkout import ROOT
from patience import PATIENCE_S

PARTS = (
    "block_need",
    "launch_check",
    "occupancy",
    "md2",
    "selftest",
    "image",
    "unpack",
    "storage",
    "registered",
    "errors",
)


@pytest.fixture(scope="session")
def parts(tmp_path_factory) -> ctypes.CDLL:
    target = tmp_path_factory.mktemp("libcuda") / "parts.so"
    sources = [ROOT / "libcuda" / f"{part}.c" for part in PARTS]
    subprocess.run(
        ["gcc", "-std=c11", "-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-pthread", "-o", target, *sources],
        check=True,
        timeout=PATIENCE_S,
    )
    return ctypes.CDLL(str(target))
