"""The Dispatcher as a program: what happens at its start, at signals and at its end."""

from __future__ import annotations

import asyncio
import signal

import uvloop

from ..config.server import ServerConfig
from ..limits import SESSION_END_S
from ..net.sockets import listen
from ..observe.log import configure, logger
from .answers import Answers
from .devices import find_devices
from .dispatcher import Dispatcher
from .pool import Pool

_KILL_AFTER_S = 2 * SESSION_END_S


def run(config: ServerConfig) -> int:
    """See bitfusion.server.main."""
    configure(process="dispatcher")
    loop = uvloop.new_event_loop()
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(_run(config))
    finally:
        asyncio.set_event_loop(None)
        loop.close()


async def _run(config: ServerConfig) -> int:
    log = logger()
    signals = _Signals(asyncio.get_running_loop())
    # First, so that a busy port is told at once; nobody is accepted before the devices are known.
    listener = listen(config.host, config.port)
    with listener:
        devices = await find_devices(config)
        for note in (*config.notes, *devices.warnings):
            log.warning("config.note", note=note)
        if signals.pending():
            return 0
        pool = Pool(config, devices)
        answers = Answers(config, devices, pool)
        dispatcher = Dispatcher(pool, answers)
        pool.fill()
        await dispatcher.listen(listener)
        print("Dispatcher listening...", f"Listening on {config.host}:{config.port}", sep="\n", flush=True)
        log.info("dispatcher.started", devices=len(devices.ordinals), softgpu=config.softgpu, data_ports=str(config.data_ports))
        await signals.next()
        dispatcher.close()
        await answers.close()
        await _finish(pool, signals, config.grace_s)
    log.info("dispatcher.ended")
    return 0


async def _finish(pool: Pool, signals: _Signals, grace_s: float) -> None:
    """Let the running sessions end within the grace period; a second signal ends it."""
    logger().info("dispatcher.draining", sessions=pool.serving, grace_s=grace_s)
    pool.drain()
    empty = asyncio.create_task(pool.empty())
    second = asyncio.create_task(signals.next())
    await asyncio.wait((empty, second), timeout=grace_s, return_when=asyncio.FIRST_COMPLETED)
    second.cancel()
    if not empty.done():
        logger().warning("dispatcher.ending_sessions", sessions=pool.serving)
        pool.end_sessions()
        await asyncio.wait((empty,), timeout=_KILL_AFTER_S)
        pool.kill()
    await empty


class _Signals:
    """SIGTERM and SIGINT, counted."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._received: asyncio.Queue[int] = asyncio.Queue()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._received.put_nowait, number)

    def pending(self) -> bool:
        """True if one has come already."""
        return not self._received.empty()

    async def next(self) -> int:
        """Wait for the next one."""
        return await self._received.get()
