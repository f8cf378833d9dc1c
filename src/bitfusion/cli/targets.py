"""Which servers a command asks: Dispatchers of -l and -f, resource schedulers of -s and --server_list, or those of the
default places.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import click

from .. import extras, places
from ..config import adaptor, servers
from ..config.addresses import Address
from ..errors import NotNamed
from . import options

DISPATCHER, SRS = "dispatcher", "srs"
_TITLES = {DISPATCHER: "Dispatcher", SRS: "SRS"}


@dataclass(frozen=True)
class Target:
    """A server to ask; `kind` is DISPATCHER or SRS."""

    kind: str
    address: Address

    def __str__(self) -> str:
        return f"{_TITLES[self.kind]} {self.address}"


@dataclass(frozen=True)
class Choice:
    """What the options say; None where they say nothing."""

    listed: str | None
    file: Path | None
    servers_file: Path | None
    server_list: str | None

    def targets(self) -> list[Target]:
        """Those that were named, or else those of the default places of both kinds, of which one kind is enough.

        Raises click.UsageError and ConfigError for what cannot be used, NotNamed if there is none at all.
        """
        dispatchers = self.listed is not None or self.file is not None
        schedulers = self.server_list is not None or self.servers_file is not None
        everything = not dispatchers and not schedulers
        found: list[Target] = []
        missing: list[NotNamed] = []
        for kind, wanted, find in ((SRS, schedulers, self._schedulers), (DISPATCHER, dispatchers, self._dispatchers)):
            if not wanted and not everything:
                continue
            try:
                found += [Target(kind, address) for address in find()]
            except NotNamed as error:
                missing.append(error)
        if not found:
            hint = (
                "name Dispatchers with -l or -f, resource schedulers with --server_list or -s, or write one of the"
                " files"
            )
            raise NotNamed("; ".join(error.detail for error in missing), hint)
        return found

    def _dispatchers(self) -> tuple[Address, ...]:
        return adaptor.find_servers(os.environ, places.home(os.environ), self.listed, self.file)

    def _schedulers(self) -> tuple[Address, ...]:
        return find_schedulers(self.servers_file, self.server_list)


# Decorator: the options that name servers, and --json. The command gets `choice` and `as_json`.
choosing = options.bundled(
    Choice,
    "choice",
    click.option(
        "-l", "listed", metavar="LIST", help='Ask only these Dispatchers, "host;host:port"; port 55001 unless given.'
    ),
    click.option(
        "-f", "file", metavar="FILE", type=options.FILE, help="Ask the Dispatchers of FILE instead of adaptor.conf."
    ),
    options.servers_file,
    options.server_list,
    options.as_json,
)


def find_schedulers(file: Path | None, listed: str | None) -> tuple[Address, ...]:
    """The resource schedulers of -s and --server_list, or of the default files. Raises click.UsageError, ConfigError,
    and MissingExtra if this installation can ask none.
    """
    if file is not None and listed is not None:
        raise click.UsageError("-s and --server_list exclude each other; give one of them")
    found = servers.find_servers(places.home(os.environ), listed, file)
    extras.require(extras.POOL)
    return found
