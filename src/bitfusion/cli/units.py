"""Numbers for people: bytes, seconds, counts."""

from __future__ import annotations

import time
from datetime import datetime


def bytes_text(count: int | None) -> str | None:
    """1536 -> "1.5 KiB"; None stays None."""
    if count is None:
        return None
    if count < 1024:
        return f"{count} B"
    value = float(count)
    for unit in ("KiB", "MiB", "GiB", "TiB"):  # noqa: B007  # used after the loop
        value /= 1024
        if value < 1023.95:
            break
    return f"{value:.1f} {unit}"


def seconds_text(seconds: float) -> str:
    """90061 -> "1d 1h 1m"; two or three units, the smallest of them whole."""
    whole = int(seconds)
    days, rest = divmod(whole, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, secs = divmod(rest, 60)
    if days:
        return f"{days}d {hours}h {minutes}m"
    if hours:
        return f"{hours}h {minutes}m"
    return f"{minutes}m {secs}s" if minutes else f"{secs}s"


def about_text(seconds: float) -> str:
    """What is expected, no more exact than it is known: "less than 1m more", "about 2h 5m more"."""
    if seconds < 60:
        return "less than 1m more"
    return f"about {seconds_text(round(seconds / 60) * 60).removesuffix(' 0s')} more"


def ago_text(seconds: float) -> str:
    """When that was: "Nov 29 08:14". By the clock here, so that a server's may be wrong."""
    return moment_text(time.time() - seconds)


def moment_text(unix_s: float) -> str:
    """Seconds since 1970 -> "Nov 29 08:14", local time."""
    return datetime.fromtimestamp(unix_s).astimezone().strftime("%b %d %H:%M")


def count_text(count: int) -> str:
    """1234567 -> "1.2 M"; below ten thousand exact."""
    if count < 10_000:
        return str(count)
    value = float(count)
    for unit in ("k", "M", "G", "T"):  # noqa: B007  # used after the loop
        value /= 1000
        if value < 999.95:
            break
    return f"{value:.1f} {unit}"


def percent_text(value: int | None) -> str | None:
    """50 -> "50%"; None stays None."""
    return None if value is None else f"{value}%"
