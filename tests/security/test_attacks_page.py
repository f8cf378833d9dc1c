"""docs/operator/attacks.md is written from the table of attacks, and each of them is tried by a test that there is."""

from __future__ import annotations

import ast
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from checkout import ROOT

TABLE: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "attacks.yaml").read_text())
ATTACKS: list[dict[str, str]] = [attack for section in TABLE for attack in section["attacks"]]
PAGE = ROOT / "docs" / "operator" / "attacks.md"
INTRODUCTION = """\
# What was tried against it

<!-- written by tests/security/test_attacks_page.py from tests/security/attacks.yaml with BF_RENEW=1 -->

Each of these attacks is a test that runs before every change is taken. [Security](security.md) says who is
trusted with what, and what is not defended against.
"""


def page() -> str:
    parts = [INTRODUCTION]
    for section in TABLE:
        lines = [f"\n## {section['title']}\n", "| attack | what is tried | what happens |", "| --- | --- | --- |"]
        for attack in section["attacks"]:
            file, _, function = attack["test"].partition("::")
            name = f"[{attack['attack']}](../../{file} '{function}')"
            lines.append(f"| {name} | {attack['tried']} | {attack['happens']} |")
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


@cache
def functions(file: str) -> set[str]:
    nodes = ast.walk(ast.parse((ROOT / file).read_text()))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_the_page_is_as_the_table():
    if os.environ.get("BF_RENEW") == "1":
        PAGE.write_text(page())
    assert PAGE.read_text() == page(), "run this test with BF_RENEW=1 and commit docs/operator/attacks.md"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack["attack"].replace(" ", "-"))
def test_an_attack_is_told_whole_and_tried(attack):
    assert set(attack) == {"attack", "tried", "happens", "test"}
    assert all(isinstance(text, str) and "|" not in text for text in attack.values())
    file, _, function = attack["test"].partition("::")
    assert file.startswith("tests/") and function.startswith("test_") and function in functions(file)


def test_no_attack_is_told_twice():
    names = [attack["attack"] for attack in ATTACKS]
    assert sorted(set(names)) == sorted(names)
