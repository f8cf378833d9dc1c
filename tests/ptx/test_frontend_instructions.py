"""Instructions as the front end hands them to lowering: opcode, types, modifiers, operands (PTX ISA 9).

instructions.txt holds legal statements and their listing, refused.txt illegal ones and the message; which is which was
compared with the CUDA toolkit's assembler.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from checkout import ROOT
from frontend import INVALID_PTX, Frontend

HERE = Path(__file__).resolve().parent


def table(name: str) -> list[tuple[str, str]]:
    """The rows `statement  ==>  expected` of a file."""
    rows = [line.split("  ==>  ") for line in (HERE / name).read_text().splitlines()]
    return [(statement.rstrip(), expected) for statement, expected in rows]


def operands(frontend: Frontend, statements: str) -> list[str]:
    """For each instruction its name and operands."""
    listing = frontend.body(statements)
    assert listing.result == 0, listing.log
    return [line.split(" ", 1)[1].rsplit("|", 1)[0].strip() for line in listing.starting("insn")[1:]]


@pytest.mark.parametrize(("statement", "expected"), table("instructions.txt"))
def test_instruction(frontend: Frontend, statement: str, expected: str) -> None:
    listing = frontend.body(f"{statement};")
    assert listing.result == 0, listing.log
    (line,) = listing.starting("insn")[1:]
    assert line.startswith("5 ")
    assert line.split(" |", 1)[1].strip() == expected


@pytest.mark.parametrize(("statement", "expected"), table("refused.txt"))
def test_refused_instruction(frontend: Frontend, statement: str, expected: str) -> None:
    listing = frontend.body(f"{statement};")
    assert listing.result == INVALID_PTX
    assert listing.log == f"line 5; error   : {expected}"


def test_every_opcode_has_an_instruction_in_the_table() -> None:
    tables = [(ROOT / "softgpu/ptx" / name).read_text() for name in ("opcodes.def", "matrix.def", "video.def")]
    opcodes = set(re.findall(r"^X\((\w+),", "\n".join(tables), re.M))
    shown = {re.split(r"[ .]", expected.rsplit("| ", 1)[-1])[0] for _, expected in table("instructions.txt")}
    # A branch through a table needs several statements: test_indirect_branch_and_call.
    assert opcodes - shown == {"BRX"}


def test_every_modifier_has_an_instruction_in_the_table() -> None:
    words = set(re.findall(r'^(?:X|DROPPED)\("([^"]+)"', (ROOT / "softgpu/ptx/modifiers.def").read_text(), re.M))
    shown = {word for statement, _ in table("instructions.txt") for word in re.split(r"[ .]", statement)}
    assert words - shown == {"idx"}


@pytest.mark.parametrize(
    "name",
    [
        "mma.sp.sync.aligned.m16n8k32.row.col.f32.f16.f16.f32",
        "mma.sp::ordered_metadata.sync.aligned.m16n8k32.row.col.f32.f16.f16.f32",
        "cp.async.mbarrier.arrive.shared::cta.b64",
        "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes",
        "mbarrier.init.shared::cta.b64",
        "wgmma.fence.sync.aligned",
        "tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32",
        "fence.proxy.async",
        "barrier.cluster.arrive.aligned",
        "red.async.relaxed.cluster.shared::cluster.mbarrier::complete_tx::bytes.add.u32",
        "vmad.u32.u32.u32",
    ],
)
def test_instruction_of_a_later_tier_is_refused_by_name(frontend: Frontend, name: str) -> None:
    listing = frontend.body(f"ret;\n{name} %r1, %r2;")
    assert listing.result == INVALID_PTX
    assert listing.log == f"line 6; error   : Instruction '{name[:80]}' is not implemented by softgpu"


def test_special_register_that_softgpu_lacks_is_refused_by_name(frontend: Frontend) -> None:
    listing = frontend.body("mov.u32 %r1, %pm3;")
    assert listing.log == "line 5; error   : Special register '%pm3' is not implemented by softgpu"


def test_guards(frontend: Frontend) -> None:
    assert operands(frontend, "@%p1 mov.u32 %r1, 1; @!%p7 mov.u32 %r1, 2;\n@ %p2 exit;") == [
        "@%p1 mov.u32 | %r1 1",
        "@!%p7 mov.u32 | %r1 2",
        "@%p2 exit |",
    ]
    for wrong in ("@%r1 ret;", "@%p9 ret;", "@5 ret;", "@%p1;", "@%p1 { ret; }"):
        assert frontend.body(wrong).result == INVALID_PTX, wrong


def test_labels_number_instructions_forwards_and_backwards(frontend: Frontend) -> None:
    assert operands(frontend, "A: bra C; B: mov.u32 %r1, 1; bra A; C: @%p1 bra.uni B; bra D; D:") == [
        "bra | ->3",
        "mov.u32 | %r1 1",
        "bra | ->0",
        "@%p1 bra.uni | ->1",
        "bra | ->5",
    ]


def test_labels_belong_to_their_block(frontend: Frontend) -> None:
    """As in inline assembly that is expanded several times in one function."""
    assert operands(frontend, "{ W: @%p1 bra D; bra W; D: } { W: @%p1 bra D; bra W; D: } { { bra O; } } O:") == [
        "@%p1 bra | ->2",
        "bra | ->0",
        "@%p1 bra | ->4",
        "bra | ->2",
        "bra | ->5",
    ]
    assert operands(frontend, "D: { bra D; mov.u32 %r1, 1; D: }") == ["bra | ->2", "mov.u32 | %r1 1"]
    assert frontend.body("{ M: } bra M;").log == "line 5; error   : Label 'M' is not defined"


def test_indirect_branch_and_call(frontend: Frontend) -> None:
    statements = """T: .branchtargets A, B,
        A; brx.idx %r1, T; A: brx.idx.uni %r2, T; B:
        P : .callprototype (.param .b32 _) _ (.param .align 8 .b8 _[16], .param .b64 _) .noreturn;
        Q: .callprototype _ (); R: .calltargets ff;
        { .param .b32 q; .param .align 8 .b8 a[16]; .param .b64 b; call (q), %rd1, (a, b), P; call.uni %rd1, Q; }
        call (%r1), %rd2, (%r3), R; call (%r1), ff, (7); call (_), ff, (%r2);"""
    assert operands(frontend, statements) == [
        "brx.idx | %r1 targets:1:2:1",
        "brx.idx.uni | %r2 targets:1:2:1",
        "call | (q) %rd1 (a,b) proto0",
        "call.uni | () %rd1 () proto1",
        "call | (%r1) %rd2 (%r3) calls:ff",
        "call | (%r1) &ff (7)",
        "call | (_) &ff (%r2)",
    ]
    assert frontend.body(statements).starting("proto0") == ["results=1 params=2 result_bytes=4"]


def test_function_may_call_itself_with_its_own_signature(frontend: Frontend) -> None:
    head = ".version 8.0 .target sm_80 .func (.param .b32 r) f (.param .b32 a) { .reg .b32 x; "
    assert frontend.read(f"{head} call (x), f, (x); ret; }}").result == 0
    assert frontend.read(f"{head} call f, (x); ret; }}").log == "line 1; error   : Call has wrong number of parameters"


def test_inner_blocks_hide_names_until_they_end(frontend: Frontend) -> None:
    statements = """{ .reg .b64 %r<3>; mov.b64 %r2, 1; mov.b32 %r5, 2; { .reg .f32 %r2; mov.f32 %r2, 1.0; } mov.b64 %r2, 3; }
        mov.b32 %r2, 4; { .shared .b8 sv[16]; mov.u64 %rd1, sv; }"""
    assert frontend.body(statements).result == 0
    assert frontend.body("{ .reg .b32 t; } mov.b32 t, 1;").log == "line 5; error   : Unknown symbol 't'"


def test_ranges_of_registers(frontend: Frontend) -> None:
    """A name is split into prefix and number wherever that fits a range; numbers have no leading zero."""
    assert operands(frontend, ".reg .b32 a1<12>, a<5>, b, c1; mov.b32 a111, a4; mov.b32 b, c1; mov.b32 a10, a14;") == [
        "mov.b32 | a111 a4",
        "mov.b32 | b c1",
        "mov.b32 | a10 a14",
    ]
    assert frontend.body(".reg .b32 a<1000000>; mov.b32 a999999, 1;").result == 0
    for wrong in (
        ".reg .b32 a<5>; mov.b32 a5, 1;",
        ".reg .b32 a<5>; mov.b32 a, 1;",
        ".reg .b32 a<5>; .reg .b64 a<3>;",
        ".reg .b32 a; .reg .b32 a;",
        ".reg .b32 a<99999999>;",
        ".reg .b32 a<-1>;",
        ".reg .b32 a<5",
        ".reg .b32 a<600000>; .reg .b32 b<600000>;",
    ):
        assert frontend.body(wrong).result == INVALID_PTX, wrong


def test_vector_registers(frontend: Frontend) -> None:
    listing = frontend.body(
        ".reg .v4 .f32 v, w<2>; ld.global.v4.f32 v, [%rd1];\nmov.f32 v.x, w1.w; mov.f32 v.g, 1.0; st.global.v4.f32"
        " [%rd1], w1;"
    )
    assert listing.result == 0, listing.log
    assert "{v,v,v,v} [%rd1]" in listing.starting("insn")[1]
    assert frontend.body(".reg .v2 .f32 v; mov.f32 v.z, 1.0;").result == INVALID_PTX


def test_vector_of_one_is_a_scalar(frontend: Frontend) -> None:
    assert operands(frontend, "ld.global.b32 {%r1}, [%rd1]; st.global.b32 [%rd1], {%r1};") == [
        "ld.global.b32 | %r1 [%rd1]",
        "st.global.b32 | [%rd1] %r1",
    ]


def test_layout_of_the_text_does_not_matter(frontend: Frontend) -> None:
    assert operands(
        frontend,
        "ld\n.global\t.v2 .u32/* x */{ %r1 ,// y\n%r2 } , [ %rd1\n+ 4 ]\n;@%p1\nbra\nL;L\n:add .s32 %r1,%r2,%r3;ret ;",
    ) == ["ld.global.v2.u32 | {%r1,%r2} [%rd1+4]", "@%p1 bra | ->2", "add.s32 | %r1 %r2 %r3", "ret |"]


def test_instruction_carries_the_line_of_its_name(frontend: Frontend) -> None:
    listing = frontend.body("mov.u32\n%r1,\n1; // x\n/* \n\n */ @%p1\nret;\n.loc 1 99 1\nexit;")
    assert [line.split()[0] for line in listing.starting("insn")[1:]] == ["5", "11", "13"], listing.log
