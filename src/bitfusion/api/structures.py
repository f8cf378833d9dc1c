"""How large the structures of the driver are, from types.cdef."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from . import layout


@cache
def sizes() -> dict[str, int]:
    return layout.sizes(files("bitfusion.api").joinpath("types.cdef").read_text())
