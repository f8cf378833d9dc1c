"""Floating-point arithmetic against exact rational numbers (PTX ISA 9.7.3)."""

from __future__ import annotations

import ieee754 as floats
import numpy as np
import pytest
from gpu import Lanes
from ieee754 import F32, F64, Format
from operands import float_edges, float_tuples
from ptxcheck import check, rows, same

FORMATS = {"f32": F32, "f64": F64}
MODES = ["rn", "rz", "rm", "rp"]
ARITHMETIC = {
    "add": (floats.add, 2),
    "sub": (floats.sub, 2),
    "mul": (floats.mul, 2),
    "fma": (floats.fma, 3),
    "mad": (floats.fma, 3),
}
QUOTIENTS = {
    "div": (floats.div, 2),
    "rcp": (lambda f, a, mode: floats.div(f, f.bias << f.fraction, a, mode), 1),
    "sqrt": (floats.sqrt, 1),
}


def compare(lanes: Lanes, instruction: str, kind: str, arity: int, model) -> None:
    """Bit for bit, save that an f64 NaN may have any payload."""
    f = FORMATS[kind]
    values = float_tuples(f, arity)
    names = "abc"[:arity]
    inputs = {name: (kind, v) for name, v in zip(names, values, strict=True)}
    got = lanes.run(f"{instruction} %d, {', '.join('%' + n for n in names)};", {"d": kind}, inputs)["d"]
    operands = rows([kind] * arity, values)
    expected = [model(*row) for row in operands]
    if kind == "f64":
        got = np.array([f.nan if f.is_nan(int(g)) else g for g in got], np.uint64)
        expected = [f.nan if f.is_nan(e) else e for e in expected]
    same(instruction, got, expected, operands)


def flushed(f: Format, model):
    return lambda *xs: f.flush(model(*(f.flush(x) for x in xs)))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", [*ARITHMETIC, *QUOTIENTS])
def test_rounded(lanes: Lanes, name: str, kind: str, mode: str) -> None:
    function, arity = (ARITHMETIC | QUOTIENTS)[name]
    f = FORMATS[kind]
    compare(lanes, f"{name}.{mode}.{kind}", kind, arity, lambda *xs: function(f, *xs, mode))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", [*ARITHMETIC, *QUOTIENTS])
def test_flushed(lanes: Lanes, name: str, mode: str) -> None:
    function, arity = (ARITHMETIC | QUOTIENTS)[name]
    compare(lanes, f"{name}.{mode}.ftz.f32", "f32", arity, flushed(F32, lambda *xs: function(F32, *xs, mode)))


@pytest.mark.parametrize("flush", ["", ".ftz"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ARITHMETIC)
def test_saturated(lanes: Lanes, name: str, mode: str, flush: str) -> None:
    function, arity = ARITHMETIC[name]
    model = lambda *xs: floats.saturate(F32, function(F32, *xs, mode))
    compare(lanes, f"{name}.{mode}{flush}.sat.f32", "f32", arity, flushed(F32, model) if flush else model)


@pytest.mark.parametrize("kind", ["f32", "ftz.f32", "sat.f32", "ftz.sat.f32", "f64"])
@pytest.mark.parametrize("name", ["add", "sub", "mul"])
def test_default_rounding_is_nearest(lanes: Lanes, name: str, kind: str) -> None:
    function, arity = ARITHMETIC[name]
    f = FORMATS[kind[-3:]]
    model = lambda *xs: function(f, *xs)
    if "sat" in kind:
        model = lambda *xs: floats.saturate(f, function(f, *xs))
    compare(lanes, f"{name}.{kind}", kind[-3:], arity, flushed(f, model) if "ftz" in kind else model)


def test_a_product_and_a_sum_round_twice(lanes: Lanes) -> None:
    """mul then add is no fma, whatever the compiler of softgpu likes."""
    a, b, c = float_tuples(F32, 3)
    got = lanes.run(
        "mul.rn.f32 %d, %a, %b; add.rn.f32 %d, %d, %c;",
        {"d": "f32"},
        {n: ("f32", v) for n, v in zip("abc", (a, b, c), strict=True)},
    )["d"]
    operands = rows(["f32"] * 3, [a, b, c])
    same("mul; add", got, [floats.add(F32, floats.mul(F32, x, y), z) for x, y, z in operands], operands)


@pytest.mark.parametrize(
    ("a", "b", "c", "d"),
    [
        (0x3F800001, 0x3F800001, 0xBF800002, 0x28800000),  # (1 + 2^-23)^2 - (1 + 2^-22) = 2^-46
        (0x3F800001, 0x3F7FFFFE, 0xBF800000, 0xA8800000),  # (1 + 2^-23)(1 - 2^-23) - 1 = -2^-46
        (0x00800000, 0x3F000000, 0x00000000, 0x00400000),
    ],
)
def test_fma_rounds_once(lanes: Lanes, a: int, b: int, c: int, d: int) -> None:
    inputs = {name: ("f32", np.array([x])) for name, x in zip("abc", (a, b, c), strict=True)}
    assert lanes.run("fma.rn.f32 %d, %a, %b, %c;", {"d": "f32"}, inputs)["d"].tolist() == [d]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("flush", ["", ".ftz"])
@pytest.mark.parametrize("name", ["add", "sub", "mul", "fma"])
def test_pairs(lanes: Lanes, name: str, flush: str, mode: str) -> None:
    """.f32x2 does the upper and the lower half of a 64-bit register."""
    function, arity = ARITHMETIC[name]
    single = lambda *xs: function(F32, *xs, mode)
    model = flushed(F32, single) if flush else single
    words = [v | np.roll(v, 13) << np.uint64(32) for v in float_tuples(F32, arity)]
    both = lambda *xs: model(*(x >> 32 for x in xs)) << 32 | model(*(x & 0xFFFFFFFF for x in xs))
    check(lanes, f"{name}.{mode}{flush}.f32x2", "b64", ["b64"] * arity, words, both)


# ---- Division and roots with an error bound: what is correctly rounded is within it, and the special values are given
# ----


@pytest.mark.parametrize("flush", ["", ".ftz"])
@pytest.mark.parametrize("name", ["div.full", "div.approx", "rcp.approx", "sqrt.approx"])
def test_approximate(lanes: Lanes, name: str, flush: str) -> None:
    base = name.split(".")[0]
    function, arity = QUOTIENTS[base]
    model = lambda *xs: function(F32, *xs, "rn")
    if name == "div.approx":
        model = div_approx
    compare_within(
        lanes, f"{name}{flush}.f32", arity, flushed(F32, model) if flush else model, 2 if base == "div" else 1
    )


def div_approx(a: int, b: int) -> int:
    """For 2^126 < |b| < 2^128: NaN if a is infinite, else zero."""
    if 0x7E800000 < b & 0x7FFFFFFF < F32.infinity and not F32.is_nan(a):
        return F32.nan if F32.is_infinite(a) else (a ^ b) & F32.sign
    return floats.div(F32, a, b)


def compare_within(lanes: Lanes, instruction: str, arity: int, model, ulps: int) -> None:
    values = float_tuples(F32, arity)
    inputs = {name: ("f32", v) for name, v in zip("ab"[:arity], values, strict=True)}
    got = lanes.run(f"{instruction} %d, {', '.join('%' + n for n in 'ab'[:arity])};", {"d": "f32"}, inputs)["d"]
    operands = rows(["f32"] * arity, values)
    for row, g in zip(operands, got.tolist(), strict=True):
        e = model(*row)
        exact = F32.is_nan(e) or F32.is_infinite(e) or F32.is_zero(e)
        off = abs(floats.order(F32, g) - floats.order(F32, e))
        assert g == e if exact else off <= ulps, f"{instruction} {[hex(x) for x in row]}: got {g:#x}, expected {e:#x}"


# ---- Signs, minimum and maximum, properties ----


@pytest.mark.parametrize("kind", ["f32", "ftz.f32", "f64"])
@pytest.mark.parametrize("name", ["abs", "neg"])
def test_sign(lanes: Lanes, name: str, kind: str) -> None:
    f = FORMATS[kind[-3:]]
    change = (lambda x: x & ~f.sign) if name == "abs" else (lambda x: x ^ f.sign)
    model = (lambda x: change(f.flush(x))) if "ftz" in kind else change
    check(lanes, f"{name}.{kind}", kind[-3:], [kind[-3:]], float_tuples(f, 1), model)


@pytest.mark.parametrize("kind", FORMATS)
def test_copysign(lanes: Lanes, kind: str) -> None:
    f = FORMATS[kind]
    check(lanes, f"copysign.{kind}", kind, [kind] * 2, float_tuples(f, 2), lambda a, b: (a & f.sign) | (b & ~f.sign))


EXTREMES = {"min": floats.minimum, "max": floats.maximum}


@pytest.mark.parametrize("kind", ["f32", "ftz.f32", "NaN.f32", "ftz.NaN.f32", "f64"])
@pytest.mark.parametrize("name", EXTREMES)
def test_extreme(lanes: Lanes, name: str, kind: str) -> None:
    f = FORMATS[kind[-3:]]
    model = lambda a, b: EXTREMES[name](f, a, b, "NaN" in kind)
    compare(lanes, f"{name}.{kind}", kind[-3:], 2, flushed(f, model) if "ftz" in kind else model)


@pytest.mark.parametrize(
    "kind", ["xorsign.abs.f32", "ftz.xorsign.abs.f32", "NaN.xorsign.abs.f32", "ftz.NaN.xorsign.abs.f32"]
)
@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_of_magnitudes(lanes: Lanes, name: str, kind: str) -> None:
    def model(a: int, b: int) -> int:
        d = EXTREMES[name](F32, a & ~F32.sign, b & ~F32.sign, "NaN" in kind)
        return d if F32.is_nan(d) else d | ((a ^ b) & F32.sign)

    compare(lanes, f"{name}.{kind}", "f32", 2, flushed(F32, model) if "ftz" in kind else model)


@pytest.mark.parametrize("kind", ["f32", "ftz.f32", "NaN.f32"])
@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_of_three(lanes: Lanes, name: str, kind: str) -> None:
    f = EXTREMES[name]
    nan = "NaN" in kind
    model = lambda a, b, c: f(F32, f(F32, a, b, nan), c, nan)
    compare(lanes, f"{name}.{kind}", "f32", 3, flushed(F32, model) if "ftz" in kind else model)


PROPERTIES = {
    "finite": lambda f, x: not f.is_nan(x) and not f.is_infinite(x),
    "infinite": lambda f, x: f.is_infinite(x),
    "number": lambda f, x: not f.is_nan(x),
    "notanumber": lambda f, x: f.is_nan(x),
    "normal": lambda f, x: not (f.is_nan(x) or f.is_infinite(x) or f.is_subnormal(x)),
    "subnormal": lambda f, x: f.is_subnormal(x),
}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", PROPERTIES)
def test_testp(lanes: Lanes, name: str, kind: str) -> None:
    f = FORMATS[kind]
    check(lanes, f"testp.{name}.{kind}", "pred", [kind], float_tuples(f, 1), lambda x: int(PROPERTIES[name](f, x)))


def test_canonical_nan(lanes: Lanes) -> None:
    """Every f32 instruction that computes turns any NaN into 0x7fffffff."""
    nans = np.array([x for x in float_edges(F32) if F32.is_nan(x)])
    for line in (
        "add.f32 %d, %a, 0f3f800000;",
        "mul.f32 %d, 0f3f800000, %a;",
        "fma.rn.f32 %d, %a, %a, %a;",
        "sqrt.rn.f32 %d, %a;",
    ):
        got = lanes.run(line, {"d": "f32"}, {"a": ("f32", nans)})["d"]
        assert set(got.tolist()) == {0x7FFFFFFF}, line


def test_f64_nan_keeps_its_payload(lanes: Lanes) -> None:
    got = lanes.run(
        "add.rn.f64 %d, %a, 0d3ff0000000000000;",
        {"d": "f64"},
        {"a": ("f64", np.array([0x7FF8000000000123], np.uint64))},
    )["d"]
    assert got.tolist() == [0x7FF8000000000123]
