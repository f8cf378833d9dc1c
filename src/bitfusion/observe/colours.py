"""Whether a stream is to get colours: a terminal that can show them, of a user who wants them."""

from __future__ import annotations

import os
from typing import TextIO

_PLAIN = ("dumb", "unknown")  # terminals without colours


def wanted(stream: TextIO) -> bool:
    """Colours for `stream`? NO_COLOR with any value says no (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in _PLAIN
