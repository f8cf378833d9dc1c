"""`host[:port]` and `tls://[FINGERPRINT@]host[:port]`, lists and files of them. What adaptor.conf and servers.conf have
in common; neither is known here.

The shim reads the same forms in C (shim/wire/servers.c); configuration.md is the text both follow. Opens files, but
no connection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import ConfigError, NamesNone, NotNamed
from ..limits import SERVER_LIST_BYTES_MAX

_HOST = re.compile(r"[A-Za-z0-9._-]{1,255}")
_IPV6 = re.compile(r"[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?")
_LEASE = r"[0-9A-Fa-f-]{36}"
_LEASE_COMMENT = re.compile(rf"lease ({_LEASE})(?: .*)?")
_BLANKS = " \t\r\n"
_SECURE = "tls://"
_PIN = re.compile(r"[0-9A-Fa-f]{64}")
_SHOWN_CHARACTERS_MAX = 100  # of a line that is no address, in a message


@dataclass(frozen=True)
class Address:
    """Where a service listens: host name or IP address, port. `lease`: the GPUs there were lent under it, and only they
    are meant. `tls`: the connection is encrypted; `pin`: to the server whose certificate has this SHA-256 (64
    hexadecimal digits), "" to one whose certificate a trusted CA has signed.
    """

    host: str
    port: int
    lease: str = ""
    tls: bool = False
    pin: str = ""

    def __str__(self) -> str:
        return f"{_SECURE}{self.pin}{'@' if self.pin else ''}{self.place}" if self.tls else self.place

    @property
    def place(self) -> str:
        """Without what TLS needs."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def item(self) -> str:
        """As a list of Dispatchers has it: with the lease."""
        return f"{self}#{self.lease}" if self.lease else str(self)

    @property
    def key(self) -> tuple[str, int]:
        """The same for two ways to write one address."""
        return self.host.lower(), self.port


def parse_address(text: str, default_port: int) -> Address:
    """`host`, `host:port`, `[IPv6]:port` or a bare IPv6 address; tls:// may be before it, and FINGERPRINT@ behind that.
    Raises ConfigError that names `text`.
    """
    item = text.strip(_BLANKS)
    shown = repr(item if len(item) <= _SHOWN_CHARACTERS_MAX else item[:_SHOWN_CHARACTERS_MAX] + "...")
    if not item.startswith(_SECURE):
        return _parse_place(item, shown, default_port)
    pin, at, place = item.removeprefix(_SECURE).rpartition("@")
    if at and not _PIN.fullmatch(pin):
        raise ConfigError(
            f"what is before @ in {shown} is no fingerprint",
            "write the SHA-256 of the server's certificate, 64 hexadecimal digits without colons",
        )
    return replace(_parse_place(place, shown, default_port), tls=True, pin=pin.lower())


def _parse_place(item: str, shown: str, default_port: int) -> Address:
    """An address without TLS, which a message calls `shown`."""
    if item.startswith("["):
        host, closed, rest = item[1:].partition("]")
        if not closed or not _is_ipv6(host) or (rest and not rest.startswith(":")):
            raise ConfigError(
                f"{shown} is not an address", f"write an IPv6 address with a port as [fe80::1]:{default_port}"
            )
        return Address(host, _port(rest[1:], shown) if rest else default_port)
    if item.count(":") > 1:
        if not _is_ipv6(item):
            raise ConfigError(f"{shown} is not an address", "write host:port, and several separated by semicolons")
        return Address(item, default_port)
    host, colon, port = item.partition(":")
    if not _HOST.fullmatch(host):
        raise ConfigError(f"{shown} is not an address", "write host or host:port")
    return Address(host, _port(port, shown) if colon else default_port)


def parse_leased(text: str, default_port: int) -> Address:
    """parse_address() of a Dispatcher, whose address may be followed by #LEASE. Raises ConfigError that names
    `text`.
    """
    item, mark, lease = text.partition("#")
    if mark and not re.fullmatch(_LEASE, lease.rstrip(_BLANKS)):
        raise ConfigError(
            f"{text[:_SHOWN_CHARACTERS_MAX]!r} is not an address",
            "write host:port, or host:port#LEASE with the lease of its GPUs",
        )
    return replace(parse_address(item, default_port), lease=lease.rstrip(_BLANKS))


def parse_list(
    text: str, default_port: int, most: int, parse: Callable[[str, int], Address] = parse_address
) -> tuple[Address, ...]:
    """At most `most` different addresses separated by semicolons. One closing semicolon is allowed. Raises
    ConfigError.
    """
    items = text.strip(_BLANKS).removesuffix(";").split(";")
    if items == [""]:
        raise ConfigError(
            "the list of servers is empty", f'name at least one, e.g. "192.168.0.2;192.168.0.3:{default_port}"'
        )
    for item in items:
        if not item.strip(_BLANKS):
            raise ConfigError(f"an item of the list of servers {text!r} is empty", "remove one of the semicolons")
    return distinct((("the list of servers", parse(item, default_port)) for item in items), most)


def read_text(path: Path, what: str, remedy: str = "name a readable file with one host[:port] a line") -> str:
    """The text of a small file of lines, without a byte order mark; bytes that are not UTF-8 become U+FFFD.

    Raises ConfigError that calls the file `what`, with the reason (unreadable, larger than a list can be, no text)
    and the `remedy`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(SERVER_LIST_BYTES_MAX)
    except OSError as error:
        raise ConfigError(f"cannot read {what} {path}: {error.strerror}", remedy) from error
    if len(data) == SERVER_LIST_BYTES_MAX:
        limit = f"it has {SERVER_LIST_BYTES_MAX} bytes or more"
        raise ConfigError(f"cannot read {what} {path}: {limit}", remedy)
    if b"\0" in data:
        raise ConfigError(f"cannot read {what} {path}: not a text file", remedy)
    return data.decode("utf-8", "replace").removeprefix("\ufeff")


def lines_of(text: str) -> Iterable[tuple[int, str, str]]:
    """Number, from 1, content and comment of each line that has a content; both without blanks around them."""
    for number, line in enumerate(text.split("\n"), 1):
        item, _, comment = line.partition("#")
        if item := item.strip(_BLANKS):
            yield number, item, comment.strip(_BLANKS)


def parse_lines(path: Path, text: str, default_port: int, most: int) -> tuple[Address, ...]:
    """One address a line, with the lease that request_gpus wrote behind it. Raises ConfigError naming file and line."""

    def addresses() -> Iterable[tuple[str, Address]]:
        for number, item, comment in lines_of(text):
            lease = _LEASE_COMMENT.fullmatch(comment)
            yield (
                f"{path}:{number}",
                replace(parse_at(f"{path}:{number}", item, default_port), lease=lease[1] if lease else ""),
            )

    return distinct(addresses(), most)


def parse_at(place: str, item: str, default_port: int) -> Address:
    """parse_address() whose ConfigError begins with `place`."""
    try:
        return parse_address(item, default_port)
    except ConfigError as error:
        raise ConfigError(f"{place}: {error.detail}", error.hint) from error


def distinct(found: Iterable[tuple[str, Address]], most: int) -> tuple[Address, ...]:
    """The addresses, each with the place that names it. Raises ConfigError for one that stands there twice: its GPUs
    would count twice; and for more than `most`."""
    seen: dict[tuple[str, int], Address] = {}
    for place, address in found:
        if address.key in seen:
            raise ConfigError(f"{place}: {address} is named twice", "name each server once")
        if len(seen) == most:
            raise ConfigError(f"{place}: more than {most} servers", f"name at most {most}")
        seen[address.key] = address
    return tuple(seen.values())


def none_of(home: Path | None, home_file: Path, system_file: Path) -> str:
    """A sentence: neither of the default files exists."""
    if home is None:
        return f"{system_file} does not exist, and this user has no home directory with a {home_file}"
    return f"neither {home / home_file} nor {system_file} exists"


def in_default_file(path: Path, read: Callable[[Path], tuple[Address, ...]]) -> tuple[Address, ...]:
    """What `read` finds in a file of a default place. Raises NotNamed if that is nothing: `init` writes comments."""
    try:
        return read(path)
    except NamesNone as error:
        raise NotNamed(error.detail, error.hint) from None


def is_there(path: Path) -> bool:
    """Whether the file exists; one that cannot be looked at does, so that reading it tells why."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass
    return True


def _port(text: str, whole: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ConfigError(f"{text[:_SHOWN_CHARACTERS_MAX]!r} in {whole} is not a port", "ports are 1 to 65535")
    return int(text)


def _is_ipv6(host: str) -> bool:
    return host.partition("%")[0].count(":") >= 2 and len(host) <= 255 and _IPV6.fullmatch(host) is not None
