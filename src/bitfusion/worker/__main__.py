"""A CUDA Server: `python -m bitfusion.worker --control FD [--board FD]`, started by the Dispatcher. With --probe it describes
the devices instead, with --monitor it looks at the GPUs whenever it is asked.

Life: told its settings, imports cuda-python, listens on a data port, reports it, waits to be given a client, serves it, ends.
Ends with the Dispatcher, too: the control socket's end of file says so. Nothing is cleaned up at the end: the driver frees what a
process leaves behind, and the Dispatcher clears its row of the session board.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from typing import Any, NoReturn

from ..errors import BitfusionError
from ..net.sockets import listen_in
from ..observe.log import configure, logger
from .admission import Admission
from .control import Control

_EXIT_BUG = 70


def main() -> int:
    parser = argparse.ArgumentParser(prog="bitfusion.worker")
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("--board", type=int)
    parser.add_argument("--probe", action="store_true")
    parser.add_argument("--monitor", action="store_true")
    arguments = parser.parse_args()
    # A terminal or a service manager sends these to all processes of the server; the Dispatcher decides what becomes of sessions.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    configure(process="cuda-server")
    control = Control(arguments.control)
    settings = control.receive()
    if settings is None:
        return 0
    threading.excepthook = lambda crash: _crash(crash.exc_value)
    try:
        if arguments.monitor:
            return _monitor(control, settings)
        return _probe(control, settings) if arguments.probe else _serve(control, settings, arguments.board)
    except BitfusionError as error:
        control.send({"failed": error.detail})
        return error.exit_code
    except Exception as error:  # whatever it is, it is a bug
        _crash(error)


def _crash(error: BaseException | None) -> NoReturn:
    """A bug, on whichever thread: a process that goes on without that thread would let its client wait forever."""
    logger().critical("cuda_server.crashed", exc_info=error)
    # Not exit(): threads may be in the driver for as long as a kernel runs.
    os._exit(_EXIT_BUG)


def _probe(control: Control, settings: dict[str, Any]) -> int:
    _choose_driver(settings)
    from ..driver.devices import probe

    control.send({"snapshot": probe()})
    return 0


def _monitor(control: Control, settings: dict[str, Any]) -> int:
    from ..driver.nvml_report import Reporter

    reporter = Reporter(settings["softgpu"], settings["softgpu_devices"])
    while control.receive() is not None:
        control.send(reporter.report())
    return 0


def _serve(control: Control, settings: dict[str, Any], board: int) -> int:
    _choose_driver(settings)
    # Now, while nobody waits for it: cuda-python is most of the start.
    from . import client

    client.settle()
    listener = listen_in(settings["host"], settings["first_port"], settings["last_port"])
    if listener is None:
        control.send({"failed": "ports"})
        return 1
    control.send({"port": listener.getsockname()[1]})
    order = control.receive()
    if order is None:
        return 0
    settings["session"] = order["session"]
    log = logger().bind(session=order["session"])
    admitted = Admission(listener, control, order["token"], log).wait()
    if admitted is None:
        log.info("session.abandoned")
        return 0
    return client.serve(admitted, control, settings, board, log)


def _choose_driver(settings: dict[str, Any]) -> None:
    """`settings["nvml"]` tells afterwards whether an NVML that is found shows the devices of this driver."""
    settings["nvml"] = True
    if settings["softgpu"]:
        from ..driver import softgpu

        softgpu.use(settings["softgpu"], settings["softgpu_devices"])
        settings["nvml"] = softgpu.use_nvml(settings["softgpu"], settings["softgpu_devices"])


if __name__ == "__main__":
    sys.exit(main())
