"""The shares of what is generated."""

from __future__ import annotations

import subprocess
import sys

from patience import PATIENCE_S

from bitfusion.api.model import ABSENT, ASK, DIRECT, HAND, LOCAL, Step, Symbol, Wire
from bitfusion.api.report import shares
from bitfusion.api.table import SYMBOLS, WIRES


def test_what_is_absent_does_not_count_and_what_is_written_by_hand_is_no_part():
    steps = (Step("ready", {}),)
    symbols = [Symbol(f"cu{i}", 1000, "", how) for i, how in enumerate((LOCAL, HAND, ABSENT, DIRECT))]
    symbols += [Symbol(f"cu{how}", 1000, "", how, steps=steps) for how in (LOCAL, ASK)]
    wires = [Wire(1, "a", ASK, server="module.function"), Wire(2, "b", ASK), Wire(3, "c", ASK, server="cuX()")]
    assert [(share.part, share.whole) for share in shares(symbols, wires)] == [(2, 4), (2, 3)]


def test_report_prints_the_shares_of_the_table():
    printed = subprocess.run(
        [sys.executable, "-m", "bitfusion.api.generate", "--report"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    ).stdout
    assert printed.splitlines() == [str(share) for share in shares(SYMBOLS, WIRES)]


def test_three_quarters_of_the_calls_of_the_wire_need_no_python_by_hand():
    _, calls = shares(SYMBOLS, WIRES)
    assert calls.part >= 0.75 * calls.whole, "say it in the table: api/expressions.py and api/shapes.py"


def test_two_thirds_of_the_answered_symbols_need_no_c_by_hand():
    symbols, _ = shares(SYMBOLS, WIRES)
    assert symbols.part >= 0.65 * symbols.whole, "say it in the table: api/notation.py has the steps"
