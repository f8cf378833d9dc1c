"""Constant expressions of PTX (PTX ISA 4.5): literals, operators, their order, types. Expected values worked out by
hand; where the manual is silent (remainders, shift counts) they are what the CUDA toolkit's assembler gives."""

from __future__ import annotations

import struct

import pytest
from frontend import HEAD, INVALID_PTX, Frontend

INTEGERS = {
    "0": 0,
    "017": 15,
    "0x1fU": 31,
    "0XFF": 255,
    "0b101": 5,
    "12U": 12,
    "WARP_SZ": 32,
    "3+4*2": 11,
    "(3+4)*2": 14,
    "5 - 3 - 1": 1,
    "100 / 7 * 7": 98,
    "2*3 % 4": 2,
    "7 % 3": 1,
    "-7 % 3": 0,
    "-7 / 2": -3,
    "-9 / 2U": (2**64 - 9) // 2,
    "(.s64)0x8000000000000000 / -1": -(2**63),
    "1 << 4": 16,
    "1 << 2 + 1": 8,
    "1 << 65": 2,
    "-5 >> 1": -3,
    "(.u64)-1 >> 60": 15,
    "(.s64)0xFFFFFFFFFFFFFFFF >> 4": -1,
    "~0": -1,
    "!5": 0,
    "!0": 1,
    "-(-5)": 5,
    "- -5": 5,
    "3 - -2": 5,
    "+5": 5,
    "~5 & 0xff": 250,
    "1|2^3&5": 1 | (2 ^ (3 & 5)),
    "5 == 5": 1,
    "5 != 5": 0,
    "10 >= 10": 1,
    "9 <= 8": 0,
    "-1 < 0": 1,
    "-1 < 0U": 0,
    "1 < 2 < 3": 1,
    "3 > 2 && 1 < 2 || 0": 1,
    "5 && 0": 0,
    "!1 || 1": 1,
    "1 ? 2 : 3": 2,
    "0 ? 2 : 1 ? 7 : 9": 7,
    "1 ? 0 ? 1 : 2 : 3": 2,
    "1 == 2 ? 3 + 1 : 4 * 2": 8,
    "((((((5))))))": 5,
    "1.5 < 2.0": 1,
    "!1.5": 0,
    "0xFF00(131187)": (131187 & 0xFF00) >> 8,
}

FLOATS = {
    "1.5": 1.5,
    "-1.5": -1.5,
    "5.": 5.0,
    ".5": 0.5,
    "1e3": 1000.0,
    "1.5E-3": 0.0015,
    "1.0+2.5*2.0": 6.0,
    "1.0/3.0": 1.0 / 3.0,
    "-(1.0 - 0.25)": -0.75,
    "2.5e-310": 2.5e-310,
    "1.7976931348623157e308": 1.7976931348623157e308,
    "0.1000000000000000055511151231257827021181583404541015625": 0.1,
    "9007199254740993.0": 9007199254740992.0,
    "0d3FF8000000000000": 1.5,
    "0F3FC00000": 1.5,
    "-0.0": -0.0,
}


@pytest.mark.parametrize(("text", "value"), INTEGERS.items())
def test_integer_expressions(frontend: Frontend, text: str, value: int) -> None:
    listing = frontend.read(f"{HEAD}.global .u64 a = {text};")
    assert listing.result == 0, listing.log
    assert listing.starting("var")[0].split("init=")[1] == (value % 2**64).to_bytes(8, "little").hex()


@pytest.mark.parametrize(("text", "value"), INTEGERS.items())
def test_the_same_expressions_as_operands(frontend: Frontend, text: str, value: int) -> None:
    if text.startswith("0xFF00("):
        return
    listing = frontend.body(
        f"mov.u64 %rd1, {text};\nld.global.u32 %r1, [%rd1+({text})];\nst.global.u32 [gv+({text})], %r1;"
    )
    signed = (value + 2**63) % 2**64 - 2**63
    assert listing.result == 0, listing.log
    offset = f"{signed:+}" if signed else ""
    assert [line.split(" | ")[1] for line in listing.starting("insn")[1:]] == [
        f"%rd1 {signed}",
        f"%r1 [%rd1{offset}]",
        f"[gv{offset}] %r1",
    ]


@pytest.mark.parametrize(("text", "value"), FLOATS.items())
def test_float_expressions(frontend: Frontend, text: str, value: float) -> None:
    listing = frontend.read(f"{HEAD}.global .f64 a = {text};")
    assert listing.result == 0, listing.log
    assert listing.starting("var")[0].split("init=")[1] == struct.pack("<d", value).hex()


def test_float_literals_in_operands_keep_their_form(frontend: Frontend) -> None:
    listing = frontend.body(
        "mov.f32 %f1, 0f7FC00001;\nmov.f32 %f1, -0f3F800000;\nmov.f64 %fd1, 0dFFF8000000000001;\nmov.f32 %f1, 2.0;"
    )
    assert [line.split(" | ")[1] for line in listing.starting("insn")[1:]] == [
        "%f1 0f7FC00001",
        "%f1 0fBF800000",
        "%fd1 0dFFF8000000000001",
        "%f1 0d4000000000000000",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "* 2",
        "(1",
        "1)",
        "1 2",
        "1 ? 2",
        "1 : 2",
        "(1 ? 2 : 3",
        "5 / 0",
        "5 % 0",
        "(.s32)1",
        "(.s64",
        "1.5 << 2",
        "~1.5",
        "0x",
        "0b",
        "0b12",
        "08",
        "12abc",
        "0f3F80",
        "0f3F8000000",
        "1e999",
        "1.0f",
        "1..2",
        "18446744073709551616",
        "0(5)",
        "unknown",
        "generic(5)",
        "(" * 200 + "1" + ")" * 200,
        "-" * 200 + "1",
        "1" + "0" * 5000 + ".0",
    ],
)
def test_wrong_expressions_are_refused(frontend: Frontend, text: str) -> None:
    listing = frontend.read(f"{HEAD}.global .u64 a = {text};")
    assert listing.result == INVALID_PTX
    assert listing.log.startswith("line 4; error   : ")


def test_long_expressions_are_read_in_one_pass(frontend: Frontend) -> None:
    listing = frontend.read(f"{HEAD}.global .u64 a = {'1+' * 50_000}1;")
    assert listing.starting("var")[0].endswith("init=" + (50_001).to_bytes(8, "little").hex())
