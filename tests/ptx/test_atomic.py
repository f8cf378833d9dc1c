"""atom and red on global, shared and generic addresses (PTX ISA 9.7.13): results, order, many blocks at once, bad
addresses.
"""

from __future__ import annotations

import numpy as np
import pytest
from gpu import HEADER, NUMPY
from ieee754 import BF16, F16, F32, F64, Format, add
from operands import bits_of, float_tuples, integer_tuples, value
from ptxdriver import CudaError, Gpu

ILLEGAL_ADDRESS, MISALIGNED_ADDRESS = 700, 716
COUNT = 320
INTEGER = ["u32", "s32", "u64", "s64"]
MODELS = {
    "add": lambda r, b, c: r + b,
    "min": lambda r, b, c: min(r, b),
    "max": lambda r, b, c: max(r, b),
    "inc": lambda r, b, c: 0 if r >= b else r + 1,
    "dec": lambda r, b, c: b if r == 0 or r > b else r - 1,
    "and": lambda r, b, c: r & b,
    "or": lambda r, b, c: r | b,
    "xor": lambda r, b, c: r ^ b,
    "exch": lambda r, b, c: b,
    "cas": lambda r, b, c: c if r == b else r,
}
CASES = [("add", k) for k in ("u32", "s32", "u64")] + [(n, k) for n in ("min", "max") for k in INTEGER]
CASES += [("inc", "u32"), ("dec", "u32")] + [
    (n, k) for n in ("and", "or", "xor", "exch", "cas") for k in ("b32", "b64")
]
CASES += [("cas", "b16")]
PLACES = ["global", "generic", "shared", "generic shared"]


def kernel(instruction: str, kind: str, place: str, operands: str, result: str = "%d") -> str:
    """Each thread does `instruction` at its own element of array r: kept in global memory, or copied to shared memory
    and back.
    """
    size = np.dtype(NUMPY[kind]).itemsize
    shared = "shared" in place
    address = {"global": "%r", "generic": "%r", "shared": "%s", "generic shared": "%t"}[place]
    return f"""{HEADER}.visible .entry k(.param .u64 pr, .param .u64 pb, .param .u64 pc, .param .u64 pd) {{
.reg .u64 %r, %pb, %pc, %pd, %s, %t, %o; .reg .u32 %i; .reg .{kind} %b, %c, %d, %v;
.shared .align 8 .b8 store[{COUNT * size}];
mov.u32 %i, %tid.x; mul.wide.u32 %o, %i, {size};
ld.param.u64 %r, [pr]; ld.param.u64 %pb, [pb]; ld.param.u64 %pc, [pc]; ld.param.u64 %pd, [pd];
add.u64 %r, %r, %o; add.u64 %pb, %pb, %o; add.u64 %pc, %pc, %o; add.u64 %pd, %pd, %o;
mov.u64 %s, store; add.u64 %s, %s, %o; cvta.shared.u64 %t, %s;
ld.global.{kind} %b, [%pb]; ld.global.{kind} %c, [%pc]; mov.b{bits_of(kind)} %d, 0;
{f"ld.global.{kind} %v, [%r]; st.shared.{kind} [%s], %v;" if shared else ""}
{instruction} {result + ", " if result else ""}[{address}], {operands};
{f"ld.shared.{kind} %v, [%s]; st.global.{kind} [%r], %v;" if shared else ""}
st.global.{kind} [%pd], %d;
ret;
}}
"""


def each(gpu: Gpu, ptx: str, kind: str, r: np.ndarray, b: np.ndarray, c: np.ndarray) -> tuple[list[int], list[int]]:
    """(memory afterwards, results), as unsigned numbers."""
    gpu.activate()
    dtype = np.dtype(f"u{np.dtype(NUMPY[kind]).itemsize}")
    buffers = [gpu.upload(np.resize(x, COUNT).astype(dtype).tobytes()) for x in (r, b, c, np.zeros(COUNT))]
    module = gpu.load(ptx)
    try:
        gpu.launch(module, "k", 1, COUNT, [x.address for x in buffers])
        memory, result = (np.frombuffer(gpu.download(buffers[i]), dtype).tolist() for i in (0, 3))
        return memory, result
    finally:
        gpu.unload(module)
        for buffer in buffers:
            gpu.free(buffer)


def operands(kind: str) -> list[np.ndarray]:
    """r, b, c: edges and random; every third b equals its r, so that cas succeeds somewhere."""
    r, b, c = (np.resize(x[::9], COUNT) for x in integer_tuples(bits_of(kind), 3))
    r, b = r.copy(), np.roll(b, 5)
    b[::3] = r[::3]
    return [r, b, c]


def prefix(place: str) -> str:
    return "" if place.startswith("generic") else f".{place}"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("name", "kind"), CASES)
def test_atom(gpu: Gpu, name: str, kind: str, place: str) -> None:
    r, b, c = operands(kind)
    arguments = "%b, %c" if name == "cas" else "%b"
    memory, result = each(gpu, kernel(f"atom{prefix(place)}.{name}.{kind}", kind, place, arguments), kind, r, b, c)
    mask = (1 << bits_of(kind)) - 1
    number = kind.replace("b", "u")
    values = [[value(int(x), number) for x in row] for row in zip(r, b, c, strict=True)]
    assert result == [x & mask for x, _, _ in values]
    assert memory == [MODELS[name](*row) & mask for row in values]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("name", "kind"), [(n, k) for n, k in CASES if n not in ("exch", "cas")])
def test_red(gpu: Gpu, name: str, kind: str, place: str) -> None:
    r, b, c = operands(kind)
    memory, result = each(gpu, kernel(f"red{prefix(place)}.{name}.{kind}", kind, place, "%b", result=""), kind, r, b, c)
    mask = (1 << bits_of(kind)) - 1
    number = kind.replace("b", "u")
    assert memory == [MODELS[name](*(value(int(x), number) for x in row)) & mask for row in zip(r, b, c, strict=True)]
    assert set(result) == {0}


def flushing_sum(a: int, b: int) -> int:
    return F32.flush(add(F32, F32.flush(a), F32.flush(b)))


@pytest.mark.parametrize("place", PLACES)
def test_float_sums(gpu: Gpu, place: str) -> None:
    """f32 flushes subnormals in global memory and keeps them in shared memory."""
    r, b = (np.resize(x[::5], COUNT) for x in float_tuples(F32, 2))
    memory, result = each(gpu, kernel(f"atom{prefix(place)}.add.f32", "f32", place, "%b"), "f32", r, b, b)
    model = (lambda x, y: add(F32, x, y)) if "shared" in place else flushing_sum
    assert [hex(x) for x in memory] == [hex(model(int(x), int(y))) for x, y in zip(r, b, strict=True)]
    assert result == r.tolist()
    r, b = (np.resize(x[::5], COUNT) for x in float_tuples(F64, 2))
    memory, _ = each(gpu, kernel(f"red{prefix(place)}.add.f64", "f64", place, "%b", result=""), "f64", r, b, b)
    expected = [add(F64, int(x), int(y)) for x, y in zip(r, b, strict=True)]
    assert all(m == e or (F64.is_nan(m) and F64.is_nan(e)) for m, e in zip(memory, expected, strict=True))


@pytest.mark.parametrize("place", ["global", "shared"])
@pytest.mark.parametrize(("kind", "f"), [("f16", F16), ("bf16", BF16)])
def test_half_sums(gpu: Gpu, kind: str, f: Format, place: str) -> None:
    """They keep subnormals; a pair is two sums."""
    r, b = (np.resize(x[::5], COUNT) for x in float_tuples(f, 2))
    memory, result = each(gpu, kernel(f"atom.{place}.add.noftz.{kind}", "b16", place, "%b"), "b16", r, b, b)
    sums = [add(f, int(x), int(y)) for x, y in zip(r, b, strict=True)]
    assert memory == sums
    assert result == r.tolist()
    r2, b2 = (x | np.roll(x, 3) << np.uint64(16) for x in (r, b))
    memory, _ = each(gpu, kernel(f"red.{place}.add.noftz.{kind}x2", "b32", place, "%b", result=""), "b32", r2, b2, b2)
    assert memory == [low | high << 16 for low, high in zip(sums, np.roll(sums, 3).tolist(), strict=True)]


@pytest.mark.parametrize("order", [".relaxed.gpu", ".acquire.cta", ".release.sys", ".acq_rel.gpu"])
def test_memory_orders(gpu: Gpu, order: str) -> None:
    r, b, c = operands("u32")
    memory, result = each(gpu, kernel(f"atom{order}.global.add.u32", "u32", "global", "%b"), "u32", r, b, c)
    assert memory == [(int(x) + int(y)) & 0xFFFFFFFF for x, y in zip(r, b, strict=True)]
    assert result == r.tolist()


CONTENDED = f"""{HEADER}.visible .entry k(.param .u64 counter, .param .u64 seen) {{
.reg .u64 %c, %s; .reg .u32 %i, %b, %n, %old; .reg .f64 %f;
ld.param.u64 %c, [counter]; ld.param.u64 %s, [seen];
mov.u32 %i, %tid.x; mov.u32 %b, %ctaid.x; mov.u32 %n, %ntid.x; mad.lo.u32 %i, %b, %n, %i;
atom.global.add.u32 %old, [%c], 1;
mad.wide.u32 %s, %old, 4, %s;
red.global.add.u32 [%s], 1;
red.global.max.u32 [%c+4], %i;
red.global.xor.b32 [%c+8], %i;
atom.global.inc.u32 %old, [%c+12], 99;
mov.f64 %f, 0d3FE0000000000000;
red.global.add.f64 [%c+16], %f;
ret;
}}
"""


def test_many_blocks_at_one_address(gpu: Gpu) -> None:
    """Nothing is lost, whichever threads run the blocks: every ticket is drawn once."""
    gpu.activate()
    threads = 200 * 96
    counter, seen = gpu.upload(bytes(24)), gpu.upload(bytes(4 * threads))
    module = gpu.load(CONTENDED)
    gpu.launch(module, "k", 200, 96, [counter.address, seen.address])
    words = np.frombuffer(gpu.download(counter)[:16], np.uint32).tolist()
    assert words == [threads, threads - 1, int(np.bitwise_xor.reduce(np.arange(threads))), threads % 100]
    assert np.frombuffer(gpu.download(counter)[16:], np.float64).tolist() == [threads / 2]
    assert set(np.frombuffer(gpu.download(seen), np.uint32).tolist()) == {1}
    gpu.unload(module)


LOCKED = f"""{HEADER}.visible .entry k(.param .u64 lock, .param .u64 total) {{
.reg .u64 %l, %t; .reg .u32 %old, %v; .reg .pred %p;
ld.param.u64 %l, [lock]; ld.param.u64 %t, [total];
TRY:
atom.acquire.gpu.global.cas.b32 %old, [%l], 0, 1;
setp.ne.u32 %p, %old, 0;
@%p bra TRY;
ld.volatile.global.u32 %v, [%t];
add.u32 %v, %v, 1;
st.volatile.global.u32 [%t], %v;
atom.release.gpu.global.exch.b32 %old, [%l], 0;
ret;
}}
"""


def test_spin_lock_between_lanes_and_blocks(gpu: Gpu) -> None:
    gpu.activate()
    lock, total = gpu.upload(bytes(4)), gpu.upload(bytes(4))
    module = gpu.load(LOCKED)
    gpu.launch(module, "k", 4, 64, [lock.address, total.address])
    assert np.frombuffer(gpu.download(total), np.uint32).tolist() == [256]
    gpu.unload(module)


ONE = f"""{HEADER}.visible .entry k(.param .u64 address) {{
.reg .u64 %a; .reg .u32 %d;
ld.param.u64 %a, [address];
atom.global.add.u32 %d, [%a], 1;
ret;
}}
"""


@pytest.mark.parametrize(("offset", "code"), [(4, ILLEGAL_ADDRESS), (-4, ILLEGAL_ADDRESS), (2, MISALIGNED_ADDRESS)])
def test_bad_address_ends_the_context(offset: int, code: int) -> None:
    with Gpu() as own:
        word = own.upload(bytes(4))
        module = own.load(ONE)
        with pytest.raises(CudaError) as failure:
            own.launch(module, "k", 1, 1, [word.address + offset])
        assert failure.value.code == code


@pytest.mark.parametrize(
    "line",
    [
        "atom.global.add.s8 %d, [%a], 1;",
        "red.global.exch.b32 [%a], 1;",
        "red.global.cas.b32 [%a], 1, 2;",
        "atom.global.inc.s32 %d, [%a], 1;",
    ],
)
def test_unknown_forms_are_refused_at_load(gpu: Gpu, line: str) -> None:
    gpu.activate()
    with pytest.raises(CudaError) as failure:
        gpu.load(ONE.replace("atom.global.add.u32 %d, [%a], 1;", line))
    assert failure.value.code == 218
    assert "line " in failure.value.log
