"""Which Dispatchers a client uses: `-l`, `-f`, BF_SERVERS, BF_ADAPTOR_PATH, adaptor.conf.

The shim looks in the same places in C; configuration.md is the text both follow. Opens files, but no connection.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..errors import ConfigError, NamesNone, NotNamed
from ..limits import DISPATCHER_PORT, SERVERS_MAX
from . import addresses
from .addresses import Address

SYSTEM_FILE = Path("/etc/bitfusionio/adaptor.conf")
HOME_FILE = Path(".bitfusionio") / "adaptor.conf"  # below the home directory


def parse_list(text: str) -> tuple[Address, ...]:
    """Addresses separated by semicolons, as `client -l` and BF_SERVERS have them; #LEASE may follow each. One closing
    semicolon is allowed.
    """
    return addresses.parse_list(text, DISPATCHER_PORT, SERVERS_MAX, addresses.parse_leased)


def read_file(path: Path) -> tuple[Address, ...]:
    """The addresses of an adaptor.conf: one a line; blank lines and what follows # are ignored.

    Raises ConfigError naming file and line.
    """
    text = addresses.read_text(path, "the server file")
    found = addresses.parse_lines(path, text, DISPATCHER_PORT, SERVERS_MAX)
    if not found:
        raise NamesNone(f"no server in {path}", "write one host[:port] a line")
    return found


def find_servers(
    environment: Mapping[str, str],
    home: Path | None,
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
        with _named("BF_SERVERS"):
            return parse_list(environment["BF_SERVERS"])
    if environment.get("BF_ADAPTOR_PATH"):
        with _named("BF_ADAPTOR_PATH"):
            return read_file(Path(environment["BF_ADAPTOR_PATH"]))
    for path in filter(None, (home and home / HOME_FILE, system_file)):
        if addresses.is_there(path):
            return addresses.in_default_file(path, read_file)
    raise NotNamed(
        f"no server named: {addresses.none_of(home, HOME_FILE, system_file)}",
        "give -l HOST[:PORT] or -f FILE, or write one of them" if home else "give -l HOST[:PORT] or -f FILE",
    )


@contextlib.contextmanager
def _named(variable: str) -> Iterator[None]:
    """Mistakes say that it is this variable's value, which no option has brought."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"{variable}: {error.detail}", error.hint) from error
