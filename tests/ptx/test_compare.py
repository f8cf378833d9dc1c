"""setp, set, selp, slct against the manual's definitions (PTX ISA 9.7.6)."""

from __future__ import annotations

import numpy as np
import pytest
from gpu import Lanes
from ieee754 import F32, F64
from operands import bits_of, float_tuples, integer_tuples, value
from ptxcheck import check, rows, same

SIGNED, UNSIGNED, BITS = ["s16", "s32", "s64"], ["u16", "u32", "u64"], ["b16", "b32", "b64"]
FLOATS = {"f32": F32, "f64": F64}
ORDER = {
    "eq": lambda x: x == 0, "ne": lambda x: x != 0, "lt": lambda x: x < 0,
    "le": lambda x: x <= 0, "gt": lambda x: x > 0, "ge": lambda x: x >= 0,
}  # fmt: skip
SPELLED = {"lo": "lt", "ls": "le", "hi": "gt", "hs": "ge"}
BOOLEAN = {"and": lambda t, c: t & c, "or": lambda t, c: t | c, "xor": lambda t, c: t ^ c}


def integer_model(name: str, kind: str):
    holds = ORDER[SPELLED.get(name, name)]
    return lambda a, b: int(holds(value(a, kind.replace("b", "u")) - value(b, kind.replace("b", "u"))))


def float_model(name: str, kind: str, ftz: bool):
    f = FLOATS[kind]

    def model(a: int, b: int) -> int:
        unordered = f.is_nan(a) or f.is_nan(b)
        if name in ("num", "nan"):
            return int(unordered == (name == "nan"))
        if unordered:
            return int(name.endswith("u"))
        a, b = (f.flush(a), f.flush(b)) if ftz else (a, b)
        # Infinity as a number beyond all others will do.
        x, y = (f.value(z) if not f.is_infinite(z) else (-1 if f.negative(z) else 1) * 2**2000 for z in (a, b))
        return int(ORDER[name.removesuffix("u")](x - y))

    return model


INTEGER_CASES = [(n, k) for k in SIGNED for n in ORDER] + [(n, k) for k in UNSIGNED for n in [*ORDER, *SPELLED]]
INTEGER_CASES += [(n, k) for k in BITS for n in ("eq", "ne")]
FLOAT_NAMES = [*ORDER, *(f"{n}u" for n in ORDER), "num", "nan"]
FLOAT_CASES = [(n, k) for k in ("f32", "ftz.f32", "f64") for n in FLOAT_NAMES]


def case(name: str, kind: str):
    """Register type, operands and model of a comparison."""
    base = kind.removeprefix("ftz.")
    if base in FLOATS:
        return base, float_tuples(FLOATS[base], 2), float_model(name, base, kind.startswith("ftz."))
    return base, integer_tuples(bits_of(base), 2), integer_model(name, base)


@pytest.mark.parametrize(("name", "kind"), INTEGER_CASES + FLOAT_CASES)
def test_setp(lanes: Lanes, name: str, kind: str) -> None:
    base, values, model = case(name, kind)
    check(lanes, f"setp.{name}.{kind}", "pred", [base] * 2, values, model)


@pytest.mark.parametrize(
    ("name", "kind"), [("lt", "s32"), ("eq", "b64"), ("geu", "ftz.f32"), ("ne", "f64"), ("hi", "u16")]
)
@pytest.mark.parametrize("negated", ["", "!"])
@pytest.mark.parametrize("boolean", BOOLEAN)
def test_setp_with_boolean_and_two_results(lanes: Lanes, boolean: str, negated: str, name: str, kind: str) -> None:
    base, values, model = case(name, kind)
    c = np.arange(values[0].size) % 3 == 0
    inputs = {"a": (base, values[0]), "b": (base, values[1]), "c": ("pred", c)}
    got = lanes.run(f"setp.{name}.{boolean}.{kind} %p|%q, %a, %b, {negated}%c;", {"p": "pred", "q": "pred"}, inputs)
    operands = rows([base, base, "pred"], [*values, c])
    combine = BOOLEAN[boolean]
    third = [z ^ bool(negated) for _, _, z in operands]
    holds = [model(x, y) for x, y, _ in operands]
    same("p", got["p"], [combine(t, z) for t, z in zip(holds, third, strict=True)], operands)
    same("q", got["q"], [combine(1 - t, z) for t, z in zip(holds, third, strict=True)], operands)


def test_setp_two_results_without_boolean(lanes: Lanes) -> None:
    a = np.arange(160)
    got = lanes.run("setp.lt.u32 %p|%q, %a, 50;", {"p": "pred", "q": "pred"}, {"a": ("u32", a)})
    assert got["p"].tolist() == (a < 50).astype(int).tolist()
    assert got["q"].tolist() == (a >= 50).astype(int).tolist()


def test_setp_may_overwrite_its_own_operands(lanes: Lanes) -> None:
    """The guard, the third operand and a result are one predicate."""
    a = np.arange(160)
    body = "mov.pred %p, %c; @%p setp.lt.and.u32 %p|%q, %a, 50, %p;"
    got = lanes.run(body, {"p": "pred", "q": "pred"}, {"a": ("u32", a), "c": ("pred", a % 2)}, partial=False)
    assert got["p"].tolist() == [int(x < 50) if x % 2 else 0 for x in a]
    assert got["q"].tolist()[1::2] == [int(x >= 50) for x in a[1::2]]


@pytest.mark.parametrize("result", ["u32", "s32", "f32"])
@pytest.mark.parametrize(
    ("name", "kind"),
    [("lt", "s32"), ("hs", "u64"), ("eq", "b16"), ("le", "f32"), ("nan", "f32"), ("ltu", "ftz.f32"), ("neu", "f64")],
)
def test_set(lanes: Lanes, name: str, kind: str, result: str) -> None:
    base, values, model = case(name, kind)
    ftz = "ftz." if kind.startswith("ftz.") else ""
    true = 0x3F800000 if result == "f32" else 0xFFFFFFFF
    check(lanes, f"set.{name}.{ftz}{result}.{base}", result, [base] * 2, values, lambda a, b: true * model(a, b))


@pytest.mark.parametrize("boolean", BOOLEAN)
def test_set_with_boolean(lanes: Lanes, boolean: str) -> None:
    a, b = integer_tuples(32, 2)
    c = np.arange(a.size) % 2
    inputs = {"a": ("s32", a), "b": ("s32", b), "c": ("pred", c)}
    got = lanes.run(f"set.gt.{boolean}.u32.s32 %d, %a, %b, %c;", {"d": "u32"}, inputs)["d"]
    operands = rows(["s32", "s32", "pred"], [a, b, c])
    model = integer_model("gt", "s32")
    same("set", got, [0xFFFFFFFF * BOOLEAN[boolean](model(x, y), z) for x, y, z in operands], operands)


SELECTED = ["b16", "b32", "b64", "u16", "u32", "u64", "s16", "s32", "s64", "f32", "f64"]


@pytest.mark.parametrize("kind", SELECTED)
def test_selp(lanes: Lanes, kind: str) -> None:
    a, b = integer_tuples(bits_of(kind), 2)
    check(
        lanes, f"selp.{kind}", kind, [kind, kind, "pred"], [a, b, np.arange(a.size) % 2], lambda x, y, c: x if c else y
    )


@pytest.mark.parametrize("kind", SELECTED)
def test_slct(lanes: Lanes, kind: str) -> None:
    a, b = integer_tuples(bits_of(kind), 2)
    c = np.resize(integer_tuples(32, 1)[0], a.size)
    check(
        lanes,
        f"slct.{kind}.s32",
        kind,
        [kind, kind, "s32"],
        [a, b, c],
        lambda x, y, z: x if value(z, "s32") >= 0 else y,
    )
    c = np.resize(float_tuples(F32, 1)[0], a.size)
    chosen = lambda x, y, z: x if float_model("ge", "f32", False)(z, 0) else y
    check(lanes, f"slct.{kind}.f32", kind, [kind, kind, "f32"], [a, b, c], chosen)
    chosen = lambda x, y, z: x if float_model("ge", "f32", True)(z, 0) else y
    check(lanes, f"slct.ftz.{kind}.f32", kind, [kind, kind, "f32"], [a, b, c], chosen)
