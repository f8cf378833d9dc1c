"""How much of the two halves is generated: figures for `generate.py --report` and the coverage page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .model import ABSENT, DIRECT, Symbol, Wire, is_hand


class Share(NamedTuple):
    """`part` of `whole` need nothing written by hand."""

    what: str
    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.what}: {self.part} of {self.whole} ({100 * self.part / max(self.whole, 1):.1f} %)"


def shares(symbols: Iterable[Symbol], wires: Iterable[Wire]) -> tuple[Share, Share]:
    """Those of the client and of the server."""
    return _symbols(tuple(symbols)), _calls(tuple(wires))


def _symbols(symbols: tuple[Symbol, ...]) -> Share:
    answered = [symbol for symbol in symbols if symbol.how not in (ABSENT, DIRECT)]
    hand = [symbol for symbol in answered if not symbol.steps]
    return Share("answered symbols without hand-written C", len(answered) - len(hand), len(answered))


def _calls(wires: tuple[Wire, ...]) -> Share:
    hand = [wire for wire in wires if is_hand(wire)]
    return Share("calls of the wire without hand-written Python", len(wires) - len(hand), len(wires))
