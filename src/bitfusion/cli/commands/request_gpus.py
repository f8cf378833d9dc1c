"""`request_gpus`: GPUs of a pool, held until `release_gpus`, and an adaptor file for `client -f`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from ... import places
from ...config import leasefile
from ...errors import BitfusionError, ConfigError, SrsUnreachable
from ...limits import LEASE_TTL_MIN_S
from ...srs.client import Srs
from ...srs.holding import Grant, give_back
from ...srs.pool import Tell
from .. import asking, kinds, options, show
from ..signals import Signals, run_async


@click.command("request_gpus")
@asking.request_options
@click.option(
    "-f",
    "file",
    metavar="FILE",
    type=options.FILE,
    help="Write the adaptor file there; ~/.bitfusionio/adaptor.conf unless given.",
)
@click.option(
    "--auto_release_timeout",
    "release_s",
    metavar="DURATION",
    type=kinds.Duration(),
    default=0.0,
    help="Release the GPUs after this time, e.g. 2m30s; 0 or not given: hold them until release_gpus.",
)
@options.as_json
def command(asked: asking.Asked, file: Path | None, release_s: float, as_json: bool) -> None:
    """Request GPUs from a shared pool and hold them until release_gpus.

    All GPUs are granted together or none. FILE is then written, and `client -f FILE` runs any number of applications
    with them. A FILE whose GPUs are still held, or that request_gpus did not write, is not overwritten.
    """
    if 0 < release_s < LEASE_TTL_MIN_S:
        raise click.UsageError(
            f"--auto_release_timeout {release_s:g} is less than {LEASE_TTL_MIN_S:g} s; give a longer time"
        )
    run_async(_request(asked.request(release_s or None), file, as_json))


async def _request(request: asking.Request, file: Path | None, as_json: bool) -> None:
    tell = asking.teller(quiet=False)
    path = _default() if file is None else file
    await _make_way(path, tell)
    new = leasefile.NewFile(path)
    try:
        async with Signals() as signals, request.pool(tell) as pool:
            granted = await request.grants(pool, "request_gpus", signals, tell)
            await _save(new, granted, tell)
    finally:
        new.discard()
    _show(granted, path, tell, as_json)


def _default() -> Path:
    path = leasefile.default(places.home(os.environ))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BitfusionError(f"cannot make {path.parent}: {error.strerror}", "name a file with -f") from error
    return path


async def _make_way(path: Path, tell: Tell) -> None:
    """Remove a lease file whose GPUs are not held any more. Raises BitfusionError if they may be, ConfigError for any
    other file.
    """
    if not os.path.lexists(path):
        return
    try:
        held = leasefile.read(path)
    except ConfigError as error:
        raise ConfigError(
            f"{path} exists and is no file of request_gpus, so it is not replaced",
            "name another file with -f, or move it away",
        ) from error
    for each in held:
        try:
            async with Srs(each.srs) as srs:
                live = each.lease in {lease["lease"] for lease in await srs.leases()}
        except SrsUnreachable as error:
            raise BitfusionError(
                f"{path} may hold GPUs: {error.detail}", f"release them first: release_gpus -f {path}"
            ) from error
        if live:
            raise BitfusionError(
                f"{path} holds GPUs of {each.srs}", f"release them first: release_gpus -f {path}; or name another file"
            )
    tell("WARN", f"The GPUs of '{path}' were released before; the file is replaced")
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise BitfusionError(f"cannot replace {path}: {error.strerror}", "name another file with -f") from error


async def _save(new: leasefile.NewFile, granted: Sequence[Grant], tell: Tell) -> None:
    try:
        new.commit(leasefile.text_of(asking.held(granted)))
    except BaseException:
        for problem in await give_back(granted):
            tell("WARN", f"GPUs are still held: {problem}")
        raise


def _show(granted: Sequence[Grant], path: Path, tell: Tell, as_json: bool) -> None:
    release_s = min((round(grant.expires_in_s, 1) for grant in granted if grant.expires_in_s is not None), default=None)
    if not as_json:
        for line in asking.requested_lines(granted, release_s):
            click.echo(line, err=True)
    tell("INFO", asking.locked_line(granted, path))
    if as_json:
        servers = [
            {
                "address": str(grant.srs.address),
                "dispatcher": str(grant.dispatcher),
                "lease": grant.lease,
                "release": grant.release,
                "gpus": [
                    {"index": share.index, "uuid": share.uuid, "name": share.name, "memory_mib": share.memory_mib}
                    for share in grant.shares
                ],
            }
            for grant in granted
        ]
        show.emit_json(
            {"file": str(path), "gpus": asking.count(granted), "auto_release_s": release_s, "servers": servers}
        )
