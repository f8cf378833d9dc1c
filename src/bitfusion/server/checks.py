"""The health of a server's own host: facts gathered here, judged by observe/health.py. For Dispatchers and resource
schedulers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .. import __version__, native
from ..config.server import PortRange
from ..errors import BitfusionError
from ..net import ephemeral
from ..net.holder import listening_ports
from ..observe import health, node
from ..wording import counted


def host_checks(
    softgpu: int, report: Mapping[str, Any], gpus: Sequence[Mapping[str, Any]], ports: PortRange
) -> list[health.Check]:
    """All checks of a server's host. `softgpu`: how many software GPUs it has; `report` is the monitor's; `gpus` as an
    smi answer has them.
    """
    if softgpu:
        driver = health.Check("driver", health.PASS, f"{counted(softgpu, 'software GPU')}: no driver needed")
    else:
        # The driver works, or there were no server, whatever NVML says.
        driver = health.driver(report.get("driver_version") or "without NVML", "", hardware=True)
    return [
        driver,
        *gpu_checks(gpus),
        data_port_check(ports),
        reserved_port_check(ports),
        *system_checks(),
        *library_checks(softgpu_needed=bool(softgpu), shim_needed=False),
    ]


def library_checks(softgpu_needed: bool = False, shim_needed: bool = True) -> list[health.Check]:
    """The native libraries of this installation: are they there, and where clients run, can they be preloaded."""
    look = native.link_directory if shim_needed else native.file_of
    return [
        health.installed_library("client library", *_problem(look, native.SHIM), shim_needed),
        health.installed_library("software GPU", *_problem(look, native.SOFTGPU), softgpu_needed),
    ]


def data_port_check(ports: PortRange) -> health.Check:
    """How many of the data ports nobody listens on."""
    taken = listening_ports()
    return health.data_ports(
        ports.first, ports.last, sum(port not in taken for port in range(ports.first, ports.last + 1))
    )


def reserved_port_check(ports: PortRange) -> health.Check:
    """Whether the ports of servers are kept from connections."""
    exposed = ephemeral.exposed([(ports.first, ports.last), *ephemeral.SERVERS])
    return health.reserved_ports(ephemeral.show(exposed), ephemeral.given_to_connections(), ephemeral.remedy(exposed))


def gpu_checks(gpus: Sequence[Mapping[str, Any]]) -> list[health.Check]:
    """The GPUs of a server; `gpus` as an smi answer has them."""
    return [
        health.gpus_present(len(gpus)),
        health.compute_mode([gpu["compute_mode"] for gpu in gpus]),
        health.gpu_memory([(gpu["memory_used"], gpu["memory_total"]) for gpu in gpus]),
    ]


def system_checks() -> list[health.Check]:
    """What the operating system grants."""
    return [health.open_files(*node.open_files()), health.mtu(node.interfaces())]


def health_answer(checks: Sequence[health.Check], hostname: str) -> dict[str, Any]:
    """A health answer with `checks`."""
    return {
        "hostname": hostname,
        "release": __version__,
        "time": time.time(),
        "checks": [check.as_map() for check in checks],
    }


def _problem(look: Callable[[str], object], name: str) -> tuple[str, str]:
    """What is wrong with a library, and what to do; twice "" if nothing is."""
    try:
        look(name)
    except BitfusionError as error:
        return error.detail, error.hint
    return "", ""
