"""The resource scheduler as a program: what happens at its start, at signals and at its end."""

from __future__ import annotations

import asyncio
import os
import socket
import uuid
from pathlib import Path

import uvloop

from .. import places
from ..access import proof, token
from ..access.keeper import Keeper
from ..access.token import Token
from ..access.tokens_file import ADMINISTER, Entry
from ..config.srs import SrsConfig, resolve_gpus
from ..errors import BitfusionError
from ..limits import DISPATCHER_END_S, GROUP_END_S, SERVICE_LOOK_S
from ..net import descriptors
from ..net.sockets import listen, place
from ..observe.log import configure, logger
from ..observe.service_manager import ServiceManager
from ..scheduler.sqlite import SqliteStore
from ..server import openness
from ..server.devices import driver_settings, probe
from ..server.gate import Gate
from ..server.http_port import HttpPort
from ..server.identity import Identity
from ..server.reloading import Reread, Settings
from ..server.signals import Signals, has_terminal
from .api import application
from .counts import DispatcherCounts
from .gpus import gpus_of
from .observer import Observer
from .ownership import Ownership
from .service import Service
from .supervisor import Supervisor

# What a reload changes at once, for the leases that are granted from then on.
_LIVE = ("auto_release_s", "data_ports", "grace_s")
_STOP_S = DISPATCHER_END_S + GROUP_END_S
_END_S = _STOP_S + 2 * GROUP_END_S  # before a service manager may kill


def run(config: SrsConfig, reread: Reread[SrsConfig] | None = None) -> int:
    """Serve until a signal ends it; returns the exit code. Prints what a user wants to know of a started scheduler on
    stdout.

    Raises BitfusionError (PortBusy, NoDevice, ConfigError, StoreError, a device of another scheduler) if it cannot
    start.
    """
    configure(process="resource-scheduler")
    loop = uvloop.new_event_loop()
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(_run(config, reread))
    finally:
        asyncio.set_event_loop(None)
        loop.close()


async def _run(config: SrsConfig, reread: Reread[SrsConfig] | None) -> int:
    manager = ServiceManager(os.environ)
    signals = Signals(asyncio.get_running_loop())
    identity = Identity(*config.tls) if config.tls else None
    # First, so that a busy port is told at once; nobody is accepted before the devices are known.
    with listen(config.host, config.srs_port) as listener:
        descriptors.raise_limit()
        snapshot = await probe(driver_settings(config.softgpu))
        gpus = gpus_of(snapshot, resolve_gpus(config, len(snapshot["devices"])))
        for note in config.notes:
            logger().warning("config.note", note=note)
        store = _open_store(config.state)
        ownership = Ownership(config.locks, _server_id(store))
        try:
            ownership.take(((gpu.index, gpu.uuid) for gpu in gpus), config.srs_port)
            if not signals.pending():
                counts = DispatcherCounts()
                inner = _inner_token(store) if config.tokens else None
                gate = _open_gate(config, inner)
                supervisor = Supervisor(config, snapshot, ownership, counts, identity, gate)
                service = Service(gpus, store, supervisor, config.auto_release_s)
                observer = Observer(_server_id(store), config, snapshot, gpus, counts, identity, inner)
                settings = Settings(config, (*_LIVE, "tls") if identity else _LIVE, reread)
                await _serve(settings, signals, listener, service, observer, manager, identity, gate)
        finally:
            ownership.close()
            store.close()
    logger().info("scheduler.ended")
    return 0


async def _serve(
    settings: Settings[SrsConfig],
    signals: Signals,
    listener: socket.socket,
    service: Service,
    observer: Observer,
    manager: ServiceManager,
    identity: Identity | None,
    gate: Gate,
) -> None:
    config = settings.now
    service.restore()
    observer.counts.adopt(service.dispatchers())
    service.when_gone(observer.counts.end)
    # cancels: a client that hangs up in a long poll owes a sign of life from then on, and does not claim
    # its lease.
    port = HttpPort(application(service, observer, gate, identity), listener, identity, cancels=True)
    await port.start()
    gpus = service.state.gpus
    for gpu in gpus:
        print(f"GPU {gpu.index}: {gpu.name} ({gpu.memory_mib} MiB, {gpu.uuid})")
    print(
        "Resource scheduler listening...", f"Listening on {place(config.host, config.srs_port)}", sep="\n", flush=True
    )
    logger().info(
        "scheduler.started",
        gpus=len(gpus),
        softgpu=config.softgpu,
        leases=len(service.state.leases),
        state=str(config.state),
    )
    if identity:
        identity.log("certificate.loaded")
    openness.warn(config.host, tls=bool(identity), tokens=gate.locked)
    if manager or ((identity or gate.locked) and not has_terminal()):
        signals.on_hangup(lambda: _reload(settings, manager, service, identity, gate))
    manager.ready(_status(service))
    informing = asyncio.create_task(manager.keep_informed(lambda: _status(service), SERVICE_LOOK_S))
    await signals.next()
    informing.cancel()
    grace_s = settings.now.grace_s
    manager.stopping(f"Ending; leases may continue for {grace_s:g} s", grace_s + _END_S)
    # The port answers until the end: who asks meanwhile is told why nothing is granted.
    await _finish(service, signals, grace_s)
    await port.close()
    await observer.close()


def _reload(
    settings: Settings[SrsConfig], manager: ServiceManager, service: Service, identity: Identity | None, gate: Gate
) -> None:
    gate.look()
    environ = settings.reload(manager)
    if identity and identity.renew(settings.now.tls):
        service.renew_certificates()
    if environ is None:
        return
    service.set_auto_release(settings.now.auto_release_s)
    # The Dispatchers of later leases inherit them.
    for name in os.environ.keys() - environ.keys():
        del os.environ[name]
    os.environ.update(environ)


def _status(service: Service) -> str:
    state = service.state
    return f"GPUs: {len(state.gpus)}, leases: {len(state.leases)}, waiting: {len(state.tickets)}"


async def _finish(service: Service, signals: Signals, grace_s: float) -> None:
    """Let the leases end by themselves within the grace period, then end them; a second signal, or a Dispatcher that
    does not end, ends the patience.
    """
    logger().info("scheduler.draining", leases=len(service.state.leases), grace_s=grace_s)
    drained = asyncio.create_task(service.drain())
    second = asyncio.create_task(signals.next())
    await asyncio.wait((drained, second), timeout=grace_s, return_when=asyncio.FIRST_COMPLETED)
    drained.cancel()
    stopped = asyncio.create_task(service.stop())
    await asyncio.wait((stopped, second), timeout=_STOP_S, return_when=asyncio.FIRST_COMPLETED)
    second.cancel()
    if not stopped.done():
        service.kill()
        await asyncio.wait((stopped,), timeout=GROUP_END_S)


def _open_store(path: Path) -> SqliteStore:
    try:
        places.make(path.parent)
    except OSError as error:
        raise BitfusionError(
            f"cannot keep state in {path.parent}: {error.strerror}", "give a writable place with --state FILE"
        ) from error
    return SqliteStore(path)


def _open_gate(config: SrsConfig, inner: Token | None) -> Gate:
    """Who is let in. Raises ConfigError."""
    if inner is None:
        return Gate(None)
    entry = Entry(inner.id, inner.id, (ADMINISTER,), proof.keys_of(inner.secret), 0)
    return Gate(Keeper(Path(config.tokens)), "", entry)


def _inner_token(store: SqliteStore) -> Token:
    """With which the scheduler asks its Dispatchers, also those that an earlier one has started. Its file is for this
    user alone.
    """
    kept = store.fact("inner_token")
    found = token.parse(kept) if kept else None
    if found is None:
        found = token.make()
        store.keep_fact("inner_token", found.text)
    return found


def _server_id(store: SqliteStore) -> str:
    found = store.fact("server_id")
    if found is None:
        found = str(uuid.uuid4())
        store.keep_fact("server_id", found)
    return found
