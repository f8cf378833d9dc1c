"""Integer arithmetic against Python's integers (PTX ISA 9.7.1, 9.7.2)."""

from __future__ import annotations

import numpy as np
import pytest
from gpu import Lanes
from operands import bits_of, integer_tuples, signed, value
from ptxcheck import check

ALL = ["u16", "s16", "u32", "s32", "u64", "s64"]
SIGNED = ["s16", "s32", "s64"]
UP_TO_32 = ["u16", "s16", "u32", "s32"]


def typed(kind: str, f):
    """`f` on the values of a type instead of on bits."""
    return lambda *xs: f(*(value(x, kind) for x in xs))


def clamp(x: int, kind: str) -> int:
    bits = bits_of(kind)
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if kind[0] == "s" else (0, (1 << bits) - 1)
    return max(low, min(high, x))


def divide(a: int, b: int) -> int:
    """Toward zero; by zero all ones."""
    if b == 0:
        return -1
    q = abs(a) // abs(b)
    return q if (a < 0) == (b < 0) else -q


def remainder(a: int, b: int) -> int:
    return -1 if b == 0 else a - b * divide(a, b)


BINARY = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul.lo": lambda a, b: a * b,
    "div": divide,
    "rem": remainder,
    "min": min,
    "max": max,
}


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("name", BINARY)
def test_binary(lanes: Lanes, name: str, kind: str) -> None:
    check(lanes, f"{name}.{kind}", kind, [kind, kind], integer_tuples(bits_of(kind), 2), typed(kind, BINARY[name]))


@pytest.mark.parametrize("kind", SIGNED)
@pytest.mark.parametrize("name", ["abs", "neg"])
def test_unary(lanes: Lanes, name: str, kind: str) -> None:
    model = {"abs": abs, "neg": lambda a: -a}[name]
    check(lanes, f"{name}.{kind}", kind, [kind], integer_tuples(bits_of(kind), 1), typed(kind, model))


@pytest.mark.parametrize("name", ["add", "sub"])
def test_saturating_sum(lanes: Lanes, name: str) -> None:
    check(
        lanes,
        f"{name}.sat.s32",
        "s32",
        ["s32"] * 2,
        integer_tuples(32, 2),
        typed("s32", lambda a, b: clamp(BINARY[name](a, b), "s32")),
    )


@pytest.mark.parametrize("kind", ALL)
def test_mul_hi(lanes: Lanes, kind: str) -> None:
    bits = bits_of(kind)
    check(lanes, f"mul.hi.{kind}", kind, [kind] * 2, integer_tuples(bits, 2), typed(kind, lambda a, b: a * b >> bits))


@pytest.mark.parametrize("kind", UP_TO_32)
def test_mul_wide(lanes: Lanes, kind: str) -> None:
    wide = f"{kind[0]}{2 * bits_of(kind)}"
    check(
        lanes, f"mul.wide.{kind}", wide, [kind] * 2, integer_tuples(bits_of(kind), 2), typed(kind, lambda a, b: a * b)
    )


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("half", ["lo", "hi"])
def test_mad(lanes: Lanes, half: str, kind: str) -> None:
    bits = bits_of(kind)
    shift = bits if half == "hi" else 0
    check(
        lanes,
        f"mad.{half}.{kind}",
        kind,
        [kind] * 3,
        integer_tuples(bits, 3),
        typed(kind, lambda a, b, c: (a * b >> shift) + c),
    )


@pytest.mark.parametrize("kind", UP_TO_32)
def test_mad_wide(lanes: Lanes, kind: str) -> None:
    bits = bits_of(kind)
    wide = f"{kind[0]}{2 * bits}"
    a, b, _ = integer_tuples(bits, 3)
    c = integer_tuples(2 * bits, 3)[2]
    n = min(a.size, c.size)
    model = lambda x, y, z: value(x, kind) * value(y, kind) + z
    check(lanes, f"mad.wide.{kind}", wide, [kind, kind, wide], [a[:n], b[:n], c[:n]], model)


def test_mad_hi_saturating(lanes: Lanes) -> None:
    model = typed("s32", lambda a, b, c: clamp((a * b >> 32) + c, "s32"))
    check(lanes, "mad.hi.sat.s32", "s32", ["s32"] * 3, integer_tuples(32, 3), model)


def product24(a: int, b: int, kind: str) -> int:
    a, b = a & 0xFFFFFF, b & 0xFFFFFF
    return signed(a, 24) * signed(b, 24) if kind[0] == "s" else a * b


@pytest.mark.parametrize("kind", ["u32", "s32"])
@pytest.mark.parametrize("half", ["lo", "hi"])
def test_mul24_mad24(lanes: Lanes, half: str, kind: str) -> None:
    """.lo is bits 31..0 and .hi bits 47..16 of the 48-bit product."""
    shift = 16 if half == "hi" else 0
    check(
        lanes,
        f"mul24.{half}.{kind}",
        kind,
        [kind] * 2,
        integer_tuples(32, 2),
        lambda a, b: product24(a, b, kind) >> shift,
    )
    check(
        lanes,
        f"mad24.{half}.{kind}",
        kind,
        [kind] * 3,
        integer_tuples(32, 3),
        lambda a, b, c: (product24(a, b, kind) >> shift) + c,
    )


def test_mad24_hi_saturating(lanes: Lanes) -> None:
    model = lambda a, b, c: clamp(signed(product24(a, b, "s32") >> 16, 32) + signed(c, 32), "s32")
    check(lanes, "mad24.hi.sat.s32", "s32", ["s32"] * 3, integer_tuples(32, 3), model)


@pytest.mark.parametrize("kind", ALL)
def test_sad(lanes: Lanes, kind: str) -> None:
    check(
        lanes,
        f"sad.{kind}",
        kind,
        [kind] * 3,
        integer_tuples(bits_of(kind), 3),
        typed(kind, lambda a, b, c: c + abs(a - b)),
    )


# ---- Two halves in a word ----


def halves(kind: str, f):
    """`f` on the upper and on the lower halves."""

    def model(a: int, b: int) -> int:
        upper, lower = (f(value(a >> s, kind), value(b >> s, kind)) & 0xFFFF for s in (16, 0))
        return upper << 16 | lower

    return model


@pytest.mark.parametrize("kind", ["u16x2", "s16x2"])
@pytest.mark.parametrize("name", ["add", "min", "max"])
def test_packed(lanes: Lanes, name: str, kind: str) -> None:
    check(lanes, f"{name}.{kind}", "b32", ["b32"] * 2, integer_tuples(32, 2), halves(kind[:3], BINARY[name]))


@pytest.mark.parametrize("name", ["min", "max"])
def test_relu(lanes: Lanes, name: str) -> None:
    f = lambda a, b: max(0, BINARY[name](a, b))
    check(lanes, f"{name}.relu.s16x2", "b32", ["b32"] * 2, integer_tuples(32, 2), halves("s16", f))
    check(lanes, f"{name}.relu.s32", "s32", ["s32"] * 2, integer_tuples(32, 2), typed("s32", f))


# ---- Dot products ----


def fields(x: int, width: int, kind: str) -> list[int]:
    parts = [x >> at & ((1 << width) - 1) for at in range(0, 32, width)]
    return [signed(p, width) for p in parts] if kind[0] == "s" else parts


@pytest.mark.parametrize("b_kind", ["u32", "s32"])
@pytest.mark.parametrize("a_kind", ["u32", "s32"])
def test_dp4a(lanes: Lanes, a_kind: str, b_kind: str) -> None:
    model = lambda a, b, c: c + sum(x * y for x, y in zip(fields(a, 8, a_kind), fields(b, 8, b_kind), strict=True))
    check(lanes, f"dp4a.{a_kind}.{b_kind}", "b32", ["b32"] * 3, integer_tuples(32, 3), model)


@pytest.mark.parametrize("half", ["lo", "hi"])
@pytest.mark.parametrize("b_kind", ["u32", "s32"])
@pytest.mark.parametrize("a_kind", ["u32", "s32"])
def test_dp2a(lanes: Lanes, a_kind: str, b_kind: str, half: str) -> None:
    first = 2 if half == "hi" else 0

    def model(a: int, b: int, c: int) -> int:
        return c + sum(
            x * y for x, y in zip(fields(a, 16, a_kind), fields(b, 8, b_kind)[first : first + 2], strict=True)
        )

    check(lanes, f"dp2a.{half}.{a_kind}.{b_kind}", "b32", ["b32"] * 3, integer_tuples(32, 3), model)


# ---- Literal edges that the manual or hardware settles ----


@pytest.mark.parametrize(
    ("instruction", "a", "b", "d"),
    [
        ("div.s32", 0x80000000, 0xFFFFFFFF, 0x80000000),
        ("rem.s32", 0x80000000, 0xFFFFFFFF, 0),
        ("div.u32", 7, 0, 0xFFFFFFFF),
        ("rem.u32", 7, 0, 0xFFFFFFFF),
        ("div.s32", 0xFFFFFFF9, 2, 0xFFFFFFFD),
        ("rem.s32", 0xFFFFFFF9, 2, 0xFFFFFFFF),
        ("rem.s32", 7, 0xFFFFFFFE, 1),
        ("add.sat.s32", 0x7FFFFFFF, 1, 0x7FFFFFFF),
        ("sub.sat.s32", 0x80000000, 1, 0x80000000),
        ("mul.hi.u32", 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFE),
        ("mul.hi.s32", 0xFFFFFFFF, 0xFFFFFFFF, 0),
    ],
)
def test_literal(lanes: Lanes, instruction: str, a: int, b: int, d: int) -> None:
    got = lanes.run(
        f"{instruction} %d, %a, %b;", {"d": "b32"}, {"a": ("b32", np.array([a])), "b": ("b32", np.array([b]))}
    )
    assert got["d"].tolist() == [d]


def test_division_by_zero_does_not_stop_other_lanes(lanes: Lanes) -> None:
    b = np.arange(-80, 80)
    got = lanes.run("div.s64 %d, %a, %b;", {"d": "s64"}, {"a": ("s64", np.full(160, 1 << 62)), "b": ("s64", b)})["d"]
    assert got.tolist() == [divide(1 << 62, int(x)) for x in b]
