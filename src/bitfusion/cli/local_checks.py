"""The health of this node: facts gathered here, judged by observe/health.py."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from .. import extras, places
from ..config import adaptor, servers, srs, variables
from ..config.addresses import Address
from ..config.server import PortRange, load_server
from ..errors import BitfusionError, ConfigError, NotNamed
from ..limits import DISPATCHER_PORT, SRS_PORT
from ..net.holder import find_holder, listening_ports
from ..observe import health, node
from ..server import checks
from .door_checks import door_checks

_OURS = ("bitfusion", "flexdirect")


async def local_checks() -> list[health.Check]:
    """All checks of this node, in the order in which they are shown."""
    taken = listening_ports()
    return [
        _configuration(),
        *checks.library_checks(),
        *await _gpu_checks(),
        _port(DISPATCHER_PORT, "Dispatcher", taken),
        _port(SRS_PORT, "resource scheduler", taken),
        checks.data_port_check(_data_ports()),
        checks.reserved_port_check(_data_ports()),
        *checks.system_checks(),
        *door_checks(),
        _disk(),
    ]


async def _gpu_checks() -> list[health.Check]:
    try:
        extras.require(extras.SERVER)
    except extras.MissingExtra as error:
        return [health.driver_unseen(error.hint, node.nvidia_hardware())]
    from ..server.monitor import Monitor

    monitor = Monitor({"softgpu": "", "softgpu_devices": 0})
    try:
        report = await monitor.report()
    finally:
        await monitor.close()
    problem = report.get("problem", "")
    driver = health.driver(
        None if problem else report["driver_version"] or "of unknown version", problem, node.nvidia_hardware()
    )
    if driver.status != health.PASS or problem:
        return [driver]
    return [driver, *checks.gpu_checks(report["gpus"])]


def _configuration() -> health.Check:
    home = places.home(os.environ)
    looks: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("Dispatchers", lambda: adaptor.find_servers(os.environ, home)),
        ("resource schedulers", lambda: servers.find_servers(home)),
        ("", lambda: load_server(os.environ)),
    )
    found, problems = [], []
    doubts: list[str] = []
    for what, look in looks:
        try:
            result = look()
        except NotNamed:
            continue
        except ConfigError as error:
            problems.append(error.detail)
            continue
        if what:
            found.append(f"{what}: {_join(result)}")
        else:
            doubts += result.notes
    doubts += [variables.complaint(*item) for item in variables.unknown(os.environ).items()]
    return health.configuration(found, problems, doubts)


def _join(addresses: tuple[Address, ...]) -> str:
    names = [str(address) for address in addresses]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _port(port: int, purpose: str, taken: set[int]) -> health.Check:
    if port not in taken:
        return health.port_free(port, purpose, None, ours=False)
    holder = find_holder(port)
    return health.port_free(port, purpose, holder, ours=any(name in holder for name in _OURS))


def _data_ports() -> PortRange:
    try:
        return load_server(os.environ).data_ports
    except BitfusionError:
        return PortRange()  # the configuration check says what is wrong


def _disk() -> health.Check:
    """Where a resource scheduler keeps its state."""
    try:
        directory = srs.state_directory(os.environ, places.home(os.environ))
    except BitfusionError as error:
        return health.Check("disk space", health.FAIL, error.detail, error.hint)
    place, free = node.free_bytes(directory)
    return health.disk_space(str(place), free)
