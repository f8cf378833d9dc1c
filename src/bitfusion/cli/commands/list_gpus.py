"""`list_gpus`: what a pool has, and what of it is free."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ...config.addresses import Address
from ...srs.pool import Pool, Server
from ...wording import counted
from .. import asking, lease_tables, options, show, targets
from ..signals import run_async


@click.command("list_gpus")
@options.servers_file
@options.server_list
@options.as_json
def command(servers_file: Path | None, server_list: str | None, as_json: bool) -> None:
    """List the GPUs of a shared pool: free and total memory, name, compute capability.

    The leader is the first server that answers. A task is a request whose GPUs have not been released. The tables
    below show who holds GPUs, as a lease, and who waits for some.
    """
    run_async(_list(targets.find_schedulers(servers_file, server_list), as_json))


async def _list(addresses: Sequence[Address], as_json: bool) -> None:
    async with Pool(addresses, asking.teller(quiet=False)) as pool:
        await pool.look()
        if as_json:
            show.emit_json({"servers": _as_json(pool)})
        else:
            click.echo("\n".join(map(show.printable, _tree(pool))))
            lease_tables.show_leases("SERVER", _each(pool, "leases"))
            lease_tables.show_queue("SERVER", _each(pool, "queue"))


def _tree(pool: Pool) -> list[str]:
    answered = {server.number: _branch(server, leader=server is pool.servers[0]) for server in pool.servers}
    silent = {number: [f" - server {number} [{address}]: does not answer"] for number, address, _ in pool.silent}
    return [line for _, lines in sorted({**answered, **silent}.items()) for line in lines]


def _branch(server: Server, leader: bool) -> list[str]:
    mark = " (leader) " if leader else ""
    lines = [f" - server {server.number}{mark} [{server.address}]: running {counted(server.listing['tasks'], 'task')}"]
    for gpu in server.listing["gpus"]:
        memory = f"({gpu['free_mib']} / {gpu['memory_mib']}MiB)"
        lines.append(f"   |- GPU [{gpu['index']}]: free memory {memory} {gpu['name']} ({gpu['compute_capability']})")
    return lines


def _each(pool: Pool, what: str) -> list[lease_tables.Placed]:
    """All of every server with its number; an older server does not tell them here."""
    return [(server.number, each) for server in pool.servers for each in server.listing.get(what, ())]


def _as_json(pool: Pool) -> list[dict[str, Any]]:
    found = [
        {
            "number": server.number,
            "address": str(server.address),
            "leader": server is pool.servers[0],
            "error": None,
            **server.listing,
        }
        for server in pool.servers
    ]
    lost = [
        {"number": number, "address": str(address), "leader": False, "error": reason}
        for number, address, reason in pool.silent
    ]
    return sorted(found + lost, key=lambda each: each["number"])
