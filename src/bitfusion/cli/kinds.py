"""Types of option values. Their error messages name the value and what to give instead."""

from __future__ import annotations

from typing import Any

import click

from ..config.durations import parse_duration
from . import options


class Count(click.ParamType):
    """A whole number from `least` to `most`."""

    name = "count"

    def __init__(self, least: int = 1, most: int | None = None) -> None:
        self.least = least
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        text = str(value).strip()
        if not (
            text.isascii()
            and text.isdigit()
            and len(text) <= 12
            and self.least <= int(text) <= (self.most or int(text))
        ):
            wanted = f"{self.least} or more" if self.most is None else f"{self.least} to {self.most}"
            raise click.UsageError(
                f"{options.typed(param)} {text or repr(text)} is not a number that fits; give {wanted}", ctx
            )
        return int(text)


class Share(click.ParamType):
    """A share of a GPU's memory: above 0, at most 1."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            share = float(value)
        except ValueError:
            share = -1.0
        if not 0 < share <= 1:
            raise click.UsageError(
                f"{options.typed(param)} {value or repr(value)} is not a share of the memory; give a number above 0 and"
                " at most 1",
                ctx,
            )
        return share


class Duration(click.ParamType):
    """Seconds, or numbers with units as in 2m30s."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        return value if isinstance(value, float) else parse_duration(value, options.typed(param))
