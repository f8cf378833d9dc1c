"""cvt.pack against Python's integers (PTX ISA 9.7.9.22)."""

from __future__ import annotations

import pytest
from gpu import Lanes
from operands import integer_tuples, signed
from ptxcheck import check
from ptxdriver import CudaError


def part(x: int, kind: str) -> int:
    bits = int(kind[1:])
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if kind[0] == "s" else (0, (1 << bits) - 1)
    return max(low, min(high, signed(x, 32))) & ((1 << bits) - 1)


def packed(kind: str, a: int, b: int, c: int = 0) -> int:
    bits = int(kind[1:])
    return c << 2 * bits | part(a, kind) << bits | part(b, kind)


@pytest.mark.parametrize("kind", ["u16", "s16"])
def test_halves(lanes: Lanes, kind: str) -> None:
    check(lanes, f"cvt.pack.sat.{kind}.s32", "b32", ["s32"] * 2, integer_tuples(32, 2), lambda a, b: packed(kind, a, b))


@pytest.mark.parametrize("kind", ["u2", "s2", "u4", "s4", "u8", "s8"])
def test_smaller_parts_above_which_is_a_third_operand(lanes: Lanes, kind: str) -> None:
    values = integer_tuples(32, 3)
    values[0][::2] %= 20
    values[1][::3] %= 300
    check(
        lanes,
        f"cvt.pack.sat.{kind}.s32.b32",
        "b32",
        ["s32", "s32", "b32"],
        values,
        lambda a, b, c: packed(kind, a, b, c),
    )


@pytest.mark.parametrize(
    "line",
    [
        "cvt.pack.sat.s8.s32 %d, %a, %b;", "cvt.pack.sat.u16.s32.b32 %d, %a, %b, %a;", "cvt.pack.s16.s32 %d, %a, %b;",
        "cvt.pack.sat.s16.u32 %d, %a, %b;", "cvt.pack.sat.u32.s32 %d, %a, %b;", "cvt.pack.sat.u4.s32.s32 %d, %a, %b, %a;",
    ],
)  # fmt: skip
def test_other_forms_are_refused(lanes: Lanes, line: str) -> None:
    with pytest.raises(CudaError) as refused:
        lanes.run(line, {"d": "b32"}, {"a": ("s32", integer_tuples(32, 1)[0]), "b": ("s32", integer_tuples(32, 1)[0])})
    assert refused.value.code == 218 and "cvt.pack" in refused.value.log
