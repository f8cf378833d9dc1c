"""Which servers a report asks: Dispatchers of -l and -f, resource schedulers of -s and --server_list, or those of the default places."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ..config import adaptor, servers
from ..config.addresses import Address
from ..errors import NotNamed

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

        Raises ConfigError for what cannot be read, NotNamed if there is none at all.
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
            hint = "name Dispatchers with -l or -f, resource schedulers with --server_list or -s, or write one of the files"
            raise NotNamed("; ".join(error.detail for error in missing), hint)
        return found

    def _dispatchers(self) -> tuple[Address, ...]:
        return adaptor.find_servers(os.environ, Path.home(), self.listed, self.file)

    def _schedulers(self) -> tuple[Address, ...]:
        return servers.find_servers(Path.home(), self.server_list, self.servers_file)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: the options that name servers, and --json. The command gets `choice` and `as_json`."""

    def call(listed: str | None, file: Path | None, servers_file: Path | None, server_list: str | None, **others: Any) -> Any:
        return command(choice=Choice(listed, file, servers_file, server_list), **others)

    call.__name__, call.__doc__ = command.__name__, command.__doc__
    path = click.Path(path_type=Path)
    for option in reversed(
        (
            click.option("-l", "listed", metavar="LIST", help='Ask these Dispatchers, "host;host:port"; port 55001 unless given.'),
            click.option("-f", "file", metavar="FILE", type=path, help="Ask the Dispatchers of an adaptor.conf."),
            click.option("-s", "servers_file", metavar="FILE", type=path, help="Ask the resource schedulers of a servers.conf."),
            click.option("--server_list", metavar="LIST", help='Ask these resource schedulers, "host;host:port"; port 56001 unless given.'),
            click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
        )
    ):
        call = option(call)
    return call
