"""Where the native libraries are, and the directories of links through which programs find them as files.

Some programs do not take what is preloaded but look for a file `libcuda.so` or `libcuda.so.1`. The directory of a
library therefore holds links with those names to the same inode: a second copy would be a second driver in the
process. The loader splits its lists of paths at some characters; where the package lies below such a path, the
directory is another one, with a link to the library as well. Knows nothing of environments and servers.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from . import __version__, places
from .errors import BitfusionError

SHIM = "shim"
SOFTGPU = "softgpu"
NVRTC = "nvrtc"
_FILES = {SHIM: "libbfshim.so", SOFTGPU: "libcuda.so.1", NVRTC: "libbfnvrtc.so"}
_CUDA_NAMES = ("libcuda.so.1", "libcuda.so")
_NVML_NAMES = ("libnvidia-ml.so.1", "libnvidia-ml.so")
_PACKAGE = Path(__file__).resolve().parent
_LIST_CHARACTERS = ":;$"
_CHARACTER_NAMES = {" ": "white space", "\t": "white space", "\n": "white space", ":": "colon", ";": "semicolon"}


def file_of(name: str) -> Path:
    """The file of `name` (SHIM, SOFTGPU or NVRTC). Raises BitfusionError if the package was installed without it."""
    for root in (*_checkout_build(), _PACKAGE / "_native"):
        path = root / name / _FILES[name]
        if path.is_file():
            return path
    raise BitfusionError(
        f"{_FILES[name]} is not in this installation", "install the package again with a C compiler present"
    )


def link_directory(name: str) -> Path:
    """A directory that can be preloaded from: it holds the library and links to it under the names that programs look
    for.

    Beside the library if that can be written and be preloaded from, otherwise in a cache of the user. May be called by
    many processes at once. Raises BitfusionError, with the reason for each place, if there is no such directory.
    """
    target = file_of(name)
    reasons = []
    if problem := not_preloadable(target.parent):
        reasons.append(problem)
    else:
        with contextlib.suppress(OSError):
            return _fill(target.parent, target, _names(name, target.parent))
    links = {target.name: target, **_names(name, target.parent, absolute=True)}
    for cache in places.caches(os.environ):
        if problem := not_preloadable(cache):
            reasons.append(problem)
            continue
        try:
            return _fill(places.prepare(cache, _key(target), target.parent.name), target, links)
        except OSError as error:
            reasons.append(f"cannot make links in {error.filename or cache}: {error.strerror}")
    raise BitfusionError(
        f"there is no place to preload {target.name} from: {', '.join(reasons)}",
        "set XDG_CACHE_HOME to a directory of yours that can be written, with a path of letters and digits",
    )


def not_preloadable(path: Path) -> str:
    """Why nothing can be preloaded from a directory, "" if it can: LD_PRELOAD and LD_LIBRARY_PATH are lists, which the
    loader splits, and in which it replaces what begins with a dollar sign.

    What is no character to read is no use either: it does not survive a shell, or cannot be printed.
    """
    bad = [each for each in str(path) if each.isspace() or each in _LIST_CHARACTERS or not each.isprintable()]
    return f"the loader takes no {_CHARACTER_NAMES.get(bad[0], repr(bad[0]))} in {str(path)!r}" if bad else ""


def _checkout_build() -> tuple[Path, ...]:
    """In a source checkout, the build directory: it is the newest, and `_native` may not exist."""
    root = _PACKAGE.parent.parent
    return (root / "build" / "native",) if (root / "native_build.py").is_file() else ()


def _names(name: str, directory: Path, absolute: bool = False) -> dict[str, Path]:
    """Link name -> what it leads to."""
    file = _FILES[name]
    links = {link: file for link in _CUDA_NAMES if link != file and name != NVRTC}
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


def _key(target: Path) -> str:
    """After version and inode, so that another installation never finds this one's links."""
    status = target.stat()
    return f"{__version__}-{status.st_dev:x}-{status.st_ino:x}"
