"""Tests wait for what must come with the one bound of patience.py: a number that is enough on a quiet machine is missed
on a busy one.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from checkout import files, name

# A shorter wait is for what is not to come, or between two looks.
SHORT_S = 2.0
WAITS = {"wait", "join", "wait_for", "settimeout", "communicate", "result"}
WORDS = {"timeout", "timeout_s"}
# Programs that run without the tests' modules, and tests with a clock of their own.
EXEMPT = ("tests/patience.py", "tests/conformance/programs/", "tests/sim/", "tests/tidy/")
OWN = re.compile(r"_?(\w+_)?(TIMEOUT|DEADLINE|PATIENCE|WAIT|SOON)_S")


def seconds(node: ast.expr) -> float:
    """A number that is written out, 0 for anything else."""
    is_number = isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    return float(node.value) if is_number else 0.0


def bounds(call: ast.Call) -> list[ast.expr]:
    """What a call takes as the seconds that it waits."""
    named = [word.value for word in call.keywords if word.arg in WORDS]
    waits = isinstance(call.func, ast.Attribute) and call.func.attr in WAITS
    return named + (call.args[-1:] if waits else [])


def written_out(path: Path) -> list[int]:
    """The lines with a bound that is a number."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            found += [node.lineno for bound in bounds(node) if seconds(bound) > SHORT_S]
        if isinstance(node, ast.Assign) and OWN.fullmatch(ast.unparse(node.targets[0])) and seconds(node.value):
            found.append(node.lineno)
        if isinstance(node, ast.BinOp) and ast.unparse(node.left) == "time.monotonic()" and seconds(node.right):
            found.append(node.lineno)
    return found


def test_no_test_has_a_bound_of_its_own_for_what_must_come():
    looked_at = [path for path in files(".py", below="tests") if not name(path).startswith(EXEMPT)]
    assert len(looked_at) > 100
    found = [f"{name(path)}:{line}: take PATIENCE_S" for path in looked_at for line in written_out(path)]
    assert not found, "\n".join(found)
