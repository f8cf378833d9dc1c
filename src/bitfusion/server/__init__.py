"""The Dispatcher: takes clients in and gives each a CUDA Server of its own. Never calls CUDA."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..config.server import ServerConfig
from .handover import Handover


def main(
    config: ServerConfig,
    handover: Handover | None = None,
    reread: Callable[[], tuple[ServerConfig, Mapping[str, str]]] | None = None,
) -> int:
    """Serve until a signal ends it; returns the exit code. Prints the two lines of a started server on stdout, logs on
    stderr.

    `handover`: what the resource scheduler that started this process gave it. `reread`: gives the settings anew after
    SIGHUP, if a service manager started it.
    Raises BitfusionError (PortBusy, NoDevice, ConfigError) if it cannot start. Must be called from the main thread.
    """
    from .program import run

    return run(config, handover, reread)
