"""Comparing what an instruction gives in every lane with a model of it, and telling where they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from gpu import NUMPY, Lanes

NAMES = "abcefg"


def check(
    lanes: Lanes,
    instruction: str,
    result: str,
    operands: Sequence[str],
    values: Sequence[np.ndarray],
    model: Callable[..., int],
) -> None:
    """Assert that `instruction %d, %a, %b..;` gives model(a, b, ...) for each row of `values`, all as unsigned bits.

    `result` and `operands` are the registers' types. The partial form is checked with it (gpu.py)."""
    names = NAMES[: len(operands)]
    body = f"{instruction} %d, {', '.join('%' + name for name in names)};"
    inputs = {name: (kind, value) for name, kind, value in zip(names, operands, values, strict=True)}
    got = lanes.run(body, {"d": result}, inputs)["d"]
    same(instruction, got, [model(*row) for row in rows(operands, values)], rows(operands, values))


def rows(operands: Sequence[str], values: Sequence[np.ndarray]) -> list[tuple[int, ...]]:
    """The operands of each thread as unsigned Python integers, cut to their types."""
    masks = [(1 << (8 * np.dtype(NUMPY[kind]).itemsize)) - 1 for kind in operands]
    return [tuple(int(x) & mask for x, mask in zip(row, masks, strict=True)) for row in zip(*values, strict=True)]


def same(what: str, got: np.ndarray, expected: Sequence[int], operands: Sequence[tuple[int, ...]]) -> None:
    """Assert equality of bits; the message shows the first rows that differ, in hexadecimal."""
    mask = (1 << (8 * got.dtype.itemsize)) - 1
    unsigned = got.view(f"u{got.dtype.itemsize}").tolist()
    wrong = [(row, g, e & mask) for row, g, e in zip(operands, unsigned, expected, strict=True) if g != e & mask]
    shown = "\n".join(f"  {[hex(x) for x in row]}: got {g:#x}, expected {e:#x}" for row, g, e in wrong[:8])
    assert not wrong, f"{what}: {len(wrong)} of {len(expected)} lanes differ\n{shown}"
