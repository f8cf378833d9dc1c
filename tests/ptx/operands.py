"""Values to test with: the edges of each type, then many random ones, always the same."""

from __future__ import annotations

import itertools

import numpy as np
from ieee754 import Format

WIDTH = {"8": 8, "16": 16, "32": 32, "64": 64}


def bits_of(kind: str) -> int:
    """The width of a type: "u16" -> 16."""
    return int(kind.lstrip("bsuf"))


def signed(x: int, bits: int) -> int:
    x &= (1 << bits) - 1
    return x - (1 << bits) if x >> (bits - 1) else x


def value(x: int, kind: str) -> int:
    """The bits `x` as a number of an integer type."""
    bits = bits_of(kind)
    return signed(x, bits) if kind[0] == "s" else x & ((1 << bits) - 1)


def integer_edges(bits: int) -> list[int]:
    top = 1 << (bits - 1)
    half = 1 << (bits // 2)
    edges = [
        0,
        1,
        2,
        3,
        5,
        7,
        top - 1,
        top,
        top + 1,
        -1,
        -2,
        -3,
        half - 1,
        half,
        half + 1,
        0x5555555555555555,
        0xAAAAAAAAAAAAAAAA,
    ]
    return [x & ((1 << bits) - 1) for x in edges]


def float_edges(f: Format) -> list[int]:
    one = f.bias << f.fraction
    normal = 1 << f.fraction
    quiet = f.infinity | 1 << (f.fraction - 1)
    positive = [
        0, 1, 2, normal - 1, normal, normal + 1, one - 1, one, one + 1, one + normal, one - normal, one + (normal >> 1),
        f.greatest - 1, f.greatest, f.infinity, quiet, quiet | 5, f.infinity + 1, f.nan,
        (f.bias + f.fraction) << f.fraction, one + (f.fraction // 2 << f.fraction) + 1,
    ]  # fmt: skip
    return [x | s for x in positive for s in (0, f.sign)]


def integers(bits: int, count: int, seed: int) -> list[int]:
    """Random numbers of random lengths, both signs."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, bits + 1, count)
    raw = rng.integers(0, 1 << 63, count, dtype=np.uint64)
    more = rng.integers(0, 2, count)
    mask = (1 << bits) - 1
    return [
        ((int(r) * 2 + int(m)) >> (64 - int(n)) if m else -(int(r) >> (64 - int(n)))) & mask
        for r, n, m in zip(raw, lengths, more, strict=True)
    ]


def random_floats(f: Format, count: int, seed: int) -> list[int]:
    """Half of any exponent, half near one."""
    rng = np.random.default_rng(seed)
    raw = [int(x) for x in rng.integers(0, 1 << 64, count, dtype=np.uint64)]
    mantissa = (1 << f.fraction) - 1
    near = [(x & (f.sign | mantissa)) | (f.bias - 3 + (x >> 40) % 7) << f.fraction for x in raw]
    return [x & (2 * f.sign - 1) if i & 1 else n for i, (x, n) in enumerate(zip(raw, near, strict=True))]


def _joined(edges: list[int], arity: int, random: list[list[int]]) -> list[np.ndarray]:
    chosen = list(itertools.product(edges, repeat=arity)) if len(edges) ** arity < 3000 else _some(edges, arity)
    return [np.array([row[i] for row in chosen] + random[i], np.uint64) for i in range(arity)]


def _some(edges: list[int], arity: int) -> list[tuple[int, ...]]:
    rng = np.random.default_rng(arity)
    return [tuple(edges[int(i)] for i in rng.integers(0, len(edges), arity)) for _ in range(3000)]


def integer_tuples(bits: int, arity: int, count: int = 600) -> list[np.ndarray]:
    """`arity` arrays of operands."""
    return _joined(integer_edges(bits), arity, [integers(bits, count, 17 * i + bits) for i in range(arity)])


def float_tuples(f: Format, arity: int, count: int = 600) -> list[np.ndarray]:
    return _joined(float_edges(f), arity, [random_floats(f, count, 31 * i + f.bits) for i in range(arity)])
