"""Where the native libraries are, and the directories of links through which programs find them as files.

Some programs do not take what is preloaded but look for a file `libcuda.so` or `libcuda.so.1`. The directory of a
library therefore holds links with those names to the same inode: a second copy would be a second driver in the
process. Knows nothing of environments and servers.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from . import __version__
from .errors import BitfusionError

SHIM = "shim"
SOFTGPU = "softgpu"
NVRTC = "nvrtc"
_FILES = {SHIM: "libbfshim.so", SOFTGPU: "libcuda.so.1", NVRTC: "libbfnvrtc.so"}
_CUDA_NAMES = ("libcuda.so.1", "libcuda.so")
_NVML_NAMES = ("libnvidia-ml.so.1", "libnvidia-ml.so")
_PACKAGE = Path(__file__).resolve().parent


def library(name: str) -> Path:
    """The file of `name` (SHIM, SOFTGPU or NVRTC). Raises BitfusionError if the package was installed without it."""
    for root in (*_checkout_build(), _PACKAGE / "_native"):
        path = root / name / _FILES[name]
        if path.is_file():
            return path
    raise BitfusionError(
        f"{_FILES[name]} is not in this installation", "install the package again with a C compiler present"
    )


def link_directory(name: str) -> Path:
    """A directory that holds the library and links to it under the names that programs look for.

    Beside the library if that can be written, otherwise in the user's cache. May be called by many processes at once.
    """
    target = library(name)
    try:
        return _fill(target.parent, target, _names(name, target.parent))
    except OSError:
        pass
    directory = _cache_directory(target)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_own(directory)
        return _fill(directory, target, {target.name: target, **_names(name, target.parent, absolute=True)})
    except OSError as error:
        raise BitfusionError(
            f"cannot make links in {directory}: {error.strerror}", "set XDG_CACHE_HOME to a directory you can write"
        ) from error


def _checkout_build() -> tuple[Path, ...]:
    """In a source checkout, the build directory: it is the newest, and `_native` may not exist."""
    root = _PACKAGE.parent.parent
    return (root / "build" / "native",) if (root / "native_build.py").is_file() else ()


def _names(name: str, directory: Path, absolute: bool = False) -> dict[str, Path]:
    """Link name -> what it leads to."""
    file = _FILES[name]
    links = {link: file for link in _CUDA_NAMES if link != file}
    if (directory / _NVML_NAMES[0]).exists():
        links |= {_NVML_NAMES[1]: _NVML_NAMES[0]}
        links |= {_NVML_NAMES[0]: _NVML_NAMES[0]} if absolute else {}
    return {link: directory / to if absolute else Path(to) for link, to in links.items()}


def _fill(directory: Path, target: Path, links: dict[str, Path]) -> Path:
    """Make every link that is missing or leads elsewhere; each appears whole, whoever else does the same."""
    for link, to in links.items():
        path = directory / link
        if path.is_symlink() and os.readlink(path) == str(to):
            continue
        fresh = directory / f".{link}.{secrets.token_hex(8)}"
        fresh.symlink_to(to)
        try:
            fresh.replace(path)
        except OSError:
            fresh.unlink()
            raise
    return directory


def _cache_directory(target: Path) -> Path:
    """Named after version and inode, so that another installation never finds this one's links."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    status = target.stat()
    return root / "bitfusion" / f"{__version__}-{status.st_dev:x}-{status.st_ino:x}" / target.parent.name


def _require_own(directory: Path) -> None:
    """A library is loaded from here: nobody else may be able to change it."""
    status = directory.stat()
    if status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(1, "others can write it", str(directory))
