"""The warm process as its Dispatcher sees it: kept running, replaced when it dies, and asked for CUDA Servers
(worker/warm.py).

A CUDA Server is left to this process by the one that forked it: this process says of itself that orphans below it
are its own. What a warm process that died in the middle of a fork leaves behind is found among the children of this
process, and reaped.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..confine import user
from ..limits import SESSION_END_S, SPAWN_TIMEOUT_S
from ..observe.log import logger
from . import process
from .process import Child, Mail, Process

_SET_CHILD_SUBREAPER = 36  # prctl(2)
_TRIES = 2  # to fork: a warm process that dies is no reason to refuse anybody, one that dies again is


class NoFork(Exception):
    """There is no CUDA Server to be had just now; the text says why."""


@dataclass
class _Running:
    """A warm process. `ready`: it has loaded everything."""

    process: Process
    orders: socket.socket
    settings: Mapping[str, Any]
    ready: bool = False


class Warm:
    """Makes CUDA Servers with `settings`. For the tasks of one event loop."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._running: _Running | None = None
        self._beginning = asyncio.Lock()
        self._watchers: set[asyncio.Task[None]] = set()
        self._forking = 0
        self._strays = False  # there may be children that nobody knows
        self._closed = False
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    async def fork(self, table: int) -> Process:
        """A CUDA Server that has the shared session table and waits for its order (worker/cuda_server.py). `table`: the
        table's file descriptor. Raises NoFork, OSError.
        """
        self._forking += 1
        try:
            for _ in range(_TRIES):
                running = await self._begin()
                made = await self._fork(running, table)
                if made is not None:
                    return made
                # It is stuck, or its sockets are closed and it has not ended yet: the next try shall not be made of it.
                running.process.kill()
                await running.process.wait()
            raise NoFork("the process that CUDA Servers are forked from dies")
        except BaseException:
            self._strays = True
            raise
        finally:
            self._forking -= 1
            self._take_strays()

    def renew(self, changes: Mapping[str, Any]) -> None:
        """CUDA Servers that are asked for from now on have these settings: another process forks them."""
        self._settings = {**self._settings, **changes}
        if self._running is not None:
            self._running.orders.close()

    async def close(self) -> None:
        """End the warm process; CUDA Servers go on."""
        self._closed = True
        if self._running is not None:
            self._running.orders.close()
            try:
                await asyncio.wait_for(self._running.process.wait(), SESSION_END_S)
            except asyncio.TimeoutError:
                self._running.process.kill()
        if self._watchers:
            await asyncio.wait(self._watchers)

    async def _begin(self) -> _Running:
        """The warm process; one that has died is replaced."""
        async with self._beginning:
            if self._closed:
                raise NoFork("this server is shutting down")
            while (
                self._running is None or self._running.process.ended() or self._running.settings is not self._settings
            ):
                if self._running is not None:
                    self._running.orders.close()
                self._running = await self._start(self._settings)
                watcher = asyncio.create_task(self._watch(self._running))
                self._watchers.add(watcher)
                watcher.add_done_callback(self._watchers.discard)
            return self._running

    async def _start(self, settings: Mapping[str, Any]) -> _Running:
        # A message each way: an order and its descriptors arrive together, whatever else is on its way.
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs:
            try:
                child = await process.start(("--warm", str(theirs.fileno())), (theirs.fileno(),), settings)
                return _Running(child, ours, settings)
            except BaseException:
                ours.close()
                raise

    async def _watch(self, running: _Running) -> None:
        """A warm process until its end, and then another one."""
        answer = await running.process.answer()
        if answer is not None:
            running.ready = True
            _log_confinement(answer["confined"])
        code = await running.process.wait()
        running.orders.close()
        self._strays = True
        self._take_strays()
        if self._closed or running.settings is not self._settings:
            return
        logger().error("warm_process.died", pid=running.process.pid, code=code)
        # One that died before it could do anything is not tried again until a CUDA Server is wanted.
        if running.ready:
            try:
                await self._begin()
            except (NoFork, OSError) as error:
                logger().warning("warm_process.failed", reason=str(error))

    async def _fork(self, running: _Running, table: int) -> Process | None:
        """A fork of `running`, None if that has died, or does nothing."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(running.orders, [b"f"], [theirs.fileno(), table])
            mail = await process.mail(ours)
        except ConnectionError:
            ours.close()
            return None
        except BaseException:
            ours.close()
            raise
        answer = await _first(mail, running.process)
        if not answer or "failed" in answer:
            mail.close()
            if not answer:
                return None
            raise NoFork(answer["failed"])
        try:
            return Process(Child(answer["pid"]), mail)
        except OSError:
            mail.close()  # and so it ends
            raise

    def _take_strays(self) -> None:
        """Take on the children that nobody knows, so that they are reaped. Not while some are about to become known."""
        if self._strays and not self._forking:
            self._strays = False
            for pid in _children():
                if pid not in Child.known:
                    Child(pid).gone.add_done_callback(self._stray_ended)

    def _stray_ended(self, _: asyncio.Future[int]) -> None:
        self._strays = True  # it may have left one itself
        self._take_strays()


def _log_confinement(found: Mapping[str, Any]) -> None:
    """What holds for each CUDA Server."""
    if not found["holds"] and not found["lacks"]:
        logger().warning("cuda_servers.unconfined", reason="BF_CONFINE=0")
        return
    who, why_root = user.chosen(os.environ)
    lacks = {**found["lacks"], **({"user": why_root} if why_root else {})}
    log = logger().warning if lacks else logger().info
    log("cuda_servers.confined", holds=found["holds"], lacks=lacks, user=who.name if who else None)


async def _first(mail: Mail, other: Process) -> dict[str, Any] | None:
    """The first message; None if it does not come: because its sender or `other` has ended, or not in time."""
    receiving, ended = asyncio.create_task(mail.receive()), asyncio.create_task(other.wait())
    try:
        await asyncio.wait((receiving, ended), timeout=SPAWN_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)
        return receiving.result() if receiving.done() else None
    finally:
        receiving.cancel()
        ended.cancel()


def _children() -> list[int]:
    """The children of this process."""
    own, found = str(os.getpid()), []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1]
        except OSError:
            continue  # it has ended
        if parent == own:
            found.append(int(entry.name))
    return found
