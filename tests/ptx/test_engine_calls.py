"""Calls: parameters, results, recursion, pointers to functions (PTX ISA 7.1, 9.7.12.5)."""

from __future__ import annotations

import numpy as np
import pytest
from ptxdriver import CudaError, Gpu
from ptxkernels import Kernel, entry, fault, per_thread

FIB = """.func (.param .b32 result) fib(.param .b32 n) {
    .reg .b32 %n, %a, %b; .reg .pred %p;
    ld.param.u32 %n, [n]; setp.lt.u32 %p, %n, 2; @%p bra SMALL;
    { .param .b32 x; .param .b32 r; sub.u32 %a, %n, 1; st.param.b32 [x], %a; call (r), fib, (x); ld.param.b32 %b, [r]; }
    { .param .b32 x; .param .b32 r; sub.u32 %a, %n, 2; st.param.b32 [x], %a; call (r), fib, (x); ld.param.b32 %a, [r]; }
    add.u32 %n, %a, %b;
    SMALL: st.param.b32 [result], %n; ret;
}"""


def fib(n: int) -> int:
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def test_recursion_to_a_depth_for_each_thread(gpu: Gpu) -> None:
    body = """.reg .b32 %n; .param .b32 x; .param .b32 r;
    rem.u32 %n, %t, 13; st.param.b32 [x], %n; call (r), fib, (x); ld.param.b32 %n, [r]; st.global.u32 [%out], %n; ret;"""
    assert per_thread(gpu, body, 160, before=FIB).tolist() == [fib(t % 13) for t in range(160)]


def test_recursion_without_end_is_a_fault_and_the_device_lives(gpu: Gpu, capfd: pytest.CaptureFixture[str]) -> None:
    endless = """.func endless(.param .b32 n) { .reg .b32 %n; .param .b32 x;
    ld.param.b32 %n, [n]; add.u32 %n, %n, 1; st.param.b32 [x], %n; call endless, (x); ret; }"""
    body = ".param .b32 x; st.param.b32 [x], %t; call endless, (x); ret;"
    with Gpu() as other, fault(719):
        Kernel(other, entry(body, before=endless))(1, 64, np.zeros(64, np.uint32))
    assert "call stack overflow" in capfd.readouterr().err
    test_recursion_to_a_depth_for_each_thread(gpu)


def test_guarded_call(gpu: Gpu) -> None:
    body = """.reg .b32 %n, %o; .reg .pred %p; .param .b32 x; .param .b32 r;
    and.b32 %o, %t, 1; setp.eq.u32 %p, %o, 1; mov.u32 %n, 99; st.param.b32 [x], 7;
    @%p call (r), fib, (x);
    @%p ld.param.b32 %n, [r];
    st.global.u32 [%out], %n; ret;"""
    assert per_thread(gpu, body, 50, before=FIB).tolist() == [13 if t % 2 else 99 for t in range(50)]


def test_structures_go_by_value_both_ways(gpu: Gpu) -> None:
    swap = """.func (.param .align 8 .b8 r[24]) swap(.param .align 8 .b8 s[24], .param .b32 i) {
    .reg .b64 %a, %b, %at; .reg .b32 %i;
    ld.param.v2.b64 {%a, %b}, [s]; st.param.b64 [r], %b; st.param.b64 [r+8], %a;
    ld.param.b32 %i, [i]; mul.wide.u32 %at, %i, 4; mov.b64 %a, s; add.u64 %at, %at, %a;
    ld.param.b32 %i, [%at]; st.param.b32 [r+16], %i; st.param.b32 [r+20], 5; ret; }"""
    body = """.reg .b64 %a, %b; .reg .b32 %i, %x, %y;
    .param .align 8 .b8 s[24]; .param .align 8 .b8 r[24]; .param .b32 i;
    cvt.u64.u32 %a, %t; st.param.b64 [s], %a; st.param.v2.b32 [s+8], {70, 80}; st.param.b64 [s+16], 0;
    and.b32 %i, %t, 3; st.param.b32 [i], %i; call (r), swap, (s, i);
    ld.param.b32 %x, [r]; ld.param.b32 %y, [r+8]; mad.lo.u32 %x, %x, 1000, %y;
    ld.param.b32 %y, [r+16]; mad.lo.u32 %x, %x, 100, %y; ld.param.b32 %y, [r+20]; add.u32 %x, %x, %y;
    st.global.u32 [%out], %x; ret;"""
    expected = [(70 * 1000 + t) * 100 + [t, 0, 70, 80][t & 3] + 5 for t in range(60)]
    assert per_thread(gpu, body, 60, before=swap).tolist() == expected


FUNCTIONS = """
.func (.param .b32 r) add(.param .b32 a, .param .b32 b) {
    .reg .b32 %a, %b; ld.param.b32 %a, [a]; ld.param.b32 %b, [b]; add.u32 %a, %a, %b; st.param.b32 [r], %a; ret; }
.func (.param .b32 r) mul(.param .b32 a, .param .b32 b) {
    .reg .b32 %a, %b; ld.param.b32 %a, [a]; ld.param.b32 %b, [b]; mul.lo.u32 %a, %a, %b; st.param.b32 [r], %a; ret; }
.func (.param .b32 r) first(.param .b32 a, .param .b32 b) {
    .reg .b32 %a; ld.param.b32 %a, [a]; st.param.b32 [r], %a; ret; }
.func (.param .b32 r) one(.param .b32 a) { .reg .b32 %a; ld.param.b32 %a, [a]; st.param.b32 [r], %a; ret; }
.global .align 8 .u64 table[4] = {add, mul, first, one};
"""
INDIRECT = """.reg .b32 %i, %v; .reg .b64 %f; .param .b32 a; .param .b32 b; .param .b32 r;
    rem.u32 %i, %t, {modulus}; mad.wide.u32 %f, %i, 8, table; ld.global.u64 %f, [%f];
    st.param.b32 [a], %t; st.param.b32 [b], 10;
    TYPE: .callprototype (.param .b32 _) _ (.param .b32 _, .param .b32 _);
    call (r), %f, (a, b), TYPE;
    ld.param.b32 %v, [r]; st.global.u32 [%out], %v; ret;"""


def test_each_thread_calls_its_own_function(gpu: Gpu) -> None:
    body = INDIRECT.replace("{modulus}", "3")
    expected = [[t + 10, t * 10, t][t % 3] for t in range(200)]
    assert per_thread(gpu, body, 200, before=FUNCTIONS).tolist() == expected


@pytest.mark.parametrize("address", [0, 8, 0x7FFF12345678])
def test_call_of_what_is_no_function(gpu: Gpu, address: int) -> None:
    body = INDIRECT.replace("ld.global.u64 %f, [%f]", f"mov.u64 %f, {address}").replace("{modulus}", "3")
    with Gpu() as other, fault(718):
        Kernel(other, entry(body, before=FUNCTIONS))(1, 32, np.zeros(32, np.uint32))


def test_call_of_a_function_of_another_type(gpu: Gpu) -> None:
    with Gpu() as other, fault(718):
        Kernel(other, entry(INDIRECT.replace("{modulus}", "4"), before=FUNCTIONS))(1, 32, np.zeros(32, np.uint32))


def test_barrier_inside_a_function_that_threads_reach_by_different_ways(gpu: Gpu) -> None:
    total = """.shared .align 4 .u32 sum;
    .func (.param .b32 r) total(.param .b32 a) { .reg .b32 %a; .reg .b32 %d;
    ld.param.b32 %a, [a]; atom.shared.add.u32 %d, [sum], %a; bar.sync 0; ld.shared.u32 %a, [sum]; st.param.b32 [r], %a; ret; }"""
    body = """.reg .b32 %v, %x; .reg .pred %p; .param .b32 a; .param .b32 r;
    setp.ne.u32 %p, %t, 0; @%p bra GO; st.shared.u32 [sum], 0; GO: bar.sync 0;
    and.b32 %x, %t, 1; setp.eq.u32 %p, %x, 1; st.param.b32 [a], %t;
    @%p bra ODD;
    call (r), total, (a); bra END;
    ODD: call (r), total, (a);
    END: ld.param.b32 %v, [r]; st.global.u32 [%out], %v; ret;"""
    assert (per_thread(gpu, body, 256, before=total) == 255 * 128).all()


def test_exit_inside_a_function_ends_the_thread(gpu: Gpu) -> None:
    deep = """.func deep(.param .b32 n) { .reg .b32 %n; .reg .pred %p, %q; .param .b32 x;
    ld.param.b32 %n, [n]; setp.eq.u32 %p, %n, 0; rem.u32 %n, %n, 5; setp.eq.u32 %q, %n, 4; @%q exit; @%p ret;
    ld.param.b32 %n, [n]; sub.u32 %n, %n, 1; st.param.b32 [x], %n; call deep, (x); ret; }"""
    body = """.param .b32 x; .reg .b32 %n; st.global.u32 [%out], 1; rem.u32 %n, %t, 8; st.param.b32 [x], %n; call deep, (x);
    bar.sync 0; st.global.u32 [%out], 2; ret;"""
    assert per_thread(gpu, body, 200, before=deep).tolist() == [1 if t % 8 >= 4 else 2 for t in range(200)]


def test_threads_spin_in_a_function_for_one_that_is_not_there_yet(gpu: Gpu) -> None:
    wait = """.global .align 4 .u32 flags[8];
    .func (.param .b32 r) wait(.param .b32 i) { .reg .b32 %i, %v; .reg .b64 %at; .reg .pred %p;
    ld.param.b32 %i, [i]; mul.wide.u32 %at, %i, 4; add.u64 %at, %at, flags;
    ld.volatile.global.u32 %v, [%at]; st.param.b32 [r], %v; ret; }"""
    body = """.reg .b32 %v; .reg .b64 %at; .reg .pred %p, %q; .param .b32 i; .param .b32 r;
    setp.eq.u32 %p, %t, 140; @%p bra SET; st.param.b32 [i], %block;
    SPIN: call (r), wait, (i); ld.param.b32 %v, [r]; setp.eq.u32 %q, %v, 0; @%q bra SPIN;
    st.global.u32 [%out], %v; ret;
    SET: st.volatile.global.u32 [flags], 5; st.global.u32 [%out], 6; ret;"""
    assert per_thread(gpu, body, 160, before=wait).tolist() == [6 if t == 140 else 5 for t in range(160)]


def test_unknown_function_is_refused_by_name(gpu: Gpu) -> None:
    gpu.activate()
    with pytest.raises(CudaError) as caught:
        gpu.load(entry("call cnp_launch; ret;", before=".extern .func cnp_launch();"))
    assert caught.value.code == 218
    assert "cnp_launch" in caught.value.log
