"""`resource_scheduler`: own this host's GPUs and lend them to clients that ask."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import click

from ... import extras, places
from ...config.srs import SrsConfig, load_srs
from ...limits import DISPATCHER_PORT, SRS_PORT
from .. import options, reloading, streams


@click.command("resource_scheduler")
@click.option(
    "-s", "--srs_port", metavar="PORT", default=str(SRS_PORT), show_default=True, help="TCP port to listen on."
)
@click.option(
    "-p",
    "--port",
    metavar="PORT",
    default=str(DISPATCHER_PORT),
    show_default=True,
    help="First port for the Dispatchers it starts; each takes the first that is free from there on.",
)
@click.option("-n", "count", metavar="N", help="Own the first N GPUs of this host instead of all.")
@click.option("-d", "devices", metavar="IDS", help="Own the GPUs with these IDs, e.g. 0,2.")
@click.option(
    "-l",
    "host",
    metavar="ADDRESS",
    default="0.0.0.0",
    show_default=True,
    help="Address to listen on, for the Dispatchers as well.",
)
@click.option("--softgpu", metavar="N", help="Own N software GPUs instead of this machine's own.")
@click.option(
    "--state", metavar="FILE", type=options.FILE, help="Keep leases in FILE instead of the directory for state."
)
@click.option(
    "--auto_release_timeout",
    metavar="DURATION",
    help="End a lease that has no time of its own after DURATION, e.g. 2m30s; never unless given.",
)
@options.tokens
@options.tls_cert
@options.tls_key
@click.option(
    "--grace",
    metavar="SECONDS",
    default="0",
    show_default=True,
    help="How long leases may go on after SIGTERM; nothing new is granted meanwhile.",
)
def command(**_: Any) -> int:
    """Run the resource scheduler (SRS) of this host.

    It owns GPUs, lends them or shares of them to run and request_gpus, and starts a Dispatcher for each lease. It runs
    until SIGTERM or SIGINT, which end all leases after --grace. Leases survive a crash of the scheduler. Several may
    run on one host with different GPUs and ports.
    """
    config = _settings(os.environ, **click.get_current_context().params)
    reread = reloading.reread(command, _settings)
    extras.require(extras.SERVER)
    from ...srs import program

    streams.pass_on()
    return program.run(config, reread)


def _settings(environ: Mapping[str, str], *, softgpu: str | None, **given: Any) -> SrsConfig:
    return load_srs(
        environ,
        places.home(environ),
        softgpu=0 if softgpu is None else softgpu,
        srs_port_name=options.typed_name("srs_port"),
        port_name=options.typed_name("port"),
        **given,
    )
