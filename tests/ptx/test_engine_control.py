"""Control flow of threads that go different ways: branches, loops, returns (PTX ISA 9.7.12)."""

from __future__ import annotations

import numpy as np
import pytest
from ptxdriver import Gpu
from ptxkernels import Kernel, entry, per_thread

THREADS = np.arange(300)


def collatz(n: int) -> int:
    steps = 0
    while n != 1:
        n, steps = (3 * n + 1 if n & 1 else n >> 1), steps + 1
    return steps


def test_loop_with_a_length_for_each_thread(gpu: Gpu) -> None:
    body = """.reg .b32 %v, %c, %odd; .reg .pred %p, %q;
    add.u32 %v, %t, 1; mov.u32 %c, 0;
    LOOP: setp.eq.u32 %p, %v, 1; @%p bra END;
    and.b32 %odd, %v, 1; setp.ne.u32 %q, %odd, 0;
    @%q bra ODD;
    shr.u32 %v, %v, 1; bra NEXT;
    ODD: mad.lo.u32 %v, %v, 3, 1;
    NEXT: add.u32 %c, %c, 1; bra LOOP;
    END: st.global.u32 [%out], %c; ret;"""
    assert per_thread(gpu, body, 300).tolist() == [collatz(t + 1) for t in range(300)]


def test_nested_branches_join_again(gpu: Gpu) -> None:
    """After the branches have met, all 32 lanes of a warp run together: activemask says so."""
    body = """.reg .b32 %m, %x; .reg .pred %p, %q;
    and.b32 %x, %t, 1; setp.eq.u32 %p, %x, 0; and.b32 %x, %t, 2; setp.eq.u32 %q, %x, 0;
    @%p bra A; @%q bra B; bra JOIN;
    A: @%q bra JOIN; bra B;
    B: add.u32 %x, %x, 1;
    JOIN: activemask.b32 %m; st.global.u32 [%out], %m; ret;"""
    assert (per_thread(gpu, body, 96) == 0xFFFFFFFF).all()


@pytest.mark.parametrize("how", ["ret", "exit"])
def test_threads_leave_early(gpu: Gpu, how: str) -> None:
    body = f""".reg .b32 %r; .reg .pred %p;
    st.global.u32 [%out], 7;
    rem.u32 %r, %t, 3; setp.eq.u32 %p, %r, 1;
    @%p {how};
    st.global.u32 [%out], %t;
    @!%p {how};
    trap;"""
    assert per_thread(gpu, body, 300, 100).tolist() == [7 if t % 3 == 1 else t for t in range(300)]


def test_closing_brace_returns(gpu: Gpu) -> None:
    assert per_thread(gpu, "st.global.u32 [%out], %t;", 64).tolist() == list(range(64))


def test_branch_by_index(gpu: Gpu) -> None:
    body = """.reg .b32 %i, %v;
    rem.u32 %i, %t, 4; mov.u32 %v, 100;
    LIST: .branchtargets A, B, C, A;
    brx.idx %i, LIST;
    A: add.u32 %v, %v, 1; bra END;
    B: add.u32 %v, %v, 2;
    C: add.u32 %v, %v, 4;
    END: st.global.u32 [%out], %v; ret;"""
    assert per_thread(gpu, body, 200).tolist() == [[101, 106, 104, 101][t % 4] for t in range(200)]


def test_guard_of_an_instruction_that_writes_its_guard(gpu: Gpu) -> None:
    body = """.reg .b32 %x; .reg .pred %p;
    and.b32 %x, %t, 1; setp.eq.u32 %p, %x, 1;
    @%p setp.gt.u32 %p, %t, 20;
    selp.u32 %x, 1, 0, %p; st.global.u32 [%out], %x; ret;"""
    assert per_thread(gpu, body, 64).tolist() == [int(t % 2 == 1 and t > 20) for t in range(64)]


def test_value_of_a_guarded_write_survives_where_the_guard_is_false(gpu: Gpu) -> None:
    """The register must keep its column across blocks that only some threads run."""
    body = """.reg .b32 %v, %i, %x, %s; .reg .pred %p, %q;
    mov.u32 %v, %t; mov.u32 %i, 0; mov.u32 %s, 0;
    LOOP: and.b32 %x, %i, 1; setp.eq.u32 %p, %x, 1;
    @%p add.u32 %s, %s, %v;
    @!%p mov.u32 %v, %i;
    add.u32 %i, %i, 1; setp.le.u32 %q, %i, %t; @%q bra LOOP;
    st.global.u32 [%out], %s; ret;"""

    def model(t: int) -> int:
        v, s = t, 0
        for i in range(t + 1):
            if i & 1:
                s += v
            else:
                v = i
        return s

    assert per_thread(gpu, body, 70).tolist() == [model(t) for t in range(70)]


def test_many_values_alive_at_once(gpu: Gpu) -> None:
    """More registers than any frame would hold without reuse, and a loop that needs all of them."""
    count = 200
    names = [f"%v{i}" for i in range(count)]
    body = f".reg .b32 {', '.join(names)}, %i, %s; .reg .pred %p;\n"
    body += "".join(f"add.u32 {name}, %t, {i};\n" for i, name in enumerate(names))
    body += "mov.u32 %i, 0; mov.u32 %s, 0;\nLOOP:\n"
    body += "".join(f"xor.b32 %s, %s, {name}; add.u32 {name}, {name}, %s;\n" for name in names)
    body += "add.u32 %i, %i, 1; setp.lt.u32 %p, %i, 3; @%p bra LOOP; st.global.u32 [%out], %s; ret;"

    def model(t: int) -> int:
        v, s = [t + i for i in range(count)], 0
        for _ in range(3):
            for i in range(count):
                s ^= v[i]
                v[i] = (v[i] + s) & 0xFFFFFFFF
        return s

    assert per_thread(gpu, body, 40).tolist() == [model(t) for t in range(40)]


@pytest.mark.parametrize("block", [(7, 5, 3), (1, 1, 64), (33, 2, 1), (1, 1, 1), (1024, 1, 1)])
def test_indices_in_three_dimensions(gpu: Gpu, block: tuple[int, int, int]) -> None:
    grid, threads = (2, 3, 2), block[0] * block[1] * block[2]
    names = ["%tid.x", "%tid.y", "%tid.z", "%ctaid.x", "%ctaid.y", "%ctaid.z", "%ntid.x", "%ntid.y", "%ntid.z",
             "%nctaid.x", "%nctaid.y", "%nctaid.z", "%laneid", "%warpid", "%nwarpid", "%lanemask_lt"]  # fmt: skip
    body = """.reg .b32 %x, %y, %z, %a, %g;
    mov.u32 %x, %ntid.x; mov.u32 %y, %ntid.y; mov.u32 %z, %tid.z; mov.u32 %a, %tid.y; mad.lo.u32 %z, %z, %y, %a;
    mov.u32 %a, %tid.x; mad.lo.u32 %z, %z, %x, %a;
    mov.u32 %g, %ctaid.z; mov.u32 %a, %nctaid.y; mov.u32 %y, %ctaid.y; mad.lo.u32 %g, %g, %a, %y;
    mov.u32 %a, %nctaid.x; mov.u32 %y, %ctaid.x; mad.lo.u32 %g, %g, %a, %y;
    ld.param.u64 %in, [count]; cvt.u32.u64 %a, %in; mad.lo.u32 %z, %g, %a, %z;
    ld.param.u64 %out, [out]; mad.wide.u32 %out, %z, 64, %out;
    """
    body += "".join(f"mov.u32 %x, {name}; st.global.u32 [%out+{4 * i}], %x;\n" for i, name in enumerate(names)) + "ret;"
    kernel = Kernel(gpu, entry(body, ".param .u64 out, .param .u64 count"))
    (got,) = kernel(grid, block, np.zeros((12 * threads, 16), np.uint32), threads)
    g, t = np.divmod(np.arange(12 * threads), threads)
    expected = [t % block[0], t // block[0] % block[1], t // block[0] // block[1], g % 2, g // 2 % 3, g // 6]
    expected += [np.full_like(t, size) for size in (*block, *grid)]
    expected += [t % 32, t // 32, np.full_like(t, -(-threads // 32)), (1 << (t % 32)) - 1]
    assert np.array_equal(got, np.stack(expected, axis=1))


def test_clocks_go_on(gpu: Gpu) -> None:
    body = """.reg .b64 %c, %d; .reg .pred %p, %q; .reg .b32 %x;
    mov.u64 %c, %clock64; mov.u64 %d, %clock64; setp.ge.u64 %p, %d, %c;
    mov.u64 %c, %globaltimer; mov.u64 %d, %globaltimer; setp.ge.and.u64 %q, %d, %c, %p;
    setp.gt.and.u64 %q, %c, 1600000000000000000, %q;
    selp.u32 %x, 1, 0, %q; st.global.u32 [%out], %x; ret;"""
    assert (per_thread(gpu, body, 32) == 1).all()
