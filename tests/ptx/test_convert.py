"""cvt between integers, f16, bf16, f32 and f64 against exact numbers (PTX ISA 9.7.9.21)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from gpu import Lanes
from ieee754 import BF16, F16, F32, F64, Format
from operands import bits_of, float_tuples, integer_tuples, signed, value
from ptxcheck import check, rows, same

INTEGERS = ["u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64"]
FLOATS: dict[str, Format] = {"f16": F16, "bf16": BF16, "f32": F32, "f64": F64}
MODES = ["rn", "rz", "rm", "rp"]
INTEGRAL = {"rni": "rn", "rzi": "rz", "rmi": "rm", "rpi": "rp"}


def limits(kind: str) -> tuple[int, int]:
    bits = bits_of(kind)
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if kind[0] == "s" else (0, (1 << bits) - 1)


def clamp(x: int, kind: str) -> int:
    low, high = limits(kind)
    return max(low, min(high, x))


def to_integral(q: Fraction, mode: str) -> int:
    below = q.numerator // q.denominator
    rest = q - below
    if mode == "rn":
        return below + (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and below & 1))
    if mode == "rz":
        return below + (rest > 0 and q < 0)
    return below + (rest > 0 and mode == "rp")


# ---- Integers ----


@pytest.mark.parametrize("to", INTEGERS)
@pytest.mark.parametrize("source", INTEGERS)
def test_integers(lanes: Lanes, source: str, to: str) -> None:
    values = integer_tuples(bits_of(source), 1)
    check(lanes, f"cvt.{to}.{source}", to, [source], values, lambda a: value(a, source))
    check(lanes, f"cvt.sat.{to}.{source}", to, [source], values, lambda a: clamp(value(a, source), to))


@pytest.mark.parametrize(("to", "source"), [("s8", "s32"), ("u8", "s32"), ("s16", "u8"), ("s32", "s8"), ("u16", "u64")])
def test_registers_wider_than_the_types(lanes: Lanes, to: str, source: str) -> None:
    """Only the source's low bits count; the result is extended by its sign into a wider register."""
    values = integer_tuples(64, 1)
    if to[0] == "s":
        check(lanes, f"cvt.{to}.{source}", "b64", ["b64"], values, lambda a: signed(value(a, source), bits_of(to)))
    else:
        check(lanes, f"cvt.{to}.{source}", "b64", ["b64"], values, lambda a: value(value(a, source), to))


# ---- Integer to float ----


def interesting_integers(bits: int) -> list[np.ndarray]:
    """Ties and near ties of each format, too."""
    near = [s * ((1 << k) + (1 << j) + d) for k in range(bits) for j in range(k) for d in (-1, 0, 1) for s in (1, -1)]
    mask = (1 << bits) - 1
    return [np.concatenate([integer_tuples(bits, 1)[0], np.array([x & mask for x in near], np.uint64)])]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("to", FLOATS)
@pytest.mark.parametrize("source", INTEGERS)
def test_integer_to_float(lanes: Lanes, source: str, to: str, mode: str) -> None:
    f = FLOATS[to]
    values = interesting_integers(bits_of(source))
    check(lanes, f"cvt.{mode}.{to}.{source}", to, [source], values, lambda a: f.round(Fraction(value(a, source)), mode))


@pytest.mark.parametrize("to", ["f16", "f32", "f64"])
def test_integer_to_saturated_float(lanes: Lanes, to: str) -> None:
    one = FLOATS[to].bias << FLOATS[to].fraction
    check(
        lanes,
        f"cvt.rn.sat.{to}.s32",
        to,
        ["s32"],
        [np.array([-5, -1, 0, 1, 2, 1 << 30])],
        lambda a: one if signed(a, 32) > 0 else 0,
    )


# ---- Float to integer ----


def interesting_floats(f: Format) -> list[np.ndarray]:
    """Halves, limits of the integer types and their neighbours."""
    near = []
    for k in (-1, 0, 1, 3, 7, 8, 15, 16, 23, 24, 31, 32, 52, 53, 63, 64):
        for numerator in (1, 3, 5, 7):
            x = f.round(Fraction(numerator, 2) * Fraction(2) ** k)
            near += [x - 1, x, x + 1]
    near = [x for x in near if 0 <= x <= f.infinity]
    both = near + [x | f.sign for x in near]
    return [np.concatenate([float_tuples(f, 1)[0], np.array(both, np.uint64)])]


@pytest.mark.parametrize("rounding", INTEGRAL)
@pytest.mark.parametrize("to", INTEGERS)
@pytest.mark.parametrize("source", ["f16", "bf16", "f32", "ftz.f32", "f64"])
def test_float_to_integer(lanes: Lanes, source: str, to: str, rounding: str) -> None:
    """Out of range gives the limit, NaN gives zero."""
    kind = source.removeprefix("ftz.")
    ftz = "ftz." if source != kind else ""
    f = FLOATS[kind]

    def model(a: int) -> int:
        if f.is_nan(a):
            return 0
        if f.is_infinite(a):
            return limits(to)[not f.negative(a)]
        return clamp(to_integral(f.value(f.flush(a) if ftz else a), INTEGRAL[rounding]), to)

    check(lanes, f"cvt.{rounding}.{ftz}{to}.{kind}", to, [kind], interesting_floats(f), model)


def test_saturation_is_the_default_to_integers(lanes: Lanes) -> None:
    a = np.array([0x4F800000, 0xCF800000, 0x7FC00000, 0x42000000])
    assert lanes.run("cvt.rzi.sat.s32.f32 %d, %a;", {"d": "s32"}, {"a": ("f32", a)})["d"].tolist() == [
        0x7FFFFFFF,
        -0x80000000,
        0,
        32,
    ]


# ---- Float to float ----


def between(source: Format, to: Format, mode: str = "rn"):
    def model(a: int) -> int:
        if source.is_nan(a):
            return to.nan
        sign = to.sign if source.negative(a) else 0
        return sign | to.infinity if source.is_infinite(a) else to.round(source.value(a), mode, bool(sign))

    return model


def compare(lanes: Lanes, instruction: str, to: str, source: str, model) -> None:
    """Bit for bit; an f64 NaN may have any payload."""
    values = interesting_floats(FLOATS[source])
    got = lanes.run(f"{instruction} %d, %a;", {"d": to}, {"a": (source, values[0])})["d"]
    if to == "f64":
        got = np.array([F64.nan if F64.is_nan(int(g)) else g for g in got], np.uint64)
    operands = rows([source], values)
    expected = [model(*row) for row in operands]
    same(instruction, got, [F64.nan if to == "f64" and F64.is_nan(e) else e for e in expected], operands)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("to", "source"),
    [
        ("f32", "f64"),
        ("f16", "f32"),
        ("f16", "f64"),
        ("bf16", "f32"),
        ("bf16", "f64"),
        ("f16", "bf16"),
        ("bf16", "f16"),
    ],
)
def test_narrowing(lanes: Lanes, to: str, source: str, mode: str) -> None:
    compare(lanes, f"cvt.{mode}.{to}.{source}", to, source, between(FLOATS[source], FLOATS[to], mode))


@pytest.mark.parametrize(
    ("to", "source"),
    [("f32", "f16"), ("f64", "f16"), ("f32", "bf16"), ("f64", "bf16"), ("f64", "f32"), ("f32", "f32"), ("f64", "f64")],
)
def test_exact(lanes: Lanes, to: str, source: str) -> None:
    compare(lanes, f"cvt.{to}.{source}", to, source, between(FLOATS[source], FLOATS[to]))


@pytest.mark.parametrize("rounding", INTEGRAL)
@pytest.mark.parametrize("kind", ["f16", "f32", "ftz.f32", "f64"])
def test_to_an_integral_value(lanes: Lanes, kind: str, rounding: str) -> None:
    """The sign of zero is that of the source."""
    base = kind.removeprefix("ftz.")
    f = FLOATS[base]

    def model(a: int) -> int:
        if f.is_nan(a):
            return f.nan
        if f.is_infinite(a):
            return a
        q = f.value(f.flush(a) if kind != base else a)
        return f.round(Fraction(to_integral(q, INTEGRAL[rounding])), "rn", f.negative(a))

    compare(lanes, f"cvt.{rounding}.{kind}.{base}", base, base, model)


@pytest.mark.parametrize(
    ("to", "source", "rounding"),
    [
        ("f32", "f64", "rn."),
        ("f32", "f64", "rz."),
        ("f64", "f32", ""),
        ("f16", "f32", "rp."),
        ("f32", "f32", ""),
        ("f32", "bf16", ""),
    ],
)
def test_flushing(lanes: Lanes, to: str, source: str, rounding: str) -> None:
    """.ftz flushes single-precision inputs and results, and those only."""
    narrow = between(FLOATS[source], FLOATS[to], rounding[:2] or "rn")
    model = lambda a: narrow(F32.flush(a)) if source == "f32" else F32.flush(narrow(a))
    compare(lanes, f"cvt.{rounding}ftz.{to}.{source}", to, source, model)


@pytest.mark.parametrize(
    ("to", "source", "rounding"),
    [
        ("f32", "f32", ""),
        ("f32", "f64", "rn."),
        ("f64", "f64", ""),
        ("f64", "f32", ""),
        ("f16", "f32", "rn."),
        ("f32", "f16", ""),
    ],
)
def test_saturating(lanes: Lanes, to: str, source: str, rounding: str) -> None:
    f, narrow = FLOATS[to], between(FLOATS[source], FLOATS[to])

    def model(a: int) -> int:
        x = narrow(a)
        return 0 if f.is_nan(x) or f.negative(x) else min(x, f.bias << f.fraction)

    compare(lanes, f"cvt.{rounding}sat.{to}.{source}", to, source, model)


def limited(f: Format, narrow, relu: bool, satfinite: bool):
    def model(a: int) -> int:
        x = narrow(a)
        if satfinite and f.is_infinite(x):
            x -= 1
        return 0 if relu and f.negative(x) else x

    return model


@pytest.mark.parametrize("modifiers", ["", ".relu", ".satfinite", ".relu.satfinite"])
@pytest.mark.parametrize("mode", ["rn", "rz"])
@pytest.mark.parametrize("to", ["f16", "bf16"])
def test_relu_and_packing(lanes: Lanes, to: str, mode: str, modifiers: str) -> None:
    """cvt to f16x2 puts the first operand into the upper half."""
    f = FLOATS[to]
    model = limited(f, between(F32, f, mode), "relu" in modifiers, "satfinite" in modifiers)
    compare(lanes, f"cvt.{mode}{modifiers}.{to}.f32", to, "f32", model)
    a = interesting_floats(F32)[0]
    check(
        lanes,
        f"cvt.{mode}{modifiers}.{to}x2.f32",
        "b32",
        ["f32", "f32"],
        [a, np.roll(a, 3)],
        lambda x, y: model(x) << 16 | model(y),
    )


# ---- 8-bit formats. e4m3 has no infinity: bias 7, greatest number 448, 0x7f is NaN ----


def e4m3(q: Fraction) -> int:
    """The magnitude `q`, rounded to nearest even and saturated."""
    exponent = max(_exponent(q), -6) if q else -6
    n = to_integral(q / Fraction(2) ** (exponent - 3), "rn")
    bits = (exponent + 6) * 8 + n if n < 16 else (exponent + 8) * 8
    return min(bits, 0x7E)


def _exponent(q: Fraction) -> int:
    e = q.numerator.bit_length() - q.denominator.bit_length()
    return e if q >= Fraction(2) ** e else e - 1


def narrow8(kind: str, source: Format, relu: bool):
    e5m2 = Format(8, 2)

    def model(a: int) -> int:
        if source.is_nan(a):
            return 0x7F
        if relu and source.negative(a):
            return 0
        sign = 0x80 if source.negative(a) else 0
        if source.is_infinite(a):
            return sign | (0x7E if kind == "e4m3" else 0x7B)
        q = abs(source.value(a))
        return sign | (e4m3(q) if kind == "e4m3" else min(e5m2.round(q), 0x7B))

    return model


@pytest.mark.parametrize("relu", ["", ".relu"])
@pytest.mark.parametrize("kind", ["e4m3", "e5m2"])
def test_to_bytes(lanes: Lanes, kind: str, relu: str) -> None:
    a = np.concatenate([interesting_floats(F32)[0], np.linspace(-500, 500, 2000).astype(np.float32).view(np.uint32)])
    model = narrow8(kind, F32, bool(relu))
    pair = lambda x, y: model(x) << 8 | model(y)
    check(lanes, f"cvt.rn.satfinite{relu}.{kind}x2.f32", "b16", ["f32", "f32"], [a, np.roll(a, 5)], pair)
    halves = np.arange(0, 1 << 16, 7)
    model16 = narrow8(kind, F16, bool(relu))
    words = lambda x: model16(x >> 16) << 8 | model16(x & 0xFFFF)
    check(lanes, f"cvt.rn.satfinite{relu}.{kind}x2.f16x2", "b16", ["b32"], [halves | halves[::-1] << 16], words)


@pytest.mark.parametrize("relu", ["", ".relu"])
@pytest.mark.parametrize("kind", ["e4m3", "e5m2"])
def test_from_bytes(lanes: Lanes, kind: str, relu: str) -> None:
    def single(x: int) -> int:
        exponent, fraction, bias = (x >> 3 & 15, x & 7, 7) if kind == "e4m3" else (x >> 2 & 31, x & 3, 15)
        bits = 3 if kind == "e4m3" else 2
        if x & 0x7F == 0x7F or (kind == "e5m2" and exponent == 31 and fraction):
            return F16.nan
        if relu and x & 0x80:
            return 0
        sign = F16.sign if x & 0x80 else 0
        if kind == "e5m2" and exponent == 31:
            return sign | F16.infinity
        mantissa = fraction + (1 << bits if exponent else 0)
        return sign | F16.round(Fraction(mantissa) * Fraction(2) ** (max(exponent, 1) - bias - bits))

    model = lambda a: single(a >> 8) << 16 | single(a & 255)
    check(lanes, f"cvt.rn{relu}.f16x2.{kind}x2", "b32", ["b16"], [np.arange(0, 1 << 16, 3)], model)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("to", ["f32", "f64"])
def test_from_bf16_a_rounding_may_be_written(lanes: Lanes, to: str, mode: str) -> None:
    """There is nothing to round."""
    values = float_tuples(BF16, 1)
    got = {
        name: lanes.run(f"cvt.{name}{to}.bf16 %d, %a;", {"d": to}, {"a": ("bf16", values[0])})["d"]
        for name in ("", f"{mode}.")
    }
    assert got[""].tobytes() == got[f"{mode}."].tobytes()
