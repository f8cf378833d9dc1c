"""The processes of a server that may load a driver: `python -m bitfusion.worker --control FD` and one of --warm FD,
--probe, --monitor.

--warm is what CUDA Servers are forked from (worker/warm.py), --probe describes the devices and ends, --monitor looks
at the GPUs whenever it is asked. Each is told its settings first, and ends with the Dispatcher: the control socket's
end of file says so.
"""

from __future__ import annotations

import argparse
import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .control import Control

_IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    # A terminal or a service manager sends these to all processes of the server; the Dispatcher decides what becomes of
    # sessions. It has blocked them for us: they would end this process while it is still being loaded.
    for number in _IGNORED:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _IGNORED)
    parser = argparse.ArgumentParser(prog="bitfusion.worker")
    parser.add_argument("--control", type=int, required=True)
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--warm", type=int)
    kind.add_argument("--probe", action="store_true")
    kind.add_argument("--monitor", action="store_true")
    arguments = parser.parse_args()
    try:
        return _run(arguments)
    except ConnectionError:
        return 0  # the Dispatcher is gone, and nobody wants to know any more


def _run(arguments: argparse.Namespace) -> int:
    from ..errors import BitfusionError
    from ..observe.log import configure
    from .control import Control
    from .crash import crash

    configure(process="cuda-server")
    control = Control(arguments.control)
    try:
        if arguments.warm is not None:
            from .warm import serve

            return serve(control, arguments.warm)
        settings = control.receive()
        if settings is None:
            return 0
        return _monitor(control, settings) if arguments.monitor else _probe(control, settings)
    except BitfusionError as error:
        control.send({"failed": error.detail})
        return error.exit_code
    except ConnectionError:
        raise
    except Exception as error:  # whatever it is, it is a bug
        crash(error)


def _probe(control: Control, settings: dict[str, Any]) -> int:
    from ..confine.processes import confine_probe
    from ..driver import softgpu
    from ..driver.devices import probe

    confine_probe()
    softgpu.choose(settings)
    control.send({"snapshot": probe()})
    return 0


def _monitor(control: Control, settings: dict[str, Any]) -> int:
    from ..confine.processes import confine_monitor
    from ..driver.nvml_report import Reporter

    confine_monitor(settings["softgpu"])
    reporter = Reporter(settings["softgpu"], settings["softgpu_devices"])
    while control.receive() is not None:
        control.send(reporter.report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
