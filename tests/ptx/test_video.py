"""The video instructions against the manual's steps in Python's integers (PTX ISA 9.7.17 and 9.7.18)."""

from __future__ import annotations

import itertools
import operator

import numpy as np
import pytest
from gpu import Lanes
from operands import integers, signed
from ptxcheck import rows, same
from ptxdriver import CudaError

WORD = (1 << 32) - 1
COMPARISONS = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip
OPERATIONS = {
    "vadd": operator.add, "vsub": operator.sub, "vabsdiff": lambda x, y: abs(x - y), "vmin": min, "vmax": max,
    "vavrg": lambda x, y: (x + y + (x + y >= 0)) >> 1,
}  # fmt: skip
COUNT = 320


def cut(x: int, selection: str, kind: str) -> int:
    """The selected part of a register as a number of its type."""
    bits = {"": 32, "b": 8, "h": 16}[selection[:1]]
    part = x >> bits * int(selection[1:] or "0") & ((1 << bits) - 1)
    return signed(part, bits) if kind == "s32" else part


def clamped(x: int, bits: int, kind: str) -> int:
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if kind == "s32" else (0, (1 << bits) - 1)
    return max(low, min(high, x))


def values() -> dict[str, tuple[str, np.ndarray]]:
    """Random words, and words of bytes at their ends."""
    rng = np.random.default_rng(7)
    ends = np.array([0, 1, 0x7F, 0x80, 0x81, 0xFE, 0xFF], np.uint64)
    columns = {}
    for i, name in enumerate("abc"):
        words = np.array(integers(32, COUNT, 40 + i), np.uint64)
        chosen = sum(rng.choice(ends, COUNT) << np.uint64(8 * k) for k in range(4))
        columns[name] = ("b32", np.where(np.arange(COUNT) % 2 == 0, chosen, words))
    return columns


def check(lanes: Lanes, instruction: str, operands: str, model) -> None:
    columns = values()
    table = rows(["b32"] * 3, [column for _, column in columns.values()])
    got = lanes.run(f"{instruction} {operands};", {"d": "b32"}, columns)["d"]
    same(f"{instruction} {operands}", got, [model(*row) & WORD for row in table], table)


def parts(a: int, b: int, selection: str, kind: str, count: int) -> list[int]:
    """From the lowest on: those that the digits name of the parts of a and, behind them, b."""
    bits = 32 // count
    both = [word >> bits * k & ((1 << bits) - 1) for word in (a, b) for k in range(count)]
    chosen = [both[int(digit)] for digit in reversed(selection)]
    return [signed(x, bits) if kind == "s32" else x for x in chosen]


def many(count: int, operation, types: tuple[str, str, str], sat: bool, add: bool, selections: tuple[str, str, str]):
    """What an instruction on several parts gives."""
    bits = 32 // count
    mask, chosen_a, chosen_b = selections

    def model(a: int, b: int, c: int) -> int:
        pairs = zip(parts(a, b, chosen_a, types[1], count), parts(a, b, chosen_b, types[2], count), strict=True)
        results = [int(operation(x, y)) for x, y in pairs]
        if sat:
            results = [clamped(x, bits, types[0]) for x in results]
        if add:
            return c + sum(x for k, x in enumerate(results) if str(k) in mask)
        for k, x in enumerate(results):
            if str(k) in mask:
                place = ((1 << bits) - 1) << bits * k
                c = (c & ~place) | (x << bits * k & place)
        return c

    return model


SELECTIONS = {
    2: [("", "", ""), ("h1", "h02", "h31"), ("h10", "h33", "h00"), ("h0", "h12", "h21")],
    4: [("", "", ""), ("b20", "b7016", "b0123"), ("b3210", "b5555", "b0044"), ("b1", "b0246", "b7531")],
}
KINDS = list(itertools.product(("u32", "s32"), repeat=3))


def selected(selections: tuple[str, str, str], count: int) -> tuple[str, tuple[str, str, str]]:
    """The operands, and all digits."""
    d, a, b = (f".{x}" if x else "" for x in selections)
    digits = "3210" if count == 4 else "10"
    second = "7654" if count == 4 else "32"
    mask, first, other = selections
    return f"%d{d}, %a{a}, %b{b}, %c", (mask[1:] or digits, first[1:] or digits, other[1:] or second)


@pytest.mark.parametrize("modifier", ["", ".sat", ".add"])
@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("name", OPERATIONS)
def test_several_parts(lanes: Lanes, name: str, count: int, modifier: str) -> None:
    for i, types in enumerate(KINDS):
        operands, digits = selected(SELECTIONS[count][i % 4], count)
        model = many(count, OPERATIONS[name], types, modifier == ".sat", modifier == ".add", digits)
        check(lanes, f"{name}{count}.{'.'.join(types)}{modifier}", operands, model)


@pytest.mark.parametrize("modifier", ["", ".add"])
@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons_of_several_parts(lanes: Lanes, name: str, count: int, modifier: str) -> None:
    for i, (a, b) in enumerate(itertools.product(("u32", "s32"), repeat=2)):
        operands, digits = selected(SELECTIONS[count][i % 4], count)
        model = many(count, COMPARISONS[name], ("u32", a, b), False, modifier == ".add", digits)
        check(lanes, f"vset{count}.{a}.{b}.{name}{modifier}", operands, model)


def one(operation, types: tuple[str, str, str], sat: bool, second: str, selections: tuple[str, str, str]):
    """What an instruction on one part gives."""
    into, chosen_a, chosen_b = selections
    bits = {"": 32, "b": 8, "h": 16}[into[:1]]

    def model(a: int, b: int, c: int) -> int:
        result = int(operation(cut(a, chosen_a, types[1]), cut(b, chosen_b, types[2])))
        result = (clamped(result, bits, types[0]) if sat else result) & WORD
        if second == "add":
            return result + c
        if second:
            pair = [cut(x, "", types[0]) for x in (result, c)]
            return min(pair) if second == "min" else max(pair)
        place = ((1 << bits) - 1) << bits * int(into[1:] or "0")
        return (result << bits * int(into[1:] or "0") & place) | (c & ~place)

    return model


ONE = [("", "", ""), ("b2", "b0", "h1"), ("h1", "b3", ""), ("", "h0", "b1")]


def written(selections: tuple[str, str, str]) -> str:
    return ", ".join(f"%{x}{'.' + s if s else ''}" for x, s in zip("dab", selections, strict=True))


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name != "vavrg"])
def test_one_part(lanes: Lanes, name: str) -> None:
    for i, (types, sat) in enumerate(itertools.product(KINDS, (False, True))):
        selections = ONE[i % 4]
        model = one(OPERATIONS[name], types, sat, "", selections)
        operands = written(selections) + (", %c" if selections[0] else "")
        check(lanes, f"{name}.{'.'.join(types)}{'.sat' if sat else ''}", operands, model)


@pytest.mark.parametrize("second", ["add", "min", "max"])
@pytest.mark.parametrize("types", KINDS[::3])
def test_second_operation(lanes: Lanes, types: tuple[str, str, str], second: str) -> None:
    model = one(operator.sub, types, True, second, ("", "h0", "b1"))
    check(lanes, f"vsub.{'.'.join(types)}.sat.{second}", "%d, %a.h0, %b.b1, %c", model)


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparison_of_one_part(lanes: Lanes, name: str) -> None:
    for (a, b), selections in zip(itertools.product(("u32", "s32"), repeat=2), ONE, strict=True):
        model = one(COMPARISONS[name], ("u32", a, b), False, "", selections)
        check(lanes, f"vset.{a}.{b}.{name}", written(selections) + (", %c" if selections[0] else ""), model)
    model = one(COMPARISONS[name], ("u32", "s32", "s32"), False, "max", ("", "b1", "b2"))
    check(lanes, f"vset.s32.s32.{name}.max", "%d, %a.b1, %b.b2, %c", model)


@pytest.mark.parametrize("mode", ["clamp", "wrap"])
@pytest.mark.parametrize("name", ["vshl", "vshr"])
def test_shifts(lanes: Lanes, name: str, mode: str) -> None:
    def shifted(x: int, y: int) -> int:
        steps = y & 31 if mode == "wrap" else min(y, 32)
        return x << steps if name == "vshl" else x >> steps

    for kind, sat in itertools.product(("u32", "s32"), (False, True)):
        model = one(shifted, (kind, kind, "u32"), sat, "", ("", "h1", "b0"))
        check(lanes, f"{name}.{kind}.{kind}.u32{'.sat' if sat else ''}.{mode}", "%d, %a.h1, %b.b0", model)


@pytest.mark.parametrize(
    "line",
    [
        "vadd4.u32.u32.u32.sat.add %d, %a, %b, %c;", "vadd4.u32.u32.u32 %d, %a, %b;",
        "vadd4.u32.u32.u32 %d.b01, %a, %b, %c;", "vadd4.u32.u32.u32 %d, %a, 5, %c;",
        "vadd4.u32.u32.u32 %d, %a.b3218, %b, %c;", "vadd2.u32.u32.u32 %d, %a.h4, %b, %c;",
        "vadd.u32.u32.u32 %d.b1, %a, %b;", "vadd.u32.u32.u32.add %d.b1, %a, %b, %c;", "vadd.u32.u32.u32 %d, %a.b4, %b;",
        "vshl.u32.u32.s32.clamp %d, %a, %b;", "vmad.u32.u32.u32 %d, %a, %b, %c;", "add.u32 %d, %a.b0, %b;",
    ],
)  # fmt: skip
def test_other_forms_are_refused(lanes: Lanes, line: str) -> None:
    with pytest.raises(CudaError) as refused:
        lanes.run(line, {"d": "b32"}, values())
    assert refused.value.code == 218 and refused.value.log
