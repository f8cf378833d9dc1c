"""atom and red of vectors (PTX ISA 9.7.13, sm_90): a sum of each element for itself, all or nothing at a bad
address.
"""

from __future__ import annotations

import numpy as np
import pytest
from gpu import HEADER
from ieee754 import BF16, F16, F32, Format, add
from operands import float_tuples
from ptxdriver import CudaError, Gpu

THREADS, ILLEGAL_ADDRESS, MISALIGNED_ADDRESS = 96, 700, 716
# Type: the format of its numbers, how many are in it, its register.
TYPES: dict[str, tuple[Format, int, str]] = {
    "f32": (F32, 1, "f32"), "f16": (F16, 1, "b16"), "bf16": (BF16, 1, "b16"), "f16x2": (F16, 2, "b32"), "bf16x2": (BF16, 2, "b32"),
}  # fmt: skip
FORMS = [(kind, n) for kind in TYPES for n in (2, 4, 8) if n * TYPES[kind][1] * (4 if kind == "f32" else 2) <= 16]


def names(letter: str, count: int) -> str:
    return "{" + ", ".join(f"%{letter}{i}" for i in range(count)) + "}"


def kernel(kind: str, count: int, operation: str) -> str:
    """Each thread: `operation` on its vector of array r, with its vector of array b; the result goes over b."""
    register = TYPES[kind][2]
    size = int(register[1:]) // 8
    move = "v" + str(count) if count < 8 else "v4"
    loads, stores = [], []
    for first in range(0, count, 4):
        part = "{" + ", ".join(f"%b{i}" for i in range(first, min(count, first + 4))) + "}"
        loads.append(f"ld.global.{move}.b{size * 8} {part}, [%b+{first * size}];")
        stores.append(f"st.global.{move}.b{size * 8} [%b+{first * size}], {part};")
    return f"""{HEADER}.visible .entry k(.param .u64 r, .param .u64 b) {{
    .reg .b64 %r, %b; .reg .b32 %t; .reg .{register} %b<8>;
    mov.u32 %t, %tid.x; ld.param.u64 %r, [r]; ld.param.u64 %b, [b];
    mad.wide.u32 %r, %t, {size * count}, %r; mad.wide.u32 %b, %t, {size * count}, %b;
    {" ".join(loads)}
    {operation}
    {" ".join(stores)}
    ret; }}
    """


def sums(kind: str, r: np.ndarray, b: np.ndarray) -> list[int]:
    f = TYPES[kind][0]
    flush = f.flush if kind == "f32" else lambda x: x
    return [flush(add(f, flush(int(x)), flush(int(y)))) for x, y in zip(r, b, strict=True)]


def run(gpu: Gpu, text: str, r: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    gpu.activate()
    buffers = gpu.upload(r.tobytes()), gpu.upload(b.tobytes())
    module = gpu.load(text)
    try:
        gpu.launch(module, "k", 1, THREADS, [x.address for x in buffers])
        after = [np.frombuffer(gpu.download(x), r.dtype) for x in buffers]
        return after[0], after[1]
    finally:
        gpu.unload(module)
        for x in buffers:
            gpu.free(x)


def operands(kind: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    f, numbers, _ = TYPES[kind]
    dtype = np.uint32 if kind == "f32" else np.uint16
    return tuple(np.resize(x[::3], THREADS * count * numbers).astype(dtype) for x in float_tuples(f, 2))


def spelled(kind: str) -> str:
    return "add" if kind == "f32" else "add.noftz"


@pytest.mark.parametrize("place", [".global", ""])
@pytest.mark.parametrize(("kind", "count"), FORMS)
def test_atom_and_red(gpu: Gpu, kind: str, count: int, place: str) -> None:
    r, b = operands(kind, count)
    atom = f"atom{place}.{spelled(kind)}.v{count}.{kind} {names('b', count)}, [%r], {names('b', count)};"
    memory, result = run(gpu, kernel(kind, count, atom), r, b)
    assert memory.tolist() == sums(kind, r, b) and result.tolist() == r.tolist()
    red = f"red.relaxed.gpu{place}.v{count}.{kind}.{spelled(kind)} [%r], {names('b', count)};"
    memory, result = run(gpu, kernel(kind, count, red), r, b)
    assert memory.tolist() == sums(kind, r, b) and result.tolist() == b.tolist()


def test_a_result_may_be_a_register_that_is_still_to_be_read(gpu: Gpu) -> None:
    r, b = operands("f32", 2)
    memory, result = run(gpu, kernel("f32", 2, "atom.global.add.v2.f32 {%b1, %b0}, [%r], {%b0, %b1};"), r, b)
    assert memory.tolist() == sums("f32", r, b)
    assert result.reshape(-1, 2)[:, ::-1].ravel().tolist() == r.tolist()


@pytest.mark.parametrize(
    ("where", "code"), [("%r+8", MISALIGNED_ADDRESS), ("%r+4", MISALIGNED_ADDRESS), ("%r+-16", ILLEGAL_ADDRESS)]
)
@pytest.mark.parametrize("guard", ["", "@%p "])
def test_the_whole_vector_is_aligned_and_there(where: str, code: int, guard: str) -> None:
    text = kernel(
        "f32", 4, f".reg .pred %p; setp.ge.u32 %p, %t, 0; {guard}red.global.add.v4.f32 [{where}], {names('b', 4)};"
    )
    with Gpu() as own:
        r, b = own.upload(bytes(16 * THREADS + 8)), own.upload(bytes(16 * THREADS))
        with pytest.raises(CudaError) as failure:
            own.launch(own.load(text), "k", 1, THREADS, [r.address, b.address])
        assert failure.value.code == code


def test_a_vector_that_leaves_its_allocation() -> None:
    with Gpu() as own:
        r, b = own.upload(bytes(16 * THREADS - 4)), own.upload(bytes(16 * THREADS))
        with pytest.raises(CudaError) as failure:
            own.launch(
                own.load(kernel("f32", 4, f"red.global.add.v4.f32 [%r], {names('b', 4)};")),
                "k",
                1,
                THREADS,
                [r.address, b.address],
            )
        assert failure.value.code == ILLEGAL_ADDRESS


@pytest.mark.parametrize("line", ["red.global.add.v2.u32 [%r], {%b0, %b1};", "red.global.add.v8.f32 [%r], {%b0, %b1, %b2, %b3, %b4, %b5, %b6, %b7};",
                                  "red.shared.add.v2.f32 [%t], {%b0, %b1};", "atom.global.add.v2.f32 %b0, [%r], {%b0, %b1};"])  # fmt: skip
def test_other_forms_are_refused(gpu: Gpu, line: str) -> None:
    gpu.activate()
    with pytest.raises(CudaError) as refused:
        gpu.load(kernel("f32", 4, line))
    assert refused.value.code == 218
