"""The table of letters in docs/user/configuration.md is what the commands take."""

from __future__ import annotations

import re

import click
from checkout import ROOT

from bitfusion.cli import command_table, main

PAGE = ROOT / "docs" / "user" / "configuration.md"


def taken() -> dict[str, dict[str, bool]]:
    """Command -> letter -> whether the page has a meaning for it."""
    text = PAGE.read_text()
    section = text[text.index("### What -p, -s and -l mean") : text.index("### Exit codes")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    letters = [cell.strip("`") for cell in rows[0][1:]]
    return {
        name: dict(zip(letters, map(bool, row[1:]), strict=True))
        for row in rows[2:]
        for name in re.findall(r"`(\w+)`", row[0])
    }


def test_the_table_of_letters_has_every_command_that_takes_one():
    page = taken()
    for entry in command_table.COMMANDS:
        command = main.application.get_command(click.Context(main.application), entry.name)
        has = {option for parameter in command.params for option in parameter.opts}
        letters = page.get(entry.name, dict.fromkeys(["-p", "-s", "-l", "-f", "-n"], False))
        assert letters == {letter: letter in has for letter in letters}, entry.name
    assert len(page) > 10
