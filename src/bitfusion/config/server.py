"""Settings of a Dispatcher: command line and environment -> ServerConfig. All mistakes are reported at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..confine.user import known
from ..errors import ConfigError
from ..limits import (
    DATA_PORT_MAX,
    DATA_PORT_MIN,
    DISPATCHER_PORT,
    GRACE_S,
    IMAGE_STORE_BYTES,
    RESUME_S,
    RESUME_S_MAX,
    SOFTGPU_DEVICES_MAX,
)
from . import quotas
from .addresses import Address, parse_address
from .quotas import Quotas

_EMPTY = "''"  # an empty value, in a message
_MIB = 1 << 20


@dataclass(frozen=True)
class PortRange:
    """TCP ports of the CUDA Servers, both ends included."""

    first: int = DATA_PORT_MIN
    last: int = DATA_PORT_MAX

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


@dataclass(frozen=True)
class ServerConfig:
    """What a Dispatcher is told. `visible_devices` None means all; `softgpu` 0 means the machine's own driver.

    `memory_limits`: none, one for all devices, or one for each visible device. `lease` is that of the resource
    scheduler that started it, "" if none did. `image_store` is the directory for code images that clients send, "" for
    the usual one, and `image_store_bytes` how much may be in it: 0 if none are kept. `resume_s`: for how long the
    session of a broken connection is kept. `metrics` is where Prometheus gets them, None for nowhere. `tls` names the
    files of the certificate and of its key, None for plain TCP. `confine`: the processes that serve clients may do
    little; those of root run as `user`, "" for the usual one. `quotas`: what each client may have. `tokens` is the file
    of those that are accepted, "" if everybody is. `notes` are sentences that the server logs at its start: settings
    that were completed by a default.
    """

    host: str = "0.0.0.0"
    port: int = DISPATCHER_PORT
    data_ports: PortRange = PortRange()
    visible_devices: tuple[int, ...] | None = None
    memory_limits: tuple[int, ...] = ()
    softgpu: int = 0
    grace_s: float = GRACE_S
    lease: str = ""
    image_store: str = ""
    image_store_bytes: int = IMAGE_STORE_BYTES
    resume_s: int = RESUME_S
    metrics: Address | None = None
    confine: bool = True
    user: str = ""
    tls: tuple[str, str] | None = None
    quotas: Quotas = field(default_factory=Quotas)
    tokens: str = ""
    notes: tuple[str, ...] = ()


def load_server(
    environ: Mapping[str, str],
    *,
    host: str = "0.0.0.0",
    port: int | str = DISPATCHER_PORT,
    softgpu: int | str = 0,
    grace_s: float | str = GRACE_S,
    lease: str = "",
    port_name: str = "--port",
    metrics_port: str | None = None,
    tls_cert: str | None = None,
    tls_key: str | None = None,
    tokens: str | None = None,
    **limits: str | None,
) -> ServerConfig:
    """Put flags and environment together. Raises ConfigError with every mistake, each naming its variable and value, or
    its option: `port_name` as the user typed it. `limits`: options of quotas.load().

    Whether the devices exist is not known here: resolve_devices() checks that once they are counted.
    """
    problems: list[str] = []
    notes: list[str] = []
    config = ServerConfig(
        host=host,
        port=parse_port(port_name, port, problems),
        data_ports=parse_data_ports(environ, problems, notes),
        visible_devices=parse_devices("BF_VISIBLE_DEVICES=", environ.get("BF_VISIBLE_DEVICES"), problems),
        memory_limits=_memory_limits(environ.get("BF_GPU_DEVICE_MEMORY_LIMIT"), problems, notes),
        softgpu=parse_softgpu(softgpu, problems),
        grace_s=parse_grace(grace_s, problems),
        lease=lease,
        image_store=_image_store(environ.get("BF_IMAGE_STORE", ""), problems),
        image_store_bytes=_image_store_bytes(environ.get("BF_IMAGE_STORE_BYTES"), problems),
        resume_s=_resume_s(environ.get("BF_RESUME_S"), problems),
        metrics=_metrics(metrics_port, environ.get("BF_METRICS_PORT"), problems),
        confine=_confine(environ.get("BF_CONFINE", "1"), problems),
        user=_user(environ.get("BF_USER", ""), problems),
        tls=parse_tls(environ, tls_cert, tls_key, problems),
        quotas=quotas.load(environ, problems, **limits),
        tokens=parse_tokens(tokens, environ),
        notes=tuple(notes),
    )
    if problems:
        raise ConfigError("; ".join(problems))
    return config


def resolve_devices(config: ServerConfig, count: int) -> tuple[int, ...]:
    """IDs of the devices to serve, in the client's order. Raises ConfigError that names each bad ID and the valid
    ones.
    """
    if config.visible_devices is None:
        return tuple(range(count))
    valid = ", ".join(str(number) for number in range(count))
    bad = [number for number in config.visible_devices if number >= count]
    if bad:
        names = ", ".join(str(number) for number in bad)
        raise ConfigError(f"BF_VISIBLE_DEVICES names devices that do not exist: {names}", f"valid IDs: {valid}")
    return config.visible_devices


def resolve_limits(config: ServerConfig, count: int) -> tuple[int | None, ...]:
    """The memory limit of each of the `count` devices that are served, None for no limit. Raises ConfigError if they do
    not fit.
    """
    return quotas.for_each("BF_GPU_DEVICE_MEMORY_LIMIT", config.memory_limits, count)


def parse_port(name: str, text: int | str, problems: list[str]) -> int:
    """A TCP port, 0 if it is none."""
    if _is_port(str(text)):
        return int(text)
    problems.append(f"{name} {text or _EMPTY} is not a port: give a number from 1 to 65535")
    return 0


def parse_devices(name: str, text: str | None, problems: list[str]) -> tuple[int, ...] | None:
    """Different device IDs between commas, None for no text. `name` is what stands before the text in a complaint."""
    if text is None:
        return None
    devices: list[int] = []
    for item in (item.strip() for item in text.split(",")):
        if not (item.isascii() and item.isdigit() and len(item) <= 4):
            problems.append(f"{name}{text}: {item!r} is not a device ID: give numbers from 0 between commas")
        elif int(item) in devices:
            problems.append(f"{name}{text}: device {item} is repeated: name each once")
        else:
            devices.append(int(item))
    return tuple(devices)


def _memory_limits(text: str | None, problems: list[str], notes: list[str]) -> tuple[int, ...]:
    if text is None:
        return ()
    limits = []
    for item in (item.strip() for item in text.split(",")):
        if item.isascii() and item.isdigit() and len(item) <= 18 and int(item) > 0:
            limits.append(int(item))
        else:
            whose = f": {item!r}" if "," in text else ""
            problems.append(
                f"BF_GPU_DEVICE_MEMORY_LIMIT={text}{whose} is not a number of bytes: give a positive integer without a"
                " unit"
            )
    # Less than a MiB is of no use to anybody: who writes that means another unit.
    small = [limit for limit in limits if limit < _MIB]
    if small:
        meant = ",".join(str(limit * _MIB if limit < _MIB else limit) for limit in limits)
        notes.append(
            f"BF_GPU_DEVICE_MEMORY_LIMIT={text} is in bytes, and {small[0]} is less than 1 MiB; if MiB are meant, set"
            f" BF_GPU_DEVICE_MEMORY_LIMIT={meant}"
        )
    return tuple(limits)


def _image_store(text: str, problems: list[str]) -> str:
    if text and not text.startswith("/"):
        problems.append(f"BF_IMAGE_STORE={text} is not a directory: give a path that begins with /")
    return text


def _image_store_bytes(text: str | None, problems: list[str]) -> int:
    if text is None:
        return IMAGE_STORE_BYTES
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        problems.append(
            f"BF_IMAGE_STORE_BYTES={text} is not a number of bytes: give an integer without a unit, 0 to keep no images"
        )
        return 0
    return int(text)


def _resume_s(text: str | None, problems: list[str]) -> int:
    if text is None or not text:
        return RESUME_S
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= RESUME_S_MAX):
        problems.append(
            f"BF_RESUME_S={text} is not a number of seconds: give an integer from 0 to {RESUME_S_MAX}, 0 to resume no"
            " session"
        )
        return 0
    return int(text)


def _confine(text: str, problems: list[str]) -> bool:
    if text not in ("0", "1"):
        problems.append(f"BF_CONFINE={text} is neither 0 nor 1: give 0 while you look for a fault, or leave it out")
    return text != "0"


def _user(text: str, problems: list[str]) -> str:
    found = known(text) if text else None
    if text and found is None:
        problems.append(f"BF_USER={text} is no user of this system: give the name or the number of one")
    elif found is not None and os.geteuid() not in (0, found.uid):
        problems.append(f"BF_USER={text}: only root starts processes of another user; leave it out")
    return text


def _metrics(option: str | None, variable: str | None, problems: list[str]) -> Address | None:
    """Where the option or else the variable says; on this machine alone unless an address is named."""
    name, text = ("--metrics_port ", option) if option is not None else ("BF_METRICS_PORT=", variable)
    if text is None:
        return None
    try:
        address = Address("127.0.0.1", int(text)) if _is_port(text) else parse_address(text, 0)
    except ConfigError:
        address = Address("", 0)
    if not address.port or address.tls:
        problems.append(
            f"{name}{text or _EMPTY} is not a port: give a number from 1 to 65535, or ADDRESS:PORT to be reached from"
            " other machines"
        )
        return None
    return address


def parse_tokens(option: str | None, environ: Mapping[str, str]) -> str:
    """The file of the tokens that a server accepts, "" for none: then it accepts everybody."""
    return option if option is not None else environ.get("BF_TOKENS", "")


def parse_data_ports(environ: Mapping[str, str], problems: list[str], notes: list[str]) -> PortRange:
    """The ports of the CUDA Servers; `notes` gets what was completed by a default."""
    names = ("BF_SERVER_PORT_MIN", "BF_SERVER_PORT_MAX")
    given = {name: environ[name] for name in names if name in environ}
    bad = [name for name, text in given.items() if not _is_port(text)]
    problems.extend(f"{name}={given[name]} is not a port: give a number from 1 to 65535" for name in bad)
    if bad:
        return PortRange()
    ports = PortRange(int(given.get(names[0], DATA_PORT_MIN)), int(given.get(names[1], DATA_PORT_MAX)))
    notes.extend(
        f"{name} is not set; its default {default} is taken"
        for name, default in zip(names, (DATA_PORT_MIN, DATA_PORT_MAX), strict=True)
        if len(given) == 1 and name not in given
    )
    if ports.first > ports.last:
        problems.append(
            f"BF_SERVER_PORT_MIN {ports.first} is greater than BF_SERVER_PORT_MAX {ports.last}: exchange or raise one"
        )
    return ports


def parse_tls(
    environ: Mapping[str, str], certificate: str | None, key: str | None, problems: list[str]
) -> tuple[str, str] | None:
    """The files of the certificate and its key, of the options or else the variables; None for neither. What is in them
    is not looked at here.
    """
    names = ("--tls-cert", "BF_TLS_CERT"), ("--tls-key", "BF_TLS_KEY")
    given = (certificate, key)
    files = [
        option if option is not None else environ.get(name, "") for option, (_, name) in zip(given, names, strict=True)
    ]
    if not any(files):
        return None
    for file, (option, variable) in zip(files, names, strict=True):
        if not file:
            problems.append(f"{option} ({variable}) is missing; give both the certificate and its key")
    # A later reading finds them wherever the process has gone by then, and so does a Dispatcher of a scheduler.
    found = [os.path.abspath(file) for file in files]
    return found[0], found[1]


def parse_softgpu(value: int | str, problems: list[str]) -> int:
    """The number of software GPUs; 0, which is no text, for the machine's own driver."""
    if isinstance(value, int):
        return value
    text = value
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= SOFTGPU_DEVICES_MAX):
        problems.append(f"--softgpu {text or _EMPTY} is not a number of software GPUs: give 1 to {SOFTGPU_DEVICES_MAX}")
        return 0
    return int(text)


def parse_grace(value: float | str, problems: list[str]) -> float:
    """Seconds that running clients have at the end; GRACE_S if it is no such number."""
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86400:
        problems.append(f"--grace {value or _EMPTY} is not a number of seconds: give 0 to 86400")
        return GRACE_S
    return seconds


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535
