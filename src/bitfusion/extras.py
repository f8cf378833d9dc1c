"""What an installation may lack: the packages that only servers, or only the clients of resource schedulers, need.

The names of the packages stand in pyproject.toml; here are those of their modules. Imports none of them.
"""

from __future__ import annotations

from importlib.util import find_spec

from .errors import BitfusionError

DISTRIBUTION = "open-flexdirect"
SERVER = "server"
POOL = "pool"
MODULES = {
    SERVER: ("aiohttp", "cryptography", "cuda.bindings", "prometheus_client", "pynvml", "structlog", "uvloop"),
    POOL: ("aiohttp",),
}


class MissingExtra(BitfusionError):
    """This installation was made without what is needed now."""


def require(*extras: str) -> None:
    """Raise MissingExtra, which says what to install, unless every module of `extras` is there."""
    missing = {extra: [module for module in MODULES[extra] if not _is_there(module)] for extra in extras}
    lacking = [extra for extra in extras if missing[extra]]
    if lacking:
        names = ", ".join(module for extra in lacking for module in missing[extra])
        raise MissingExtra(
            f"this needs {names}, which this installation lacks", f"pip install '{DISTRIBUTION}[{','.join(lacking)}]'"
        )


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even its parent is
        return False
