"""The monitor: a child process that looks at the host's GPUs through NVML, so that NVML's driver, memory and crashes
stay out of this process. Started at the first question and then kept.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from ..limits import METRICS_DRIVER_WAIT_S, MONITOR_FRESH_S, MONITOR_TIMEOUT_S
from ..observe.log import logger
from . import process


class Monitor:
    """Reports on all GPUs of the host's driver, or of softgpu. `settings` are those of devices.driver_settings()."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = dict(settings)
        self._child: process.Process | None = None
        self._lock = asyncio.Lock()
        self._report: dict[str, Any] = {}
        self._taken = float("-inf")
        self._glance: asyncio.Task[dict[str, Any]] | None = None

    async def report(self) -> dict[str, Any]:
        """`driver_version`, `cuda_version`, `gpus` (driver/nvml_report.py), or `problem`: why there is nothing to
        show.
        """
        async with self._lock:
            if time.monotonic() - self._taken > MONITOR_FRESH_S:
                self._report = await self._ask()
                self._taken = time.monotonic()
            return self._report

    async def glance(self) -> dict[str, Any]:
        """The report, {} if it does not come soon: then it is for the next one who asks."""
        if self._glance is None or self._glance.done():
            self._glance = asyncio.create_task(self.report())
        glance = self._glance
        await asyncio.wait((glance,), timeout=METRICS_DRIVER_WAIT_S)
        return glance.result() if glance.done() and not glance.cancelled() else {}

    async def close(self) -> None:
        """Ask no more."""
        if self._glance is not None:
            self._glance.cancel()
            await asyncio.gather(self._glance, return_exceptions=True)
        await self.rest()

    async def rest(self) -> None:
        """End the child; the next question starts another one."""
        async with self._lock:
            await self._end()

    async def _ask(self) -> dict[str, Any]:
        try:
            return await asyncio.wait_for(self._exchange(), MONITOR_TIMEOUT_S)
        except asyncio.TimeoutError:
            problem = f"NVML did not answer within {MONITOR_TIMEOUT_S:g} s"
        except OSError as error:
            problem = f"the process that asks NVML cannot be started: {error.strerror}"
        except BrokenMonitor:
            problem = "the process that asks NVML died"
        logger().warning("monitor.failed", reason=problem)
        # Another one next time. An answer that is late must not be taken for that of the next question.
        await self._end()
        return {"problem": problem}

    async def _exchange(self) -> dict[str, Any]:
        if self._child is None:
            self._child = await process.start(("--monitor",), (), self._settings)
        self._child.tell({})
        answer = await self._child.answer()
        if answer is None:
            raise BrokenMonitor
        return answer

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            await child.wait()


class BrokenMonitor(Exception):
    """The child is gone."""
