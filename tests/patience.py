"""How long tests wait, on machines that may do much else besides.

What must come is waited for with PATIENCE_S, which only a hang takes. Where seconds are promised, those do not count in
which a process was ready and had to wait for a processor or a disk, nor those that the machine was not there.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE_S = 120.0
BUILD_S = 300.0  # of a compiler
_LOOK_S = 0.01  # between looks at another process, which tells nobody when it changes
_PRESSURES = [Path(f"/proc/pressure/{of}") for of in ("cpu", "io")]
_TICKS = os.sysconf("SC_CLK_TCK") * (os.cpu_count() or 1)


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
    end, spent = time.monotonic() + PATIENCE_S, 0.0
    calm = calm_s()
    while not condition():
        if spent > seconds or time.monotonic() > end:
            return False
        begin = time.monotonic()
        time.sleep(_LOOK_S)
        overslept = max(0.0, time.monotonic() - begin - 2 * _LOOK_S)
        before, calm = calm, calm_s()
        spent += max(0.0, calm - before - overslept)
    return True


def calm_s() -> float:
    """A clock that stands, or goes back, while a process waits for a processor or a disk."""
    return time.monotonic() - _crowded_s()


def _crowded_s() -> float:
    """Seconds since the system's start in which a process waited so, or another machine had this one's processors; 0 if
    it does not tell.
    """
    return sum(map(_waited_s, _PRESSURES)) + _stolen_s()


def _waited_s(pressure: Path) -> float:
    try:
        told = re.search(r"^some .*total=(\d+)", pressure.read_text(), re.M)
    except OSError:
        return 0.0
    return int(told[1]) / 1e6 if told else 0.0


def _stolen_s() -> float:
    try:
        fields = Path("/proc/stat").read_text().partition("\n")[0].split()
    except OSError:
        return 0.0
    return int(fields[8]) / _TICKS if len(fields) > 8 else 0.0
