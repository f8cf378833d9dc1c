"""What only running shows of the front end: language that compiles to other instructions, and errors in the JIT log."""

from __future__ import annotations

import struct

import pytest
from ptxdriver import CudaError, Gpu

HEAD = ".version 8.0\n.target sm_80\n.address_size 64\n"
BODY = """.reg .pred %p<4>; .reg .b16 %h<4>; .reg .b32 %r<8>; .reg .b64 %rd<8>;
    ld.param.u64 %rd1, [out]; mov.u32 %r1, %tid.x;
"""


def run(gpu: Gpu, statements: str, module: str = "", words: int = 4) -> list[int]:
    """One thread runs the statements, which write 32-bit words to [%rd1]; returns these."""
    gpu.activate()
    loaded = gpu.load(f"{HEAD}{module}\n.visible .entry k(.param .u64 out) {{ {BODY} {statements}\nret; }}")
    buffer = gpu.upload(bytes(4 * words))
    gpu.launch(loaded, "k", 1, 1, [buffer.address])
    data = gpu.download(buffer)
    gpu.free(buffer)
    gpu.unload(loaded)
    return list(struct.unpack(f"<{words}I", data))


def test_parameters_in_registers(gpu: Gpu) -> None:
    module = """.func (.reg .b32 sum, .reg .b64 wide) f(.reg .b32 a, .param .b32 b) {
        .reg .pred p; .reg .b32 t; ld.param.b32 t, [b]; mov.b32 sum, a; mov.b64 wide, 7; setp.eq.s32 p, a, 100;
        @p ret; add.s32 sum, a, t; cvt.u64.u32 wide, sum; }"""
    statements = """call (%r2, %rd2), f, (40, %r1); st.u32 [%rd1], %r2; st.u64 [%rd1+8], %rd2;
        mov.b32 %r3, 100; call (%r4, %rd2), f, (%r3, 5); st.u32 [%rd1+4], %r4; st.u32 [%rd1+12], %rd2;"""
    assert run(gpu, statements, module) == [40, 100, 40, 7]


def test_alias_is_called(gpu: Gpu) -> None:
    module = """.visible .func (.param .b32 r) f(); .visible .func (.param .b32 r) g() { st.param.b32 [r], 77; ret; }
        .alias f, g;"""
    assert run(gpu, "call (%r2), f; st.u32 [%rd1], %r2;", module)[0] == 77


def test_addresses_in_initial_values(gpu: Gpu) -> None:
    """A pointer, a pointer with an offset, and one spelled byte by byte, as LLVM writes them in packed structures."""
    bytes_of_x = ", ".join(f"0xff{'00' * i}(generic(x)+8)" for i in range(8))
    module = f""".global .u32 x[4] = {{11, 22, 33, 44}}; .global .u64 table[2] = {{generic(x), generic(x)+12}};
        .global .align 8 .u8 packed[8] = {{{bytes_of_x}}};"""
    statements = """ld.global.u64 %rd2, [table]; ld.u32 %r2, [%rd2]; ld.global.u64 %rd2, [table+8]; ld.u32 %r3, [%rd2];
        ld.global.u64 %rd2, [packed]; ld.u32 %r4, [%rd2]; st.v4.u32 [%rd1], {%r2, %r3, %r4, 0};"""
    assert run(gpu, statements, module) == [11, 44, 33, 0]


def test_function_addresses_in_initial_values(gpu: Gpu) -> None:
    module = """.func (.param .b32 r) one() { st.param.b32 [r], 1; ret; } .func (.param .b32 r) two() { st.param.b32 [r], 2; ret; }
        .global .u64 table[2] = {one, two};"""
    statements = """P: .callprototype (.param .b32 _) _ (); ld.global.u64 %rd2, [table]; ld.global.u64 %rd3, [table+8];
        call (%r2), %rd2, (), P; call (%r3), %rd3, (), P; st.v2.u32 [%rd1], {%r2, %r3};"""
    assert run(gpu, statements, module)[:2] == [1, 2]


def test_negated_predicates_in_logic(gpu: Gpu) -> None:
    statements = """setp.eq.u32 %p1, %r1, 0; setp.ne.u32 %p2, %r1, 0; and.pred %p3, %p1, !%p2; selp.u32 %r2, 1, 0, %p3;
        or.pred %p3, !%p1, %p2; selp.u32 %r3, 1, 0, %p3; mov.pred %p3, !%p2; selp.u32 %r4, 1, 0, %p3;
        xor.pred %p3, %p1, 1; selp.u32 %r5, 1, 0, %p3; st.v4.u32 [%rd1], {%r2, %r3, %r4, %r5};"""
    assert run(gpu, statements) == [1, 0, 1, 0]


def test_labels_of_repeated_blocks(gpu: Gpu) -> None:
    block = (
        "{ W: add.u32 %r2, %r2, 1; setp.lt.u32 %p1, %r2, %r3; @%p1 bra W; bra D; mov.u32 %r2, 1000; D: add.u32 %r3,"
        " %r3, 10; }"
    )
    assert run(gpu, f"mov.u32 %r2, 0; mov.u32 %r3, 5; {block} {block} {block} st.v2.u32 [%rd1], {{%r2, %r3}};")[:2] == [
        25,
        35,
    ]


def test_branch_through_a_table(gpu: Gpu) -> None:
    cases = "A: mov.u32 %r3, 10; bra E; B: mov.u32 %r3, 20; bra E; C: mov.u32 %r3, 30; E:"
    table = "T: .branchtargets B, A, C;"
    stored = [run(gpu, f"{table} mov.u32 %r2, {i}; brx.idx %r2, T; {cases} st.u32 [%rd1], %r3;")[0] for i in range(3)]
    assert stored == [20, 10, 30]


def test_vector_registers_and_inner_names(gpu: Gpu) -> None:
    statements = """.reg .v4 .u32 v; .reg .v2 .u32 w<2>; mov.u32 v.x, 1; mov.u32 v.y, 2; mov.u32 v.b, 3; mov.u32 v.w, 4;
        { .reg .u64 %r2; mov.u64 %r2, 9; } mov.u32 w1.x, v.z; mov.u32 v.z, 30; add.u32 v.w, v.w, w1.x; st.v4.u32 [%rd1], v;"""
    assert run(gpu, statements) == [1, 2, 30, 7]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            ".version 8.0\n.target sm_80\n.entry k() {\nfoo.bar 1;\n}",
            218,
            "line 4; error   : Unknown instruction 'foo.bar'",
        ),
        (
            ".version 8.0\n.target sm_80\n.entry k() {\nmov.u32 %r1, 1;\n}",
            218,
            "line 4; error   : Unknown symbol '%r1'",
        ),
        (
            ".version 8.0\n.target sm_80\n.entry k() {\nwgmma.fence.sync.aligned;\n}",
            218,
            "line 4; error   : Instruction 'wgmma.fence.sync.aligned' is not implemented by softgpu",
        ),
        (".version 99.0\n.target sm_80\n", 222, "line 1; error   : Unsupported .version 99.0"),
        # Read by the front end, but refused by lowering.
        (
            ".version 8.6\n.target sm_100\n.entry k() {\n.reg .f32 d;\nredux.sync.min.f32 d, d, 1;\n}",
            218,
            "line 5; error   : ",
        ),
    ],
)
def test_refused_module_says_why_in_the_jit_log(gpu: Gpu, text: str, code: int, message: str) -> None:
    gpu.activate()
    with pytest.raises(CudaError) as caught:
        gpu.load(text)
    assert caught.value.code == code
    assert message in caught.value.log
