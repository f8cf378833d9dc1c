"""Settings of a resource scheduler: command line and environment -> SrsConfig. All mistakes are reported at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .. import places
from ..errors import ConfigError
from ..limits import DISPATCHER_PORT, SRS_PORT
from ..wording import counted
from . import quotas
from .durations import parse_duration
from .server import (
    PortRange,
    parse_data_ports,
    parse_devices,
    parse_grace,
    parse_port,
    parse_softgpu,
    parse_tls,
    parse_tokens,
)

SYSTEM_STATE = Path("/var/lib/bitfusion")
SYSTEM_LOCKS = Path("/run/lock")
# Of a Dispatcher, which are not those of the scheduler's environment.
SET_FOR_DISPATCHERS = (
    "BF_VISIBLE_DEVICES",
    "BF_GPU_DEVICE_MEMORY_LIMIT",
    "BF_METRICS_PORT",
    "BF_TLS_CERT",
    "BF_TLS_KEY",
    "BF_TOKENS",
)


@dataclass(frozen=True)
class SrsConfig:
    """What a resource scheduler is told. With neither `count` nor `devices` it takes all of the host's GPUs.

    `port` is the first that its Dispatchers try. `auto_release_s` bounds leases that no one renews and that asked for
    no time of their own; None: for ever. `grace_s`: how long leases may go on after SIGTERM. `locks` is the directory
    by which the schedulers of a host tell each other which GPUs they own. `tls` names the files of the certificate and
    of its key, None for plain TCP. `tokens` is the file of those that are accepted, "" if everybody is.
    """

    state: Path
    locks: Path
    host: str = "0.0.0.0"
    srs_port: int = SRS_PORT
    port: int = DISPATCHER_PORT
    count: int | None = None
    devices: tuple[int, ...] | None = None
    softgpu: int = 0
    auto_release_s: float | None = None
    data_ports: PortRange = PortRange()
    tls: tuple[str, str] | None = None
    tokens: str = ""
    grace_s: float = 0.0
    notes: tuple[str, ...] = ()


def load_srs(
    environ: Mapping[str, str],
    home: Path | None,
    *,
    host: str = "0.0.0.0",
    srs_port: str = str(SRS_PORT),
    port: str = str(DISPATCHER_PORT),
    count: str | None = None,
    devices: str | None = None,
    softgpu: int | str = 0,
    state: Path | None = None,
    auto_release_timeout: str | None = None,
    grace: str = "0",
    tls_cert: str | None = None,
    tls_key: str | None = None,
    tokens: str | None = None,
    srs_port_name: str = "--srs_port",
    port_name: str = "--port",
) -> SrsConfig:
    """Put flags and environment together. Raises ConfigError with every mistake, each naming its option, as the user
    typed it, and value.

    Whether the devices exist is not known here: resolve_gpus() checks that once they are counted.
    """
    problems: list[str] = []
    notes = [
        f"{name} is not used by the resource scheduler, which sets it for the Dispatchers it starts"
        for name in ("BF_VISIBLE_DEVICES", "BF_GPU_DEVICE_MEMORY_LIMIT")
        if name in environ
    ]
    if "BF_METRICS_PORT" in environ:
        notes.append("BF_METRICS_PORT is not used by the resource scheduler: /metrics is on its own port, --srs_port")
    if count is not None and devices is not None:
        problems.append(f"-n {count} and -d {devices} exclude each other: give one of them")
    quotas.load_for_dispatchers(environ, problems)
    listening = parse_port(srs_port_name, srs_port, problems)
    config = SrsConfig(
        state=state or state_directory(environ, home) / f"srs-{listening}.sqlite",
        locks=_lock_directory(environ),
        host=host,
        srs_port=listening,
        port=parse_port(port_name, port, problems),
        count=_count(count, problems),
        devices=parse_devices("-d ", devices, problems),
        softgpu=parse_softgpu(softgpu, problems),
        auto_release_s=_auto_release(auto_release_timeout, problems),
        grace_s=parse_grace(grace, problems),
        data_ports=parse_data_ports(environ, problems, notes),
        tls=parse_tls(environ, tls_cert, tls_key, problems),
        tokens=parse_tokens(tokens, environ),
        notes=tuple(notes),
    )
    if problems:
        raise ConfigError("; ".join(problems))
    return config


def resolve_gpus(config: SrsConfig, count: int) -> tuple[int, ...]:
    """IDs of the devices to own, ascending. `count` is how many the host has. Raises ConfigError."""
    if config.count is not None and config.count > count:
        raise ConfigError(
            f"-n {config.count} is more than the {counted(count, 'GPU')} of this host", f"give at most {count}"
        )
    if config.devices is None:
        return tuple(range(count if config.count is None else config.count))
    bad = ", ".join(str(number) for number in config.devices if number >= count)
    if bad:
        raise ConfigError(
            f"-d names devices that do not exist: {bad}", f"valid IDs: {', '.join(map(str, range(count)))}"
        )
    return tuple(sorted(config.devices))


def _count(text: str | None, problems: list[str]) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) > 0):
        problems.append(f"-n {text} is not a number of GPUs: give 1 or more")
        return None
    return int(text)


def _auto_release(text: str | None, problems: list[str]) -> float | None:
    """Seconds, None for "0" and for nothing."""
    if text is None:
        return None
    try:
        return parse_duration(text, "--auto_release_timeout") or None
    except ConfigError as error:
        problems.append(str(error))
        return None


def state_directory(environ: Mapping[str, str], home: Path | None) -> Path:
    """Where state lives unless --state says: the first of these that is set, or that this user may write. Raises
    BitfusionError if there is none.
    """
    if environ.get("BF_STATE_DIR"):
        return Path(environ["BF_STATE_DIR"])
    if os.geteuid() == 0 or os.access(SYSTEM_STATE, os.W_OK):
        return SYSTEM_STATE
    own = home and home / ".local" / "state" / "bitfusion"
    if own and places.can_be_written(own):
        return own
    # Leases do not survive a start of the machine, so they may be where files do not either.
    return places.own_temporary() / "state"


def _lock_directory(environ: Mapping[str, str]) -> Path:
    """One directory for all schedulers of the host, whoever runs them."""
    if environ.get("BF_STATE_DIR"):
        return Path(environ["BF_STATE_DIR"]) / "locks"
    # Where only root may write in /run/lock, a systemd unit makes the directory.
    ours = SYSTEM_LOCKS / "bitfusion"
    usable = os.access(SYSTEM_LOCKS, os.W_OK) or os.access(ours, os.W_OK)
    return ours if usable else places.temporary() / "bitfusion"
