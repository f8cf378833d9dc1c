"""The life of a CUDA Server: starts the driver, listens on a data port, reports it, waits to be given a client, serves
it, ends.

It ends with the Dispatcher, too: the control socket's end of file says so. Nothing is cleaned up at the end: the
driver frees what a process leaves behind, and the Dispatcher clears its row of the shared session table.
"""

from __future__ import annotations

import encodings.idna  # noqa: F401  # getaddrinfo would load it at its first call, in every fork
from typing import Any

from ..confine.processes import confine_cuda_server, keep_apart
from ..driver import softgpu
from ..driver.devices import open_devices
from ..errors import BitfusionError, NoDevice
from ..net.sockets import listen_in
from ..observe.log import logger
from ..wire.control import NO_PORT
from . import client
from .admission import Admission
from .control import Control

# What holds for the client that comes; others may have been told something else.
_OF_CLIENT = ("client_memory", "host_memory", "idle_timeout_s", "session_timeout_s")


def run(control: Control, settings: dict[str, Any], table: int) -> int:
    """Live; returns the exit code. `settings` are those of the Dispatcher. Raises ConnectionError if the Dispatcher is
    gone.
    """
    order = control.receive()
    if order is None:
        return 0
    settings["row"] = order["row"]
    keep_apart(settings["softgpu"])
    try:
        _start_driver(settings)
    except BitfusionError as error:
        control.send({"failed": error.detail})
        return error.exit_code
    listener = listen_in(settings["host"], settings["first_port"], settings["last_port"], order["port"])
    if listener is None:
        control.send({"failed": NO_PORT})
        return 1
    confine_cuda_server()
    log = logger()
    admission = Admission(listener, control, log, settings["entrance"])
    control.send({"port": listener.getsockname()[1]})
    # Who comes before it is given a client looks for one that is gone, and is told so.
    admission.wait(None)
    order = control.receive()
    if order is None:
        return 0
    settings.update({name: order[name] for name in ("session", *_OF_CLIENT)})
    log = log.bind(session=order["session"])
    admission.give(order["token"], log)
    admitted = admission.wait()
    admission.dismiss_all()
    if admitted is None or admitted.hello.taken:
        log.info("session.abandoned")
        return 0
    return client.serve(admitted, admission, control, settings, table, log)


def _start_driver(settings: dict[str, Any]) -> None:
    """Initialise the driver while nobody waits for it. That costs a GPU nothing: there is no context before the client
    makes one.
    """
    softgpu.choose(settings)
    try:
        open_devices(settings["devices"])
    except NoDevice:
        pass  # a client that needs them is told when it comes
