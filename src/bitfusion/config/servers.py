"""Which resource schedulers (SRS) make up the pool: `--server_list`, `-s`, servers.conf.

A servers.conf has one `host[:port]` a line; that of vSphere Bitfusion is YAML, `servers: [{addresses: [host:port,
...]}, ...]`. Opens files, but no connection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from ..errors import ConfigError, NamesNone, NotNamed
from ..limits import POOL_SERVERS_MAX, SRS_PORT
from . import addresses
from .addresses import Address

SYSTEM_FILE = Path("/etc/bitfusionio/servers.conf")
HOME_FILE = Path(".bitfusionio") / "servers.conf"  # below the home directory
_YAML = re.compile(r"^servers[ \t]*:([ \t\r]|$)", re.M)
_FORM = "write one host[:port] a line"


def parse_list(text: str) -> tuple[Address, ...]:
    """Addresses separated by semicolons, as `--server_list` has them. Raises ConfigError."""
    return addresses.parse_list(text, SRS_PORT, POOL_SERVERS_MAX)


def read_file(path: Path) -> tuple[Address, ...]:
    """The addresses of a servers.conf of either form. Raises ConfigError naming file and line."""
    text = addresses.read_text(path, "the list of schedulers")
    if _YAML.search(text):
        found = addresses.distinct(_yaml_addresses(path, text), POOL_SERVERS_MAX)
    else:
        found = addresses.parse_lines(path, text, SRS_PORT, POOL_SERVERS_MAX)
    if not found:
        raise NamesNone(f"no server in {path}", _FORM)
    return found


def find_servers(
    home: Path | None, listed: str | None = None, file: Path | None = None, system_file: Path = SYSTEM_FILE
) -> tuple[Address, ...]:
    """The schedulers to ask: `listed` (--server_list), `file` (-s), the file in `home`, the system's; the first alone.

    Raises ConfigError; if there is none, it names the places.
    """
    if listed is not None:
        return parse_list(listed)
    if file is not None:
        return read_file(file)
    for path in filter(None, (home and home / HOME_FILE, system_file)):
        if addresses.is_there(path):
            return addresses.in_default_file(path, read_file)
    raise NotNamed(
        f"no resource scheduler named: {addresses.none_of(home, HOME_FILE, system_file)}",
        f"give --server_list HOST[:PORT] or -s FILE{', or write one of them' if home else ''}",
    )


def _yaml_addresses(path: Path, text: str) -> Iterator[tuple[str, Address]]:
    """Place and value of each address. Only nodes are looked at: nothing is constructed, aliases are not followed
    twice.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError as error:
        raise ConfigError(f"{path}: lists within lists", _FORM) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise ConfigError(
            f"{path}{line}: not YAML: {getattr(error, 'problem', None) or 'unreadable'}", _FORM
        ) from error
    for server in _items(path, _value(path, root, "servers")):
        for node in _items(path, _value(path, server, "addresses")):
            place = _place(path, node)
            if not isinstance(node, yaml.ScalarNode):
                raise ConfigError(f"{place}: an address is one host[:port]", _FORM)
            yield place, addresses.parse_at(place, node.value, SRS_PORT)


def _value(path: Path, node: yaml.Node | None, key: str) -> yaml.Node:
    """The value of a mapping's key. Other keys may be there."""
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(
            f"{_place(path, node)}: expected '{key}:' here",
            f"{_FORM}, or the YAML form servers: - addresses: - host:port",
        )
    for name, value in node.value:
        if isinstance(name, yaml.ScalarNode) and name.value == key:
            return value
    raise ConfigError(
        f"{_place(path, node)}: no '{key}:' here", f"{_FORM}, or the YAML form servers: - addresses: - host:port"
    )


def _items(path: Path, node: yaml.Node) -> Iterable[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        return node.value
    if isinstance(node, yaml.ScalarNode) and not node.value:
        return ()
    raise ConfigError(f"{_place(path, node)}: a list is expected here", "begin each of its lines with a dash")


def _place(path: Path, node: yaml.Node | None) -> str:
    return f"{path}:{node.start_mark.line + 1}" if node is not None else str(path)
