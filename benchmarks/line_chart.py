"""A chart of lines as SVG text. Knows nothing of what is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 616, 44, 308
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#555555")  # told apart by the colour-blind, too
TICKS = 5
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Axis:
    """Values `first` to `last` between two places of the picture; `marks` are those that are named."""

    label: str
    first: float
    last: float
    marks: Sequence[float]
    name: Callable[[float], str] = "{:g}".format
    logarithmic: bool = False

    def place(self, value: float, begin: float, end: float) -> float:
        scale = math.log if self.logarithmic else float
        part = (scale(value) - scale(self.first)) / (scale(self.last) - scale(self.first))
        return round(begin + part * (end - begin), 1)


def from_zero(label: str, largest: float) -> Axis:
    """An axis from 0 to a round number that is not below `largest`."""
    unit = 10.0 ** math.floor(math.log10(largest))
    step = next(unit * of for of in (0.2, 0.5, 1, 2, 5) if unit * of * TICKS >= largest)
    count = math.ceil(largest / step)
    return Axis(label, 0, count * step, [round(step * mark, 9) for mark in range(count + 1)])


def draw(title: str, across: Axis, up: Axis, lines: Mapping[str, Points]) -> str:
    """The picture: each line with its points, a grid, and the lines' names."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(WIDTH / 2, 20, title, "middle", size=15),
        *_grid(across, up),
    ]
    for number, (name, points) in enumerate(lines.items()):
        parts += _line(name, points, across, up, COLOURS[number % len(COLOURS)], number)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _grid(across: Axis, up: Axis) -> list[str]:
    parts = []
    for mark in up.marks:
        y = up.place(mark, BOTTOM, TOP)
        parts.append(f'<path d="M{LEFT} {y}H{RIGHT}" stroke="#dddddd"/>')
        parts.append(_text(LEFT - 6, y + 4, up.name(mark), "end"))
    for mark in across.marks:
        x = across.place(mark, LEFT, RIGHT)
        parts.append(f'<path d="M{x} {TOP}V{BOTTOM}" stroke="#eeeeee"/>')
        parts.append(_text(x, BOTTOM + 18, across.name(mark), "middle"))
    parts.append(_text((LEFT + RIGHT) / 2, HEIGHT - 12, across.label, "middle"))
    parts.append(_text(8, TOP - 10, up.label, "start"))
    return parts


def _line(name: str, points: Points, across: Axis, up: Axis, colour: str, number: int) -> list[str]:
    places = [(across.place(x, LEFT, RIGHT), up.place(y, BOTTOM, TOP)) for x, y in points]
    parts = [
        f'<polyline points="{" ".join(f"{x},{y}" for x, y in places)}" fill="none" stroke="{colour}" stroke-width="2"/>'
    ]
    parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places]
    y = TOP + 14 + 18 * number
    parts.append(f'<path d="M{LEFT + 12} {y - 4}h22" stroke="{colour}" stroke-width="2"/>')
    return [*parts, _text(LEFT + 40, y, name, "start")]


def _text(x: float, y: float, text: str, anchor: str, size: int = 12) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size}" fill="#222222">{escape(text)}</text>'
