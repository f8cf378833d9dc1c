"""The session of the client that was admitted: opens the driver, welcomes, serves, and writes the canonical line at the
end.
"""

from __future__ import annotations

import contextlib
import gc
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import __version__
from ..driver import pools, softgpu
from ..driver.devices import open_devices
from ..driver.nvml import Nvml
from ..driver.session import DriverSession
from ..driver.waits import wait_for_all
from ..errors import Code, ConnectionLost, NoDevice, Refused
from ..generated.nvml import FUNCTIONS
from ..image_store import ImageStore
from ..limits import GARBAGE_OBJECTS_MAX, RESUME_CLOSED_S
from ..observe.counters import SessionCounts
from ..session import Quota
from ..wire.hello import NVML, Hello, SessionWelcome, admit, refused_frame
from .admission import Admission, Admitted
from .answers import Answers
from .channel import GOODBYE, Channel
from .clients import Clients
from .control import Control
from .deadlines import Deadlines, Ending
from .door import Door
from .exports import SharedExports
from .holders import Holders
from .host_memory import HostMemory
from .ledger import SharedLedger
from .line import Line
from .monitor import Monitor
from .output import Output
from .serve import Serving, prepare
from .session_table import OwnRow, SessionTable

_NEVER = 1 << 30


def serve(
    admitted: Admitted, admission: Admission, control: Control, settings: dict[str, Any], table_fd: int, log: Any
) -> int:
    """Serve the client until it, or the Dispatcher, is gone. Returns the exit code of the process, or does not
    return.
    """
    connection, hello = admitted.connection, admitted.hello
    started = time.monotonic()
    if hello.addresses:
        softgpu.keep_addresses(*hello.addresses)
    table = SessionTable(table_fd)
    row = OwnRow(table, settings["row"])
    line = open_line(admitted, settings["resume_s"], row, log)
    answers = Answers(log)
    answers.begin(line, settings["resume_s"])
    try:
        serving = prepare(
            line, admitted.rest, lambda channel: _open(settings, table, hello, channel), Output(), answers
        )
    except NoDevice as error:
        log.error("session.refused", reason=error.detail)
        connection.sendall(refused_frame(Refused(Code.NO_DEVICE, error.detail, "see the server's log")))
        return 1
    _show(row, settings["session"], admitted)

    def finish(result: str) -> None:
        _show_counts(row, serving)
        counts = _counts(serving, time.monotonic() - started, result)
        if line.resumes:
            line.offer(GOODBYE)
        log.info("session.ended", program=hello.program, **counts.event())
        # The driver's own destructors may wait for kernels that never end.
        os._exit(0)

    deadlines = Deadlines(
        settings["idle_timeout_s"], settings["session_timeout_s"], lambda done: wait_for_all(serving.session, done)
    )

    # Memory of a software GPU is this process's own.
    memory = HostMemory(settings["host_memory"], row.memory if settings["softgpu"] else lambda: 0)

    def look() -> Ending | None:
        _show_counts(row, serving)
        serving.session.staging.look()
        pools.look(serving.session)
        channel = serving.channel
        ending = deadlines.look(channel.bytes_in, not channel.idle or channel.waits_for_gpu())
        row.show_idle(deadlines.idle_s)
        return ending or memory.look()

    door = Door(admission, line, answers, log)
    monitor = Monitor(line, door, control, serving.channel, look, lambda: finish(f"stuck: {monitor.result}"))
    welcome = SessionWelcome(admit(hello), __version__)
    result = _run(serving, welcome, lambda: _begin(monitor, control, hello, log))
    monitor.ended()
    # A connection that was shut down for that looks like one that the client has closed.
    finish(monitor.result if monitor.result and (result != "closed" or monitor.result != "client gone") else result)
    raise AssertionError("unreachable")


def _show_counts(row: OwnRow, serving: Serving) -> None:
    dispatch, channel, session = serving.dispatch, serving.channel, serving.session
    pages = (session.pages_in, session.pages_out)
    # A copy: other threads may count while it is written.
    errors = channel.errors.copy()
    row.count(dispatch.calls, dispatch.asks, channel.bytes_in, channel.bytes_out, *pages, errors)


def _counts(serving: Serving, seconds: float, result: str) -> SessionCounts:
    return SessionCounts(
        calls=serving.dispatch.calls,
        asks=serving.dispatch.asks,
        bytes_in=serving.channel.bytes_in,
        bytes_out=serving.channel.bytes_out,
        pages_in=serving.session.pages_in,
        pages_out=serving.session.pages_out,
        seconds=seconds,
        result=result,
    )


def _show(row: OwnRow, session: str, admitted: Admitted) -> None:
    """Who the client is. A user without a name, an older client's too, is known by its number."""
    hello = admitted.hello
    user = hello.user_name or (f"#{hello.user}" if hello.user >= 0 else "")
    try:
        address = str(admitted.connection.getpeername()[0]).removeprefix("::ffff:")
    except OSError:
        address = ""  # it has gone already
    row.begin(session, hello.pid, hello.host, hello.program, hello.use != NVML, user, address)


def _cut(snapshot: dict[str, Any], own: list[int | None]) -> dict[str, Any]:
    """With what the client may have as the size of each device."""
    sizes = [device["total_memory"] for device in snapshot["devices"]]
    bounds = [size if bound is None else min(size, bound) for size, bound in zip(sizes, own, strict=True)]
    devices = zip(snapshot["devices"], bounds, strict=True)
    return {**snapshot, "devices": [{**device, "total_memory": bound} for device, bound in devices]}


def settle() -> None:
    """Put away what was imported, before there is a client that would wait for it. Decoded calls make no cycles, and a
    collection in the middle of a stream of launches is a pause. Some structures of cuda-python do, as those of a
    node's parameters: they are collected when they are many."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS_MAX, _NEVER, _NEVER)


def open_line(admitted: Admitted, resume_s: int, row: OwnRow, log: Any) -> Line:
    """That of a client. One that has lost its first connection before it was let in resumes it from its beginning."""
    connection, hello = admitted.connection, admitted.hello

    def told(why: str, left_s: float | None) -> None:
        row.show_interrupted(left_s)
        if why:
            log.warning("session.interrupted", reason=why)
        else:
            log.info("session.resumed")

    if hello.taken is not None:
        with contextlib.suppress(OSError):
            connection.sendall(SessionWelcome(admit(hello), __version__, resume=0).frame())
    if hello.resume is None:
        return Line(connection, len(admitted.rest), None, 0.0, told)
    patience_s = float(min(resume_s, hello.resume))
    return Line(connection, len(admitted.rest), min(RESUME_CLOSED_S, patience_s), patience_s, told)


def _run(serving: Serving, welcome: SessionWelcome, begin: Callable[[], None]) -> str:
    try:
        with serving.line.giving:
            serving.line.send((welcome.frame(),))
    except ConnectionLost as lost:
        return f"lost: {lost.detail}"
    begin()
    return serving.run()


def _begin(monitor: Monitor, control: Control, hello: Hello, log: Any) -> None:
    """What the client need not wait for."""
    monitor.start()
    with contextlib.suppress(OSError):
        control.send({"claimed": True})  # or the Dispatcher is gone, which the monitor sees
    log.info("session.started", program=hello.program, release=hello.release)


def _open(settings: dict[str, Any], table: SessionTable, hello: Hello, channel: Channel) -> DriverSession:
    """A session whose client will not call CUDA has no devices, so that the driver need not be started. Raises
    NoDevice.
    """
    devices = [] if hello.use == NVML else open_devices(settings["devices"])
    own = settings["client_memory"]
    quota = Quota(settings["limits"], SharedLedger(table, settings["row"]), own)
    clients = Clients(table, quota, hello.host)
    nvml = Nvml(FUNCTIONS, _cut(settings["snapshot"], own), clients, usable=settings["nvml"])
    kept = settings["image_store"]
    images = ImageStore(Path(kept[0]), kept[1]) if kept else None
    exports = SharedExports(table, settings["row"], f"{hello.user}@{hello.host}")
    return DriverSession(devices, quota, channel, nvml, images, exports, Holders())
