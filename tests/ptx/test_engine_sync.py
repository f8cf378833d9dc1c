"""Threads that wait for each other: barriers, collectives, spinning (PTX ISA 9.7.13.1-2, 9.7.9.6)."""

from __future__ import annotations

import time

import numpy as np
import pytest
from patience import calm_s
from ptxdriver import Buffer, Gpu
from ptxkernels import Kernel, entry, fault, per_thread

ALL = 0xFFFFFFFF
SHARED = ".shared .align 4 .u32 data[1024];\n"


@pytest.mark.parametrize("block", [1, 31, 32, 33, 128, 129, 1000, 1024])
def test_reverse_through_shared_memory(gpu: Gpu, block: int) -> None:
    body = f""".reg .b64 %s; .reg .b32 %v, %r;
    mov.u32 %v, %tid.x; mul.wide.u32 %s, %v, 4; add.u64 %s, %s, data; st.shared.u32 [%s], %t;
    bar.sync 0;
    sub.u32 %r, {block - 1}, %v; mul.wide.u32 %s, %r, 4; add.u64 %s, %s, data; ld.shared.u32 %v, [%s]; st.global.u32 [%out], %v; ret;"""
    got = per_thread(gpu, body, 3 * block, block, before=SHARED).reshape(3, block)
    assert np.array_equal(got[:, ::-1].ravel(), np.arange(3 * block))


@pytest.mark.parametrize("block", [32, 96, 100, 300])
def test_barrier_with_reduction(gpu: Gpu, block: int) -> None:
    body = """.reg .b32 %x, %c, %a, %o; .reg .pred %p, %q;
    rem.u32 %x, %t, 3; setp.eq.u32 %p, %x, 0;
    barrier.red.popc.u32 %c, 0, %p;
    bar.red.and.pred %q, 1, %p; selp.u32 %a, 1, 0, %q;
    setp.lt.u32 %p, %t, 100000; bar.red.and.pred %q, 1, %p; selp.u32 %o, 2, 0, %q; add.u32 %a, %a, %o;
    setp.eq.u32 %p, %t, 5; bar.red.or.pred %q, 2, %p; selp.u32 %o, 4, 0, %q; add.u32 %a, %a, %o;
    setp.eq.u32 %p, %t, 5000; bar.red.or.pred %q, 2, %p; selp.u32 %o, 8, 0, %q; add.u32 %a, %a, %o;
    bar.red.popc.u32 %o, 3, !%p; mad.lo.u32 %c, %c, 10000, %o; mad.lo.u32 %c, %c, 10, %a;
    st.global.u32 [%out], %c; ret;"""
    count = len(range(0, block, 3))
    assert (per_thread(gpu, body, block) == (count * 10000 + block) * 10 + 6).all()


def test_barrier_does_not_wait_for_threads_that_have_ended(gpu: Gpu) -> None:
    body = """.reg .b32 %x, %v, %d; .reg .pred %p, %q;
    setp.ne.u32 %q, %t, 0; @%q bra A; st.shared.u32 [data], 0;
    A: bar.sync 0; rem.u32 %x, %t, 3; setp.eq.u32 %p, %x, 0; @%p exit;
    atom.shared.add.u32 %d, [data], 1; bar.sync 0; ld.shared.u32 %v, [data]; st.global.u32 [%out], %v; ret;"""
    alive = sum(t % 3 != 0 for t in range(300))
    assert per_thread(gpu, body, 300, before=SHARED).tolist() == [0 if t % 3 == 0 else alive for t in range(300)]


def test_barriers_of_a_part_of_the_warps(gpu: Gpu) -> None:
    """A producer warp and a consumer warp with arrive on one side and sync on the other; the third warp takes no
    part.
    """
    body = """.reg .b32 %w, %lane, %i, %v; .reg .b64 %s, %r; .reg .pred %p, %q;
    mov.u32 %w, %warpid; mov.u32 %lane, %laneid; mov.u32 %i, 0;
    mul.wide.u32 %s, %lane, 4; add.u64 %s, %s, data; sub.u32 %v, 31, %lane; mul.wide.u32 %r, %v, 4; add.u64 %r, %r, data;
    setp.eq.u32 %p, %w, 1; @%p bra CONSUMER; setp.eq.u32 %p, %w, 2; @%p ret;
    PRODUCER: bar.sync 2, 64; mad.lo.u32 %v, %i, 100, %lane; st.shared.u32 [%s], %v; bar.arrive 1, 64;
    add.u32 %i, %i, 1; setp.lt.u32 %q, %i, 10; @%q bra PRODUCER; ret;
    CONSUMER: bar.arrive 2, 64; bar.sync 1, 64; ld.shared.u32 %v, [%r];
    st.global.u32 [%out], %v; add.u64 %out, %out, 128;
    add.u32 %i, %i, 1; setp.lt.u32 %q, %i, 10; @%q bra CONSUMER; ret;"""
    (got,) = Kernel(gpu, entry(body, before=SHARED))(1, 96, np.zeros(32 * 11, np.uint32))
    assert got[32:].reshape(10, 32).tolist() == [[i * 100 + 31 - lane for lane in range(32)] for i in range(10)]


def test_barrier_number_from_a_register(gpu: Gpu) -> None:
    """Each warp but the last waits for the next one only, at a barrier of its own number."""
    body = """.reg .b32 %w, %m, %v; .reg .pred %p, %q;
    mov.u32 %w, %warpid; sub.u32 %m, %w, 1; setp.eq.u32 %p, %w, 0; setp.eq.u32 %q, %w, 7;
    @!%q barrier.sync %w, 64;
    @!%p barrier.sync %m, 64;
    st.global.u32 [%out], %w; ret;"""
    assert per_thread(gpu, body, 256).tolist() == [t // 32 for t in range(256)]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("setp.lt.u32 %p, %t, 32; @%p bra A; bar.sync 1, 128; ret; A: bar.sync 2, 128; ret;", "128 threads wait at barriers"),
        ("setp.lt.u32 %p, %t, 3; @%p bra A; bar.sync 0; ret; A: shfl.sync.idx.b32 %x, %t, 0, 31, -1; ret;",
         "125 threads wait at barriers, 3 for the lanes of a membermask"),
        ("setp.lt.u32 %p, %t, 3; @%p bra A; bar.sync 0; ret; A: bar.warp.sync -1; ret;", "3 for the lanes of a membermask"),
        ("bar.sync 1, 160; ret;", "128 threads wait at barriers, 0 for"),
    ],
)  # fmt: skip
def test_deadlock_is_a_launch_failure(body: str, says: str, capfd: pytest.CaptureFixture[str]) -> None:
    with Gpu() as other, fault(719):
        Kernel(other, entry(".reg .pred %p; .reg .b32 %x; " + body))(2, 128, np.zeros(256, np.uint32))
    assert says in capfd.readouterr().err


@pytest.mark.parametrize("line", ["mov.u32 %x, 16; barrier.sync %x;", "mov.u32 %x, 33; barrier.sync 0, %x;"])
def test_barrier_that_does_not_exist(line: str) -> None:
    with Gpu() as other, fault(719):
        Kernel(other, entry(f".reg .b32 %x; {line} ret;"))(1, 64, np.zeros(64, np.uint32))


# ---- collectives


def test_collective_waits_for_lanes_that_come_later(gpu: Gpu) -> None:
    """Half of the lanes take a longer way; the sum over the warp must hold all of them."""
    body = """.reg .b32 %v, %x, %i, %o; .reg .pred %p, %q;
    and.b32 %x, %t, 1; setp.eq.u32 %p, %x, 0; mov.u32 %v, %t; mov.u32 %i, 0;
    @%p bra SUM;
    LONG: add.u32 %v, %v, 1; add.u32 %i, %i, 1; setp.lt.u32 %q, %i, 100; @%q bra LONG;
    bra SUM;
    nanosleep.u32 10;
    SUM: mov.u32 %i, 16;
    STEP: shfl.sync.bfly.b32 %o, %v, %i, 31, -1; add.u32 %v, %v, %o; shr.u32 %i, %i, 1;
    setp.ne.u32 %q, %i, 0; @%q bra STEP;
    st.global.u32 [%out], %v; ret;"""
    sums = [sum(t + 100 * (t % 2) for t in range(w * 32, w * 32 + 32)) for w in range(5)]
    assert per_thread(gpu, body, 160).tolist() == [sums[t // 32] for t in range(160)]


def test_parts_of_a_warp_exchange_apart(gpu: Gpu) -> None:
    """The two halves are at different instructions, and later at one instruction with different masks."""
    body = """.reg .b32 %v, %x, %m, %w; .reg .pred %p;
    and.b32 %x, %t, 16; setp.eq.u32 %p, %x, 0; selp.b32 %m, 0xffff, 0xffff0000, %p; mov.u32 %v, %t;
    @%p bra LOW;
    shfl.sync.bfly.b32 %v, %v, 2, 31, 0xffff0000; bra END;
    LOW: shfl.sync.bfly.b32 %v, %v, 1, 31, 0xffff;
    END: vote.sync.ballot.b32 %w, %p, %m; popc.b32 %w, %w; mad.lo.u32 %v, %v, 100, %w;
    st.global.u32 [%out], %v; ret;"""
    expected = [(t ^ 2) * 100 if t & 16 else (t ^ 1) * 100 + 16 for t in range(128)]
    assert per_thread(gpu, body, 128).tolist() == expected


def test_collective_does_not_wait_for_lanes_that_have_ended(gpu: Gpu) -> None:
    body = """.reg .b32 %x, %b; .reg .pred %p, %q;
    rem.u32 %x, %t, 5; setp.eq.u32 %p, %x, 4; setp.eq.u32 %q, %x, 3;
    @%q bra LATE;
    vote.sync.ballot.b32 %b, 1, -1; st.global.u32 [%out], %b; ret;
    LATE: ret;"""
    got = per_thread(gpu, body, 64)
    expected = [sum(1 << i for i in range(32) if (w * 32 + i) % 5 != 3) for w in range(2)]
    assert got.tolist() == [0 if t % 5 == 3 else expected[t // 32] for t in range(64)]


def test_guarded_collective(gpu: Gpu) -> None:
    body = """.reg .b32 %x, %v; .reg .pred %p;
    and.b32 %x, %t, 1; setp.eq.u32 %p, %x, 1; mov.u32 %v, 7;
    @%p shfl.sync.idx.b32 %v, %t, 5, 31, 0xaaaaaaaa;
    st.global.u32 [%out], %v; ret;"""
    assert per_thread(gpu, body, 96).tolist() == [(t & ~31) + 5 if t % 2 else 7 for t in range(96)]


def test_warp_barrier_at_two_instructions(gpu: Gpu) -> None:
    """bar.warp.sync orders the two halves although each has its own."""
    body = """.reg .b32 %x, %v; .reg .b64 %s, %r; .reg .pred %p;
    mul.wide.u32 %s, %t, 4; add.u64 %s, %s, data; xor.b32 %x, %t, 1; mul.wide.u32 %r, %x, 4; add.u64 %r, %r, data; and.b32 %x, %t, 1; setp.eq.u32 %p, %x, 1;
    @%p bra ODD;
    mul.lo.u32 %v, %t, 10; st.shared.u32 [%s], %v; bar.warp.sync -1; ld.shared.u32 %v, [%r]; bra END;
    ODD: st.shared.u32 [%s], %t; bar.warp.sync -1; ld.shared.u32 %v, [%r];
    END: st.global.u32 [%out], %v; ret;"""
    assert per_thread(gpu, body, 64, before=SHARED).tolist() == [(t - 1) * 10 if t % 2 else t + 1 for t in range(64)]


# ---- spinning

LOCK = ".global .u32 lock; .global .u32 count;\n"
SPIN = """.reg .b32 %old; .reg .pred %p;
    TRY: atom.global.cas.b32 %old, [lock], 0, 1; setp.ne.u32 %p, %old, 0; @%p bra TRY;
    membar.gl; ld.volatile.global.u32 %old, [count]; add.u32 %old, %old, 1; st.volatile.global.u32 [count], %old; membar.gl;
    atom.global.exch.b32 %old, [lock], 0; ret;"""


def test_spin_lock_between_all_threads_of_a_grid(gpu: Gpu) -> None:
    """Lowest instruction first alone would run the spinning lanes for ever while the holder of the lock waits."""
    kernel = Kernel(gpu, entry(SPIN, before=LOCK))
    kernel(4, 64, np.zeros(256, np.uint32))
    kernel(2, 160, np.zeros(320, np.uint32))
    address, _ = kernel.variable("count")
    assert int.from_bytes(_read(gpu, address), "little") == 4 * 64 + 2 * 160


def _read(gpu: Gpu, address: int) -> bytes:
    return gpu.download(Buffer(address, 4))


def test_thread_spins_until_another_group_of_its_block_writes(gpu: Gpu) -> None:
    body = """.reg .b32 %v; .reg .pred %p, %q;
    setp.ne.u32 %p, %t, 0; @%p bra A; st.shared.u32 [data], 0; A: bar.sync 0;
    setp.eq.u32 %p, %t, 900; @%p st.volatile.shared.u32 [data], 33;
    SPIN: ld.volatile.shared.u32 %v, [data]; setp.eq.u32 %q, %v, 0; @%q bra SPIN;
    st.global.u32 [%out], %v; ret;"""
    assert (per_thread(gpu, body, 1024, before=SHARED) == 33).all()


def test_block_waits_for_the_block_before_it(gpu: Gpu) -> None:
    body = """.reg .b32 %v; .reg .b64 %f; .reg .pred %p, %q;
    mul.wide.u32 %f, %block, 4; add.u64 %f, %f, flags; mov.u32 %v, 0;
    setp.eq.u32 %p, %block, 0; @%p bra GO;
    SPIN: ld.acquire.gpu.global.u32 %v, [%f+-4]; setp.eq.u32 %q, %v, 0; @%q bra SPIN;
    GO: add.u32 %v, %v, 1; st.release.gpu.global.u32 [%f], %v; st.global.u32 [%out], %v; ret;"""
    got = per_thread(gpu, body, 100, 1, before=".global .align 4 .u32 flags[100];")
    assert got.tolist() == list(range(1, 101))


@pytest.mark.parametrize("block", [64, 256, 1024])
@pytest.mark.parametrize("fence", ["", "membar.gl;"])
def test_warp_waits_for_the_warp_before_it(gpu: Gpu, block: int, fence: str) -> None:
    """As solvers of sparse triangular matrices do it: the value of a row is known when that of the row before it is."""
    body = f""".reg .b32 %v, %row, %lane; .reg .b64 %f; .reg .pred %p, %q;
    shr.u32 %row, %t, 5; and.b32 %lane, %t, 31; mul.wide.u32 %f, %row, 4; add.u64 %f, %f, rows; mov.u32 %v, 0;
    setp.eq.u32 %p, %row, 0; @%p bra GO;
    SPIN: ld.volatile.global.u32 %v, [%f+-4]; {fence} setp.eq.u32 %q, %v, 0; @%q bra SPIN;
    GO: add.u32 %v, %v, 1; setp.ne.u32 %p, %lane, 0; @%p bra END;
    membar.gl; st.volatile.global.u32 [%f], %v;
    END: st.global.u32 [%out], %v; ret;"""
    got = per_thread(gpu, body, 4096, block, before=".global .align 4 .u32 rows[128];")
    assert got.tolist() == [t // 32 + 1 for t in range(4096)]


def test_blocks_that_wait_for_all_others_without_a_cooperative_launch(gpu: Gpu) -> None:
    """More blocks than workers: those that spin must let the others start."""
    body = """.reg .b32 %v, %d; .reg .pred %q;
    atom.global.add.u32 %d, [lock], 1;
    SPIN: ld.volatile.global.u32 %v, [lock]; setp.lt.u32 %q, %v, 24; @%q bra SPIN;
    st.global.u32 [%out], %v; ret;"""
    assert (per_thread(gpu, body, 24, 1, before=LOCK) == 24).all()


def test_grid_barrier_of_a_cooperative_launch(gpu: Gpu) -> None:
    """As cooperative groups do it: %envreg1 and %envreg2 give the workspace, whose second word counts."""
    body = """.reg .b32 %hi, %lo, %old, %new, %add, %v, %blocks; .reg .b64 %w, %l; .reg .pred %p, %q;
    mov.u32 %hi, %envreg1; mov.u32 %lo, %envreg2; mov.b64 %w, {%lo, %hi}; add.u64 %w, %w, 4;
    mov.u32 %blocks, %nctaid.x; st.global.u32 [%out], %t;
    barrier.sync 0; mov.u32 %v, %tid.x; setp.ne.u32 %p, %v, 0; @%p bra WAIT;
    sub.u32 %add, 0x80000001, %blocks; setp.eq.u32 %q, %block, 0; selp.b32 %add, %add, 1, %q; membar.gl;
    atom.add.release.gpu.u32 %old, [%w], %add;
    SPIN: ld.acquire.gpu.u32 %new, [%w]; xor.b32 %new, %new, %old; setp.gt.s32 %q, %new, -1; @%q bra SPIN;
    WAIT: barrier.sync 0;
    add.u32 %v, %t, 100; mul.lo.u32 %add, %blocks, %size; rem.u32 %v, %v, %add; ld.param.u64 %l, [out];
    mad.wide.u32 %l, %v, 4, %l; ld.volatile.global.u32 %v, [%l]; ld.param.u64 %l, [to]; mad.wide.u32 %l, %t, 4, %l;
    st.global.u32 [%l], %v; ret;"""
    count = 9 * 70
    kernel = Kernel(gpu, entry(body, ".param .u64 out, .param .u64 to"))
    _, got = kernel(9, 70, np.zeros(count, np.uint32), np.zeros(count, np.uint32), cooperative=True)
    assert got.tolist() == [(t + 100) % count for t in range(count)]


# ---- nanosleep


def seconds(kernel: Kernel, grid: int, block: int, out: np.ndarray) -> tuple[float, float]:
    """In all, and without those in which others had the processor."""
    begin, calm = time.monotonic(), calm_s()
    kernel(grid, block, out)
    return time.monotonic() - begin, calm_s() - calm


SLEEPS = """.reg .b32 %i, %n; .reg .pred %p; mov.u32 %i, 0;
    AGAIN: and.b32 %n, %t, 127; sub.u32 %n, 250000, %n; nanosleep.u32 %n; add.u32 %i, %i, 1; setp.lt.u32 %p, %i, 40; @%p bra AGAIN;
    st.global.u32 [%out], %i; ret;"""


def test_a_thread_sleeps_for_as_long_as_it_says(gpu: Gpu) -> None:
    kernel = Kernel(gpu, entry(SLEEPS))
    assert seconds(kernel, 1, 1, np.zeros(1, np.uint32))[0] >= 40 * 250e-6


def test_threads_sleep_at_the_same_time(gpu: Gpu) -> None:
    """One after another, 2,000 blocks of two teams would take 40 s."""
    kernel = Kernel(gpu, entry(SLEEPS))
    whole, calm = seconds(kernel, 2000, 160, np.zeros(320000, np.uint32))
    assert whole >= 40 * 249e-6 and calm < 20


def test_a_sleep_is_cut_to_a_millisecond(gpu: Gpu) -> None:
    """Uncut, it would be more than four seconds a time."""
    kernel = Kernel(gpu, entry(SLEEPS.replace("sub.u32 %n, 250000, %n", "mov.u32 %n, 0xffffffff").replace("40", "20")))
    assert seconds(kernel, 1, 32, np.zeros(32, np.uint32))[1] < 20


def test_one_who_sleeps_lets_the_others_on(gpu: Gpu) -> None:
    """The last thread of the block, which has the lock, stands higher in the text than those that sleep until it is
    free; also from block to block.
    """
    body = """.reg .b32 %x, %y; .reg .pred %p; .reg .b64 %lock; ld.param.u64 %lock, [out]; mov.u32 %y, 0;
    TRY: atom.global.cas.b32 %x, [%lock], 0, 1; setp.eq.u32 %p, %x, 0; @%p bra HAVE;
    nanosleep.u32 200; bra TRY;
    HAVE: ld.volatile.global.u32 %x, [%lock+4]; add.u32 %x, %x, 1; st.volatile.global.u32 [%lock+4], %x; membar.gl;
    atom.global.exch.b32 %x, [%lock], 0; ret;"""
    (out,) = Kernel(gpu, entry(body))(8, 160, np.zeros(8 * 160, np.uint32))
    assert out[:2].tolist() == [0, 8 * 160]


def test_a_guarded_sleep_is_only_that_of_some(gpu: Gpu) -> None:
    body = """.reg .pred %p; setp.eq.u32 %p, %t, 3; @%p nanosleep.u32 1000000; @!%p st.global.u32 [%out], %t; @%p st.global.u32 [%out], 7; ret;"""
    assert per_thread(gpu, body, 8).tolist() == [0, 1, 2, 7, 4, 5, 6, 7]
