"""Tables of who has GPUs of a resource scheduler, and who waits for them. Older schedulers do not tell all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from . import show
from .units import ago_text

Placed = tuple[object, Mapping[str, Any]]  # what stands in the first column, and a lease or an entry of a queue


def show_leases(title: str, placed: Sequence[Placed]) -> None:
    """A table of leases under a blank line, nothing if there are none. `title` is that of the first column."""
    if not placed:
        return
    click.echo("\nLeases:")
    show.table(
        (title, "GPUS", "MEMORY", "USER", "HOST", "PROGRAM", "PID", "SINCE"),
        [(place, *_shares_texts(lease["shares"]), *_who(lease), _since_text(lease)) for place, lease in placed],
    )


def show_queue(title: str, placed: Sequence[Placed]) -> None:
    """The same of those who wait."""
    if not placed:
        return
    click.echo("\nWaiting:")
    show.table(
        (title, "PLACE", "WANTS", "USER", "HOST", "PROGRAM", "PID", "SINCE"),
        [
            (place, entry["position"] + 1, _wants_text(entry["demand"]), *_who(entry), ago_text(entry["waited_s"]))
            for place, entry in placed
        ],
    )


def _who(asked: Mapping[str, Any]) -> tuple[Any, ...]:
    client = asked["client"]
    host = client["host"] or client.get("address") or None
    return client["user"] or None, host, client["program"] or None, client["pid"] or None


def _shares_texts(shares: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """The indexes, and the memory of each: one size if all have the same. One word each, for awk."""
    sizes = dict.fromkeys(f"{share['memory_mib']}MiB" for share in shares)
    return ",".join(str(share["index"]) for share in shares), ",".join(sizes)


def _wants_text(demand: Mapping[str, Any]) -> str:
    """`2`, `2x0.5` or `2x4096MiB`."""
    if demand["memory_mib"] is not None:
        return f"{demand['gpus']}x{demand['memory_mib']}MiB"
    return f"{demand['gpus']}" if demand["fraction"] in (None, 1) else f"{demand['gpus']}x{demand['fraction']:g}"


def _since_text(lease: Mapping[str, Any]) -> str | None:
    if lease["state"] == "ending":
        return "ending"
    return None if lease.get("held_s") is None else ago_text(lease["held_s"])
