"""f16 and bf16 arithmetic, single and in pairs, against exact numbers (PTX ISA 9.7.4, 9.7.5)."""

from __future__ import annotations

import math

import ieee754 as floats
import numpy as np
import pytest
from gpu import Lanes
from ieee754 import BF16, F16, Format, of_float, to_float
from operands import float_tuples
from ptxcheck import check, rows, same

FORMATS = {"f16": F16, "bf16": BF16}
ARITHMETIC = {"add": (floats.add, 2), "sub": (floats.sub, 2), "mul": (floats.mul, 2), "fma": (floats.fma, 3)}
EXTREMES = {"min": floats.minimum, "max": floats.maximum}


def flushed(f: Format, model):
    return lambda *xs: f.flush(model(*(f.flush(x) for x in xs)))


def both(lanes: Lanes, instruction: str, kind: str, arity: int, model) -> None:
    """The instruction for one number, and for two, the upper with other operands than the lower."""
    values = float_tuples(FORMATS[kind], arity)
    check(lanes, f"{instruction}.{kind}", kind, [kind] * arity, values, model)
    words = [v | np.roll(v, 13) << np.uint64(16) for v in values]
    pair = lambda *xs: model(*(x >> 16 for x in xs)) << 16 | model(*(x & 0xFFFF for x in xs))
    check(lanes, f"{instruction}.{kind}x2", "b32", ["b32"] * arity, words, pair)


def modified(f: Format, name: str, modifiers: str):
    function = ARITHMETIC[name][0]
    model = lambda *xs: function(f, *xs)
    if "ftz" in modifiers:
        model = flushed(f, model)
    if "sat" in modifiers:
        return lambda *xs: floats.saturate(f, model(*xs))
    if "relu" in modifiers:
        return lambda *xs: 0 if f.negative(model(*xs)) else model(*xs)
    return model


CASES = [
    (n, "f16", m)
    for n in ARITHMETIC
    for m in ("", ".rn", ".ftz", ".sat", ".rn.ftz.sat")
    if n != "fma" or m.startswith(".rn")
]
CASES += [(n, "bf16", ".rn") for n in ARITHMETIC] + [("add", "bf16", "")]
CASES += [("fma", "f16", m) for m in (".rn.ftz", ".rn.sat", ".rn.relu", ".rn.ftz.relu")] + [("fma", "bf16", ".rn.relu")]


@pytest.mark.parametrize(("name", "kind", "modifiers"), CASES)
def test_arithmetic(lanes: Lanes, name: str, kind: str, modifiers: str) -> None:
    both(lanes, f"{name}{modifiers}", kind, ARITHMETIC[name][1], modified(FORMATS[kind], name, modifiers))


@pytest.mark.parametrize(
    ("kind", "a", "b", "c", "d"),
    [
        # 1 + 2^-10 squared is 1 + 2^-9 + 2^-20; what 2^-24 adds decides a tie that a rounding to double would have
        # lost.
        ("f16", 0x3C01, 0x3C01, 0x0001, 0x3C02),
        ("f16", 0x7BFF, 0x7BFF, 0xFC00, 0xFC00),
        ("f16", 0x6800, 0x6800, 0x0001, 0x7C00),
        ("bf16", 0x7F00, 0x4000, 0xFF00, 0x7F00),
    ],
)
def test_fma_literal(lanes: Lanes, kind: str, a: int, b: int, c: int, d: int) -> None:
    assert floats.fma(FORMATS[kind], a, b, c) == d
    inputs = {name: (kind, np.array([x])) for name, x in zip("abc", (a, b, c), strict=True)}
    assert lanes.run(f"fma.rn.{kind} %d, %a, %b, %c;", {"d": kind}, inputs)["d"].tolist() == [d]


@pytest.mark.parametrize(("kind", "flush"), [("f16", ""), ("f16", ".ftz"), ("bf16", "")])
@pytest.mark.parametrize("name", ["abs", "neg"])
def test_sign(lanes: Lanes, name: str, kind: str, flush: str) -> None:
    f = FORMATS[kind]
    change = (lambda x: x & ~f.sign) if name == "abs" else (lambda x: x ^ f.sign)
    both(lanes, f"{name}{flush}", kind, 1, (lambda x: change(f.flush(x))) if flush else change)


@pytest.mark.parametrize("modifiers", ["", ".NaN", ".xorsign.abs", ".NaN.xorsign.abs"])
@pytest.mark.parametrize(("kind", "flush"), [("f16", ""), ("f16", ".ftz"), ("bf16", "")])
@pytest.mark.parametrize("name", EXTREMES)
def test_extreme(lanes: Lanes, name: str, kind: str, flush: str, modifiers: str) -> None:
    f = FORMATS[kind]
    nan = "NaN" in modifiers

    def model(a: int, b: int) -> int:
        if "xorsign" not in modifiers:
            return EXTREMES[name](f, a, b, nan)
        d = EXTREMES[name](f, a & ~f.sign, b & ~f.sign, nan)
        return d if f.is_nan(d) else d | ((a ^ b) & f.sign)

    both(lanes, f"{name}{flush}{modifiers}", kind, 2, flushed(f, model) if flush else model)


# name, format: the function and the manual's bound: relative error of f16 and bf16 ex2 2^-9.9 and 2^-7, of tanh
# 2^-10.987 and 2^-8.
FUNCTIONS = [
    ("ex2.approx", "f16", 2**-9.9),
    ("ex2.approx.ftz", "bf16", 2**-7),
    ("tanh.approx", "f16", 2**-10.987),
    ("tanh.approx", "bf16", 2**-8),
]


@pytest.mark.parametrize(("name", "kind", "bound"), FUNCTIONS)
def test_functions(lanes: Lanes, name: str, kind: str, bound: float) -> None:
    f = FORMATS[kind]
    function = math.tanh if "tanh" in name else (lambda x: 2.0**x if x < 1000 else math.inf)
    every = np.arange(1 << 16)
    got = lanes.run(f"{name}.{kind} %d, %a;", {"d": kind}, {"a": (kind, every)})["d"].tolist()
    pairs = lanes.run(f"{name}.{kind}x2 %d, %a;", {"d": "b32"}, {"a": ("b32", every | every[::-1] << 16)})["d"].tolist()
    assert pairs == [low | high << 16 for low, high in zip(got, got[::-1], strict=True)]
    for a, g in enumerate(got):
        x = to_float(f, f.flush(a) if "ftz" in name else a)
        if math.isnan(x):
            assert g == f.nan
            continue
        e = of_float(f, function(x))
        if f.is_infinite(e) or f.is_zero(e) or f.is_subnormal(e):
            assert abs(floats.order(f, g) - floats.order(f, f.flush(e) if "ftz" in name else e)) <= 1, hex(a)
        else:
            assert abs(to_float(f, g) / function(x) - 1) <= bound, hex(a)


# ---- Comparison ----

ORDER = {
    "eq": lambda c: c == 0,
    "ne": lambda c: c != 0,
    "lt": lambda c: c < 0,
    "le": lambda c: c <= 0,
    "gt": lambda c: c > 0,
    "ge": lambda c: c >= 0,
}
NAMES = [*ORDER, *(f"{n}u" for n in ORDER), "num", "nan"]


def comparison(f: Format, name: str, ftz: bool = False):
    def model(a: int, b: int) -> int:
        unordered = f.is_nan(a) or f.is_nan(b)
        if name in ("num", "nan"):
            return int(unordered == (name == "nan"))
        if unordered:
            return int(name.endswith("u"))
        a, b = (f.flush(a), f.flush(b)) if ftz else (a, b)
        equal_zeros = f.is_zero(a) and f.is_zero(b)
        return int(ORDER[name.removesuffix("u")](0 if equal_zeros else floats.order(f, a) - floats.order(f, b)))

    return model


@pytest.mark.parametrize("kind", ["f16", "ftz.f16", "bf16"])
@pytest.mark.parametrize("name", NAMES)
def test_setp(lanes: Lanes, name: str, kind: str) -> None:
    base = kind.removeprefix("ftz.")
    model = comparison(FORMATS[base], name, kind != base)
    values = float_tuples(FORMATS[base], 2)
    check(lanes, f"setp.{name}.{kind}", "pred", [base] * 2, values, model)
    words = [v | np.roll(v, 13) << np.uint64(16) for v in values]
    c = np.arange(words[0].size) % 2
    inputs = {"a": ("b32", words[0]), "b": ("b32", words[1]), "c": ("pred", c)}
    got = lanes.run(
        f"setp.{name}.{kind}x2 %p|%q, %a, %b; setp.{name}.xor.{kind}x2 %r|%s, %a, %b, %c;",
        dict.fromkeys("pqrs", "pred"),
        inputs,
    )
    operands = rows(["b32", "b32", "pred"], [*words, c])
    lower, upper = ([model(x >> at & 0xFFFF, y >> at & 0xFFFF) for x, y, _ in operands] for at in (0, 16))
    same("p", got["p"], lower, operands)
    same("q", got["q"], upper, operands)
    same("p xor c", got["r"], [t ^ z for t, (_, _, z) in zip(lower, operands, strict=True)], operands)
    same("q xor c", got["s"], [t ^ z for t, (_, _, z) in zip(upper, operands, strict=True)], operands)


@pytest.mark.parametrize(
    ("result", "true"), [("f16", 0x3C00), ("u16", 0xFFFF), ("s16", 0xFFFF), ("u32", 0xFFFFFFFF), ("s32", 0xFFFFFFFF)]
)
@pytest.mark.parametrize("name", ["eq", "nan", "leu"])
def test_set(lanes: Lanes, name: str, result: str, true: int) -> None:
    check(
        lanes,
        f"set.{name}.{result}.f16",
        result,
        ["f16"] * 2,
        float_tuples(F16, 2),
        lambda a, b: true * comparison(F16, name)(a, b),
    )


@pytest.mark.parametrize(
    ("result", "kind", "true"),
    [("f16x2", "f16", 0x3C00), ("u32", "f16", 0xFFFF), ("bf16x2", "bf16", 0x3F80), ("s32", "bf16", 0xFFFF)],
)
@pytest.mark.parametrize("name", ["lt", "nan", "neu"])
def test_set_of_pairs(lanes: Lanes, name: str, result: str, kind: str, true: int) -> None:
    values = float_tuples(FORMATS[kind], 2)
    words = [v | np.roll(v, 13) << np.uint64(16) for v in values]
    holds = comparison(FORMATS[kind], name)
    model = lambda a, b: true * holds(a & 0xFFFF, b & 0xFFFF) | true * holds(a >> 16, b >> 16) << 16
    check(lanes, f"set.{name}.{result}.{kind}x2", "b32", ["b32"] * 2, words, model)
