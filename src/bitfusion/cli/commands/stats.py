"""`stats`: what servers and their clients have done, in numbers."""

from __future__ import annotations

from typing import Any

import click

from ...limits import CLIENTS_MAX
from .. import lease_tables, show, targets
from ..gather import Gathered, NobodyAnswered, gather
from ..targets import Choice
from ..units import ago_text, bytes_text, count_text, percent_text, seconds_text


@click.command("stats")
@targets.choosing
def command(choice: Choice, as_json: bool) -> None:
    """Gather stats from all servers: leases, clients, calls, bytes, memory, uptime, utilization.

    Without options, all servers of the default files are asked, resource schedulers and Dispatchers. A server that
    does not answer is marked; the others are shown.
    """
    gathered = gather(choice.targets(), "stats")
    if as_json:
        show.emit_json({"servers": [entry.as_map(stats=entry.answer) for entry in gathered]})
    else:
        for number, entry in enumerate(gathered):
            click.echo("\n" * bool(number), nl=False)
            _show(entry)
    if all(entry.answer is None for entry in gathered):
        raise NobodyAnswered(gathered)


def _show(entry: Gathered) -> None:
    if entry.answer is None:
        click.echo(f"{entry.target}: no answer: {entry.error}")
        return
    stats = entry.answer
    click.echo(f"{entry.target} ({_about(stats)})")
    if stats["kind"] == "dispatcher":
        _show_dispatcher(stats)
        return
    click.echo(f"  tasks {stats['tasks']}, waiting {stats['waiting']}")
    lease_tables.show_leases("PORT", [(lease["port"], lease) for lease in stats.get("leases", ())])
    for dispatcher in stats["dispatchers"]:
        click.echo(f"\n  Dispatcher on port {dispatcher['port']} ({_about(dispatcher)})")
        _show_dispatcher(dispatcher)


def _about(stats: dict[str, Any]) -> str:
    lease = f", lease {stats['lease']}" if stats.get("lease") else ""
    return show.printable(
        f"host {stats['hostname']}, release {stats['release']}, up {seconds_text(stats['uptime_s'])}{lease}"
    )


def _show_dispatcher(stats: dict[str, Any]) -> None:
    clients = f"{stats['clients_now']} now{_of_most(stats)}, {stats['clients_total']} in all"
    click.echo(
        f"  clients {clients}; calls {count_text(stats['calls'])}, of"
        f" which {count_text(stats['asks'])} waited; {bytes_text(stats['bytes_in'])} in,"
        f" {bytes_text(stats['bytes_out'])} out{_pages(stats)}"
    )
    if stats.get("starts"):
        started = f"  CUDA Servers started {count_text(stats['starts'])}, in {_mean_text(stats, 'starts')} on average"
        waited = f"; clients waited {_mean_text(stats, 'waits')} for one" if stats["waits"] else ""
        click.echo(started + waited)
    show.table(
        ("GPU", "NAME", "UUID", "USED", "TOTAL", "UTIL"),
        [
            (
                device["index"],
                device["name"],
                device["uuid"],
                bytes_text(device["memory_used"]),
                bytes_text(device["memory_total"]),
                percent_text(device["utilization"]),
            )
            for device in stats["devices"]
        ],
    )
    if stats["clients"]:
        show.table(
            ("SESSION", "USER", "HOST", "PROGRAM", "PID", "SINCE", "MEMORY"),
            [_who(client) for client in stats["clients"]],
        )
        show.table(
            ("SESSION", "ADDRESS", "UPTIME", "CALLS", "WAITED", "IN", "OUT"),
            [_work(client) for client in stats["clients"]],
        )
    if cut := [client for client in stats["clients"] if client.get("interrupted")]:
        show.table(("SESSION", "CONNECTION"), [(client["session"] or None, _cut_text(client)) for client in cut])
    if timed := [client for client in stats["clients"] if _is_timed(client)]:
        show.table(("SESSION", "IDLE", "LEFT IF IDLE", "LEFT IN ALL"), [_times(client) for client in timed])


def _of_most(stats: dict[str, Any]) -> str:
    """The most that it takes, if it was told to take fewer than it could. An older server does not tell."""
    most = stats.get("clients_max", CLIENTS_MAX)
    return f" of at most {most}" if most < CLIENTS_MAX else ""


def _mean_text(stats: dict[str, Any], what: str) -> str:
    return f"{stats[f'{what}_s'] / stats[what]:.3f} s"


def _pages(counts: dict[str, Any]) -> str:
    """Of managed memory; an older server does not count them."""
    sent, fetched = counts.get("pages_in", 0), counts.get("pages_out", 0)
    return f"; managed pages {count_text(sent)} in, {count_text(fetched)} out" if sent or fetched else ""


def _who(client: dict[str, Any]) -> tuple[Any, ...]:
    """Who has a session, and how much memory of each GPU. An older server does not tell the user."""
    return (
        client["session"] or None,
        client.get("user") or None,
        client["host"] or None,
        client["program"] or None,
        client["pid"] or None,
        ago_text(client["uptime_s"]),
        " + ".join(map(_memory_text, client["memory"], client.get("memory_limit") or [None] * len(client["memory"]))),
    )


def _memory_text(count: int, limit: int | None) -> str:
    return f"{bytes_text(count)} of {bytes_text(limit)}" if limit else bytes_text(count) or ""


def _cut_text(client: dict[str, Any]) -> str:
    """An older server does not tell how long."""
    left_s = client.get("interrupted_left_s")
    return "broken" if left_s is None else f"broken, may come back for {seconds_text(left_s)}"


def _is_timed(client: dict[str, Any]) -> bool:
    return client.get("idle_left_s") is not None or client.get("session_left_s") is not None


def _times(client: dict[str, Any]) -> tuple[Any, ...]:
    """How long it has done nothing, and how much longer it may, or may be there at all."""
    left = [client.get(key) for key in ("idle_left_s", "session_left_s")]
    return (client["session"], seconds_text(client["idle_s"]), *(None if s is None else seconds_text(s) for s in left))


def _work(client: dict[str, Any]) -> tuple[Any, ...]:
    return (
        client["session"],
        client.get("address") or None,
        seconds_text(client["uptime_s"]),
        count_text(client["calls"]),
        count_text(client["asks"]),
        bytes_text(client["bytes_in"]),
        bytes_text(client["bytes_out"]),
    )
