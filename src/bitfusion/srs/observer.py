"""What a scheduler tells of itself and of its host: GPUs, stats, smi, health. Looks and changes nothing; knows no HTTP.

Its Dispatchers are asked one by one, by the same queries as any client asks them.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from .. import __version__
from ..access.token import Token
from ..config.srs import SrsConfig
from ..errors import BitfusionError
from ..net.query import ask
from ..net.trust import Trust
from ..observe.log import logger
from ..observe.metrics import SCHEDULER, Samples
from ..scheduler import view
from ..scheduler.model import Gpu, LeaseState, Moment, Process
from ..scheduler.state import State
from ..scheduler.view import Sees, everything
from ..server import checks, samples
from ..server.devices import driver_settings
from ..server.gpus import cuda_version, host_gpus, smi_answer
from ..server.identity import Identity
from ..server.monitor import Monitor
from ..server.perf import Measurements
from . import processes
from .counts import DispatcherCounts, LeaseCounts
from .gpus import MIB

_DRIVER_WAIT_S, _DRIVER_AGAIN_S = 2.0, 60.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


class Observer:
    """`id` is the scheduler's; `snapshot` is of all the host's devices, `gpus` are the scheduler's own, `counts` those
    of its Dispatchers.
    """

    def __init__(
        self,
        id: str,
        config: SrsConfig,
        snapshot: dict[str, Any],
        gpus: Sequence[Gpu],
        counts: DispatcherCounts,
        identity: Identity | None = None,
        token: Token | None = None,
    ) -> None:
        """`identity`: that of a scheduler that speaks TLS alone. `token`: with which its Dispatchers are asked."""
        self._token = token
        self._identity = identity
        self.release = __version__
        self.counts = counts
        self._id = id
        self._config = config
        self._snapshot = snapshot
        self._indexes = [gpu.index for gpu in gpus]
        self._hostname = socket.gethostname()
        self._since_s = time.monotonic()
        self._monitor = Monitor(driver_settings(config.softgpu))
        self._measurements = Measurements(config.host, config.data_ports, identity)
        self._asked_s = time.monotonic()
        self._driver = asyncio.create_task(self._driver_version())

    async def close(self) -> None:
        """End the processes it started."""
        self._driver.cancel()
        await asyncio.gather(self._driver, return_exceptions=True)
        await self._monitor.close()

    async def gpus(self, state: State, sees: Sees = everything) -> dict[str, Any]:
        """The answer to GET /v1/gpus, of whom `sees` says what he may see."""
        server = {
            "id": self._id,
            "hostname": self._hostname,
            "release": self.release,
            "driver_version": await self._known_driver(),
            "cuda_version": cuda_version(self._snapshot),
            "uptime_s": self._uptime_s(),
            "port_base": self._config.port,
        }
        return {
            "server": server,
            "tasks": len(state.leases),
            "waiting": len(state.tickets),
            "gpus": view.gpus_view(state, sees),
            "leases": view.leases_view(state, _now(), sees),
            "queue": view.queue_view(state, _now(), sees),
        }

    async def stats(self, state: State, dispatchers: Mapping[str, Process], sees: Sees = everything) -> dict[str, Any]:
        """The answer to GET /v1/stats. A Dispatcher that does not answer, because it is just ending, is left out; so is
        that of a lease that is not to be seen.
        """
        owners = {id: held.lease.owner for id, held in state.leases.items()}
        seen = [process for lease, process in dispatchers.items() if sees(owners.get(lease, ""))]
        answers = await asyncio.gather(*(self._ask(process) for process in seen))
        return {
            "kind": "srs",
            "hostname": self._hostname,
            "release": self.release,
            "uptime_s": self._uptime_s(),
            "tasks": len(state.leases),
            "waiting": len(state.tickets),
            "leases": view.leases_view(state, _now(), sees),
            "dispatchers": [answer for answer in answers if answer is not None],
        }

    async def samples(self, state: State, leases: LeaseCounts) -> Samples:
        """The samples of GET /metrics."""
        report = await self._monitor.glance()
        self.counts.keep(state.leases)
        states = [held.lease.state for held in state.leases.values()]
        allocated: Counter[str] = Counter()
        for lease, held in state.leases.items():
            for share, count in zip(held.lease.shares, self.counts.allocated(lease), strict=False):
                allocated[share.uuid] += count
        seen = view.gpus_view(state)
        shown = [{**gpu, "memory_total": gpu["memory_mib"] * MIB} for gpu in seen]
        granted = {gpu["uuid"]: (gpu["memory_mib"] - gpu["free_mib"]) * MIB for gpu in seen}
        return {
            **samples.of_server(SCHEDULER, self._snapshot, report),
            **samples.of_gpus(shown, granted, allocated, report),
            **samples.of_counts(self.counts.all()),
            "bitfusion_leases": {(each.value,): states.count(each) for each in LeaseState},
            "bitfusion_leases_granted_total": {(): leases.granted},
            "bitfusion_leases_failed_total": {(): leases.failed},
            "bitfusion_lease_start_seconds": {(): leases.starts.seen()},
            "bitfusion_tickets_waiting": {(): len(state.tickets)},
        }

    async def smi(self, whole: bool = True) -> dict[str, Any]:
        """The answer to GET /v1/smi: the physical GPUs, whatever uses them. Not `whole`: and not which processes."""
        report = await self._monitor.report()
        shown = self._shown(report)
        for gpu in shown if not whole else ():
            gpu["processes"] = [{**process, "pid": 0, "name": "", "host": ""} for process in gpu["processes"]]
        return smi_answer(self._snapshot, report, shown, self._hostname)

    async def health(self) -> dict[str, Any]:
        """The answer to GET /v1/health."""
        report = await self._monitor.report()
        verdicts = checks.host_checks(self._config.softgpu, report, self._shown(report), self._config.data_ports)
        certificate = [self._identity.check()] if self._identity else []
        return checks.health_answer([*verdicts, *certificate], self._hostname)

    async def net_perf(self) -> dict[str, Any]:
        """The answer to POST /v1/net_perf. Raises Refused."""
        return await self._measurements.start()

    async def _known_driver(self) -> str | None:
        """The driver's version, which does not change; None if it is not known yet. No client waits for it long, and
        only at the start.
        """
        if self._driver.done() and self._driver.result() is None and time.monotonic() - self._asked_s > _DRIVER_AGAIN_S:
            self._asked_s = time.monotonic()
            self._driver = asyncio.create_task(self._driver_version())
        await asyncio.wait((self._driver,), timeout=_DRIVER_WAIT_S)
        return self._driver.result() if self._driver.done() else None

    async def _driver_version(self) -> str | None:
        report = await self._monitor.report()
        # A scheduler that nobody asks for more keeps no process for it.
        await self._monitor.rest()
        return report.get("driver_version")

    def _shown(self, report: Mapping[str, Any]) -> list[dict[str, Any]]:
        return host_gpus(self._snapshot, report, self._indexes, self._hostname)

    async def _ask(self, process: Process) -> dict[str, Any] | None:
        # One that an earlier scheduler has started may be without a certificate.
        trust = None
        if self._identity and processes.option(process.pid, "--tls-cert"):
            trust = Trust(pin=self._identity.facts.fingerprint)
        host = _EVERYWHERE.get(self._config.host, self._config.host)
        try:
            return await asyncio.to_thread(ask, host, process.port, "stats", trust, lambda: self._token)
        except BitfusionError as error:
            logger().warning("dispatcher.silent", port=process.port, reason=str(error))
            return None

    def _uptime_s(self) -> float:
        return round(time.monotonic() - self._since_s, 3)


def _now() -> Moment:
    return Moment(time.monotonic(), time.time())
