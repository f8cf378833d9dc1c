"""Integer arithmetic with a carry against Python's integers (PTX ISA 9.7.2): chains, and every sequence of three
instructions.

The manual says of CC.CF only that it is the carry-out; after a subtraction hardware has there the carry of a + ~b +
1: no borrow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from gpu import BLOCK, Lanes
from operands import bits_of, integer_tuples, value
from ptxcheck import rows, same

CARRY_KINDS = ["u32", "s32", "u64", "s64"]


@pytest.mark.parametrize("kind", CARRY_KINDS)
def test_long_addition(lanes: Lanes, kind: str) -> None:
    """add.cc, addc.cc, addc: three words; the carry comes out as the fourth."""
    bits = bits_of(kind)
    words = [integer_tuples(bits, 2)[i] for i in (0, 1)] + [np.roll(integer_tuples(bits, 2)[i], 7 + i) for i in (0, 1)]
    body = f"""
        add.cc.{kind} %d, %a, %b;
        addc.cc.{kind} %e, %c, %f;
        addc.{kind} %k, 0, 0;"""
    inputs = {name: (kind, w) for name, w in zip("abcf", words, strict=True)}
    got = lanes.run(body, {"d": kind, "e": kind, "k": kind}, inputs)
    operands = rows([kind] * 4, words)
    totals = [(a | c << bits) + (b | f << bits) for a, b, c, f in operands]
    same("add.cc", got["d"], totals, operands)
    same("addc.cc", got["e"], [t >> bits for t in totals], operands)
    same("addc", got["k"], [t >> 2 * bits for t in totals], operands)


@pytest.mark.parametrize("kind", CARRY_KINDS)
def test_long_subtraction(lanes: Lanes, kind: str) -> None:
    bits = bits_of(kind)
    words = [integer_tuples(bits, 2)[i] for i in (0, 1)] + [np.roll(integer_tuples(bits, 2)[i], 7 + i) for i in (0, 1)]
    body = f"""
        sub.cc.{kind} %d, %a, %b;
        subc.cc.{kind} %e, %c, %f;
        subc.{kind} %k, 0, 0;"""
    inputs = {name: (kind, w) for name, w in zip("abcf", words, strict=True)}
    got = lanes.run(body, {"d": kind, "e": kind, "k": kind}, inputs)
    operands = rows([kind] * 4, words)
    totals = [(a | c << bits) - (b | f << bits) for a, b, c, f in operands]
    same("sub.cc", got["d"], totals, operands)
    same("subc.cc", got["e"], [t >> bits for t in totals], operands)
    same("subc", got["k"], [t >> 2 * bits for t in totals], operands)


@pytest.mark.parametrize("kind", CARRY_KINDS)
def test_long_product_sum(lanes: Lanes, kind: str) -> None:
    """mad.lo.cc and madc.hi: a double-word product plus a double word; then the same through madc.lo.cc with a carry
    in.
    """
    bits = bits_of(kind)
    a, b, c = integer_tuples(bits, 3)
    high = np.roll(c, 11)
    body = f"""
        mad.lo.cc.{kind} %d, %a, %b, %c;
        madc.hi.cc.{kind} %e, %a, %b, %h;
        madc.lo.cc.{kind} %f, %a, %b, %c;
        madc.hi.{kind} %g, %a, %b, %h;
        mad.hi.cc.{kind} %i, %a, %b, %h;
        madc.lo.{kind} %j, %a, %b, %c;"""
    inputs = {name: (kind, w) for name, w in zip("abch", (a, b, c, high), strict=True)}
    got = lanes.run(body, dict.fromkeys("defgij", kind), inputs)
    operands = rows([kind] * 4, [a, b, c, high])
    mask = (1 << bits) - 1
    expected: dict[str, list[int]] = {name: [] for name in "defgij"}
    for x, y, low, top in operands:
        product = value(x, kind) * value(y, kind)
        lower, upper = product & mask, product >> bits & mask
        d = lower + low
        e = upper + top + (d >> bits)
        f = lower + low + (e >> bits)
        i = upper + top
        for name, total in zip(
            "defgij", (d, e, f, upper + top + (f >> bits), i, lower + low + (i >> bits)), strict=True
        ):
            expected[name].append(total)
    for name, totals in expected.items():
        same(f"mad %{name}", got[name], totals, operands)


def test_carry_is_a_lane_of_its_own(lanes: Lanes) -> None:
    """A lane that skips add.cc keeps its carry."""
    body = """
        add.cc.u32 %d, %a, %a;
        setp.ne.u32 %p, %b, 0;
        @%p add.cc.u32 %d, 1, 1;
        addc.u32 %d, 0, 0;"""
    a = np.where(np.arange(160) % 3 == 0, 0xFFFFFFFF, 1)
    b = np.arange(160) % 2
    got = lanes.run(body, {"d": "u32"}, {"a": ("u32", a), "b": ("u32", b)}, declarations=".reg .pred %p;")["d"]
    assert got.tolist() == [int(i % 3 == 0 and i % 2 == 0) for i in range(160)]


# ---- Sequences: each instruction with the carry that any other left ----


class Word:
    """Integers of a type, and the value x + y + carry that an instruction makes of them: all of it, so that the carry
    is in it.
    """

    def __init__(self, kind: str) -> None:
        self.kind, self.bits = kind, bits_of(kind)
        self.mask = (1 << self.bits) - 1

    def complement(self, x: int) -> int:
        return ~x & self.mask

    def product(self, a: int, b: int, half: str) -> int:
        whole = value(a, self.kind) * value(b, self.kind)
        return (whole >> (self.bits if half == "hi" else 0)) & self.mask


# Instruction: what it makes of the type, a, b, c and CC.CF. Those with .cc leave the carry of it, the others CC.CF as
# it is.
STEPS: dict[str, Callable[[Word, int, int, int, int], int]] = {
    "add.cc": lambda w, a, b, c, cf: a + b,
    "addc.cc": lambda w, a, b, c, cf: a + b + cf,
    "addc": lambda w, a, b, c, cf: a + b + cf,
    "sub.cc": lambda w, a, b, c, cf: a + w.complement(b) + 1,
    "subc.cc": lambda w, a, b, c, cf: a + w.complement(b) + cf,
    "subc": lambda w, a, b, c, cf: a + w.complement(b) + cf,
    "mad.lo.cc": lambda w, a, b, c, cf: w.product(a, b, "lo") + c,
    "mad.hi.cc": lambda w, a, b, c, cf: w.product(a, b, "hi") + c,
    "madc.lo.cc": lambda w, a, b, c, cf: w.product(a, b, "lo") + c + cf,
    "madc.hi.cc": lambda w, a, b, c, cf: w.product(a, b, "hi") + c + cf,
    "madc.lo": lambda w, a, b, c, cf: w.product(a, b, "lo") + c + cf,
    "madc.hi": lambda w, a, b, c, cf: w.product(a, b, "hi") + c + cf,
}


def step(name: str, word: Word, operands: tuple[int, int, int], carries: list[int], lane: int) -> int:
    """The result of one instruction in one lane; carries[lane] becomes what it leaves."""
    total = STEPS[name](word, *operands, carries[lane])
    if name.endswith(".cc"):
        carries[lane] = total >> word.bits
    return total & word.mask


def written(name: str, kind: str, result: str, operands: str) -> str:
    sources = operands if name.startswith("mad") else operands[:2]
    return f"{name}.{kind} %{result}, {', '.join('%' + o for o in sources)};"


@pytest.mark.parametrize("kind", CARRY_KINDS)
@pytest.mark.parametrize("first", STEPS)
def test_sequences_of_two_and_three(lanes: Lanes, first: str, kind: str) -> None:
    """The carry before the first is an input, so that one which reads it may come first; the one after the last is a
    result.
    """
    word = Word(kind)
    chosen = np.random.default_rng(word.bits).permutation(integer_tuples(word.bits, 3)[0].size)[:BLOCK]
    columns = [np.roll(x[chosen], turn) for turn in (0, 17, 44) for x in integer_tuples(word.bits, 3)]
    before = np.arange(BLOCK) % 2
    operands = rows([kind] * 9, columns)
    inputs = {name: (kind, column) for name, column in zip("abcefghij", columns, strict=True)} | {"z": (kind, before)}
    for second in STEPS:
        lines, outputs = [], {"x": kind, "y": kind}
        for n, third in enumerate(STEPS):
            lines += [f"add.cc.{kind} %t, %z, -1;", written(first, kind, "x", "abc"), written(second, kind, "y", "efg")]
            lines += [written(third, kind, f"d{n}", "hij"), f"addc.{kind} %k{n}, 0, 0;"]
            outputs |= {f"d{n}": kind, f"k{n}": kind}
        got = lanes.run("\n".join(lines), outputs, inputs, declarations=f".reg .{kind} %t;")
        carries = before.tolist()
        same(first, got["x"], [step(first, word, row[:3], carries, i) for i, row in enumerate(operands)], operands)
        same(
            f"{first}, {second}",
            got["y"],
            [step(second, word, row[3:6], carries, i) for i, row in enumerate(operands)],
            operands,
        )
        for n, third in enumerate(STEPS):
            left = list(carries)
            expected = [step(third, word, row[6:], left, i) for i, row in enumerate(operands)]
            same(f"{first}, {second}, {third}", got[f"d{n}"], expected, operands)
            same(f"carry of {first}, {second}, {third}", got[f"k{n}"], left, operands)
