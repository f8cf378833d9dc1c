"""What a Dispatcher tells about itself: stats, smi, health, and a process to measure the network with
(protocol.md, Queries).
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

from .. import __version__
from ..access.tokens_file import Entry
from ..config.quotas import Quotas
from ..config.server import ServerConfig
from ..errors import Code, Refused
from ..observe.metrics import DISPATCHER, Samples
from ..worker.session_table import SessionRow
from . import checks, gpus, samples
from .bearers import Bearers
from .devices import Devices, driver_settings
from .identity import Identity
from .monitor import Monitor
from .perf import Measurements
from .pool import Pool


class Answers:
    """Answers queries. `topics` has a coroutine function for each `what`."""

    def __init__(
        self, config: ServerConfig, devices: Devices, pool: Pool, bearers: Bearers, identity: Identity | None = None
    ) -> None:
        self._config = config
        self._devices = devices
        self._pool = pool
        self._bearers = bearers
        self._started = time.monotonic()
        self._hostname = socket.gethostname()
        self._monitor = Monitor(driver_settings(config.softgpu))
        self._identity = identity
        self._measurements = Measurements(config.host, config.data_ports, identity)
        self.topics: dict[str, Callable[[Entry | None], Awaitable[dict[str, Any]]]] = {
            "stats": self._stats,
            "smi": self._smi,
            "health": self._health,
            "net_perf": self._net_perf,
        }

    async def answer(self, what: str, viewer: Entry | None) -> dict[str, Any]:
        """The answer to a query, as who has this token may see it. Raises Refused."""
        topic = self.topics.get(what)
        if topic is None:
            raise Refused(
                Code.CONNECTION_FAILED,
                f"this server, release {__version__}, knows nothing of {what[:40]!r}, only of {', '.join(self.topics)}",
                "install the same release of bitfusion on both sides",
            )
        return await topic(viewer)

    async def samples(self) -> Samples:
        """What /metrics shows."""
        report, devices, sessions = await self._monitor.glance(), self._devices, self._pool.session_table.sessions()
        cut = devices.snapshot["devices"]
        uuids = [gpus.uuid_text(device["uuid"]) for device in cut]
        shown = [
            {"index": index, "uuid": uuid, "name": device["name"], "memory_total": memory}
            for index, (uuid, device, memory) in enumerate(zip(uuids, cut, devices.memory, strict=True))
        ]
        granted = {uuid: device["total_memory"] for uuid, device in zip(uuids, cut, strict=True)}
        allocated = {uuid: sum(session.memory[index] for session in sessions) for index, uuid in enumerate(uuids)}
        return {
            **samples.of_server(DISPATCHER, devices.snapshot, report),
            **samples.of_gpus(shown, granted, allocated, report),
            **samples.of_counts(self._pool.counts()),
            "bitfusion_cuda_servers_idle": {(): self._pool.idle},
        }

    async def close(self) -> None:
        """End the monitor."""
        await self._monitor.close()

    async def _gpus(self, viewer: Entry | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The monitor's report, and the GPUs as clients see them."""
        report = await self._monitor.report()
        return report, gpus.client_gpus(self._devices, report, self._bearers.seen_by(viewer))

    async def _smi(self, viewer: Entry | None) -> dict[str, Any]:
        report, shown = await self._gpus(viewer)
        return gpus.smi_answer(self._devices.snapshot, report, shown, self._hostname)

    async def _net_perf(self, _: Entry | None) -> dict[str, Any]:
        return await self._measurements.start()

    async def _stats(self, viewer: Entry | None) -> dict[str, Any]:
        _, shown = await self._gpus(viewer)
        sessions, counts = self._bearers.seen_by(viewer), self._pool.counts()
        keys = ("index", "uuid", "name", "memory_total", "memory_used", "utilization")
        return {
            "kind": "dispatcher",
            "hostname": self._hostname,
            "release": __version__,
            "pid": os.getpid(),
            "port": self._config.port,
            "uptime_s": round(time.monotonic() - self._started, 3),
            "lease": self._config.lease or None,
            "clients_now": len(sessions),
            "clients_total": counts.ended + counts.running,
            **{key: getattr(counts, key) for key in _COUNTS},
            "starts": counts.starts.count,
            "starts_s": round(counts.starts.sum_s, 6),
            "waits": counts.waits.count,
            "waits_s": round(counts.waits.sum_s, 6),
            "devices": [{key: gpu[key] for key in keys} for gpu in shown],
            **_limits(self._pool.quotas, len(shown)),
            "clients": [_client(session, self._pool.granted.get(session.session)) for session in sessions],
        }

    async def _health(self, viewer: Entry | None) -> dict[str, Any]:
        report, shown = await self._gpus(viewer)
        verdicts = checks.host_checks(self._config.softgpu, report, shown, self._config.data_ports)
        certificate = [self._identity.check()] if self._identity else []
        return checks.health_answer([*verdicts, *certificate], self._hostname)


_COUNTS = ("calls", "asks", "bytes_in", "bytes_out", "pages_in", "pages_out")


def _limits(quotas: Quotas, devices: int) -> dict[str, Any]:
    """What a client that came now could have."""
    return {
        "clients_max": quotas.clients_max,
        "client_memory": list(quotas.memory_of(devices)),
        "idle_timeout_s": quotas.idle_timeout_s,
        "session_timeout_s": quotas.session_timeout_s,
    }


def _client(session: SessionRow, quotas: Quotas | None) -> dict[str, Any]:
    uptime_s, given = max(0.0, time.time() - session.started), quotas or Quotas()
    return {
        "session": session.session,
        "program": session.program,
        "host": session.host,
        "pid": session.pid,
        "user": session.user,
        "address": session.address,
        "interrupted": session.interrupted,
        "interrupted_left_s": _left(session.waits_until, time.time()) if session.interrupted else None,
        "since_unix_s": round(session.started, 3),
        "uptime_s": round(uptime_s, 3),
        "idle_s": round(session.idle_s, 3),
        "idle_left_s": _left(given.idle_timeout_s, session.idle_s),
        "session_left_s": _left(given.session_timeout_s, uptime_s),
        **{key: getattr(session, key) for key in _COUNTS},
        "memory": list(session.memory),
        "memory_limit": list(given.memory_of(len(session.memory))),
    }


def _left(limit_s: float | None, passed_s: float) -> float | None:
    return None if limit_s is None else round(max(0.0, limit_s - passed_s), 3)
