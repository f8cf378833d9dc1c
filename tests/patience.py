"""How long tests wait, on machines that may do much else besides.

What must come is waited for with PATIENCE_S, which only a hang takes. Where seconds are promised, those do not count in
which a process was ready and had to wait for a processor.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE_S = 120.0
BUILD_S = 300.0  # of a compiler
_LOOK_S = 0.01  # between looks at another process, which tells nobody when it changes
_PRESSURE = Path("/proc/pressure/cpu")


def until(condition: Callable[[], Any], what: str) -> None:
    """Wait until `condition` holds."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, f"not within {PATIENCE_S:g} s: {what}"
        time.sleep(_LOOK_S)


def within(seconds: float, condition: Callable[[], Any]) -> bool:
    """Wait until `condition` holds; False if it does not within `seconds`, which somebody was promised. On a machine
    that is busy they are more, PATIENCE_S at most.
    """
    begin, calm = time.monotonic(), calm_s()
    while not condition():
        if time.monotonic() - begin > PATIENCE_S or calm_s() - calm > seconds:
            return False
        time.sleep(_LOOK_S)
    return True


def calm_s() -> float:
    """A clock that stands while a process waits for a processor."""
    return time.monotonic() - _crowded_s()


def _crowded_s() -> float:
    """Seconds since the system's start in which a process waited for a processor; 0 if it does not tell."""
    try:
        told = re.search(r"^some .*total=(\d+)", _PRESSURE.read_text(), re.M)
    except OSError:
        return 0.0
    return int(told[1]) / 1e6 if told else 0.0
