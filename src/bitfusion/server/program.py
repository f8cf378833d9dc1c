"""The Dispatcher as a program: what happens at its start, at signals and at its end."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from ..access.keeper import Keeper
from ..config.server import ServerConfig
from ..confine.user import chosen
from ..image_store import StoreUnusable, choose_directory
from ..limits import PEERS_OF_ADDRESS_MAX, SERVICE_LOOK_S, SESSION_END_S, TOKENS_LOOK_S
from ..net import descriptors
from ..net.peers import Peers
from ..net.sockets import listen, place
from ..observe.log import configure, logger
from ..observe.service_manager import ServiceManager
from . import openness
from .answers import Answers
from .bearers import Bearers
from .devices import choose, find_devices, for_client
from .dispatcher import Dispatcher
from .gate import Gate
from .handover import Handover
from .identity import Identity
from .pool import Pool
from .reloading import Reread, Settings
from .signals import Signals, has_terminal

if TYPE_CHECKING:
    from .http_port import HttpPort

# What a reload changes at once; quotas for the clients that come then. Clients have been told, or have a port, a
# process or a memory by, all the rest.
_LIVE = ("grace_s", "quotas")
_KILL_AFTER_S = 2 * SESSION_END_S
_END_S = 10.0  # for what follows the grace period, before a service manager may kill


def run(config: ServerConfig, handover: Handover | None = None, reread: Reread[ServerConfig] | None = None) -> int:
    """See bitfusion.server.main."""
    configure(process="dispatcher", **({"lease": config.lease} if config.lease else {}))
    loop = uvloop.new_event_loop()
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(_run(config, handover, reread))
    finally:
        asyncio.set_event_loop(None)
        loop.close()


async def _run(config: ServerConfig, handover: Handover | None, reread: Reread[ServerConfig] | None) -> int:
    log = logger()
    # With a starter it is not this process that is the service.
    manager = ServiceManager({} if handover else os.environ)
    signals = Signals(asyncio.get_running_loop())
    identity = Identity(*config.tls) if config.tls else None
    gate = open_gate(config, handover)
    # First, so that a busy port is told at once; nobody is accepted before the devices are known.
    listener = handover.listener() if handover else listen(config.host, config.port)
    with ExitStack() as held:
        held.enter_context(listener)
        metrics = held.enter_context(listen(config.metrics.host, config.metrics.port)) if config.metrics else None
        devices = choose(config, handover.snapshot()) if handover else await find_devices(config)
        files = descriptors.raise_limit()
        for note in filter(None, (*config.notes, *devices.warnings, descriptors.shortage(files))):
            log.warning("config.note", note=note)
        if signals.pending():
            return 0
        settings = _settings(config, reread, len(devices.ordinals))
        store, table = _open_image_store(config), handover.table if handover else None
        pool = Pool(config, devices, lambda: settings.now.quotas, store, table, identity)
        bearers = Bearers(pool, gate)
        answers = Answers(config, devices, pool, bearers, identity)
        shown = lambda: for_client(devices.snapshot, settings.now.quotas)
        dispatcher = Dispatcher(pool, answers, shown, gate, bearers, config.lease, identity)
        pool.fill()
        # Before its starter knows that it listens, which passes on the signal from then on.
        if manager or ((identity or gate.locked) and not has_terminal()):
            signals.on_hangup(lambda: _reload(settings, manager, pool, identity, bearers))
        web = await _open_web(answers, pool, metrics, identity)
        dispatcher.listen(listener, Peers(descriptors.for_peers(files), PEERS_OF_ADDRESS_MAX))
        print("Dispatcher listening...", f"Listening on {place(config.host, config.port)}", sep="\n", flush=True)
        if handover:
            handover.tell_ready(config.port)
        _log_start(config, len(devices.ordinals), identity, gate)
        watching = asyncio.create_task(_watch(bearers)) if gate.locked else None
        status = lambda: f"GPUs: {len(devices.ordinals)}, clients: {pool.serving}"
        manager.ready(status())
        informing = asyncio.create_task(manager.keep_informed(status, SERVICE_LOOK_S))
        await signals.next()
        informing.cancel()
        grace_s = settings.now.grace_s
        manager.stopping(f"Ending; clients may continue for {grace_s:g} s", grace_s + _END_S)
        if handover:
            handover.tell_draining()
        # The port answers until the end: who comes meanwhile is told why it is not served.
        await _finish(pool, signals, grace_s)
        if watching:
            watching.cancel()
        dispatcher.close()
        if web:
            await web.close()
        await answers.close()
    log.info("dispatcher.ended")
    return 0


def open_gate(config: ServerConfig, handover: Handover | None) -> Gate:
    """Who is let in. Raises ConfigError."""
    if handover is not None:
        # Its starter knows, and nothing in the environment does.
        access = handover.access()
        return Gate.from_map(access) if access else Gate(None)
    return Gate(Keeper(Path(config.tokens)) if config.tokens else None)


async def _watch(bearers: Bearers) -> None:
    """End the sessions of tokens that have ended."""
    while True:
        await asyncio.sleep(TOKENS_LOOK_S)
        bearers.end_ended()


def _log_start(config: ServerConfig, devices: int, identity: Identity | None, gate: Gate) -> None:
    logger().info("dispatcher.started", devices=devices, softgpu=config.softgpu, data_ports=str(config.data_ports))
    if identity:
        identity.log("certificate.loaded")
    if not config.lease:  # its scheduler has said so
        openness.warn(config.host, tls=identity is not None, tokens=gate.locked)


def _reload(
    settings: Settings[ServerConfig],
    manager: ServiceManager,
    pool: Pool,
    identity: Identity | None,
    bearers: Bearers,
) -> None:
    bearers.end_ended()
    settings.reload(manager)
    if identity and identity.renew(settings.now.tls):
        pool.renew(identity)


def _settings(config: ServerConfig, reread: Reread[ServerConfig] | None, devices: int) -> Settings[ServerConfig]:
    """What holds now. Raises ConfigError for quotas that are not for so many devices, also when they are read again."""

    def again() -> tuple[ServerConfig, Mapping[str, str]]:
        assert reread is not None
        found, environ = reread()
        found.quotas.memory_of(devices)
        return found, environ

    config.quotas.memory_of(devices)
    return Settings(config, (*_LIVE, "tls") if config.tls else _LIVE, reread and again)


async def _open_web(
    answers: Answers, pool: Pool, listener: socket.socket | None, identity: Identity | None
) -> HttpPort | None:
    """The port for Prometheus, until the very end: a server that shuts down says so there."""
    if listener is None:
        return None
    # Not for every lease's Dispatcher: it takes a tenth of a second.
    from .web import Looks, web_port

    web = web_port(Looks(answers.samples, pool.problem), listener, identity)
    await web.start()
    host, port = listener.getsockname()[:2]
    logger().info("metrics.started", host=host, port=port)
    return web


def _open_image_store(config: ServerConfig) -> Path | None:
    """The directory for code images; without one, a server does what it does, and its clients send their code."""
    if not config.image_store_bytes:
        return None
    try:
        return choose_directory(config.image_store, os.environ, chosen(os.environ)[0])
    except StoreUnusable as error:
        logger().warning("image_store.unusable", reason=error.detail)
        return None


async def _finish(pool: Pool, signals: Signals, grace_s: float) -> None:
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
