"""cvt to tf32: an f32 with 10 bits of fraction (PTX ISA 9.7.9.21)."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from gpu import Lanes
from ieee754 import F32
from operands import float_tuples
from ptxcheck import check
from ptxdriver import CudaError

SIGN, INFINITE, NAN, GREATEST = 1 << 31, 0x7F800000, 0x7FFFFFFF, 0x7F7FE000


def converted(x: int, rounding: str, relu: bool, satfinite: bool) -> int:
    magnitude, sign = x & ~SIGN, x & SIGN
    if magnitude > INFINITE:
        return NAN
    lost = Fraction(magnitude & 0x1FFF, 0x2000)
    kept = magnitude >> 13
    up = {"rna": lost >= Fraction(1, 2), "rz": False,
          "rn": lost > Fraction(1, 2) or (lost == Fraction(1, 2) and kept & 1)}[rounding]  # fmt: skip
    result = kept + up << 13
    if satfinite and result >= INFINITE:
        result = GREATEST
    return 0 if relu and sign else result | sign


FORMS = [
    ("rna", False), *itertools.product(("rn", "rz"), (False, True)),
]  # fmt: skip


@pytest.mark.parametrize("satfinite", [False, True])
@pytest.mark.parametrize(("rounding", "relu"), FORMS)
def test_conversion(lanes: Lanes, rounding: str, relu: bool, satfinite: bool) -> None:
    (values,) = float_tuples(F32, 1)
    ties = np.array([0x3F801000, 0x3F803000, 0x3F800FFF, 0x3F801001, 0x7F7FF000, 0x7F7FEFFF], np.uint64)
    values = np.concatenate([values, ties, ties | np.uint64(SIGN)])
    name = f"cvt.{rounding}{'.relu' if relu else ''}{'.satfinite' if satfinite else ''}.tf32.f32"
    check(lanes, name, "b32", ["f32"], [values], lambda x: converted(x, rounding, relu, satfinite))


@pytest.mark.parametrize("name", ["cvt.rm.tf32.f32", "cvt.rna.relu.tf32.f32", "cvt.tf32.f32"])
def test_other_forms_are_refused(lanes: Lanes, name: str) -> None:
    with pytest.raises(CudaError) as refused:
        lanes.run(f"{name} %d, %a;", {"d": "b32"}, {"a": ("f32", np.zeros(1))})
    assert refused.value.code == 218 and "tf32" in refused.value.log
