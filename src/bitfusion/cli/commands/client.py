"""`client`: run an application with the GPUs of servers that already run."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ... import native, places
from ...config import adaptor
from .. import launch, options, ptx_tools


@click.command("client", context_settings=launch.SETTINGS)
@click.option("-l", "listed", metavar="LIST", help='Servers, "host;host:port;[IPv6]:port"; port 55001 unless given.')
@click.option(
    "-f", "file", metavar="FILE", type=options.FILE, help="Read the servers from FILE, one host[:port] a line."
)
@options.ptx
@launch.application
def command(listed: str | None, file: Path | None, ptx: bool, application: tuple[str, ...]) -> None:
    """Run APPLICATION with the GPUs of FlexDirect servers that already run.

    Without -l and -f the servers are those of BF_SERVERS, of the file BF_ADAPTOR_PATH, of
    ~/.bitfusionio/adaptor.conf or of /etc/bitfusionio/adaptor.conf: the first of these that exists. The exit code is
    the application's.
    """
    words = launch.application_words(application)
    servers = adaptor.find_servers(os.environ, places.home(os.environ), listed, file)
    environment = launch.preloading(os.environ, native.link_directory(native.SHIM), native.file_of(native.SHIM).name)
    environment["BF_SERVERS"] = ";".join(server.item for server in servers)
    launch.become(words, ptx_tools.asking(environment) if ptx else environment)
