"""cp.async: copies from global to shared memory (PTX ISA 9.7.9.25). What is waited for is there, what is not read is 0
and need not exist.
"""

from __future__ import annotations

import numpy as np
import pytest
from ptxdriver import Gpu
from ptxkernels import Kernel, entry, fault

THREADS = 64
SIZES = [4, 8, 16]
PARAMETERS = ".param .u64 out, .param .u64 in, .param .u64 sizes"


def kernel(copy: str, size: int) -> str:
    """Each thread copies from its part of `in` to shared memory, which is -1 before, and its part of that to `out`."""
    words = range(0, size, 4)
    body = f"""
    .shared .align 16 .b8 room[{THREADS * size}];
    .reg .b32 %w, %s, %base; .reg .b64 %p, %q; .reg .pred %none;
    mov.u32 %base, room; mad.lo.u32 %s, %t, {size}, %base;
    ld.param.u64 %p, [in]; mad.wide.u32 %p, %t, {size}, %p;
    ld.param.u64 %q, [sizes]; mad.wide.u32 %q, %t, 4, %q; ld.global.u32 %w, [%q]; setp.eq.u32 %none, %w, 0;
    {" ".join(f"st.shared.u32 [%s+{at}], -1;" for at in words)}
    {copy}
    cp.async.commit_group; cp.async.wait_group 0; cp.async.wait_all;
    ld.param.u64 %q, [out]; mad.wide.u32 %q, %t, {size}, %q;
    {" ".join(f"ld.shared.u32 %w, [%s+{at}]; st.global.u32 [%q+{at}], %w;" for at in words)}
    ret;"""
    return entry(body, PARAMETERS)


def run(gpu: Gpu, copy: str, size: int, sizes: np.ndarray, data: np.ndarray) -> np.ndarray:
    out, _, _ = Kernel(gpu, kernel(copy, size))(1, THREADS, np.zeros(THREADS * size, np.uint8), data, sizes)
    return out.reshape(THREADS, size)


def numbers(size: int) -> np.ndarray:
    return np.random.default_rng(size).integers(1, 256, THREADS * size, dtype=np.uint8)


@pytest.mark.parametrize(("cache", "size"), [*(("ca", size) for size in SIZES), ("cg", 16)])
def test_whole_copies(gpu: Gpu, cache: str, size: int) -> None:
    data = numbers(size)
    out = run(gpu, f"cp.async.{cache}.shared.global [%s], [%p], {size};", size, np.ones(THREADS, np.uint32), data)
    assert (out == data.reshape(THREADS, size)).all()


@pytest.mark.parametrize("size", SIZES)
def test_bytes_that_are_not_copied_are_0(gpu: Gpu, size: int) -> None:
    data, sizes = numbers(size), np.arange(THREADS, dtype=np.uint32) % (size + 1)
    out = run(gpu, f"cp.async.ca.shared.global [%s], [%p], {size}, %w;", size, sizes, data)
    kept = np.arange(size)[None, :] < sizes[:, None]
    assert (out == np.where(kept, data.reshape(THREADS, size), 0)).all()


@pytest.mark.parametrize(("condition", "read"), [("%none", 1), ("!%none", 0)])
def test_an_ignored_source_gives_0(gpu: Gpu, condition: str, read: int) -> None:
    data, sizes = numbers(8), np.arange(THREADS, dtype=np.uint32) % 2
    out = run(gpu, f"cp.async.ca.shared.global [%s], [%p], 8, {condition};", 8, sizes, data)
    assert (out == np.where(sizes[:, None] == read, data.reshape(THREADS, 8), 0)).all()


def test_threads_that_do_not_take_part_copy_nothing(gpu: Gpu) -> None:
    data, sizes = numbers(4), np.arange(THREADS, dtype=np.uint32) % 2
    out = run(gpu, "@%none cp.async.ca.shared.global [%s], [%p], 4;", 4, sizes, data)
    assert (out == np.where(sizes[:, None] == 0, data.reshape(THREADS, 4), 255)).all()


def test_a_source_that_is_not_read_need_not_exist(gpu: Gpu) -> None:
    data, sizes = numbers(16), np.arange(THREADS, dtype=np.uint32) % 2
    copy = "@%none mov.b64 %p, 64; setp.ne.u32 %none, %w, 0; selp.b32 %w, 16, 0, %none;"
    out = run(gpu, copy + "cp.async.cg.shared.global [%s], [%p], 16, %w;", 16, sizes, data)
    assert (out == np.where(sizes[:, None] == 1, data.reshape(THREADS, 16), 0)).all()


@pytest.mark.parametrize(("size", "address", "code"), [(16, 64, 700), (4, 64, 700), (16, 72, 716)])
def test_a_source_that_is_read_is_checked(size: int, address: int, code: int) -> None:
    """Its first and its last byte, and that it is aligned."""
    with Gpu() as other, fault(code):
        copy = f"mov.b64 %p, {address}; mov.b32 %w, {size};"
        run(other, copy + "cp.async.cg.shared.global [%s], [%p], 16, %w;", 16, np.ones(THREADS, np.uint32), numbers(16))


def test_shared_memory_is_checked() -> None:
    with Gpu() as other, fault(700):
        copy = f"add.u32 %s, %s, {THREADS * 4};"
        run(other, copy + "cp.async.ca.shared.global [%s], [%p], 4;", 4, np.ones(THREADS, np.uint32), numbers(4))
