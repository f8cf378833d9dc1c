"""Lists of servers: `-l`, `-f`, BF_SERVERS, BF_ADAPTOR_PATH, adaptor.conf.

`host[:port]`, IPv6 addresses with a port in brackets. The shim reads the same forms in C; docs/configuration.md is the
text both follow. Opens files, but no connection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import ConfigError
from ..limits import DISPATCHER_PORT

SYSTEM_FILE = Path("/etc/bitfusionio/adaptor.conf")
_HOST = re.compile(r"[A-Za-z0-9._-]+")
_IPV6 = re.compile(r"[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?")


@dataclass(frozen=True)
class Address:
    """A Dispatcher: host name or IP address, port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(text: str) -> Address:
    """`host`, `host:port`, `[IPv6]:port` or a bare IPv6 address. Raises ConfigError that names `text`."""
    item = text.strip()
    if item.startswith("["):
        host, closed, rest = item[1:].partition("]")
        if not closed or not _is_ipv6(host) or (rest and not rest.startswith(":")):
            raise ConfigError(f"{text!r} is not an address", "write an IPv6 address with a port as [fe80::1]:55001")
        return Address(host, _port(rest[1:], text) if rest else DISPATCHER_PORT)
    if item.count(":") > 1:
        if not _is_ipv6(item):
            raise ConfigError(f"{text!r} is not an address", "write host:port, and several separated by semicolons")
        return Address(item, DISPATCHER_PORT)
    host, colon, port = item.partition(":")
    if not _HOST.fullmatch(host):
        raise ConfigError(f"{text!r} is not an address", "write host or host:port")
    return Address(host, _port(port, text) if colon else DISPATCHER_PORT)


def parse_list(text: str) -> tuple[Address, ...]:
    """Addresses separated by semicolons, as `client -l` and BF_SERVERS have them. One closing semicolon is allowed."""
    items = text.strip().removesuffix(";").split(";")
    if items == [""]:
        raise ConfigError("the list of servers is empty", 'name at least one, e.g. "192.168.0.2;192.168.0.3:55002"')
    for item in items:
        if not item.strip():
            raise ConfigError(f"an item of the list of servers {text!r} is empty", "take one of the semicolons away")
    return tuple(parse_address(item) for item in items)


def read_file(path: Path) -> tuple[Address, ...]:
    """The addresses of an adaptor.conf: one a line; blank lines and what follows # are ignored.

    Raises ConfigError naming file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise ConfigError(f"cannot read the server file {path}: {reason}", "name a readable file with one host[:port] a line") from error
    found = []
    for number, line in enumerate(lines, 1):
        item = line.partition("#")[0].strip()
        if not item:
            continue
        try:
            found.append(parse_address(item))
        except ConfigError as error:
            raise ConfigError(f"{path}:{number}: {error.detail}", error.hint) from error
    if not found:
        raise ConfigError(f"no server in {path}", "write one host[:port] a line")
    return tuple(found)


def find_servers(
    environment: Mapping[str, str],
    home: Path,
    listed: str | None = None,
    file: Path | None = None,
    system_file: Path = SYSTEM_FILE,
) -> tuple[Address, ...]:
    """The servers to use: `listed` (-l), `file` (-f), BF_SERVERS, BF_ADAPTOR_PATH, the file in `home`, the system's.

    The first that is given or exists is taken alone; nothing is merged. Raises ConfigError.
    """
    if listed is not None:
        return parse_list(listed)
    if file is not None:
        return read_file(file)
    if environment.get("BF_SERVERS"):
        return parse_list(environment["BF_SERVERS"])
    if environment.get("BF_ADAPTOR_PATH"):
        return read_file(Path(environment["BF_ADAPTOR_PATH"]))
    defaults = (home / ".bitfusionio" / "adaptor.conf", system_file)
    for path in defaults:
        if path.exists():
            return read_file(path)
    raise ConfigError(f"no server named: neither {defaults[0]} nor {defaults[1]} exists", "give -l HOST[:PORT] or -f FILE, or write one of them")


def _port(text: str, whole: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ConfigError(f"{text!r} in {whole!r} is not a port", "ports are 1 to 65535")
    return int(text)


def _is_ipv6(host: str) -> bool:
    return host.count(":") >= 2 and _IPV6.fullmatch(host) is not None
