"""The floating-point modes of the application's threads do not reach its kernels."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import numpy as np
import pytest
from gpu import Lanes
from patience import PATIENCE_S

SOURCE = """
#include <immintrin.h>
unsigned get_modes(void);
void set_modes(unsigned modes);
unsigned get_modes(void) { return _mm_getcsr(); }
void set_modes(unsigned modes) { _mm_setcsr(modes); }
"""
FLUSH, UPWARD = 0x8040, 0x4000


@pytest.fixture(scope="module")
def modes(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """MXCSR of the calling thread, which decides rounding and flushing."""
    directory: Path = tmp_path_factory.mktemp("modes")
    (directory / "modes.c").write_text(SOURCE)
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-o", "modes.so", "modes.c"], cwd=directory, check=True, timeout=PATIENCE_S
    )
    return ctypes.CDLL(str(directory / "modes.so"))


@pytest.mark.parametrize("set_to", [FLUSH, UPWARD, FLUSH | UPWARD])
def test_modes_of_the_caller(lanes: Lanes, modes: ctypes.CDLL, set_to: int) -> None:
    """A subnormal result stays, a sum rounds to nearest, and the caller has its modes back."""
    before = modes.get_modes()
    inputs = {"a": ("f32", np.array([0x00800000, 0x3F800000])), "b": ("f32", np.array([0x3F000000, 0x3F800000]))}
    small = {"c": ("f32", np.array([0, 0x33000000]))}  # 1 + 2^-25
    modes.set_modes(before | set_to)
    try:
        got = lanes.run("fma.rn.f32 %d, %a, %b, %c;", {"d": "f32"}, inputs | small)["d"]
        kept = modes.get_modes()
    finally:
        modes.set_modes(before)
    assert [hex(x) for x in got] == ["0x400000", "0x3f800000"]
    assert kept & (FLUSH | UPWARD) == set_to
