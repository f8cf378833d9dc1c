"""The functions with an error bound: within the manual's bound, and its tables of special values exactly (PTX ISA
9.7.3).
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from gpu import Lanes
from ieee754 import F32, F64, of_float, order, to_float
from operands import float_tuples

INF, NAN, ZERO, ONE = 0x7F800000, 0x7FFFFFFF, 0, 0x3F800000
NEGATIVE = 0x80000000


def run(lanes: Lanes, instruction: str, values: np.ndarray, kind: str = "f32") -> list[int]:
    return lanes.run(f"{instruction} %d, %a;", {"d": kind}, {"a": (kind, values)})["d"].tolist()


def singles(low: float, high: float, count: int = 4000) -> np.ndarray:
    """Single-precision numbers of [low, high], as bits."""
    return np.random.default_rng(7).uniform(low, high, count).astype(np.float32).view(np.uint32)


def everywhere() -> np.ndarray:
    return float_tuples(F32, 1, 4000)[0]


# Input -> result, as the manual's tables have them: -Inf, -0, +0, +Inf, NaN, and a negative normal number where listed.
TABLES = {
    "rcp": {INF | NEGATIVE: NEGATIVE, NEGATIVE: INF | NEGATIVE, ZERO: INF, INF: ZERO, NAN: NAN},
    "sqrt": {INF | NEGATIVE: NAN, 0xBF800000: NAN, NEGATIVE: NEGATIVE, ZERO: ZERO, INF: INF, NAN: NAN},
    "rsqrt": {INF | NEGATIVE: NAN, 0xBF800000: NAN, NEGATIVE: INF | NEGATIVE, ZERO: INF, INF: ZERO, NAN: NAN},
    "sin": {INF | NEGATIVE: NAN, NEGATIVE: NEGATIVE, ZERO: ZERO, INF: NAN, NAN: NAN},
    "cos": {INF | NEGATIVE: NAN, NEGATIVE: ONE, ZERO: ONE, INF: NAN, NAN: NAN},
    "lg2": {INF | NEGATIVE: NAN, 0xBF800000: NAN, NEGATIVE: INF | NEGATIVE, ZERO: INF | NEGATIVE, INF: INF, NAN: NAN},
    "ex2": {INF | NEGATIVE: ZERO, NEGATIVE: ONE, ZERO: ONE, INF: INF, NAN: NAN},
    "tanh": {INF | NEGATIVE: 0xBF800000, NEGATIVE: NEGATIVE, ZERO: ZERO, INF: ONE, NAN: NAN},
}


@pytest.mark.parametrize(
    ("name", "flush"), [(n, f) for n in TABLES for f in ("", ".ftz") if (n, f) != ("tanh", ".ftz")]
)
def test_special_values(lanes: Lanes, name: str, flush: str) -> None:
    got = run(lanes, f"{name}.approx{flush}.f32", np.array(list(TABLES[name])))
    assert [hex(x) for x in got] == [hex(x) for x in TABLES[name].values()]


@pytest.mark.parametrize(
    ("name", "subnormal", "result"),
    [
        ("rcp", 0x00000001, INF), ("rcp", 0x807FFFFF, INF | NEGATIVE), ("sqrt", 0x007FFFFF, ZERO), ("sqrt", 0x80000001, NEGATIVE),
        ("rsqrt", 0x00000001, INF), ("rsqrt", 0x80000001, INF | NEGATIVE), ("sin", 0x00000001, ZERO), ("sin", 0x80000001, NEGATIVE),
        ("cos", 0x00000001, ONE), ("lg2", 0x007FFFFF, INF | NEGATIVE), ("lg2", 0x807FFFFF, INF | NEGATIVE), ("ex2", 0x807FFFFF, ONE),
    ],
)  # fmt: skip
def test_flushed_subnormal_counts_as_zero(lanes: Lanes, name: str, subnormal: int, result: int) -> None:
    assert run(lanes, f"{name}.approx.ftz.f32", np.array([subnormal])) == [result]


def relative(got: int, exact: float) -> float:
    return abs(to_float(F32, got) - exact) / abs(exact)


@pytest.mark.parametrize("flush", ["", ".ftz"])
def test_ex2_within_two_ulps(lanes: Lanes, flush: str) -> None:
    values = np.concatenate([singles(-155, 130), everywhere()])
    for a, got in zip(values.tolist(), run(lanes, f"ex2.approx{flush}.f32", values), strict=True):
        x = to_float(F32, a)
        if math.isnan(x):
            continue
        exact = of_float(F32, 2.0**x if x < 1000 else math.inf)
        exact = F32.flush(exact) if flush else exact
        assert abs(order(F32, got) - order(F32, exact)) <= 2 or (flush and got == 0 and exact == 0x00800000), (
            f"{a:#x}: {got:#x}, {exact:#x}"
        )


def test_ex2_of_integers_is_exact(lanes: Lanes) -> None:
    n = np.arange(-149, 128)
    got = run(lanes, "ex2.approx.f32", n.astype(np.float32).view(np.uint32))
    assert got == [of_float(F32, 2.0 ** int(k)) for k in n]


@pytest.mark.parametrize("flush", ["", ".ftz"])
def test_lg2(lanes: Lanes, flush: str) -> None:
    """Absolute error 2^-22 in (0.5, 2), relative error 2^-22 elsewhere."""
    values = np.concatenate([singles(0.4, 2.1), everywhere()])
    for a, got in zip(values.tolist(), run(lanes, f"lg2.approx{flush}.f32", values), strict=True):
        x = to_float(F32, F32.flush(a) if flush else a)
        if not 0 < x < math.inf:
            continue
        error = abs(to_float(F32, got) - math.log2(x))
        assert error <= 2**-22 * (1 if 0.5 < x < 2 else abs(math.log2(x))), hex(a)


def test_lg2_of_powers_of_two_is_exact(lanes: Lanes) -> None:
    n = np.arange(-126, 128)
    got = run(lanes, "lg2.approx.f32", np.array([of_float(F32, 2.0 ** int(k)) for k in n]))
    assert got == [of_float(F32, float(k)) for k in n]


@pytest.mark.parametrize("flush", ["", ".ftz"])
@pytest.mark.parametrize("name", ["sin", "cos"])
def test_sine_and_cosine(lanes: Lanes, name: str, flush: str) -> None:
    function = getattr(math, name)
    for limit, bound in ((2 * math.pi, 2**-20.5), (100 * math.pi, 2**-14.7), (1e9, 2**-14.7)):
        values = singles(-limit, limit)
        for a, got in zip(values.tolist(), run(lanes, f"{name}.approx{flush}.f32", values), strict=True):
            assert abs(to_float(F32, got) - function(to_float(F32, a))) <= bound, hex(a)


@pytest.mark.parametrize("flush", ["", ".ftz"])
def test_rsqrt_relative_error(lanes: Lanes, flush: str) -> None:
    values = everywhere()
    for a, got in zip(values.tolist(), run(lanes, f"rsqrt.approx{flush}.f32", values), strict=True):
        if 0 < a < INF and not (flush and F32.is_subnormal(a)):
            assert relative(got, 1 / math.sqrt(to_float(F32, a))) <= 2**-22.9, hex(a)


def test_tanh_relative_error(lanes: Lanes) -> None:
    values = np.concatenate([singles(-6, 6), everywhere()])
    for a, got in zip(values.tolist(), run(lanes, "tanh.approx.f32", values), strict=True):
        x = to_float(F32, a)
        if F32.is_subnormal(a):
            assert got == a
        elif x != 0 and not math.isnan(x):
            assert relative(got, math.tanh(x)) <= 2**-11, hex(a)


def test_rsqrt_f64(lanes: Lanes) -> None:
    values = float_tuples(F64, 1, 2000)[0]
    for a, got in zip(values.tolist(), run(lanes, "rsqrt.approx.f64", values, "f64"), strict=True):
        x = to_float(F64, a)
        if 0 < x < math.inf:
            assert abs(to_float(F64, got) * math.sqrt(x) - 1) <= 2**-50, hex(a)
    table = {0xFFF0 << 48: None, 0xBFF0 << 48: None, 1 << 63: 0xFFF0 << 48, 0: 0x7FF0 << 48, 0x7FF0 << 48: 0}
    for got, expected in zip(
        run(lanes, "rsqrt.approx.f64", np.array(list(table), np.uint64), "f64"), table.values(), strict=True
    ):
        assert F64.is_nan(got) if expected is None else got == expected


# ---- Of an f64 only the upper word is read and written ----

UPPER_TABLES = {
    "rcp": {
        0xFFF00000: 0x80000000, 0x80000001: 0xFFF00000, 0x80000000: 0xFFF00000, 0x00000000: 0x7FF00000,
        0x000FFFFF: 0x7FF00000, 0x7FF00000: 0x00000000, 0x7FF80000: 0x7FFFFFFF, 0xFFF00001: 0x7FFFFFFF,
        0x7FE00000: 0x00000000,  # 2^1023: the reciprocal is subnormal
    },
    "rsqrt": {
        0xFFF00000: 0x7FFFFFFF, 0xBFF00000: 0x7FFFFFFF, 0x80000001: 0xFFF00000, 0x80000000: 0xFFF00000, 0x00000000: 0x7FF00000,
        0x000FFFFF: 0x7FF00000, 0x7FF00000: 0x00000000, 0x7FF80000: 0x7FFFFFFF,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", UPPER_TABLES)
def test_upper_word_special_values(lanes: Lanes, name: str) -> None:
    values = np.array([high << 32 | 0xFFFFFFFF for high in UPPER_TABLES[name]], np.uint64)
    got = run(lanes, f"{name}.approx.ftz.f64", values, "f64")
    assert [hex(x) for x in got] == [hex(high << 32) for high in UPPER_TABLES[name].values()]


@pytest.mark.parametrize(("name", "exact"), [("rcp", lambda x: 1 / x), ("rsqrt", lambda x: 1 / math.sqrt(x))])
def test_upper_word(lanes: Lanes, name: str, exact) -> None:
    values = float_tuples(F64, 1, 2000)[0]
    for a, got in zip(values.tolist(), run(lanes, f"{name}.approx.ftz.f64", values, "f64"), strict=True):
        x = to_float(F64, a & ~0xFFFFFFFF)
        if x > 0 and not math.isinf(x) and 2.0**-1022 <= x < 2.0**1021:
            assert got & 0xFFFFFFFF == 0
            assert abs(to_float(F64, got) / exact(x) - 1) <= 2**-20, hex(a)
