"""`server`: run a Dispatcher in the foreground."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import click

from ... import extras
from ...config.server import ServerConfig, load_server
from ...limits import DISPATCHER_PORT, GRACE_S
from .. import options, reloading, streams


@click.command("server")
@click.option(
    "-p", "--port", metavar="PORT", default=str(DISPATCHER_PORT), show_default=True, help="TCP port to listen on."
)
@click.option("--host", metavar="ADDRESS", default="0.0.0.0", show_default=True, help="Address to listen on.")
@click.option("--softgpu", metavar="N", help="Serve N software GPUs instead of this machine's own.")
@click.option(
    "--grace",
    metavar="SECONDS",
    default=str(GRACE_S),
    show_default=True,
    help="How long running clients may continue after SIGTERM.",
)
@click.option(
    "--metrics_port",
    metavar="PORT",
    help="Answer /metrics (for Prometheus), /healthz and /readyz on this TCP port of 127.0.0.1, or on ADDRESS:PORT.",
)
@options.tokens
@options.tls_cert
@options.tls_key
@click.option("--clients-max", metavar="N", help="Serve at most N clients at a time.")
@click.option("--client-memory", metavar="BYTES", help="Memory of each GPU that one client may have.")
@click.option(
    "--idle-timeout",
    metavar="DURATION",
    help="End a session that calls nothing, and has no work, for so long.",
)
@click.option("--session-timeout", metavar="DURATION", help="End a session after so long.")
def command(**_: str | None) -> int:
    """Offer the GPUs of this machine to clients.

    Prints two lines when it listens and runs until SIGTERM or SIGINT. BF_VISIBLE_DEVICES selects GPUs,
    BF_GPU_DEVICE_MEMORY_LIMIT limits the memory of each (bytes), BF_SERVER_PORT_MIN and BF_SERVER_PORT_MAX move the
    ports of the data connections. Several servers may share GPUs, each on a port of its own; the GPUs' compute mode
    must then be Default.
    """
    config = _settings(os.environ, **click.get_current_context().params)
    reread = reloading.reread(command, _settings)
    extras.require(extras.SERVER)
    from ... import server

    streams.pass_on()
    return server.main(config, reread=reread)


def _settings(environ: Mapping[str, str], *, softgpu: str | None, grace: str, **given: Any) -> ServerConfig:
    return load_server(
        environ,
        softgpu=0 if softgpu is None else softgpu,
        grace_s=grace,
        port_name=options.typed_name("port"),
        **given,
    )
