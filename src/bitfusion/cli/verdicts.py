"""How checks are shown: a line each with its remedy below, a summary, or one JSON document."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from ..errors import EXIT_FAILED
from ..observe import colours
from ..observe.health import FAIL, PASS, WARN, Check, summary
from . import show

_COLOURS = {PASS: "green", WARN: "yellow", FAIL: "red"}


@dataclass(frozen=True)
class Examined:
    """A node and its checks. `kind`: local, dispatcher or srs."""

    title: str
    kind: str
    address: str | None
    checks: Sequence[Check]

    def as_map(self) -> dict[str, Any]:
        return {"kind": self.kind, "address": self.address, "checks": [check.as_map() for check in self.checks]}


def report(nodes: Sequence[Examined], as_json: bool) -> int:
    """Show all of them on stdout; the exit code: 1 if a check failed."""
    counts = summary(check for node in nodes for check in node.checks)
    if as_json:
        show.emit_json(
            {
                "nodes": [node.as_map() for node in nodes],
                "summary": {status.lower(): count for status, count in counts.items()},
            }
        )
    else:
        for node in nodes:
            click.echo(node.title)
            width = max(len(check.name) for check in node.checks)
            for check in node.checks:
                _show(check, width)
            click.echo()
        warnings = f"{counts[WARN]} warning{'' if counts[WARN] == 1 else 's'}"
        click.echo(f"{counts[PASS]} passed, {warnings}, {counts[FAIL]} failed")
    return EXIT_FAILED if counts[FAIL] else 0


def _show(check: Check, width: int) -> None:
    status = click.style(check.status, fg=_COLOURS[check.status]) if colours.wanted(sys.stdout) else check.status
    margin = f"  {'':4}  {'':{width}}  "
    head = f"  {check.status}  {show.printable(check.name):<{width}}  "
    text = _lines(head + show.printable(check.detail), margin)
    click.echo(text.replace(check.status, status, 1))
    if check.remedy:
        click.echo(_lines(f"{margin}-> {show.printable(check.remedy)}", f"{margin}   "))


def _lines(text: str, indent: str) -> str:
    """Folded on a terminal. Elsewhere a check stays one line, for `grep`."""
    return "\n".join(show.folded(text, show.width(), indent)) if sys.stdout.isatty() else text
