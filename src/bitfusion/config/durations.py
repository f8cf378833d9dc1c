"""Durations as users write them: 90, 90s, 2m30s, 1h. Seconds inside."""

from __future__ import annotations

import re

from ..errors import ConfigError

DURATION_S_MAX = 366 * 86400  # a year; longer ones are slips of the hand
_PARTS = re.compile(r"(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?", re.ASCII)
_UNITS_S = (86400, 3600, 60, 1)


def parse_duration(text: str, name: str = "") -> float:
    """Seconds >= 0. A number alone is seconds. Raises ConfigError that says `name` (an option or variable) and
    `text`.
    """
    match = _PARTS.fullmatch(text.strip())
    if not match or not any(match.groups()):
        raise ConfigError(f"{name} {text!r} is not a duration".lstrip(), "write e.g. 90, 90s, 2m30s or 1h")
    seconds = sum(float(part) * unit for part, unit in zip(match.groups(), _UNITS_S, strict=True) if part)
    if seconds > DURATION_S_MAX:
        raise ConfigError(
            f"{name} {text!r} is more than a year".lstrip(), "write a shorter duration, or leave it out for none"
        )
    return seconds
