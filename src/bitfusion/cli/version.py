"""`version`: the release, what it speaks and what it stands on."""

from __future__ import annotations

import platform
from importlib import metadata

import click

from .. import __version__
from ..limits import PROTOCOL_VERSIONS


@click.command("version")
def command() -> None:
    """Display full FlexDirect version: release, wire protocol, cuda-bindings, Python."""
    spoken = ", ".join(str(version) for version in PROTOCOL_VERSIONS)
    click.echo(f"bitfusion {__version__}")
    click.echo(f"wire protocol {spoken}; cuda-bindings {_installed('cuda-bindings')}; Python {platform.python_version()}")


def _installed(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
