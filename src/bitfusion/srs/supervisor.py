"""The Dispatchers of leases as processes: started, found again, watched, ended.

Theory of operation. A Dispatcher is started in a session of its own with nothing tied to this process but its
stderr, so it goes on when the scheduler is killed. It is watched through a pidfd, which works the same for a child
and for one that an earlier scheduler started. Its memory is free when the whole process group is gone, however long
that takes: the Dispatcher, its warm process and its CUDA Servers, which share its group and outlive a Dispatcher
that was killed.

A Dispatcher is known by its lease, which stands in its command line: one that was started by a scheduler that died
before it could write down the process id is found by it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from typing import Any

from ..config.srs import SET_FOR_DISPATCHERS, SrsConfig
from ..errors import SchedulerError
from ..limits import DISPATCHER_END_S, GROUP_END_S, GROUP_LOOK_S, SPAWN_TIMEOUT_S, SRS_DISPATCHERS_MAX
from ..net.sockets import listen_in
from ..observe.log import logger
from ..scheduler.model import Lease, Process
from ..server import handover
from ..server.gate import Gate
from ..server.identity import Identity
from ..server.pool import new_table
from ..server.process import child_environment
from . import processes
from .counts import DispatcherCounts
from .gpus import environment_of
from .ownership import Ownership


class Dispatcher:
    """One Dispatcher process. `gone` is done once it and its CUDA Servers have ended and are reaped."""

    def __init__(self, lease: str, process: Process, child: subprocess.Popen[bytes] | None) -> None:
        """`child`: None for a process that another scheduler started. It may have ended already. Raises OSError."""
        self.lease = lease
        self.process = process
        self._child = child
        self._ended = asyncio.Event()
        self._killer: asyncio.TimerHandle | None = None
        # One that is being started may not know the signal yet, and may have read the old certificate.
        self._listens = child is None
        self._renews = False
        self._drains = False
        self._pidfd = -1
        try:
            self._pidfd = os.pidfd_open(process.pid)
        except ProcessLookupError:
            self._ended.set()
        else:
            asyncio.get_running_loop().add_reader(self._pidfd, self._exited)
        self.gone: asyncio.Task[int | None] = asyncio.create_task(self._reap())

    def end(self) -> None:
        """Tell it to end its sessions and itself; kill it if it has not in time. Safe to repeat."""
        if self._killer is None and not self._ended.is_set():
            self._killer = asyncio.get_running_loop().call_later(DISPATCHER_END_S, self.kill)
            if not self._drains:
                self._signal(signal.SIGTERM)

    def listens(self) -> None:
        """It has said so."""
        self._listens = True
        if self._renews:
            self.renew()

    def drains(self) -> None:
        """It has said so: somebody else has told it to end."""
        self._drains = True

    def renew(self) -> None:
        """Have it read its certificate again, if it has one."""
        self._renews = not self._listens
        if self._listens and not self._ended.is_set() and processes.option(self.process.pid, "--tls-cert"):
            self._signal(signal.SIGHUP)

    def kill(self) -> None:
        """End it at once."""
        if not self._ended.is_set():
            logger().warning("dispatcher.killed", lease=self.lease, pid=self.process.pid)
            self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        try:
            signal.pidfd_send_signal(self._pidfd, number)
        except ProcessLookupError:
            pass

    def _exited(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        self._ended.set()

    async def _reap(self) -> int | None:
        """Its exit code, None if that is not ours to know."""
        await self._ended.wait()
        if self._killer:
            self._killer.cancel()
        # Before its id is given back: nobody else can be the leader of this group as long as it is not reaped.
        await _end_group(self.process.pid)
        code = self._child.wait() if self._child else None
        if self._pidfd >= 0:
            os.close(self._pidfd)
        return code


class Supervisor:
    """Starts Dispatchers with shares of this host's GPUs. `snapshot` is that of all the host's devices. `counts` sees
    what they do.
    """

    def __init__(
        self,
        config: SrsConfig,
        snapshot: dict[str, Any],
        ownership: Ownership,
        counts: DispatcherCounts,
        identity: Identity | None = None,
        gate: Gate | None = None,
    ) -> None:
        """`identity`: that of the scheduler, which its Dispatchers have, too. `gate`: who is let in, of which each
        Dispatcher lets in the owner of its lease.
        """
        self._identity = identity
        self._gate = gate or Gate(None)
        self._config = config
        self._counts = counts
        self._ownership = ownership
        self._devices = snapshot
        self._snapshot = handover.snapshot_file(snapshot)

    def spawn(self, lease: Lease) -> Starting:
        """Start the lease's Dispatcher. Raises SchedulerError if there is no port, no process or no descriptor to be
        had.
        """
        try:
            return self._spawn(lease)
        except OSError as error:
            self._counts.end(lease.id)
            hint = "see the limits of processes, memory and open files"
            raise SchedulerError(f"cannot start a Dispatcher: {error.strerror}", hint) from error

    def _spawn(self, lease: Lease) -> Starting:
        config = self._config
        listener = listen_in(config.host, config.port, min(config.port + SRS_DISPATCHERS_MAX - 1, 65535))
        if listener is None:
            raise SchedulerError(
                f"no port from {config.port} on is free for a Dispatcher", "free some, or give another --port"
            )
        words = ["--lease", lease.id, "--host", config.host]
        words += ["--softgpu", str(config.softgpu)] if config.softgpu else []
        if self._identity:
            certificate, key = map(str, self._identity.paths)
            words += ["--tls-cert", certificate, "--tls-key", key]
        with listener:
            port = listener.getsockname()[1]
            lent = [*self._ownership.lend(share.uuid for share in lease.shares)]
            try:
                table = new_table(len(lease.shares))
                lent.append(table)
                self._counts.add(lease.id, table)
                environment = self._environment(lease)
                access = self._gate.access_map(lease.owner)
                allowed = handover.access_file(access) if access else None
                lent += [] if allowed is None else [allowed]
                child, reading = handover.start(
                    listener, self._snapshot, words, environment, lent[: -1 if allowed is None else -2], table, allowed
                )
            finally:
                for fd in lent:
                    os.close(fd)
        process = Process(child.pid, processes.start_time(child.pid) or 0, port)
        try:
            dispatcher = Dispatcher(lease.id, process, child)
        except OSError:
            os.close(reading)
            child.kill()
            child.wait()
            raise
        dispatcher.gone.add_done_callback(lambda _: self._counts.end(lease.id))
        return Starting(dispatcher, reading)

    def _environment(self, lease: Lease) -> dict[str, str]:
        environment = child_environment(os.environ)
        for name in SET_FOR_DISPATCHERS:
            environment.pop(name, None)
        return environment | environment_of(lease.shares, self._devices)


class Starting:
    """A Dispatcher that was started and may not listen yet. `reading`: its pipe (server/handover.py)."""

    def __init__(self, dispatcher: Dispatcher, reading: int) -> None:
        self.dispatcher = dispatcher
        self._reading = reading
        self._lines = asyncio.StreamReader()
        self._pipe: asyncio.ReadTransport | None = None

    async def ready(self) -> None:
        """Wait until it listens. Raises SchedulerError with its own reason if it does not; it is then being ended."""
        try:
            line = await asyncio.wait_for(self._line(), SPAWN_TIMEOUT_S)
        except asyncio.TimeoutError:
            self.dispatcher.kill()
            raise SchedulerError(
                f"the Dispatcher did not listen within {SPAWN_TIMEOUT_S:g} s", "see the scheduler's log"
            ) from None
        if failed := handover.failure(line):
            self.dispatcher.end()
            detail, hint = failed
            raise SchedulerError(f"the Dispatcher did not start: {detail}", hint or "see the scheduler's log")
        self.dispatcher.listens()

    async def draining(self) -> bool:
        """Wait until it says that it ends, False if it ended without."""
        if not handover.is_draining(await self._line()):
            return False
        self.dispatcher.drains()
        return True

    def close(self) -> None:
        """Listen to it no more."""
        if self._pipe:
            self._pipe.close()

    async def _line(self) -> bytes:
        """The next line, empty if it ended without."""
        if self._pipe is None:
            pipe = os.fdopen(self._reading, "rb", buffering=0)
            self._pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(self._lines), pipe
            )
        return await self._lines.readline()


def find(leases: Iterable[Lease]) -> dict[str, Process]:
    """The leases whose Dispatchers still run, started by an earlier scheduler, and their processes.

    What a dead Dispatcher left behind is ended; one of which something stays is among the result.
    """
    running = processes.find_dispatchers()
    found = {}
    for lease in leases:
        if pid := running.get(lease.id):
            started, port = processes.start_time(pid), processes.option(pid, "--port")
            if started is not None and port.isdigit():
                found[lease.id] = Process(pid, started, int(port))
        if lease.process and lease.id not in found and not _end_at_once(lease.process.pid):
            found[lease.id] = lease.process
    return found


async def _end_group(leader: int) -> None:
    """End what a Dispatcher that has ended left behind, and wait until it is gone: nothing else gives its GPUs back."""
    looks = 0
    while left := processes.members(leader):
        _kill(left)
        await asyncio.sleep(GROUP_LOOK_S)
        looks += 1
        if looks == int(GROUP_END_S / GROUP_LOOK_S):
            logger().error("cuda_server.stuck", pids=left)


def _end_at_once(leader: int) -> bool:
    """The same before there are leases to look after. False if it takes too long."""
    for _ in range(int(GROUP_END_S / GROUP_LOOK_S)):
        left = processes.members(leader)
        if not left:
            return True
        _kill(left)
        time.sleep(GROUP_LOOK_S)
    return False


def _kill(pids: Iterable[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
