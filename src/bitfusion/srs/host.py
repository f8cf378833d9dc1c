"""What a scheduler says of its host: name, release, driver, uptime, GPUs. Knows no HTTP and changes nothing."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from typing import Any

from .. import __version__
from ..scheduler import view
from ..scheduler.state import State
from .gpus import cuda_version


class Host:
    """`id` stays the same as long as the state file; `driver_version` is the NVIDIA driver's, None if it is not known."""

    def __init__(self, id: str, port_base: int, snapshot: Mapping[str, Any], driver_version: str | None = None) -> None:
        self.id = id
        self.hostname = socket.gethostname()
        self.release = __version__
        self.port_base = port_base
        self.cuda_version = cuda_version(snapshot)
        self.driver_version = driver_version
        self._since_s = time.monotonic()

    @property
    def uptime_s(self) -> float:
        return round(time.monotonic() - self._since_s, 3)

    def gpus(self, state: State) -> dict[str, Any]:
        """The answer to GET /v1/gpus."""
        server = {
            "id": self.id,
            "hostname": self.hostname,
            "release": self.release,
            "driver_version": self.driver_version,
            "cuda_version": self.cuda_version,
            "uptime_s": self.uptime_s,
            "port_base": self.port_base,
        }
        return {"server": server, "tasks": len(state.leases), "waiting": len(state.tickets), "gpus": view.gpus_view(state)}
