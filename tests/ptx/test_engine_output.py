"""What kernels can ask of the runtime: printf, malloc and free, assertions (CUDA C++ Programming Guide,
10.33-10.35).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from patience import PATIENCE_S
from ptxdriver import Gpu, library_path
from ptxkernels import Kernel, entry, fault

EXTERNS = """
.extern .func (.param .b32 r) vprintf(.param .b64 f, .param .b64 a);
.extern .func (.param .b64 r) malloc(.param .b64 n);
.extern .func free(.param .b64 p);
.extern .func __assertfail(.param .b64 m, .param .b64 f, .param .b32 l, .param .b64 n, .param .b64 c);
"""


def text(name: str, value: str) -> str:
    data = value.encode() + b"\0"
    return f".global .align 1 .b8 {name}[{len(data)}] = {{{', '.join(map(str, data))}}};\n"


PRINT = EXTERNS + text("format", "[%d|%5.2f|%-4s|%c|%llx|%%|%u]\n") + text("word", "ab")
PRINT_BODY = """.local .align 8 .b8 args[48]; .param .b64 f; .param .b64 a; .param .b32 r; .reg .b64 %a; .reg .f64 %d; .reg .b32 %x;
    st.local.u32 [args], %t; cvt.rn.f64.u32 %d, %t; mul.f64 %d, %d, 0d3FF8000000000000; st.local.f64 [args+8], %d;
    mov.u64 %a, word; cvta.global.u64 %a, %a; st.local.u64 [args+16], %a; st.local.u32 [args+24], 120;
    st.local.u64 [args+32], 0xfedcba9876543210; st.local.u32 [args+40], 4000000000;
    mov.u64 %a, format; cvta.global.u64 %a, %a; st.param.b64 [f], %a; mov.u64 %a, args; cvta.local.u64 %a, %a; st.param.b64 [a], %a;
    call (r), vprintf, (f, a); ld.param.b32 %x, [r]; st.global.u32 [%out], %x; ret;"""

PROGRAM = """
import sys; sys.path[:0] = {places!r}
import numpy as np
from ptxdriver import Gpu
from ptxkernels import Kernel, entry
from test_engine_output import PRINT, PRINT_BODY
with Gpu() as gpu:
    (out,) = Kernel(gpu, entry(PRINT_BODY, before=PRINT))(1, 3, np.zeros(3, np.uint32))
    assert out.tolist() == [6, 6, 6], out
"""


def test_printf_formats_as_the_host_does() -> None:
    places = [str(directory) for directory in Path(__file__).parents[:2]]
    run = subprocess.run([sys.executable, "-c", PROGRAM.format(places=places)], env={"SOFTGPU_LIB": str(library_path())},
                         capture_output=True, text=True, timeout=PATIENCE_S)  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [f"[{t}|{t * 1.5:5.2f}|ab  |x|fedcba9876543210|%|4000000000]" for t in range(3)]


def test_allocations_of_threads_are_apart_and_can_be_freed(gpu: Gpu) -> None:
    body = """.reg .b64 %p, %n; .reg .b32 %v, %i, %s; .reg .pred %q; .param .b64 n; .param .b64 r; .param .b64 p;
    mov.u32 %s, 0; mov.u32 %i, 0;
    AGAIN: st.param.b64 [n], 40; call (r), malloc, (n); ld.param.b64 %p, [r];
    st.u32 [%p], %t; st.u32 [%p+36], %i; bar.sync 0;
    ld.u32 %v, [%p]; add.u32 %s, %s, %v; ld.u32 %v, [%p+36]; add.u32 %s, %s, %v;
    st.param.b64 [p], %p; call free, (p);
    add.u32 %i, %i, 1; setp.lt.u32 %q, %i, 3000; @%q bra AGAIN;
    st.param.b64 [n], 100000000; call (r), malloc, (n); ld.param.b64 %p, [r]; setp.eq.u64 %q, %p, 0; @%q add.u32 %s, %s, 7;
    st.global.u32 [%out], %s; ret;"""
    (out,) = Kernel(gpu, entry(body, before=EXTERNS))(1, 64, np.zeros(64, np.uint32))
    assert out.tolist() == [3000 * t + 3000 * 2999 // 2 + 7 for t in range(64)]


def test_failed_assertion_says_where(capfd) -> None:
    before = EXTERNS + text("message", "x > 0") + text("file", "a.cu") + text("function", "void k()")
    body = """.reg .b64 %a; .reg .pred %q; .param .b64 m; .param .b64 f; .param .b32 l; .param .b64 n; .param .b64 c;
    setp.ne.u32 %q, %t, 5; @%q ret;
    cvta.global.u64 %a, message; st.param.b64 [m], %a; cvta.global.u64 %a, file; st.param.b64 [f], %a;
    st.param.b32 [l], 12; cvta.global.u64 %a, function; st.param.b64 [n], %a; st.param.b64 [c], 1;
    call __assertfail, (m, f, l, n, c); ret;"""
    with Gpu() as other, fault(710):
        Kernel(other, entry(body, before=before))(1, 32, np.zeros(32, np.uint32))
    assert "a.cu:12: void k(): block: [0,0,0], thread: [5,0,0] Assertion `x > 0` failed." in capfd.readouterr().err
