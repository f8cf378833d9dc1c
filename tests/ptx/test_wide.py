"""Registers of 128 bits: mov, ld and st (PTX ISA 9.7.9, since 8.3)."""

from __future__ import annotations

import numpy as np
import pytest
from ptxdriver import CudaError, Gpu
from ptxkernels import Kernel, entry, fault

THREADS = 160
DATA = np.random.default_rng(128).integers(0, 1 << 64, (THREADS, 2), dtype=np.uint64)
PARAMETERS = ".param .u64 out, .param .u64 in"
# %in and %to are the thread's own 16 bytes of each array.
BEGIN = (
    ".reg .b128 %x<6>; .reg .b64 %to, %l<6>; .reg .b32 %r<8>; ld.param.u64 %in, [in]; mad.wide.u32 %in, %t, 16, %in;"
    " ld.param.u64 %to, [out]; mad.wide.u32 %to, %t, 16, %to; "
)


def run(gpu: Gpu, body: str, before: str = "") -> np.ndarray:
    kernel = Kernel(gpu, entry(BEGIN + body + " ret;", PARAMETERS, before))
    out, _ = kernel(1, THREADS, np.zeros((THREADS, 2), np.uint64), DATA)
    return out


COPIES = {
    "through the register": "ld.global.b128 %x1, [%in]; st.global.b128 [%to], %x1;",
    "moved": "ld.global.b128 %x1, [%in]; mov.b128 %x2, %x1; mov.b128 %x1, %x3; st.global.b128 [%to], %x2;",
    "packed": "ld.global.v2.b64 {%l1, %l2}, [%in]; mov.b128 %x1, {%l1, %l2}; st.global.b128 [%to], %x1;",
    "packed of four": "ld.global.v4.b32 {%r1, %r2, %r3, %r4}, [%in]; mov.b128 %x1, {%r1, %r2, %r3, %r4}; st.global.b128 [%to], %x1;",
    "unpacked": "ld.global.nc.b128 %x1, [%in]; mov.b128 {%l1, %l2}, %x1; st.global.v2.b64 [%to], {%l1, %l2};",
    "unpacked in four": "ld.global.b128 %x1, [%in]; mov.b128 {%r1, %r2, %r3, %r4}, %x1; st.global.v4.b32 [%to], {%r1, %r2, %r3, %r4};",
    "by generic addresses": "ld.b128 %x1, [%in]; st.b128 [%to], %x1;",
    "in shared memory": """.shared .align 16 .b8 room[2560]; mul.wide.u32 %l1, %t, 16; mov.u64 %l2, room; add.u64 %l1, %l1, %l2; ld.global.b128 %x1, [%in];
        st.shared.b128 [%l1], %x1; bar.sync 0; ld.shared.b128 %x2, [%l1]; st.global.b128 [%to], %x2;""",
    "in local memory": ".local .align 16 .b8 mine[32]; ld.global.b128 %x1, [%in]; st.local.b128 [mine+16], %x1; ld.local.b128 %x2, [mine+16]; st.global.b128 [%to], %x2;",
    "beside others": """ld.global.b128 %x1, [%in]; mov.b128 {%l1, %l2}, %x1; not.b64 %l3, %l1; mov.b128 %x2, {%l3, %l2}; mov.b128 %x3, {%l2, %l3};
        mov.b128 {_, %l4}, %x2; mov.b128 {%l5, _}, %x2; not.b64 %l5, %l5; mov.b128 %x4, {%l5, %l4}; st.global.b128 [%to], %x4;""",
}  # fmt: skip


@pytest.mark.parametrize("way", COPIES)
def test_all_bits_arrive(gpu: Gpu, way: str) -> None:
    assert np.array_equal(run(gpu, COPIES[way]), DATA)


def test_only_threads_that_take_part_change(gpu: Gpu) -> None:
    body = """.reg .pred %p; and.b32 %r1, %t, 1; setp.eq.u32 %p, %r1, 0; ld.global.b128 %x1, [%in]; mov.b64 %l1, 7; mov.b128 %x2, {%l1, %l1};
    @%p mov.b128 %x2, %x1; @!%p mov.b128 {%l1, %l2}, %x1; @!%p add.u64 %l1, %l1, 1; @!%p mov.b128 %x2, {%l1, %l2}; st.global.b128 [%to], %x2;"""
    expected = DATA.copy()
    expected[1::2, 0] += np.uint64(1)
    assert np.array_equal(run(gpu, body), expected)


def test_a_function_takes_it_as_bytes(gpu: Gpu) -> None:
    before = """.func (.param .align 16 .b8 r[16]) swap(.param .align 16 .b8 a[16]) {
    .reg .b128 %x<3>; .reg .b64 %l<3>; ld.param.b128 %x1, [a]; mov.b128 {%l1, %l2}, %x1; mov.b128 %x2, {%l2, %l1}; st.param.b128 [r], %x2; ret; }"""
    body = """.param .align 16 .b8 a[16]; .param .align 16 .b8 r[16]; ld.global.b128 %x1, [%in]; st.param.b128 [a], %x1; call (r), swap, (a);
    ld.param.b128 %x2, [r]; st.global.b128 [%to], %x2;"""
    assert np.array_equal(run(gpu, body, before), DATA[:, ::-1])


def test_many_of_them_live_at_once(gpu: Gpu) -> None:
    loads = " ".join(
        f"ld.global.b128 %y{i}, [%in]; mov.b128 {{%l1, %l2}}, %y{i}; add.u64 %l1, %l1, {i}; mov.b128 %y{i}, {{%l1,"
        " %l2};"
        for i in range(40)
    )
    sums = " ".join(f"mov.b128 {{%l1, %l2}}, %y{i}; add.u64 %l3, %l3, %l1; add.u64 %l4, %l4, %l2;" for i in range(40))
    body = (
        f".reg .b128 %y<40>; {loads} mov.b64 %l3, 0; mov.b64 %l4, 0; {sums} mov.b128 %x1, {{%l3, %l4}}; st.global.b128"
        " [%to], %x1;"
    )
    assert np.array_equal(run(gpu, body), DATA * np.uint64(40) + np.array([[sum(range(40)), 0]], np.uint64))


@pytest.mark.parametrize(("offset", "code"), [(8, 716), (16, 700)])
def test_all_of_it_must_be_there_and_aligned(offset: int, code: int) -> None:
    with Gpu() as other:
        kernel = Kernel(
            other, entry(BEGIN + f"ld.global.b128 %x1, [%in+{offset}]; st.global.b128 [%to], %x1; ret;", PARAMETERS)
        )
        out, data = other.upload(bytes(16)), other.upload(bytes(31))
        with fault(code):
            kernel(1, 1, out.address, data.address)


# ---- indivisible ones


@pytest.mark.parametrize("order", [".volatile", ".relaxed.gpu", ".acquire.sys"])
@pytest.mark.parametrize("space", [".global", ""])
def test_strong_loads_and_stores(gpu: Gpu, order: str, space: str) -> None:
    release = order.replace("acquire", "release")
    assert np.array_equal(run(gpu, f"ld{order}{space}.b128 %x1, [%in]; st{release}{space}.b128 [%to], %x1;"), DATA)


@pytest.mark.parametrize("space", [".global", ".shared", ""])
def test_exchange_and_compare(gpu: Gpu, space: str) -> None:
    """Every other thread's comparison fails; then all exchange."""
    place = (
        ".shared .align 16 .b8 room[2560]; mul.wide.u32 %l5, %t, 16; mov.u64 %l4, room; add.u64 %l5, %l5, %l4;"
        if space == ".shared"
        else "mov.u64 %l5, %to;"
    )
    body = f"""{place} ld.global.b128 %x1, [%in]; st{space}.b128 [%l5], %x1; mov.b128 {{%l1, %l2}}, %x1;
    and.b32 %r1, %t, 1; cvt.u64.u32 %l3, %r1; xor.b64 %l2, %l2, %l3; mov.b128 %x2, {{%l1, %l2}}; mov.b64 %l3, 5; mov.b128 %x3, {{%l3, %l3}};
    atom{space}.cas.b128 %x4, [%l5], %x2, %x3; atom{space}.exch.b128 %x5, [%l5], %x4; st.global.b128 [%to], %x5;"""
    expected = np.where(np.arange(THREADS)[:, None] % 2 == 0, np.uint64(5), DATA)
    assert np.array_equal(run(gpu, body), expected)


def test_nothing_is_lost_and_no_half_is_seen(gpu: Gpu) -> None:
    """Both halves are counted up together by all threads of many blocks."""
    body = """.reg .pred %p, %q; ld.param.u64 %to, [out];
    AGAIN: ld.relaxed.gpu.global.b128 %x1, [%to]; mov.b128 {%l1, %l2}, %x1; setp.ne.u64 %q, %l1, %l2; @%q trap;
    add.u64 %l3, %l1, 1; mov.b128 %x2, {%l3, %l3}; atom.global.cas.b128 %x3, [%to], %x1, %x2;
    mov.b128 {%l3, %l4}, %x3; setp.ne.u64 %p, %l3, %l1; @%p bra AGAIN; ret;"""
    kernel = Kernel(gpu, entry(BEGIN + body, PARAMETERS))
    out, _ = kernel(50, 64, np.zeros(2, np.uint64), np.zeros((3200, 2), np.uint64))
    assert out.tolist() == [3200, 3200]


@pytest.mark.parametrize(
    "line",
    [
        "atom.global.exch.b128 %x1, [%to+8], %x2;",
        "ld.relaxed.gpu.global.b128 %x1, [%to+8];",
        "st.volatile.global.b128 [%to+8], %x1;",
    ],
)
def test_strong_ones_are_aligned_too(line: str) -> None:
    with Gpu() as other:
        kernel = Kernel(other, entry(BEGIN + line + " ret;", PARAMETERS))
        out = other.upload(bytes(32))
        with fault(716):
            kernel(1, 1, out.address, out.address)


@pytest.mark.parametrize(
    "line",
    [
        "ld.global.v2.b128 {%x1, %x2}, [%in];",
        "atom.global.add.b128 %x1, [%to], %x2;",
        "atom.global.exch.b128 %x1, [%to], 5;",
    ],
)
def test_other_forms_are_refused(gpu: Gpu, line: str) -> None:
    gpu.activate()
    with pytest.raises(CudaError) as refused:
        gpu.load(entry(BEGIN + line + " ret;", PARAMETERS))
    assert refused.value.code == 218
