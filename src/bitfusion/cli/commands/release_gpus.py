"""`release_gpus`: give back what `request_gpus` got."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import click

from ... import places
from ...config import leasefile, servers
from ...config.leasefile import HeldLease
from ...errors import BitfusionError, ConfigError, SrsError, SrsUnreachable
from ...srs.client import Srs
from ...srs.holding import release
from ...srs.pool import Tell
from ...wording import counted
from .. import asking, kinds, options
from ..signals import run_async


@click.command("release_gpus")
@click.option(
    "-f",
    "file",
    metavar="FILE",
    type=options.FILE,
    help="The file that request_gpus wrote; ~/.bitfusionio/adaptor.conf unless given.",
)
@click.option("-n", "gpus", metavar="N", type=kinds.Count(), help="The number of GPUs of that request; not needed.")
@click.option(
    "-s", "servers_file", metavar="FILE", type=options.FILE, help="The servers.conf of that request; not needed."
)
def command(file: Path | None, gpus: int | None, servers_file: Path | None) -> None:
    """Release GPUs back into a shared pool, and remove the adaptor file.

    Only FILE is needed. -n and -s are refused if they disagree with it. If a server does not answer, FILE keeps what is
    still held there.
    """
    path = leasefile.default(places.home(os.environ)) if file is None else file
    held = leasefile.read(path)
    _check(path, held, gpus, servers_file)
    run_async(_release(path, held, asking.teller(quiet=False)))


def _check(path: Path, held: Sequence[HeldLease], gpus: int | None, servers_file: Path | None) -> None:
    """Raise ConfigError for options that do not match the request."""
    count = sum(len(each.memory_mib) for each in held)
    if gpus is not None and gpus != count:
        raise ConfigError(
            f"-n {gpus} does not match {path}, which holds {counted(count, 'GPU')}",
            "leave -n out, or name another file with -f",
        )
    if servers_file is None:
        return
    known = {address.key for address in servers.read_file(servers_file)}
    for each in held:
        if each.srs.key not in known:
            raise ConfigError(
                f"-s {servers_file} does not name {each.srs}, whose GPUs {path} holds",
                "leave -s out, or name another file with -f",
            )


async def _release(path: Path, held: Sequence[HeldLease], tell: Tell) -> None:
    """Raises BitfusionError if GPUs are held still, or none was."""
    tell("INFO", f"Releasing GPUs from config file '{path}'...")
    outcomes = await asyncio.gather(*(_release_one(each) for each in held))
    for each, outcome in zip(held, outcomes, strict=True):
        if outcome is False:
            tell("WARN", f"The GPUs of {each.srs} were released already: lease {each.lease} has ended")
    failed = [
        (each, outcome) for each, outcome in zip(held, outcomes, strict=True) if isinstance(outcome, BitfusionError)
    ]
    if failed:
        leasefile.replace(path, [each for each, _ in failed])
        detail = "; ".join(str(outcome.detail) for _, outcome in failed)
        raise BitfusionError(f"GPUs are still held: {detail}", f"try again: {path} names what is left")
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise BitfusionError(
            f"the GPUs are released, but {path} cannot be removed: {error.strerror}", "remove it yourself"
        ) from error
    released = outcomes.count(True)
    if not released:
        raise BitfusionError(
            f"the GPUs of {path} were released already", "the file has been removed; there is nothing left to do"
        )
    tell("INFO", f"Released GPUs on {counted(released, 'server')} and removed generated config file '{path}'")


async def _release_one(held: HeldLease) -> bool | BitfusionError:
    """Whether the lease was still there, or why it could not be ended."""
    async with Srs(held.srs) as srs:
        try:
            return await release(srs, held.lease)
        except (SrsError, SrsUnreachable) as error:
            return error
