"""Products of matrices: their numbers as bits, and what the manual says a product is (PTX ISA 9.7.14)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WARPS = 5  # one whole lane group and a part of another
WARP = 32


@dataclass(frozen=True)
class Element:
    """A type of elements: its bits, and the array type that holds one (4-bit ones: two in a byte, made by pack)."""

    bits: int
    dtype: type[np.generic]


ELEMENTS = {
    "f16": Element(16, np.uint16), "bf16": Element(16, np.uint16), "tf32": Element(32, np.uint32),
    "f32": Element(32, np.uint32), "f64": Element(64, np.uint64), "s32": Element(32, np.uint32),
    "s8": Element(8, np.uint8), "u8": Element(8, np.uint8), "s4": Element(4, np.uint8), "u4": Element(4, np.uint8),
}  # fmt: skip
SPECIAL = {
    "f16": [0, 0x8000, 1, 0x8001, 0x3FF, 0x400, 0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x7E01],
    "bf16": [0, 0x8000, 1, 0x8001, 0x7F, 0x80, 0x7F7F, 0xFF7F, 0x7F80, 0xFF80, 0x7FC1],
    "f32": [0, 1 << 31, 1, 0x7FFFFF, 0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00001],
    "f64": [0, 1 << 63, 1, 0x7FEFFFFFFFFFFFFF, 0x7FF0000000000000, 0xFFF0000000000000],
    "s32": [0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FFFFF00, 0x80000100],
}


def elements(kind: str, shape: tuple[int, ...], seed: int, special: bool = False) -> np.ndarray:
    """Elements as bits: most near one, or all kinds of them."""
    rng = np.random.default_rng([seed, *shape])
    if kind in ("f16", "bf16", "tf32", "f32", "f64"):
        near = rng.standard_normal(shape) * 2.0 ** rng.integers(-3, 4, shape)
        bits = of_float(kind, near)
        edges = SPECIAL["f32" if kind == "tf32" else kind]
    else:
        bits = rng.integers(0, 1 << ELEMENTS[kind].bits, shape, dtype=np.uint64)
        edges = SPECIAL.get(kind, [0, (1 << ELEMENTS[kind].bits) - 1, 1 << (ELEMENTS[kind].bits - 1)])
    if special:
        chosen = rng.choice(np.array(edges, np.uint64), shape)
        bits = np.where(rng.random(shape) < 0.03, chosen, bits)
    return bits.astype(ELEMENTS[kind].dtype)


def of_float(kind: str, value: np.ndarray) -> np.ndarray:
    """Rounded to nearest even, as bits; any NaN but of f64 is the canonical one."""
    if kind == "f64":
        return value.astype(np.float64).view(np.uint64)
    if kind == "f16":
        return np.where(np.isnan(value), 0x7FFF, value.astype(np.float16).view(np.uint16)).astype(np.uint64)
    single = np.where(np.isnan(value), np.uint32(0x7FFFFFFF), value.astype(np.float32).view(np.uint32))
    if kind == "bf16":
        return single.astype(np.uint64) >> np.uint64(16)
    return single.astype(np.uint64)


def number(kind: str, bits: np.ndarray) -> np.ndarray:
    """What bits mean: floats as doubles, integers as 64-bit ones. tf32 has no lower 13 bits."""
    if kind == "f16":
        return bits.astype(np.uint16).view(np.float16).astype(np.float64)
    if kind == "bf16":
        return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    if kind in ("f32", "tf32"):
        kept = 0xFFFFE000 if kind == "tf32" else 0xFFFFFFFF
        return (bits.astype(np.uint32) & np.uint32(kept)).view(np.float32).astype(np.float64)
    if kind == "f64":
        return bits.astype(np.uint64).view(np.float64)
    width = ELEMENTS[kind].bits
    whole = bits.astype(np.int64)
    return np.where((whole >> (width - 1) != 0) & (kind[0] == "s"), whole - (1 << width), whole)


@dataclass(frozen=True)
class Types:
    """Of d, a, b and c."""

    d: str
    a: str
    b: str
    c: str


def product(types: Types, a: np.ndarray, b: np.ndarray, c: np.ndarray, satfinite: bool = False) -> np.ndarray:
    """Bits of a (m by k), b (k by n) and c -> bits of d. Of floats each step rounds once, in the order of k."""
    x, y, z = number(types.a, a), number(types.b, b), number(types.c, c)
    if types.d == "s32":
        total = x @ y + z
        limits = np.iinfo(np.int32)
        return (np.clip(total, limits.min, limits.max) if satfinite else total).astype(np.uint64).astype(np.uint32)
    with np.errstate(all="ignore"):
        for k in range(x.shape[1]):
            # In double precision the product of such numbers is exact, and the sum so nearly that rounding it to
            # single is rounding it once. For f64 the tests use numbers of which both are exact.
            z = z + x[:, k, None] * y[None, k, :]
            if types.d != "f64":
                z = z.astype(np.float32).astype(np.float64)
        return of_float(types.d, z).astype(ELEMENTS[types.d].dtype)


def pack(kind: str, bits: np.ndarray) -> np.ndarray:
    """Elements one after another in memory: those of 4 bits two in a byte, the first one in the lower half."""
    if ELEMENTS[kind].bits != 4:
        return bits
    return (bits[..., ::2] | bits[..., 1::2] << 4).astype(np.uint8)


def assert_same(kind: str, got: np.ndarray, expected: np.ndarray) -> None:
    """Equality of bits; of f64 any NaN will do."""
    if kind == "f64":
        np.testing.assert_array_equal(got.view(np.float64), expected.view(np.float64))
    else:
        np.testing.assert_array_equal(got, expected)
