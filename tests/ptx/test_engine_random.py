"""Random control-flow graphs: what each thread computes must not depend on how threads diverge, meet, or share columns.

A graph has blocks of random arithmetic on registers of several widths; each block ends in a jump to a random block,
under a random predicate, as long as the thread's fuel lasts. A thread of it is also run in Python, and all registers
are compared at the end. So branches need not nest, loops may have many entries, and registers live across any number
of blocks.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pytest
from ptxdriver import Gpu
from ptxkernels import Kernel, entry

THREADS = 160
FUEL = 60
WIDTHS = {"r": 32, "l": 64, "h": 16}


@dataclass(frozen=True)
class Step:
    """`d = a op b`, under predicate register `guard` (or not, if None); op `set` writes predicate d = a < b."""

    op: str
    d: str
    a: str
    b: str | int
    guard: tuple[str, bool] | None


@dataclass(frozen=True)
class Block:
    steps: list[Step]
    taken: int
    condition: tuple[str, bool] | None


@dataclass(frozen=True)
class Graph:
    registers: list[str]
    predicates: list[str]
    blocks: list[Block]


def draw(seed: int) -> Graph:
    rng = random.Random(seed)
    registers = [f"{kind}{i}" for kind in WIDTHS for i in range(rng.randint(2, 7))]
    predicates = [f"p{i}" for i in range(rng.randint(1, 4))]
    count = rng.randint(3, 14)

    def guard(chance: float) -> tuple[str, bool] | None:
        return (rng.choice(predicates), rng.random() < 0.5) if rng.random() < chance else None

    def step() -> Step:
        d = rng.choice(registers)
        same = [r for r in registers if r[0] == d[0]]
        op = rng.choice(["add", "sub", "mul", "xor", "and", "or", "shr", "convert", "set", "set", "move"])
        b: str | int = rng.choice(same) if rng.random() < 0.6 else rng.randint(0, 15)
        a = rng.choice(registers) if op == "convert" else rng.choice(same)
        return Step(op, rng.choice(predicates) if op == "set" else d, a, b, guard(0.3))

    blocks = [
        Block([step() for _ in range(rng.randint(0, 6))], rng.randrange(count + 1), guard(0.85)) for _ in range(count)
    ]
    return Graph(registers, predicates, blocks)


def value_of(step: Step, values: dict[str, int]) -> int:
    bits = WIDTHS[step.a[0]]
    a = values[step.a]
    b = values[step.b] if isinstance(step.b, str) else step.b
    results = {"add": a + b, "sub": a - b, "mul": a * b, "xor": a ^ b, "and": a & b, "or": a | b, "shr": a >> min(b & 7, bits),
               "convert": a, "move": a, "set": int(a < b)}  # fmt: skip
    return results[step.op] & ((1 << WIDTHS[step.d[0]]) - 1) if step.op != "set" else results["set"]


def model(graph: Graph, thread: int) -> list[int]:
    values = {r: (thread * 7 + i * 3) & 0xFFFF for i, r in enumerate(graph.registers)}
    values |= dict.fromkeys(graph.predicates, 0)
    at, fuel = 0, FUEL
    while at < len(graph.blocks) and fuel > 0:
        fuel -= 1
        block = graph.blocks[at]
        for step in block.steps:
            if step.guard is None or (values[step.guard[0]] == 1) != step.guard[1]:
                values[step.d] = value_of(step, values)
        go = block.condition is None or (values[block.condition[0]] == 1) != block.condition[1]
        at = block.taken if go else at + 1
    return [values[r] for r in graph.registers]


def line(step: Step) -> str:
    kind = step.a[0]
    bits = WIDTHS[kind]
    b = f"%{step.b}" if isinstance(step.b, str) else str(step.b)
    at = f"@{'!' if step.guard[1] else ''}%{step.guard[0]} " if step.guard else ""
    if step.op == "set":
        return f"{at}setp.lt.u{bits} %{step.d}, %{step.a}, {b};"
    if step.op == "convert":
        return f"{at}cvt.u{WIDTHS[step.d[0]]}.u{bits} %{step.d}, %{step.a};"
    if step.op == "move":
        return f"{at}mov.b{bits} %{step.d}, %{step.a};"
    if step.op == "shr":  # the amount is always 32 bits wide
        amount = f"cvt.u32.u{bits} %amount, {b};" if isinstance(step.b, str) else f"mov.u32 %amount, {b};"
        return f"{amount} and.b32 %amount, %amount, 7; {at}shr.u{bits} %{step.d}, %{step.a}, %amount;"
    op = {"mul": f"mul.lo.u{bits}", "xor": f"xor.b{bits}", "and": f"and.b{bits}", "or": f"or.b{bits}"}
    return f"{at}{op.get(step.op, f'{step.op}.u{bits}')} %{step.d}, %{step.a}, {b};"


def text(graph: Graph) -> str:
    lines = [".reg .b32 %amount, %fuel, %start; .reg .pred %empty;"]
    lines += [f".reg .b{WIDTHS[r[0]]} %{r};" for r in graph.registers] + [f".reg .pred %{p};" for p in graph.predicates]
    lines += [f"mad.lo.u32 %start, %t, 7, {i * 3}; and.b32 %start, %start, 0xffff; cvt.u{WIDTHS[r[0]]}.u32 %{r}, %start;"
              for i, r in enumerate(graph.registers)]  # fmt: skip
    lines += [f"setp.ne.u32 %{p}, %t, %t;" for p in graph.predicates] + [f"mov.u32 %fuel, {FUEL};"]
    for i, block in enumerate(graph.blocks):
        lines.append(f"B{i}: setp.eq.u32 %empty, %fuel, 0; @%empty bra B{len(graph.blocks)}; sub.u32 %fuel, %fuel, 1;")
        lines += [line(step) for step in block.steps]
        guard = f"@{'!' if block.condition[1] else ''}%{block.condition[0]} " if block.condition else ""
        lines.append(f"{guard}bra B{block.taken};")
    lines.append(
        f"B{len(graph.blocks)}: ld.param.u64 %out, [out]; mad.wide.u32 %out, %t, {8 * len(graph.registers)}, %out;"
    )
    for i, r in enumerate(graph.registers):
        lines.append(f"st.global.b{WIDTHS[r[0]]} [%out+{8 * i}], %{r};")
    return "\n".join(lines) + "\nret;"


@pytest.mark.parametrize("seed", range(60))
def test_random_graph(gpu: Gpu, seed: int) -> None:
    graph = draw(seed)
    kernel = Kernel(gpu, entry(text(graph)))
    (out,) = kernel(1, THREADS, np.zeros((THREADS, len(graph.registers)), np.uint64))
    assert out.tolist() == [model(graph, t) for t in range(THREADS)]
