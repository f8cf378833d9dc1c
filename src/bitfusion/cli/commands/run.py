"""`run`: GPUs of a pool for as long as one application runs."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from ... import native, places
from ...config import leasefile
from ...errors import BitfusionError
from ...limits import LEASE_TTL_S
from ...srs.holding import Grant, give_back, keep
from ...srs.pool import Tell
from ...wording import counted
from .. import asking, child, launch
from ..signals import Signals, run_async

TTL_VARIABLE = "BF_LEASE_TTL"


@click.command("run", context_settings=launch.SETTINGS)
@asking.request_options
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings and errors.")
@launch.application
def command(asked: asking.Asked, quiet: bool, application: tuple[str, ...]) -> int:
    """Request GPUs from a shared pool, run APPLICATION with them, then release them.

    The schedulers to ask are those of ~/.bitfusionio/servers.conf or /etc/bitfusionio/servers.conf unless -s or
    --server_list name others. The command waits for GPUs that are in use. It releases them when the application ends,
    however it ends. If the command itself is killed, they are free within BF_LEASE_TTL (30 s). The exit code is the
    application's, or 128 + the signal that ended it.
    """
    words = launch.application_words(application)
    ttl_s = asking.ttl_from(os.environ, TTL_VARIABLE, LEASE_TTL_S)
    request = asked.request(ttl_s)
    launch.require(words[0])
    environment = launch.preloading(os.environ, native.link_directory(native.SHIM), native.file_of(native.SHIM).name)
    return run_async(_run(request, words, environment, ttl_s, quiet))


async def _run(
    request: asking.Request, words: Sequence[str], environment: dict[str, str], ttl_s: float, quiet: bool
) -> int:
    tell = asking.teller(quiet)
    async with Signals() as signals, request.pool(tell) as pool:
        granted = await request.grants(pool, words[0], signals, tell, quiet)
        held = list(granted)

        def lost(grant: Grant, error: BitfusionError) -> None:
            held.remove(grant)
            tell(
                "WARN", f"The GPUs of server {grant.number} [{grant.srs.address}] are lost to the application: {error}"
            )

        keeping = asyncio.create_task(keep(granted, ttl_s, lost))
        try:
            with leasefile.generated(places.temporary(), asking.held(granted)) as path:
                _say_what_runs(granted, path, words, tell, quiet)
                code = await child.run(words, {**environment, "BF_SERVERS": _servers(granted)}, signals)
                tell("INFO", f"Releasing GPUs from config file '{path}'...")
        finally:
            keeping.cancel()
            released = len(held) - await _release(held, tell)
    tell("INFO", f"Released GPUs on {counted(released, 'server')} and removed generated config file '{path}'")
    return code


async def _release(granted: Sequence[Grant], tell: Tell) -> int:
    """Give the GPUs back; how many servers did not take theirs."""
    problems = await give_back(granted)
    for problem in problems:
        tell("WARN", f"GPUs will be released when their lease expires, because: {problem}")
    return len(problems)


def _servers(granted: Sequence[Grant]) -> str:
    return ";".join(replace(grant.dispatcher, lease=grant.lease).item for grant in granted)


def _say_what_runs(granted: Sequence[Grant], path: Path, words: Sequence[str], tell: Tell, quiet: bool) -> None:
    if not quiet:
        for line in asking.requested_lines(granted, None):
            click.echo(line, err=True)
    tell("INFO", asking.locked_line(granted, path))
    tell(
        "INFO",
        f"Running client command '{shlex.join(words)}' on {counted(asking.count(granted), 'GPU')}, with the following"
        f" server{'s' if len(granted) > 1 else ''}:",
    )
    for grant in granted:
        srs = grant.srs.address
        tell("INFO", f"{srs.host} {grant.dispatcher.port} {grant.lease} {srs.port} {grant.release}")
    if not quiet:
        click.echo(err=True)
