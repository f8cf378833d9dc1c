"""`version`: the release, what it speaks and what it stands on."""

from __future__ import annotations

import platform
from importlib import metadata

import click

from ... import native, release
from ...errors import BitfusionError
from ...limits import PROTOCOL_VERSIONS
from .. import options, show


@click.command("version")
@options.as_json
def command(as_json: bool) -> None:
    """Display full FlexDirect version: release with the commit it was built from, wire protocol, libraries, packages,
    Python.
    """
    facts = describe()
    if as_json:
        show.emit_json(facts)
        return
    click.echo(f"bitfusion {facts['version']}")
    spoken = ", ".join(str(version) for version in facts["protocols"])
    packages = "; ".join(f"{name} {version or 'not installed'}" for name, version in facts["packages"].items())
    click.echo(f"wire protocol {spoken}; {packages}; Python {facts['python']}")
    for name, path in facts["libraries"].items():
        click.echo(f"{name}: {path or 'not in this installation'}")


def describe() -> dict:
    """The same as `version --json`: version, release, commit (None if unknown), protocols, packages, python, libraries
    (path or None).
    """
    return {
        "version": release.full(),
        "release": release.RELEASE,
        "commit": release.commit(),
        "protocols": list(PROTOCOL_VERSIONS),
        "packages": {name: _installed(name) for name in ("cuda-bindings", "nvidia-ml-py")},
        "python": platform.python_version(),
        "libraries": {name: _library(name) for name in (native.SHIM, native.SOFTGPU)},
    }


def _installed(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _library(name: str) -> str | None:
    try:
        return str(native.library(name))
    except BitfusionError:
        return None
