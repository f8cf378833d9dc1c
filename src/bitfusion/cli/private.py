"""A Dispatcher for one application on this machine: on loopback, with a share of each GPU, ended with its launcher.

It limits the memory although neither driver nor application cooperates: the application's calls go through a CUDA
Server, which counts.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from .. import extras
from ..errors import BitfusionError
from ..limits import DISPATCHER_END_S, SPAWN_TIMEOUT_S
from ..server import handover
from ..server.devices import driver_settings, probe
from ..server.process import child_environment
from .shares import share_bytes
from .signals import run_async

HOST = "127.0.0.1"
_PR_SET_PDEATHSIG = 1
# The application's own settings, which it applies to the GPUs that it is given; and a server's, which are not meant for
# this one.
_NOT_FOR_IT = (
    "CUDA_VISIBLE_DEVICES",
    "BF_VISIBLE_DEVICES",
    "BF_GPU_DEVICE_MEMORY_LIMIT",
    "BF_METRICS_PORT",
    "BF_CLIENTS_MAX",
    "BF_CLIENT_MEMORY_LIMIT",
    "BF_HOST_MEMORY_LIMIT",
    "BF_IDLE_TIMEOUT",
    "BF_SESSION_TIMEOUT",
    "BF_TLS_CERT",
    "BF_TLS_KEY",
)


@contextmanager
def dispatcher(fraction: float) -> Iterator[str]:
    """The address of a Dispatcher with `fraction` of the memory of each GPU of this machine.

    To be entered before any thread exists. Raises BitfusionError (NoDevice, MissingExtra) if it cannot
    start.
    """
    extras.require(extras.SERVER)
    for name in _NOT_FOR_IT:
        os.environ.pop(name, None)
    snapshot = run_async(probe(driver_settings(0)))
    limits = ",".join(str(share_bytes(device["total_memory"], fraction)) for device in snapshot["devices"])
    memory = handover.snapshot_file(snapshot)
    environment = {**child_environment(os.environ), "BF_GPU_DEVICE_MEMORY_LIMIT": limits}
    try:
        with socket.create_server((HOST, 0)) as listener:
            port = listener.getsockname()[1]
            # Ctrl-C on the terminal is the application's affair: it is in another session.
            child, reading = handover.start(
                listener, memory, ["--host", HOST], environment, stderr=subprocess.DEVNULL, preexec_fn=_end_with_parent
            )
    except OSError as error:
        raise BitfusionError(
            f"this machine's own server cannot be started: {error.strerror}", "see the limits of processes and memory"
        ) from error
    finally:
        os.close(memory)
    try:
        _wait_until_ready(reading)
        yield f"{HOST}:{port}"
    finally:
        _end(child)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_until_ready(reading: int) -> None:
    with os.fdopen(reading, "rb") as pipe:
        if not select.select([pipe], [], [], SPAWN_TIMEOUT_S)[0]:
            raise BitfusionError(
                f"this machine's own server did not start within {SPAWN_TIMEOUT_S:g} s", "is the machine overloaded?"
            )
        line = pipe.readline()
    if failed := handover.failure(line):
        detail, hint = failed
        raise BitfusionError(f"this machine's own server did not start: {detail}", hint)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(DISPATCHER_END_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
