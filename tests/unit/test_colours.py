"""Colours are for a terminal that can show them and a user who wants them."""

from __future__ import annotations

import io

import pytest

from bitfusion.cli import verdicts
from bitfusion.observe import colours
from bitfusion.observe.health import PASS, Check


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "xterm", "NO_COLOR": "0"}, False),
        ({"TERM": "dumb"}, False),
        ({}, True),
    ],
)
def test_no_color_and_a_dumb_terminal_say_no(monkeypatch, variables, wanted):
    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert colours.wanted(Terminal()) == wanted
    assert not colours.wanted(io.StringIO())


@pytest.mark.parametrize(("variables", "shown"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_verdicts_are_coloured_only_where_it_is_wanted(monkeypatch, variables, shown):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    verdicts.report([verdicts.Examined("This node", "local", None, [Check("driver", PASS, "fine")])], as_json=False)
    assert ("\x1b[" in terminal.getvalue()) == shown
