"""wmma: matrices out of memory, their product, and back (PTX ISA 9.7.14.4). How a fragment lies in registers is open."""

from __future__ import annotations

import numpy as np
import pytest
from matrices import ELEMENTS, WARP, WARPS, Types, assert_same, elements, pack, product
from ptxdriver import CudaError, Gpu
from ptxkernels import Kernel, entry, fault

SIZES = {
    "m16n16k16": (16, 16, 16), "m32n8k16": (32, 8, 16), "m8n32k16": (8, 32, 16), "m16n16k8": (16, 16, 8),
    "m8n8k4": (8, 8, 4), "m8n8k32": (8, 8, 32),
}  # fmt: skip
BIG = ("m16n16k16", "m32n8k16", "m8n32k16")
HALVES = [Types(d, "f16", "f16", c) for d in ("f16", "f32") for c in ("f16", "f32")]
PRODUCTS = [
    *((shape, types) for shape in BIG for types in (*HALVES, Types("f32", "bf16", "bf16", "f32"))),
    *((shape, Types("s32", kind, kind, "s32")) for shape in BIG for kind in ("s8", "u8")),
    ("m16n16k8", Types("f32", "tf32", "tf32", "f32")),
    ("m8n8k4", Types("f64", "f64", "f64", "f64")),
    *(("m8n8k32", Types("s32", kind, kind, "s32")) for kind in ("s4", "u4")),
]
PARAMETERS = ".param .u64 out, .param .u64 a, .param .u64 b, .param .u64 c"


def registers(shape: str, matrix: str, kind: str) -> int:
    m, n, k = SIZES[shape]
    if kind == "f16" and matrix in "ab":
        return 8
    count = {"a": m * k, "b": k * n, "c": m * n, "d": m * n}[matrix]
    return count * ELEMENTS[kind].bits // (64 if kind == "f64" else 32) // WARP


def register(kind: str) -> str:
    return kind if kind in ("f32", "f64", "s32") else "b32"


def vector(name: str, shape: str, matrix: str, kind: str) -> str:
    return "{" + ", ".join(f"%{name}{i}" for i in range(registers(shape, matrix, kind))) + "}"


def named(types: Types) -> str:
    return f"{types.d}.{types.c}" if types.a == "f16" else f"{types.d}.{types.a}.{types.b}.{types.c}"


def stride_of(shape: str, matrix: str, layout: str, kind: str) -> int:
    """A little more than there must be; of elements smaller than a byte as much as there must be."""
    m, n, k = SIZES[shape]
    rows, columns = {"a": (m, k), "b": (k, n), "c": (m, n), "d": (m, n)}[matrix]
    return (columns if layout == "row" else rows) + (0 if ELEMENTS[kind].bits == 4 else 8)


def matrix_bytes(shape: str, matrix: str, layout: str, kind: str) -> int:
    m, n, k = SIZES[shape]
    rows, columns = {"a": (m, k), "b": (k, n), "c": (m, n), "d": (m, n)}[matrix]
    return (rows if layout == "row" else columns) * stride_of(shape, matrix, layout, kind) * ELEMENTS[kind].bits // 8


def laid_out(shape: str, matrix: str, layout: str, kind: str, bits: np.ndarray) -> np.ndarray:
    """Matrices (warp, row, column) as they lie in memory."""
    lines = bits if layout == "row" else bits.transpose(0, 2, 1)
    room = np.zeros((*lines.shape[:2], stride_of(shape, matrix, layout, kind)), bits.dtype)
    room[..., : lines.shape[2]] = lines
    return pack(kind, room)


def kernel(shape: str, types: Types, layouts: dict[str, str], satfinite: bool) -> str:
    """Each warp has matrices of its own. a and c are read from global memory, b and d by generic addresses."""
    lines = [".reg .b32 %warp; .reg .b64 %p; shr.u32 %warp, %t, 5;"]
    for name in "abcd":
        kind = getattr(types, name)
        lines.append(f".reg .{register(kind)} %{name}<{registers(shape, name, kind)}>;")
    for name in "abcd":
        kind, layout = getattr(types, name), layouts[name]
        lines.append(f"ld.param.u64 %p, [{'out' if name == 'd' else name}];")
        lines.append(f"mad.wide.u32 %p, %warp, {matrix_bytes(shape, name, layout, kind)}, %p;")
        space, stride = (".global" if name in "ac" else ""), stride_of(shape, name, layout, kind)
        held = vector(name, shape, name, kind)
        if name == "d":
            multiplied = ", ".join(vector(x, shape, x, getattr(types, x)) for x in "dabc")
            lines.append(
                f"wmma.mma.sync.aligned.{layouts['a']}.{layouts['b']}.{shape}.{named(types)}"
                f"{'.satfinite' if satfinite else ''} {multiplied};"
            )
            lines.append(f"wmma.store.d.sync.aligned.{layout}.{shape}{space}.{kind} [%p], {held}, {stride};")
        else:
            lines.append(f"wmma.load.{name}.sync.aligned.{layout}.{shape}{space}.{kind} {held}, [%p], {stride};")
    return entry("\n".join([*lines, "ret;"]), PARAMETERS)


def check(gpu: Gpu, shape: str, types: Types, order: str, *, special: bool, satfinite: bool = False) -> None:
    m, n, k = SIZES[shape]
    layouts = dict(zip("abcd", order.split(), strict=True))
    a = elements(types.a, (WARPS, m, k), 1, special)
    b = elements(types.b, (WARPS, k, n), 2, special)
    c = elements(types.c, (WARPS, m, n), 3, special)
    if types.d == "f64":  # of which products and sums are exact
        a, b, c = (np.rint(x.view(np.float64) * 8).view(np.uint64) for x in (a, b, c))
    places = [
        laid_out(shape, name, layouts[name], getattr(types, name), x) for name, x in (("a", a), ("b", b), ("c", c))
    ]
    out = laid_out(shape, "d", layouts["d"], types.d, np.zeros((WARPS, m, n), ELEMENTS[types.d].dtype))
    got = Kernel(gpu, kernel(shape, types, layouts, satfinite))(1, WARPS * WARP, out, *places)[0]
    expected = np.stack([product(types, a[w], b[w], c[w], satfinite) for w in range(WARPS)])
    assert_same(types.d, got, laid_out(shape, "d", layouts["d"], types.d, expected))


def cases() -> list[tuple[str, Types]]:
    return [pytest.param(shape, types, id=f"{shape}-{named(types)}") for shape, types in PRODUCTS]


@pytest.mark.parametrize(("shape", "types"), cases())
def test_product(gpu: Gpu, shape: str, types: Types) -> None:
    check(gpu, shape, types, "row col row row", special=False)
    check(gpu, shape, types, "row col row row", special=types.d != "f64")


@pytest.mark.parametrize("order", ["col row row col", "row row col row", "col col col col"])
@pytest.mark.parametrize("shape", [*BIG, "m16n16k8", "m8n8k4"])
def test_layouts(gpu: Gpu, shape: str, order: str) -> None:
    kinds = {"m16n16k8": [Types("f32", "tf32", "tf32", "f32")], "m8n8k4": [Types("f64", "f64", "f64", "f64")]}
    for types in kinds.get(shape, [Types("f16", "f16", "f16", "f32"), Types("s32", "u8", "u8", "s32")]):
        check(gpu, shape, types, order, special=False)


@pytest.mark.parametrize("shape", [*BIG, "m8n8k32"])
def test_satfinite(gpu: Gpu, shape: str) -> None:
    """Sums that are too large become the largest number; without it they wrap around (test_product)."""
    kind = "s4" if shape == "m8n8k32" else "s8"
    check(gpu, shape, Types("s32", kind, kind, "s32"), "row col row row", special=True, satfinite=True)


COPY = """.reg .b32 %x<8>; .reg .f32 %f<8>; .reg .b64 %p; .reg .b32 %s; .shared .align 32 .b8 room[2048];
    ld.param.u64 %p, [in]; mov.u32 %s, room; {lines} ret;"""
IN_OUT = ".param .u64 out, .param .u64 in"


def test_shared_memory_and_the_stride_that_is_not_written(gpu: Gpu) -> None:
    """Through shared memory: from rows to columns. Without a stride the matrix has no gaps."""
    held = "{" + ", ".join(f"%f{i}" for i in range(8)) + "}"
    lines = f"""wmma.load.c.sync.aligned.row.m16n16k16.global.f32 {held}, [%p];
        wmma.store.d.sync.aligned.col.m16n16k16.shared.f32 [room+64], {held};
        wmma.load.c.sync.aligned.row.m16n16k16.shared::cta.f32 {held}, [%s+64];
        ld.param.u64 %out, [out]; mov.u32 %s, 16;
        wmma.store.d.sync.aligned.row.m16n16k16.global.f32 [%out], {held}, %s;"""
    data = np.arange(256, dtype=np.uint32).reshape(16, 16)
    out = Kernel(gpu, entry(COPY.format(lines=lines), IN_OUT))(1, WARP, np.zeros((16, 16), np.uint32), data)[0]
    assert (out == data.T).all()


def test_accumulators_of_one_shape_are_alike_element_by_element(gpu: Gpu) -> None:
    """Programs scale c and d element by element: c of f32 and of f16 after a product by a matrix of ones' diagonal."""
    held = "{" + ", ".join(f"%f{i}" for i in range(8)) + "}"
    lines = f"""wmma.load.c.sync.aligned.row.m16n16k16.global.f32 {held}, [%p];
        {" ".join(f"add.f32 %f{i}, %f{i}, %f{i};" for i in range(8))}
        ld.param.u64 %out, [out];
        wmma.store.d.sync.aligned.row.m16n16k16.global.f32 [%out], {held};"""
    data = np.arange(256, dtype=np.float32).reshape(16, 16)
    out = Kernel(gpu, entry(COPY.format(lines=lines), IN_OUT))(1, WARP, np.zeros((16, 16), np.float32), data)[0]
    assert (out == 2 * data).all()


def test_lanes_that_come_late_are_waited_for(gpu: Gpu) -> None:
    held = "{" + ", ".join(f"%f{i}" for i in range(8)) + "}"
    lines = f""".reg .pred %late; and.b32 %s, %t, 16; setp.ne.u32 %late, %s, 0; @%late bra MEET; mov.u32 %s, 0;
        LONG: add.u32 %s, %s, 1; setp.lt.u32 %late, %s, 100; @%late bra LONG;
        MEET: wmma.load.c.sync.aligned.row.m16n16k16.global.f32 {held}, [%p];
        ld.param.u64 %out, [out]; wmma.store.d.sync.aligned.row.m16n16k16.global.f32 [%out], {held};"""
    data = np.arange(256, dtype=np.uint32)
    out = Kernel(gpu, entry(COPY.format(lines=lines), IN_OUT))(1, WARP, np.zeros(256, np.uint32), data)[0]
    assert (out == data).all()


@pytest.mark.parametrize(
    ("rows", "offset", "code"),
    [(16, 0, 0), (15, 0, 700), (16, 2, 716), (16, 16, 700)],
)
def test_memory_is_checked_row_by_row(rows: int, offset: int, code: int) -> None:
    """All that a matrix takes must be there, and nothing beyond its last row."""
    held = "{" + ", ".join(f"%f{i}" for i in range(8)) + "}"
    lines = f"wmma.load.c.sync.aligned.row.m16n16k16.global.f32 {held}, [%p+{offset}], 100; "
    data = np.zeros(((rows - 1) * 100 + 16) * 4, np.uint8)
    with Gpu() as other:
        run = Kernel(other, entry(COPY.format(lines=lines), IN_OUT))
        if code == 0:
            run(1, WARP, np.zeros(1, np.uint32), data)
            return
        with fault(code):
            run(1, WARP, np.zeros(1, np.uint32), data)


@pytest.mark.parametrize(
    "line",
    [
        "wmma.load.a.sync.aligned.row.m16n8k16.f16 {%x0,%x1,%x2,%x3,%x4,%x5,%x6,%x7}, [%p];",
        "wmma.load.a.sync.aligned.m16n16k16.f16 {%x0,%x1,%x2,%x3,%x4,%x5,%x6,%x7}, [%p];",
        "wmma.load.a.sync.aligned.row.m16n16k16.f16 {%x0,%x1,%x2,%x3}, [%p];",
        "wmma.load.d.sync.aligned.row.m16n16k16.f32 {%f0,%f1,%f2,%f3,%f4,%f5,%f6,%f7}, [%p];",
        "wmma.load.a.sync.aligned.col.m8n8k32.s4 {%x0}, [%p];",
        "wmma.load.a.sync.aligned.row.m16n16k16.local.f16 {%x0,%x1,%x2,%x3,%x4,%x5,%x6,%x7}, [%p];",
        "wmma.load.a.sync.row.m16n16k16.f16 {%x0,%x1,%x2,%x3,%x4,%x5,%x6,%x7}, [%p];",
        "wmma.mma.sync.aligned.row.col.m16n16k16.s32.s8.u8.s32 {%x0}, {%x0}, {%x0}, {%x0};",
    ],
)
def test_other_forms_are_refused(gpu: Gpu, line: str) -> None:
    with pytest.raises(CudaError) as refused:
        Kernel(gpu, entry(COPY.format(lines=line), IN_OUT))
    assert refused.value.code == 218 and "wmma." in refused.value.log
