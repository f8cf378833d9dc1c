"""docs/operator/attacks.md and promises.md are written from the tables beside this file, and each row of these is
looked at by a test that there is.
"""

from __future__ import annotations

import ast
import os
from functools import cache
from pathlib import Path

import pytest
import yaml
from checkout import ROOT

from bitfusion import limits

Row = dict[str, str]
HERE = Path(__file__).parent
PAGES = ROOT / "docs" / "operator"
LIMITS = {name: value for name, value in vars(limits).items() if name.isupper()}
HEADS = {
    "attacks": ("attack", "what is tried", "what happens"),
    "promises": ("promise", "number", "test"),
}
INTRODUCTIONS = {
    "attacks": """\
# What was tried against it

<!-- written by tests/security/test_pages.py from tests/security/attacks.yaml with BF_RENEW=1 -->

Each of these attacks is a test that runs before every change is taken. [Security](security.md) says who is
trusted with what, and what is not defended against.
""",
    "promises": """\
# What may be relied upon

<!-- written by tests/security/test_pages.py from tests/security/promises.yaml with BF_RENEW=1 -->

Each promise has its number, and a test that runs before every change is taken.
""",
}


def sections(what: str) -> list[tuple[str, list[Row]]]:
    loaded = yaml.safe_load((HERE / f"{what}.yaml").read_text())
    return [(section["title"], section[what]) for section in loaded]


ROWS = [(what, row) for what in HEADS for _, rows in sections(what) for row in rows]


def place(row: Row) -> tuple[str, str]:
    """The file and the function of its test."""
    file, _, function = row["test"].partition("::")
    return file, function


def link(text: str, row: Row) -> str:
    file, function = place(row)
    return f"[{text}](../../{file} '{function}')"


def attack_cells(row: Row) -> tuple[str, ...]:
    return link(row["attack"], row), row["tried"], row["happens"]


def promise_cells(row: Row) -> tuple[str, ...]:
    return row["promise"], row["number"].format(**LIMITS), link(Path(place(row)[0]).stem, row)


CELLS = {"attacks": attack_cells, "promises": promise_cells}
KEYS = {"attacks": {"attack", "tried", "happens", "test"}, "promises": {"promise", "number", "test"}}


def page(what: str) -> str:
    parts = [INTRODUCTIONS[what]]
    for title, rows in sections(what):
        parts.append(f"\n## {title}\n\n")
        table = (HEADS[what], ("---",) * len(HEADS[what]), *map(CELLS[what], rows))
        parts.extend(f"| {' | '.join(cells)} |\n" for cells in table)
    return "".join(parts)


@cache
def functions(file: str) -> set[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(ast.parse((ROOT / file).read_text())) if isinstance(node, kinds)}


@pytest.mark.parametrize("what", HEADS)
def test_a_page_is_as_its_table(what):
    path = PAGES / f"{what}.md"
    if os.environ.get("BF_RENEW") == "1":
        path.write_text(page(what))
    assert path.read_text() == page(what), f"run this test with BF_RENEW=1 and commit docs/operator/{what}.md"


@pytest.mark.parametrize(("what", "row"), ROWS, ids=[next(iter(row.values())).replace(" ", "-") for _, row in ROWS])
def test_a_row_is_whole_and_its_test_is_there(what, row):
    assert set(row) == KEYS[what]
    assert all(isinstance(text, str) and "|" not in text for text in row.values())
    file, function = place(row)
    assert file.startswith("tests/") and function.startswith("test_") and function in functions(file)


def test_nothing_is_told_twice():
    names = [next(iter(row.values())) for _, row in ROWS]
    assert sorted(set(names)) == sorted(names)
