"""IEEE 754 numbers by exact rational arithmetic: what a correctly rounded PTX instruction gives.

Written from the PTX ISA manual and IEEE 754, with Python's integers and fractions; shares no method with softgpu.
A number is its bits. Modes are "rn", "rz", "rm", "rp".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Format:
    """`fraction` bits of fraction, `bits` in all; the rest follows."""

    bits: int
    fraction: int

    @property
    def bias(self) -> int:
        return (1 << (self.bits - self.fraction - 2)) - 1

    @property
    def sign(self) -> int:
        return 1 << (self.bits - 1)

    @property
    def infinity(self) -> int:
        return (2 * self.bias + 1) << self.fraction

    @property
    def greatest(self) -> int:
        return self.infinity - 1

    @property
    def nan(self) -> int:
        """The canonical NaN: all ones but the sign."""
        return self.sign - 1

    def is_nan(self, x: int) -> bool:
        return x & (self.sign - 1) > self.infinity

    def is_infinite(self, x: int) -> bool:
        return x & (self.sign - 1) == self.infinity

    def is_zero(self, x: int) -> bool:
        return x & (self.sign - 1) == 0

    def is_subnormal(self, x: int) -> bool:
        return 0 < x & (self.sign - 1) < 1 << self.fraction

    def negative(self, x: int) -> bool:
        return bool(x & self.sign)

    def value(self, x: int) -> Fraction:
        """The value of a finite number."""
        exponent = max((x & (self.sign - 1)) >> self.fraction, 1)
        leading = 1 << self.fraction if (x & (self.sign - 1)) >> self.fraction else 0
        mantissa = leading | (x & ((1 << self.fraction) - 1))
        magnitude = Fraction(mantissa) * Fraction(2) ** (exponent - self.bias - self.fraction)
        return -magnitude if self.negative(x) else magnitude

    def flush(self, x: int) -> int:
        return x & self.sign if self.is_subnormal(x) else x

    def round(self, q: Fraction, mode: str = "rn", zero_negative: bool = False) -> int:
        """The number nearest to `q` in the mode's direction; an exact zero has the sign `zero_negative`."""
        if q == 0:
            return self.sign if zero_negative else 0
        sign = self.sign if q < 0 else 0
        q = abs(q)
        exponent = max(_floor_log2(q), 1 - self.bias)
        scaled = q / Fraction(2) ** (exponent - self.fraction)
        n = _round_integer(scaled, mode, bool(sign))
        if n >= 1 << (self.fraction + 1):
            n >>= 1
            exponent += 1
        if exponent > self.bias:
            away = mode == "rn" or (mode == "rp" and not sign) or (mode == "rm" and sign)
            return sign | (self.infinity if away else self.greatest)
        if n < 1 << self.fraction:  # subnormal, or zero
            return sign | n
        return sign | (exponent + self.bias) << self.fraction | (n - (1 << self.fraction))


F16, BF16, F32, F64 = Format(16, 10), Format(16, 7), Format(32, 23), Format(64, 52)


def _floor_log2(q: Fraction) -> int:
    estimate = q.numerator.bit_length() - q.denominator.bit_length()
    return estimate if q >= Fraction(2) ** estimate else estimate - 1


def _round_integer(q: Fraction, mode: str, negative: bool) -> int:
    """The magnitude `q` of a number of that sign, to an integer."""
    below, rest = divmod(q.numerator, q.denominator)
    rest = Fraction(rest, q.denominator)
    if mode == "rn":
        up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and below & 1)
    else:
        up = rest > 0 and mode == ("rm" if negative else "rp")
    return below + 1 if up else below


# ---- Arithmetic: None stands for NaN in the helpers, which leaves its bits to the caller ----


def add(f: Format, a: int, b: int, mode: str = "rn") -> int:
    if f.is_nan(a) or f.is_nan(b):
        return f.nan
    if f.is_infinite(a) or f.is_infinite(b):
        if f.is_infinite(a) and f.is_infinite(b) and a != b:
            return f.nan
        return a if f.is_infinite(a) else b
    return f.round(f.value(a) + f.value(b), mode, _zero_sign(f, a, b, mode))


def _zero_sign(f: Format, a: int, b: int, mode: str) -> bool:
    """Of a sum that is zero: the common sign of two zeros, else positive, or negative when rounding down."""
    if f.is_zero(a) and f.is_zero(b) and f.negative(a) == f.negative(b):
        return f.negative(a)
    return mode == "rm"


def sub(f: Format, a: int, b: int, mode: str = "rn") -> int:
    return add(f, a, b ^ f.sign, mode) if not f.is_nan(b) else f.nan


def mul(f: Format, a: int, b: int, mode: str = "rn") -> int:
    if f.is_nan(a) or f.is_nan(b):
        return f.nan
    sign = (a ^ b) & f.sign
    if f.is_infinite(a) or f.is_infinite(b):
        return f.nan if f.is_zero(a) or f.is_zero(b) else sign | f.infinity
    return f.round(f.value(a) * f.value(b), mode, bool(sign))


def fma(f: Format, a: int, b: int, c: int, mode: str = "rn") -> int:
    if f.is_nan(a) or f.is_nan(b) or f.is_nan(c):
        return f.nan
    sign = (a ^ b) & f.sign
    if f.is_infinite(a) or f.is_infinite(b):
        if f.is_zero(a) or f.is_zero(b) or (f.is_infinite(c) and (c ^ sign) & f.sign):
            return f.nan
        return sign | f.infinity
    if f.is_infinite(c):
        return c
    product = f.value(a) * f.value(b)
    zero = sign if product == 0 else (f.sign ^ c) & f.sign  # an exact product that c cancels has the other sign
    return f.round(product + f.value(c), mode, _zero_sign(f, zero, c & f.sign, mode))


def div(f: Format, a: int, b: int, mode: str = "rn") -> int:
    if f.is_nan(a) or f.is_nan(b):
        return f.nan
    sign = (a ^ b) & f.sign
    if f.is_infinite(a):
        return f.nan if f.is_infinite(b) else sign | f.infinity
    if f.is_zero(b):
        return f.nan if f.is_zero(a) else sign | f.infinity
    if f.is_infinite(b):
        return sign
    return f.round(f.value(a) / f.value(b), mode, bool(sign))


def sqrt(f: Format, a: int, mode: str = "rn") -> int:
    if f.is_nan(a) or f.is_zero(a):
        return f.nan if f.is_nan(a) else a
    if f.negative(a):
        return f.nan
    if f.is_infinite(a):
        return a
    # The integer square root of a * 4^k, and whether something is left, decide every rounding if k is large enough.
    q, k = f.value(a), 2 * f.bits + f.bias
    scaled = q * 4**k
    root = math.isqrt(scaled.numerator // scaled.denominator)
    rest = Fraction(root) ** 2 != scaled
    return f.round(Fraction(2 * root + rest, 2 ** (k + 1)), mode)


def saturate(f: Format, x: int) -> int:
    """To [+0, 1]; NaN gives +0."""
    if f.is_nan(x) or f.negative(x):
        return 0
    return min(x, f.bias << f.fraction)


def minimum(f: Format, a: int, b: int, nan: bool = False) -> int:
    if f.is_nan(a) or f.is_nan(b):
        return f.nan if nan or (f.is_nan(a) and f.is_nan(b)) else (b if f.is_nan(a) else a)
    return min(a, b, key=lambda x: order(f, x))


def maximum(f: Format, a: int, b: int, nan: bool = False) -> int:
    if f.is_nan(a) or f.is_nan(b):
        return f.nan if nan or (f.is_nan(a) and f.is_nan(b)) else (b if f.is_nan(a) else a)
    return max(a, b, key=lambda x: order(f, x))


def order(f: Format, x: int) -> int:
    """Numbers in their order, -0 before +0."""
    return -(x & (f.sign - 1)) - 1 if f.negative(x) else x


def to_float(f: Format, x: int) -> float:
    """As a Python float; for f16, bf16, f32, f64 exact."""
    if f.is_nan(x):
        return math.nan
    if f.is_infinite(x):
        return -math.inf if f.negative(x) else math.inf
    return math.copysign(float(f.value(x)), -1.0 if f.negative(x) else 1.0)


def of_float(f: Format, x: float) -> int:
    """A Python float, rounded to nearest."""
    if math.isnan(x):
        return f.nan
    sign = f.sign if math.copysign(1.0, x) < 0 else 0
    return sign | f.infinity if math.isinf(x) else f.round(Fraction(x), "rn", bool(sign))
