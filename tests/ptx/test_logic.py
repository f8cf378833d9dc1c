"""Logic and shifts against Python's integers (PTX ISA 9.7.7, 9.7.8)."""

from __future__ import annotations

import numpy as np
import pytest
from gpu import Lanes
from operands import bits_of, integer_tuples, signed, value
from ptxcheck import check, rows, same

BITWISE = {"and": lambda a, b: a & b, "or": lambda a, b: a | b, "xor": lambda a, b: a ^ b}
TRUTH = [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])]
AMOUNTS = np.array([0, 1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 128, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])


@pytest.mark.parametrize("kind", ["pred", "b16", "b32", "b64"])
@pytest.mark.parametrize("name", BITWISE)
def test_bitwise(lanes: Lanes, name: str, kind: str) -> None:
    values = TRUTH if kind == "pred" else integer_tuples(bits_of(kind), 2)
    check(lanes, f"{name}.{kind}", kind, [kind] * 2, values, BITWISE[name])


@pytest.mark.parametrize("kind", ["pred", "b16", "b32", "b64"])
def test_not(lanes: Lanes, kind: str) -> None:
    values = TRUTH[:1] if kind == "pred" else integer_tuples(bits_of(kind), 1)
    check(lanes, f"not.{kind}", kind, [kind], values, (lambda a: a ^ 1) if kind == "pred" else (lambda a: ~a))


@pytest.mark.parametrize("kind", ["b16", "b32", "b64"])
def test_cnot(lanes: Lanes, kind: str) -> None:
    check(lanes, f"cnot.{kind}", kind, [kind], integer_tuples(bits_of(kind), 1), lambda a: int(a == 0))


def shift_operands(bits: int) -> list[np.ndarray]:
    a = integer_tuples(bits, 1)[0]
    return [np.repeat(a, AMOUNTS.size), np.tile(AMOUNTS, a.size)]


@pytest.mark.parametrize("kind", ["b16", "b32", "b64"])
def test_shl(lanes: Lanes, kind: str) -> None:
    """Amounts above the width are clamped to it: everything is shifted out."""
    bits = bits_of(kind)
    check(lanes, f"shl.{kind}", kind, [kind, "u32"], shift_operands(bits), lambda a, b: a << min(b, bits))


@pytest.mark.parametrize("kind", ["b16", "b32", "b64", "u16", "u32", "u64", "s16", "s32", "s64"])
def test_shr(lanes: Lanes, kind: str) -> None:
    bits = bits_of(kind)
    check(
        lanes,
        f"shr.{kind}",
        kind,
        [kind, "u32"],
        shift_operands(bits),
        lambda a, b: value(a, kind.replace("b", "u")) >> min(b, bits),
    )


@pytest.mark.parametrize("how", ["wrap", "clamp"])
@pytest.mark.parametrize("direction", ["l", "r"])
def test_funnel_shift(lanes: Lanes, direction: str, how: str) -> None:
    a, b = integer_tuples(32, 2)
    c = np.resize(AMOUNTS, a.size)

    def model(x: int, y: int, amount: int) -> int:
        n = amount & 31 if how == "wrap" else min(amount, 32)
        both = y << 32 | x
        return both << n >> 32 if direction == "l" else both >> n

    check(lanes, f"shf.{direction}.{how}.b32", "b32", ["b32", "b32", "u32"], [a, b, c], model)


def lop3(a: int, b: int, c: int, table: int) -> int:
    return sum(1 << i for i in range(32) if table >> ((a >> i & 1) * 4 + (b >> i & 1) * 2 + (c >> i & 1)) & 1)


@pytest.mark.parametrize("table", [0x00, 0x80, 0xFE, 0x40, 0x1A, 0x96, 0xE8, 0xCA, 0x01, 0xFF, 0x6D, 0xF0, 0xCC, 0xAA])
def test_lop3(lanes: Lanes, table: int) -> None:
    values = [v[-1500:] for v in integer_tuples(32, 3)]
    names = "%d, %a, %b, %c"
    got = lanes.run(
        f"lop3.b32 {names}, {table};", {"d": "b32"}, {n: ("b32", v) for n, v in zip("abc", values, strict=True)}
    )["d"]
    operands = rows(["b32"] * 3, values)
    same(f"lop3 {table:#x}", got, [lop3(*row, table) for row in operands], operands)


@pytest.mark.parametrize(("name", "combine"), [("or", lambda x, y: x | y), ("and", lambda x, y: x & y)])
def test_lop3_with_predicate(lanes: Lanes, name: str, combine) -> None:
    a = np.array([0, 0, 5, 5, 0xF0, 0xF0])
    b = np.array([3, 3, 5, 5, 0x0F, 0x0F])
    q = np.array([0, 1] * 3)
    inputs = {"a": ("b32", a), "b": ("b32", b), "q": ("pred", q)}
    got = lanes.run(f"lop3.{name}.b32 %d|%p, %a, %b, 0, 0xC0, %q;", {"d": "b32", "p": "pred"}, inputs)
    assert got["d"].tolist() == (a & b).tolist()
    assert got["p"].tolist() == [combine(int(x & y != 0), int(z)) for x, y, z in zip(a, b, q, strict=True)]


@pytest.mark.parametrize(
    ("line", "a", "d"),
    [
        ("shl.b32 %d, %a, 32;", 0xFFFFFFFF, 0),
        ("shl.b32 %d, %a, 31;", 0xFFFFFFFF, 0x80000000),
        ("shr.s32 %d, %a, 40;", 0x80000000, 0xFFFFFFFF),
        ("shr.u32 %d, %a, 40;", 0x80000000, 0),
        ("shf.l.clamp.b32 %d, %a, 1, 32;", 0xABCD, 0xABCD),
        ("shf.r.wrap.b32 %d, %a, 1, 33;", 0xABCD, 0x800055E6),
    ],
)
def test_literal(lanes: Lanes, line: str, a: int, d: int) -> None:
    assert lanes.run(line, {"d": "b32"}, {"a": ("b32", np.array([a]))})["d"].tolist() == [d]


def test_result_in_place_of_a_source(lanes: Lanes) -> None:
    a = np.arange(160)
    got = lanes.run(
        "mov.b32 %d, %a; shl.b32 %d, %d, %d; xor.b32 %d, %d, %d; not.b32 %d, %d;", {"d": "b32"}, {"a": ("b32", a)}
    )["d"]
    assert [signed(int(x), 32) for x in got] == [-1] * 160
