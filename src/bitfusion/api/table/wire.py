"""Calls of the wire that do not stand in their chapter's file yet. A new one goes there: CONTRIBUTING.md."""

from ..model import Wire

WIRES: tuple[Wire, ...] = ()
