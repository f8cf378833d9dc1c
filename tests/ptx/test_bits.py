"""Bit and byte instructions against the manual's loops over bits (PTX ISA 9.7.1)."""

from __future__ import annotations

import numpy as np
import pytest
from gpu import Lanes
from operands import bits_of, integer_tuples, integers, value
from ptxcheck import check

COUNTED = {"popc": lambda a, bits: a.bit_count(), "clz": lambda a, bits: bits - a.bit_length()}


@pytest.mark.parametrize("kind", ["b32", "b64"])
@pytest.mark.parametrize("name", COUNTED)
def test_count(lanes: Lanes, name: str, kind: str) -> None:
    bits = bits_of(kind)
    check(lanes, f"{name}.{kind}", "u32", [kind], integer_tuples(bits, 1, 2000), lambda a: COUNTED[name](a, bits))


@pytest.mark.parametrize("kind", ["b32", "b64"])
def test_brev(lanes: Lanes, kind: str) -> None:
    bits = bits_of(kind)
    check(lanes, f"brev.{kind}", kind, [kind], integer_tuples(bits, 1, 2000), lambda a: int(f"{a:0{bits}b}"[::-1], 2))


@pytest.mark.parametrize("shiftamt", ["", ".shiftamt"])
@pytest.mark.parametrize("kind", ["u32", "s32", "u64", "s64"])
def test_bfind(lanes: Lanes, kind: str, shiftamt: str) -> None:
    bits = bits_of(kind)

    def model(a: int) -> int:
        x = value(a, kind)
        length = (~x if x < 0 else x).bit_length()
        if length == 0:
            return 0xFFFFFFFF
        return bits - length if shiftamt else length - 1

    check(lanes, f"bfind{shiftamt}.{kind}", "u32", [kind], integer_tuples(bits, 1, 2000), model)


def positions(count: int, seed: int) -> np.ndarray:
    """Bytes, most of them small, with something above the byte that must not matter."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 70, count)
    return np.where(rng.integers(0, 4, count) == 0, rng.integers(0, 1 << 32, count), small)


@pytest.mark.parametrize("kind", ["u32", "s32", "u64", "s64"])
def test_bfe(lanes: Lanes, kind: str) -> None:
    bits = bits_of(kind)
    msb = bits - 1

    def model(a: int, b: int, c: int) -> int:
        pos, length = b & 255, c & 255
        sbit = 0 if kind[0] == "u" or length == 0 else a >> min(pos + length - 1, msb) & 1
        return sum((a >> (pos + i) & 1 if i < length and pos + i <= msb else sbit) << i for i in range(bits))

    values = [np.array(integers(bits, 3000, 5), np.uint64), positions(3000, 1), positions(3000, 2)]
    check(lanes, f"bfe.{kind}", kind, [kind, "u32", "u32"], values, model)


@pytest.mark.parametrize("kind", ["b32", "b64"])
def test_bfi(lanes: Lanes, kind: str) -> None:
    bits = bits_of(kind)

    def model(a: int, b: int, c: int, d: int) -> int:
        pos, length = c & 255, d & 255
        field = sum(1 << (pos + i) for i in range(length) if pos + i < bits)
        return (b & ~field) | (a << pos & field)

    values = [np.array(integers(bits, 3000, seed), np.uint64) for seed in (5, 6)]
    check(
        lanes, f"bfi.{kind}", kind, [kind, kind, "u32", "u32"], [*values, positions(3000, 1), positions(3000, 2)], model
    )


def bmsk(a: int, b: int, clamp: bool) -> int:
    a1, b1 = a & 31, b & 31
    mask0 = ~0 << a1
    mask1 = ~0 << (a1 + b1)
    position, width = clamp and a >= 32, clamp and b >= 32
    if position:
        mask0 = 0
    if a1 + b1 >= 32 or position or width:
        mask1 = 0
    elif b1 == 0:
        mask1 = ~0
    return mask0 & ~mask1


@pytest.mark.parametrize("mode", ["clamp", "wrap"])
def test_bmsk(lanes: Lanes, mode: str) -> None:
    check(
        lanes,
        f"bmsk.{mode}.b32",
        "b32",
        ["b32", "b32"],
        [positions(3000, 3), positions(3000, 4)],
        lambda a, b: bmsk(a, b, mode == "clamp"),
    )


def szext(a: int, b: int, kind: str, clamp: bool) -> int:
    b1 = b & 31
    too_large = b >= 32 and clamp
    mask = 0 if too_large else ~0 << b1
    sign = kind == "s32" and b1 != 0 and not too_large and a >> ((b1 - 1) & 31) & 1
    return (a & ~mask) | (mask if sign else 0)


@pytest.mark.parametrize("mode", ["clamp", "wrap"])
@pytest.mark.parametrize("kind", ["u32", "s32"])
def test_szext(lanes: Lanes, kind: str, mode: str) -> None:
    values = [np.array(integers(32, 3000, 8), np.uint64), positions(3000, 5)]
    check(lanes, f"szext.{mode}.{kind}", kind, [kind, "u32"], values, lambda a, b: szext(a, b, kind, mode == "clamp"))


def fns(mask: int, base: int, offset: int) -> int:
    if offset == 0:
        return base if mask >> base & 1 else 0xFFFFFFFF
    pos, count, step = base, abs(offset) - 1, 1 if offset > 0 else -1
    while 0 <= pos < 32:
        if mask >> pos & 1:
            if count == 0:
                return pos
            count -= 1
        pos += step
    return 0xFFFFFFFF


def test_fns(lanes: Lanes) -> None:
    rng = np.random.default_rng(3)
    masks = np.concatenate([np.array(integers(32, 1000, 9), np.uint64), np.full(500, 0xAAAAAAAA, np.uint64)])
    values = [masks, rng.integers(0, 32, 1500), rng.integers(-9, 10, 1500)]
    check(lanes, "fns.b32", "b32", ["b32", "b32", "s32"], values, lambda m, b, o: fns(m, b, value(o, "s32")))


@pytest.mark.parametrize(("base", "offset", "d"), [(3, 1, 3), (3, -1, 3), (2, 1, 3), (2, -1, 1)])
def test_fns_examples_of_the_manual(lanes: Lanes, base: int, offset: int, d: int) -> None:
    got = lanes.run(f"fns.b32 %d, 0xaaaaaaaa, {base}, {offset};", {"d": "b32"})["d"]
    assert set(got.tolist()) == {d}


# The bytes of the result, most significant first, by the low two bits of c (manual, tables of prmt).
PRMT = {
    "f4e": ["3210", "4321", "5432", "6543"],
    "b4e": ["5670", "6701", "7012", "0123"],
    "rc8": ["0000", "1111", "2222", "3333"],
    "ecl": ["3210", "3211", "3222", "3333"],
    "ecr": ["0000", "1110", "2210", "3210"],
    "rc16": ["1010", "3232", "1010", "3232"],
}


@pytest.mark.parametrize("mode", PRMT)
def test_prmt_modes(lanes: Lanes, mode: str) -> None:
    def model(a: int, b: int, c: int) -> int:
        source = (b << 32 | a).to_bytes(8, "little")
        return int.from_bytes(bytes(source[int(i)] for i in PRMT[mode][c & 3]), "big")

    check(lanes, f"prmt.b32.{mode}", "b32", ["b32"] * 3, integer_tuples(32, 3), model)


def test_prmt(lanes: Lanes) -> None:
    def model(a: int, b: int, c: int) -> int:
        source = (b << 32 | a).to_bytes(8, "little")
        result = 0
        for i in range(4):
            control = c >> 4 * i & 15
            byte = source[control & 7]
            result |= ((0xFF if byte & 0x80 else 0) if control & 8 else byte) << 8 * i
        return result

    check(lanes, "prmt.b32", "b32", ["b32"] * 3, integer_tuples(32, 3), model)
