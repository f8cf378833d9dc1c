"""mma: the product of matrices in registers, whose layout the manual gives (PTX ISA 9.7.14.5)."""

from __future__ import annotations

import numpy as np
import pytest
from matrices import ELEMENTS, WARP, WARPS, Types, assert_same, elements, product
from ptxdriver import CudaError, Gpu
from ptxkernels import Kernel, entry

SIZES = {
    "m8n8k4": (8, 8, 4), "m8n8k16": (8, 8, 16), "m8n8k32": (8, 8, 32), "m16n8k4": (16, 8, 4), "m16n8k8": (16, 8, 8),
    "m16n8k16": (16, 8, 16), "m16n8k32": (16, 8, 32), "m16n8k64": (16, 8, 64),
}  # fmt: skip
BYTES = [("s8", "s8"), ("u8", "u8"), ("s8", "u8"), ("u8", "s8")]
NIBBLES = [("s4", "s4"), ("u4", "u4"), ("s4", "u4"), ("u4", "s4")]
PRODUCTS = [
    *((shape, Types(x, "f16", "f16", x)) for shape in ("m16n8k8", "m16n8k16") for x in ("f16", "f32")),
    *((shape, Types("f32", "bf16", "bf16", "f32")) for shape in ("m16n8k8", "m16n8k16")),
    *((shape, Types("f32", "tf32", "tf32", "f32")) for shape in ("m16n8k4", "m16n8k8")),
    *((shape, Types("f64", "f64", "f64", "f64")) for shape in ("m8n8k4", "m16n8k4", "m16n8k8", "m16n8k16")),
    *((shape, Types("s32", a, b, "s32")) for shape in ("m8n8k16", "m16n8k16", "m16n8k32") for a, b in BYTES),
    *((shape, Types("s32", a, b, "s32")) for shape in ("m8n8k32", "m16n8k32", "m16n8k64") for a, b in NIBBLES),
]


def named(types: Types) -> str:
    return f"{types.d}.{types.a}.{types.b}.{types.c}"


def word_bits(kind: str) -> int:
    return 64 if kind == "f64" else 32


def in_register(kind: str) -> int:
    return word_bits(kind) // ELEMENTS[kind].bits


def place(shape: str, matrix: str, kind: str, lane: int, i: int) -> tuple[int, int]:
    """Row and column of a lane's element i, as the figures of the manual have them."""
    group, thread = lane // 4, lane % 4
    pack = in_register(kind)
    core, within = i // pack, i % pack
    tall = SIZES[shape][0] == 16
    if matrix == "b":
        return 4 * pack * core + pack * thread + within, group
    if matrix == "a":
        return group + 8 * (core % 2 if tall else 0), 4 * pack * (core // 2 if tall else core) + pack * thread + within
    return group + 8 * (i // 2), 2 * thread + i % 2


def quarter_place(matrix: str, kind: str, layout: str, lane: int, i: int) -> tuple[int, int, int]:
    """m8n8k4 of f16: the product that a lane takes part in; row and column of its element i."""
    upper = 4 * (lane // 16)
    if matrix == "a":
        row, column = (lane % 4 + upper, i) if layout == "row" else (i + upper, lane % 4)
    elif matrix == "b":
        row, column = (lane % 4, i + upper) if layout == "row" else (i, lane % 4 + upper)
    elif kind == "f16":
        row, column = lane % 4 + upper, i
    else:
        row, column = (lane & 1) + (i & 2) + upper, (i & 4) + (lane & 2) + (i & 1)
    return lane % 16 // 4, row, column


def to_words(kind: str, held: np.ndarray) -> np.ndarray:
    """Elements (..., lane, i) -> registers."""
    bits, pack = ELEMENTS[kind].bits, in_register(kind)
    parts = held.astype(np.uint64).reshape(*held.shape[:-1], -1, pack)
    shifted = parts << (np.arange(pack, dtype=np.uint64) * np.uint64(bits))
    return np.bitwise_or.reduce(shifted, axis=-1).astype(np.uint64 if word_bits(kind) == 64 else np.uint32)


def register(kind: str) -> str:
    return kind if kind in ("f32", "f64", "s32") else "b32"


def run(gpu: Gpu, name: str, types: Types, held: dict[str, np.ndarray], d_registers: int) -> np.ndarray:
    """The registers of d, of every thread, after the instruction on the words of a, b and c (thread, register)."""
    lines = [".reg .b64 %p;"]
    for x in "abc":
        kind, count = getattr(types, x), held[x].shape[1]
        size = word_bits(kind) // 8
        lines.append(f".reg .{register(kind)} %{x}<{count}>; ld.param.u64 %p, [{x}];")
        lines.append(f"mad.wide.u32 %p, %t, {size * count}, %p;")
        lines += [f"ld.global.b{size * 8} %{x}{i}, [%p+{size * i}];" for i in range(count)]
    size = word_bits(types.d) // 8
    vectors = {x: "{" + ", ".join(f"%{x}{i}" for i in range(held[x].shape[1])) + "}" for x in "abc"}
    d = "{" + ", ".join(f"%d{i}" for i in range(d_registers)) + "}"
    lines.append(f".reg .{register(types.d)} %d<{d_registers}>;")
    lines.append(f"mma.sync.aligned.{name} {d}, {vectors['a']}, {vectors['b']}, {vectors['c']};")
    lines.append(f"ld.param.u64 %p, [out]; mad.wide.u32 %p, %t, {size * d_registers}, %p;")
    lines += [f"st.global.b{size * 8} [%p+{size * i}], %d{i};" for i in range(d_registers)]
    ptx = entry("\n".join([*lines, "ret;"]), ".param .u64 out, .param .u64 a, .param .u64 b, .param .u64 c")
    threads = len(held["a"])
    out = np.zeros((threads, d_registers), np.uint64 if size == 8 else np.uint32)
    return Kernel(gpu, ptx)(1, threads, out, *(held[x] for x in "abc"))[0]


def spread(shape: str, matrix: str, kind: str, whole: np.ndarray) -> np.ndarray:
    """Matrices (warp, row, column) -> the registers of all threads."""
    count = whole.shape[1] * whole.shape[2] // WARP
    held = np.zeros((len(whole), WARP, count), whole.dtype)
    for lane in range(WARP):
        for i in range(count):
            held[:, lane, i] = whole[(slice(None), *place(shape, matrix, kind, lane, i))]
    return to_words(kind, held).reshape(len(whole) * WARP, -1)


def exact(types: Types, *values: np.ndarray) -> tuple[np.ndarray, ...]:
    """Numbers of which products and sums are exact in double precision."""
    if types.d != "f64":
        return values
    return tuple(np.rint(x.view(np.float64) * 8).view(np.uint64) for x in values)


def check(gpu: Gpu, shape: str, types: Types, *, special: bool, modifier: str = "") -> None:
    m, n, k = SIZES[shape]
    a = elements(types.a, (WARPS, m, k), 1, special)
    b = elements(types.b, (WARPS, k, n), 2, special)
    c = elements(types.c, (WARPS, m, n), 3, special)
    a, b, c = exact(types, a, b, c)
    held = {x: spread(shape, x, getattr(types, x), whole) for x, whole in (("a", a), ("b", b), ("c", c))}
    expected = np.stack([product(types, a[w], b[w], c[w], modifier == ".satfinite") for w in range(WARPS)])
    wanted = spread(shape, "d", types.d, expected)
    got = run(gpu, f"{shape}.row.col{modifier}.{named(types)}", types, held, wanted.shape[1])
    assert_same(types.d, got, wanted)


@pytest.mark.parametrize(
    ("shape", "types"), [pytest.param(shape, types, id=f"{shape}-{named(types)}") for shape, types in PRODUCTS]
)
def test_product(gpu: Gpu, shape: str, types: Types) -> None:
    check(gpu, shape, types, special=False)
    if types.d != "f64":
        check(gpu, shape, types, special=True)
    if types.d == "s32":
        check(gpu, shape, types, special=True, modifier=".satfinite")


@pytest.mark.parametrize("layouts", ["row.col", "row.row", "col.col", "col.row"])
@pytest.mark.parametrize(("d", "c"), [("f16", "f16"), ("f32", "f16"), ("f32", "f32")])
def test_four_products_at_once(gpu: Gpu, d: str, c: str, layouts: str) -> None:
    types = Types(d, "f16", "f16", c)
    a = elements("f16", (WARPS, 4, 8, 4), 1, special=True)
    b = elements("f16", (WARPS, 4, 4, 8), 2, special=True)
    sums = elements(c, (WARPS, 4, 8, 8), 3, special=True)
    whole = {"a": a, "b": b, "c": sums}
    whole["d"] = np.stack([[product(types, a[w, q], b[w, q], sums[w, q]) for q in range(4)] for w in range(WARPS)])
    held = {}
    for x, layout in zip("abcd", [*layouts.split("."), "", ""], strict=True):
        count, kind = 4 if x in "ab" else 8, getattr(types, x)
        each = np.zeros((WARPS, WARP, count), whole[x].dtype)
        for lane in range(WARP):
            for i in range(count):
                each[:, lane, i] = whole[x][(slice(None), *quarter_place(x, kind, layout, lane, i))]
        held[x] = to_words(kind, each).reshape(WARPS * WARP, -1)
    got = run(gpu, f"m8n8k4.{layouts}.{named(types)}", types, held, held["d"].shape[1])
    assert_same(d, got, held["d"])


@pytest.mark.parametrize(("rounding", "step"), [("", 0), (".rn", 0), (".rz", 0), (".rm", -1), (".rp", 1)])
def test_f64_is_rounded_as_it_says(gpu: Gpu, rounding: str, step: int) -> None:
    """1/8 of the last place of -1 and 3/8 of that of 1 are lost, or lead to the neighbour."""
    types = Types("f64", "f64", "f64", "f64")
    a, b, c = np.zeros((1, 8, 4)), np.zeros((1, 4, 8)), np.ones((1, 8, 8))
    a[:, :, 0], b[:, 0, :], c[:, ::2] = 2.0**-30, 3 * 2.0**-25, -1.0
    a[:, ::2, 0] *= -(2.0**-1)
    held = {x: spread("m8n8k4", x, "f64", v.view(np.uint64)) for x, v in (("a", a), ("b", b), ("c", c))}
    got = run(gpu, f"m8n8k4.row.col{rounding}.{named(types)}", types, held, 2).view(np.float64)
    unit = 2.0**-52
    up, down = np.nextafter(1, 2), np.nextafter(-1, -2)
    positive = up if step > 0 else 1.0
    negative = down if step < 0 else -1.0
    assert unit == up - 1
    rows = np.repeat(np.arange(WARP) // 4, 2).reshape(WARP, 2)
    np.testing.assert_array_equal(got, np.where(rows % 2 == 0, negative, positive))


def test_lanes_that_come_late_are_waited_for(gpu: Gpu) -> None:
    """Half of the warp takes a longer way; the instruction is all the warp's."""
    body = """.reg .b32 %a<2>; .reg .b32 %b; .reg .f32 %d<4>; .reg .pred %late; .reg .b32 %s;
        mov.b32 %a0, 0x3c003c00; mov.b32 %a1, %a0; mov.b32 %b, %a0; and.b32 %s, %t, 16; setp.ne.u32 %late, %s, 0;
        mov.f32 %d0, 0f00000000; mov.f32 %d1, %d0; mov.f32 %d2, %d0; mov.f32 %d3, %d0; @%late bra MEET; mov.u32 %s, 0;
        LONG: add.u32 %s, %s, 1; setp.lt.u32 %late, %s, 100; @%late bra LONG;
        MEET: mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%d0,%d1,%d2,%d3}, {%a0,%a1}, {%b}, {%d0,%d1,%d2,%d3};
        add.f32 %d0, %d0, %d3; st.global.f32 [%out], %d0; ret;"""
    out = Kernel(gpu, entry(body))(1, WARP, np.zeros(WARP, np.float32))[0]
    assert (out == 16).all()


@pytest.mark.parametrize("form", ["m16n8k8.row.row.f32.f16.f16.f32", "m16n8k32.row.col.f32.f16.f16.f32"])
def test_other_forms_are_refused(gpu: Gpu, form: str) -> None:
    held = {x: np.zeros((WARP, n), np.uint32) for x, n in (("a", 2), ("b", 1), ("c", 4))}
    with pytest.raises(CudaError) as refused:
        run(gpu, form, Types("f32", "f16", "f16", "f32"), held, 4)
    assert refused.value.code == 218 and "mma.sync" in refused.value.log
