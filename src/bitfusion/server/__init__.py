"""The Dispatcher: takes clients in and gives each a CUDA Server of its own. Never calls CUDA."""

from __future__ import annotations

from ..config.server import ServerConfig


def main(config: ServerConfig) -> int:
    """Serve until a signal ends it; returns the exit code. Prints the two lines of a started server on stdout, logs on stderr.

    Raises BitfusionError (PortBusy, NoDevice, ConfigError) if it cannot start. Must be called from the main thread.
    """
    from .program import run

    return run(config)
