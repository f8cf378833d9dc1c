"""What this installation is made of: its release, what it speaks and what it stands on."""

from __future__ import annotations

import platform
from importlib import metadata

from .. import native, release
from ..errors import BitfusionError
from ..limits import PROTOCOL_VERSIONS


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
        return str(native.file_of(name))
    except BitfusionError:
        return None
