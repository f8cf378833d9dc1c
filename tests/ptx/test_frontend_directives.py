"""Every directive of a PTX module becomes the structures of ptx.h (PTX ISA 5, 7, 11)."""

from __future__ import annotations

import pytest
from frontend import HEAD, INVALID_PTX, UNSUPPORTED_PTX_VERSION, Frontend

# Declaration -> the listing of the first variable.
VARIABLES = {
    ".global .u32 a;": "a global u32 size=4 align=4",
    ".visible .global .u32 a;": "a global u32 size=4 align=4 visible",
    ".weak .global .u32 a = 5;": "a global u32 size=4 align=4 visible init=05000000",
    ".common .global .u32 a;": "a global u32 size=4 align=4 visible",
    ".extern .global .u32 a;": "a global u32 size=4 align=4 external",
    ".extern .shared .align 16 .b8 a[];": "a shared b8 size=0 align=16 external",
    ".shared .align 4 .b8 a[512];": "a shared b8 size=512 align=4",
    ".const .align 8 .b8 a[16] = {1, 2};": "a const b8 size=16 align=8 init=01020000000000000000000000000000",
    ".const[3] .u32 a;": "a const u32 size=4 align=4",
    ".global .v4 .f32 a;": "a global f32 size=16 align=16",
    ".global .align 32 .v2 .u64 a[3];": "a global u64 size=48 align=32",
    ".global .f64 a[2][3][4];": "a global f64 size=192 align=8",
    ".global .b128 a;": "a global b128 size=16 align=16",
    ".global .f16x2 a;": "a global f16x2 size=4 align=4",
    ".global .texref a;": "a global b64 size=8 align=8",
    ".global .samplerref a = { addr_mode_0 = wrap, filter_mode = nearest };": "a global b64 size=8 align=8",
    ".global .attribute(.managed) .align 4 .u32 a = 7;": "a global u32 size=4 align=4 managed init=07000000",
    ".global .attribute(.unified(1, 2)) .u32 a;": "a global u32 size=4 align=4",
}

# Initial values -> bytes.
INITIAL_VALUES = {
    ".u8 a[3] = {1, 2, 255}": "0102ff",
    ".s8 a[4] = {-1, -128, 127}": "ff807f00",
    ".u16 a = 0x1234": "3412",
    ".u32 a = 0x1234567890": "90785634",
    ".u64 a = 18446744073709551615": "ff" * 8,
    ".f32 a[3] = {1.0, -2.5, 0f40490FDB}": "0000803f000020c0db0f4940",
    ".f64 a[2] = {1.5, 0d400921FB54442D18}": "000000000000f83f182d4454fb210940",
    ".f32 a = 0.1": "cdcccc3d",
    ".f64 a = 123456789.123456789": "756b7e54346f9d41",
    ".f64 a = 1e-3": "fca9f1d24d62503f",
    ".b32 a = 1.5": "0000c03f",
    ".b32 a = 0f3F800000": "0000803f",
    ".b64 a = 1.5": "000000000000f83f",
    ".u16 a[2][3] = {{1, 2, 3}, {4, 5}}": "010002000300040005000000",
    ".u16 a[2][3] = {{1}, {4, 5}}": "010000000000040005000000",
    ".u16 a[][2] = {{1, 2}, {3}}": "0100020003000000",
    ".u8 a[] = {1, 2, 3}": "010203",
    ".u16 a[4] = {1, 2, 3, 4}": "0100020003000400",
    ".v2 .u16 a[2] = {{1, 2}, {3, 4}}": "0100020003000400",
}

# Initial values with addresses -> relocations; x is a variable, f a function.
RELOCATIONS = {
    ".u64 a = x": "reloc=0:x+0:8>>0",
    ".u64 a = x+4": "reloc=0:x+4:8>>0",
    ".u64 a = generic(x)+8": "reloc=0:generic x+8:8>>0",
    ".u64 a = f": "reloc=0:f+0:8>>0",
    ".u64 a[3] = {0, f, generic(x)}": "reloc=8:f+0:8>>0 reloc=16:generic x+0:8>>0",
    ".u64 a[2] = {x+(2*4), 5}": "reloc=0:x+8:8>>0",
    ".u8 a[2] = {0xff(x), 0xff00(x+4)}": "reloc=0:x+0:1>>0 reloc=1:x+4:1>>8",
    ".u8 a[1] = {0xFF0000(generic(x)+4)}": "reloc=0:generic x+4:1>>16",
}

# What may stand between the parameters and the body -> how the entry's line ends.
PERFORMANCE = {
    "": "",
    ".maxntid 128": "maxntid=128x1x1",
    ".maxntid 16, 8": "maxntid=16x8x1",
    ".maxntid 16, 4, 2 .minnctapersm 2": "maxntid=16x4x2 minnctapersm=2 maxnreg=0",
    ".reqntid 32, 2, 1": "reqntid=32x2x1",
    ".maxnreg 64": "minnctapersm=0 maxnreg=64",
    ".maxntid 64 .maxclusterrank 4": "maxntid=64x1x1",
    ".reqntid 64 .reqnctapercluster 2, 1, 1 .explicitcluster": "reqntid=64x1x1 cluster=2x1x1",
    ".reqntid 64 .reqnctapercluster 2 .blocksareclusters": "reqntid=64x1x1 cluster=2x1x1",
    '.pragma "nounroll"; .maxntid 32': "maxntid=32x1x1",
}


@pytest.mark.parametrize(("declaration", "expected"), VARIABLES.items())
def test_variable_declarations(frontend: Frontend, declaration: str, expected: str) -> None:
    listing = frontend.read(HEAD + declaration)
    assert listing.starting("var") == [expected], listing.log


@pytest.mark.parametrize(("declaration", "expected"), INITIAL_VALUES.items())
def test_initial_values_become_bytes(frontend: Frontend, declaration: str, expected: str) -> None:
    listing = frontend.read(f"{HEAD}.global {declaration};")
    assert listing.starting("var")[0].endswith(f" init={expected}"), listing.log


@pytest.mark.parametrize(("declaration", "expected"), RELOCATIONS.items())
def test_addresses_in_initial_values_become_relocations(frontend: Frontend, declaration: str, expected: str) -> None:
    listing = frontend.read(f"{HEAD}.global .u32 x; .func f() {{ ret; }}\n.global {declaration};")
    (line,) = [line for line in listing.starting("var") if line.startswith("a ")]
    assert line[line.index("reloc") :] == expected


@pytest.mark.parametrize(
    "declaration",
    [
        ".global .u8 a[2] = {1, 2, 3};",
        ".global .u8 a[2][2] = {{1, 2, 3}};",
        ".global .u8 a[2] = {{1}};",
        ".global .u32 a = 1.0;",
        ".global .f16 a = 1.0;",
        ".global .u32 a = b;",
        ".global .u8 a = x;",
        ".global .u8 a[2] = {0xf0(x)};",
        ".global .u64 a = x * 2;",
        ".global .u64 a = generic(5);",
        ".shared .u32 a = 5;",
        ".extern .global .u32 a = 5;",
        ".global .u8 a[];",
        ".shared .u8 a[];",
        ".global .u8 a[-1];",
        ".global .u8 a[99999999999999];",
        ".global .u64 a[0x7fffffffffffffff][8];",
        ".global .align 3 .u8 a;",
        ".global .pred a;",
        ".global a;",
        ".global .u32 .u32 a;",
        ".global .u32 x; .global .u32 x;",
        ".local .u32 a;",
        ".param .u32 a;",
        ".reg .u32 a;",
        ".foo a;",
    ],
)
def test_wrong_declarations_are_refused_on_their_line(frontend: Frontend, declaration: str) -> None:
    listing = frontend.read(f"{HEAD}.global .u32 x;\n{declaration}")
    assert listing.result == INVALID_PTX
    assert listing.log.startswith("line 5; error   : ")


def test_extern_variable_and_its_definition_are_one(frontend: Frontend) -> None:
    before = frontend.read(f"{HEAD}.extern .global .u32 a; .global .u64 b = a; .visible .global .u32 a = 5;")
    after = frontend.read(f"{HEAD}.visible .global .u32 a = 5; .extern .global .u32 a;")
    assert before.starting("var")[0] == after.starting("var")[0] == "a global u32 size=4 align=4 visible init=05000000"
    assert before.starting("var")[1].endswith("reloc=0:a+0:8>>0")


def test_numbered_variables_are_declared_one_by_one(frontend: Frontend) -> None:
    listing = frontend.read(f"{HEAD}.global .u32 x<3>;\n.global .u64 a = x2;")
    assert [line.split()[0] for line in listing.starting("var")] == ["x0", "x1", "x2", "a"]


@pytest.mark.parametrize(("directives", "expected"), PERFORMANCE.items())
def test_performance_directives(frontend: Frontend, directives: str, expected: str) -> None:
    listing = frontend.read(f"{HEAD}.visible .entry k(.param .u32 a)\n{directives}\n{{ ret; }}")
    assert listing.starting("entry") == [f"k line=4 body visible bytes=4 {expected}".strip()], listing.log


def test_parameters_of_an_entry_are_laid_out_with_their_alignment(frontend: Frontend) -> None:
    parameters = """.param .u8 a, .param .u64 .ptr .global .align 16 b, .param .align 4 .b8 c[5], .param .u16 d,
        .param .texref t, .param .u64 .ptr e"""
    listing = frontend.read(f"{HEAD}.entry k({parameters}) {{ ret; }}")
    assert listing.starting("param") == [
        "a u8 offset=0 size=1 align=1",
        "b u64 offset=8 size=8 align=8",
        "c b8 offset=16 size=5 align=4",
        "d u16 offset=22 size=2 align=2",
        "t b64 offset=24 size=8 align=8",
        "e u64 offset=32 size=8 align=8",
    ]
    assert listing.starting("entry") == ["k line=4 body bytes=40"]


def test_functions_are_declared_defined_and_external(frontend: Frontend) -> None:
    listing = frontend.read(
        HEAD + ".extern .func (.param .b32 func_retval0) vprintf (.param .b64 f, .param .b64 a);\n"
        ".func (.param .align 16 .b8 r[32]) g (.param .b32 a);\n"
        ".func n () .noreturn;\n"
        ".weak .func (.param .align 16 .b8 r[32]) g (.param .b32 a) { ret; }\n"
        ".func (.param .align 16 .b8 r[32]) g (.param .b32 a);\n"
        ".func v (.param .b8 va[]) .abi_preserve 8 { ret; }\n"
    )
    assert listing.starting("func") == ["vprintf line=4", "g line=7 body visible", "n line=6 noreturn", "v line=9 body"]
    assert listing.starting("result")[1] == "r b8 offset=0 size=32 align=16"


def test_declarations_of_one_function_must_agree(frontend: Frontend) -> None:
    for second in (
        ".func f(.param .b64 a) { ret; }",
        ".func f(.param .b32 a, .param .b32 b);",
        ".func (.param .b32 r) f(.param .b32 a);",
    ):
        listing = frontend.read(f"{HEAD}.func f(.param .b32 a);\n{second}")
        assert listing.log == "line 5; error   : Inconsistent prototypes of 'f'"
    assert (
        frontend.read(f"{HEAD}.func f() {{ ret; }}\n.func f() {{ ret; }}").log
        == "line 5; error   : Function 'f' has two bodies"
    )


def test_parameters_in_registers_are_copied_from_and_to_param_space(frontend: Frontend) -> None:
    listing = frontend.read(
        HEAD
        + ".func (.reg .b32 r) f (.reg .b32 a, .param .b32 b) { .reg .pred p; setp.eq.s32 p, a, 0;\n@p ret; L: ret; }"
    )
    assert [line.split(" | ")[:2] for line in listing.starting("insn")] == [
        ["4 ld.param", "a [~]"],
        ["4 setp.eq.s32", "p a 0"],
        ["5 @p st.param", "[~] r"],
        ["5 @p ret", "| RET"],
        ["5 st.param", "[~] r"],
        ["5 ret", "| RET"],
        ["5 st.param", "[~] r"],
    ], listing.log


def test_calls_of_an_alias_go_to_the_function(frontend: Frontend) -> None:
    listing = frontend.read(
        HEAD
        + ".visible .func f(); .visible .func g() { ret; } .alias f, g;\n.global .u64 a = f;\n.entry k() { call f; }"
    )
    assert "reloc=0:g+0:8>>0" in listing.starting("var")[0]
    assert listing.starting("insn")[-1] == "6 call | () &g () | CALL"


def test_ring_of_aliases_ends(frontend: Frontend) -> None:
    ring = ".visible .func f(); .visible .func g(); .alias f, g; .alias g, f; .entry k() { call f; }"
    assert frontend.read(HEAD + ring).result == 0


def test_what_debuggers_read_is_passed_over(frontend: Frontend) -> None:
    listing = frontend.read(
        HEAD
        + '.file 1 "a.cu"\n.file 2 "b \\" }.cu", 1700000000, 4096\n@@DWARF .byte 5\n.entry k() {\n.loc 1 2 3\n.loc 1 2'
        " 3, function_name $L__info_string0, inlined_at 1 9 9\n.loc 1 2 3, function_name .debug_str + 5, inlined_at 1"
        ' 9 9\n@@ x\nret;\n.loc 1 4 5 exit;\n}\n.section .debug_str\n{\n$L__info_string0:\n.b8 0, "}" // }\n /* } */'
        ' { }\n}\n.section .debug_info { .b64 k }\n.pragma "a", "b";\n.global .u32 after;'
    )
    assert listing.starting("insn") == ["12 ret | | RET", "13 exit | | EXIT"], listing.log
    assert listing.starting("var") == ["after global u32 size=4 align=4"]


@pytest.mark.parametrize(
    ("head", "result"),
    [
        (".version 9.3\n.target sm_120a\n", 0),
        (".version 6.3\n.target sm_75, texmode_independent, debug\n.address_size 64\n", 0),
        ("// comment\n\n.version 7.0 .target sm_100f", 0),
        (".version 7.0\n.target compute_75\n", 0),
        (".version 10.0\n.target sm_75\n", UNSUPPORTED_PTX_VERSION),
        (".version 0.9\n.target sm_75\n", UNSUPPORTED_PTX_VERSION),
        (".version 7\n.target sm_75\n", INVALID_PTX),
        (".version 7.0.1\n.target sm_75\n", INVALID_PTX),
        (".version 7.0\n.target sm_75x\n", INVALID_PTX),
        (".version 1.4\n.target sm_10, map_f64_to_f32\n", 0),
        (".version 7.0\n.target sm_12, map_f64_to_f16\n", INVALID_PTX),
        (".version 7.0\n.target sm_75\n.address_size 32\n", INVALID_PTX),
        (".version 7.0\n", INVALID_PTX),
        (".target sm_75\n.version 7.0\n", INVALID_PTX),
        ("", INVALID_PTX),
        ("\x00.version 7.0\n.target sm_75\n", INVALID_PTX),
        (".version 7.0\n.target sm_75\n\x00 garbage", 0),
    ],
)
def test_header_of_a_module(frontend: Frontend, head: str, result: int) -> None:
    listing = frontend.read(head)
    assert listing.result == result, listing.log
    assert (listing.log == "") == (result == 0)


def old(statements: str, target: str = "sm_10") -> str:
    registers = ".reg .f32 %f<4>; .reg .f64 %d<4>; .reg .pred %p<2>; .reg .u64 %rd<2>;"
    return f".version 1.4\n.target {target}\n.entry k (.param .u64 p0) {{ {registers} {statements} }}\n"


@pytest.mark.parametrize(
    ("statement", "same"),
    [
        ("mad.f32 %f0, %f1, %f2, %f3;", "mad.rn.ftz.f32 %f0, %f1, %f2, %f3;"),
        ("add.f32 %f0, %f1, %f2;", "add.ftz.f32 %f0, %f1, %f2;"),
        ("setp.lt.f32 %p0, %f1, %f2;", "setp.lt.ftz.f32 %p0, %f1, %f2;"),
        ("rcp.approx.f32 %f0, %f1;", "rcp.approx.ftz.f32 %f0, %f1;"),
    ],
)
def test_before_sm_20_f32_has_no_subnormal_numbers_and_mad_no_rounding(frontend, statement, same):
    text = frontend.read(old(statement))
    assert text.result == 0, text.log
    modifiers = [line.replace(statement.split()[0], same.split()[0]) for line in text.lines]
    assert modifiers == list(frontend.read(old(same)).lines)
    assert text.lines[1:] != frontend.read(old(statement.replace("mad.", "mad.rn."), "sm_20")).lines[1:]


def test_before_sm_20_integers_are_what_they_are(frontend):
    for statement in ("cvt.s32.u16 %r0, %ctaid.x;", "mad.lo.s32 %r0, %r1, %r1, %r1;", "setp.lt.s32 %p0, %r0, %r1;"):
        text = frontend.read(old(".reg .s32 %r<2>;" + statement))
        assert text.result == 0, text.log
        assert text.lines[1:] == frontend.read(old(".reg .s32 %r<2>;" + statement, "sm_20")).lines[1:]


def test_from_sm_20_on_mad_needs_a_rounding(frontend):
    assert frontend.read(old("mad.f32 %f0, %f1, %f2, %f3;", "sm_20")).result == INVALID_PTX


@pytest.mark.parametrize("statement", ["add.f64 %d0, %d1, %d2;", "cvt.f64.f32 %d0, %f1;", "setp.lt.f64 %p0, %d1, %d2;"])
def test_what_would_compute_in_f32_instead_of_f64_is_refused_by_name(frontend, statement):
    listing = frontend.read(old(statement, "sm_10, map_f64_to_f32"))
    assert listing.result == INVALID_PTX
    assert f"'{statement.split()[0]}' under map_f64_to_f32" in listing.log


def test_an_f64_is_stored_as_ever_under_map_f64_to_f32(frontend):
    statements = "mov.u64 %rd0, 0; ld.global.f64 %d0, [%rd0]; mov.f64 %d1, %d0; st.global.f64 [%rd0], %d1;"
    listing = frontend.read(old(statements, "sm_10, map_f64_to_f32"))
    assert listing.result == 0, listing.log
