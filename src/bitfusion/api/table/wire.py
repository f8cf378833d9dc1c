"""Calls on the wire."""

from ..model import Wire

WIRES: tuple[Wire, ...] = ()
