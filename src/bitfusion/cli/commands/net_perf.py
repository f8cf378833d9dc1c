"""`net_perf`: latency and throughput between this node and each server."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from ...errors import BitfusionError
from ...net.measure import Network, Progress, measure
from ...net.trust import trust_of
from ...observe.health import LATENCY_MAX_S
from .. import show, targets
from ..gather import Gathered, NobodyAnswered, ask
from ..signals import run_async
from ..targets import Choice, Target

_PARTS = ("latency", "up", "down")


@click.command("net_perf")
@targets.choosing
def command(choice: Choice, as_json: bool) -> None:
    """Gather network performance data from all servers: round trips of 64 bytes, and throughput both ways.

    Measures one server after the other, for about three seconds each at most. A round trip of more than 50 us is
    marked: it slows down programs that often wait for the GPU. A server that does not answer is marked.
    """
    wanted = choice.targets()
    with _progress(wanted) as progress_of:
        measured = [_measure(target, progress_of(target)) for target in wanted]
    if as_json:
        show.emit_json({"servers": [_as_map(entry, network) for entry, network in measured]})
    else:
        show.table(
            ("SERVER", "P50 us", "P99 us", "UP Gbit/s", "DOWN Gbit/s", "NOTE"),
            [_row(entry, network) for entry, network in measured],
        )
    if all(network is None for _, network in measured):
        raise NobodyAnswered([entry for entry, _ in measured])


def _measure(target: Target, progress: Progress) -> tuple[Gathered, Network | None]:
    try:
        place = run_async(ask(target, "net_perf"))
        address = target.address
        network = measure(address.host, place["port"], place["token"], progress, trust_of(address))
        return Gathered(target, place), network
    except BitfusionError as error:
        return Gathered(target, error=error), None


def _row(entry: Gathered, network: Network | None) -> tuple[Any, ...]:
    if network is None:
        return (str(entry.target), None, None, None, None, f"no answer: {entry.error and entry.error.detail}")
    note = "" if network.latency_p50_s <= LATENCY_MAX_S else f"latency above {LATENCY_MAX_S * 1e6:.0f} us"
    return (
        str(entry.target),
        f"{network.latency_p50_s * 1e6:.1f}",
        f"{network.latency_p99_s * 1e6:.1f}",
        f"{network.up_bits_s / 1e9:.2f}",
        f"{network.down_bits_s / 1e9:.2f}",
        note,
    )


def _as_map(entry: Gathered, network: Network | None) -> dict[str, Any]:
    if network is None:
        return entry.as_map(latency_us=None, throughput_gbit_s=None, latency_ok=None)
    return entry.as_map(
        latency_us={"p50": round(network.latency_p50_s * 1e6, 2), "p99": round(network.latency_p99_s * 1e6, 2)},
        throughput_gbit_s={"up": round(network.up_bits_s / 1e9, 3), "down": round(network.down_bits_s / 1e9, 3)},
        latency_ok=network.latency_p50_s <= LATENCY_MAX_S,
    )


@contextmanager
def _progress(wanted: Sequence[Target]) -> Iterator[Any]:
    """Yields a function: target -> its Progress. A bar on stderr if that is a terminal, otherwise nothing."""
    if not sys.stderr.isatty():
        yield lambda target: lambda what, done: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:

        def start(target: Target) -> Progress:
            bar = bars.add_task(str(target), total=len(_PARTS))

            def move(what: str, done: float) -> None:
                bars.update(bar, completed=_PARTS.index(what) + done, description=f"{target} {what}")

            return move

        yield start
