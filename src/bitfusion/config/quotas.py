"""What each client of a server may have, and for how long: options and variables -> Quotas. Off unless they are set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import ConfigError
from ..limits import CLIENTS_MAX, HOST_MEMORY_MIN
from ..wording import counted
from .durations import parse_duration

_EMPTY = "''"  # an empty value, in a message


@dataclass(frozen=True)
class Quotas:
    """`clients_max` clients are served at a time; each may have `client_memory` bytes of a device (none: all that there
    is; one for all devices, or one for each), make no call for `idle_timeout_s` and stay for `session_timeout_s`, None:
    for ever. Its CUDA Server may take `host_memory` bytes of the host, None: half of them.
    """

    clients_max: int = CLIENTS_MAX
    client_memory: tuple[int, ...] = ()
    idle_timeout_s: float | None = None
    session_timeout_s: float | None = None
    host_memory: int | None = None

    def memory_of(self, devices: int) -> tuple[int | None, ...]:
        """What a client may have of each of so many devices, None for no limit. Raises ConfigError if they do not
        fit.
        """
        return for_each("BF_CLIENT_MEMORY_LIMIT (--client-memory)", self.client_memory, devices)


def load(
    environ: Mapping[str, str],
    problems: list[str],
    *,
    clients_max: str | None = None,
    client_memory: str | None = None,
    idle_timeout: str | None = None,
    session_timeout: str | None = None,
) -> Quotas:
    """An option goes before its variable."""
    return Quotas(
        _clients_max(*_given("--clients-max", clients_max, "BF_CLIENTS_MAX", environ), problems),
        _client_memory(*_given("--client-memory", client_memory, "BF_CLIENT_MEMORY_LIMIT", environ), problems),
        _timeout_s(*_given("--idle-timeout", idle_timeout, "BF_IDLE_TIMEOUT", environ), problems),
        _timeout_s(*_given("--session-timeout", session_timeout, "BF_SESSION_TIMEOUT", environ), problems),
        _host_memory(environ.get("BF_HOST_MEMORY_LIMIT"), problems),
    )


def load_for_dispatchers(environ: Mapping[str, str], problems: list[str]) -> None:
    """The variables as Dispatchers of leases find them: each may have another number of devices."""
    if len(load(environ, problems).client_memory) > 1:
        text = environ["BF_CLIENT_MEMORY_LIMIT"]
        problems.append(f"BF_CLIENT_MEMORY_LIMIT={text}: give one number, for each device of a lease")


def for_each(name: str, limits: tuple[int, ...], count: int) -> tuple[int | None, ...]:
    """The limit of each of `count` devices, None for no limit. Raises ConfigError if they do not fit."""
    if len(limits) not in (0, 1, count):
        raise ConfigError(
            f"{name} has {counted(len(limits), 'limit')} for {counted(count, 'device')}",
            "give one for all, or one for each in their order",
        )
    return (limits or (None,)) * count if len(limits) < 2 else limits


def _given(option: str, value: str | None, variable: str, environ: Mapping[str, str]) -> tuple[str, str | None]:
    """What stands before the text in a complaint, and the text."""
    return (f"{option} ", value) if value is not None else (f"{variable}=", environ.get(variable))


def _clients_max(name: str, text: str | None, problems: list[str]) -> int:
    if text is None:
        return CLIENTS_MAX
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= CLIENTS_MAX):
        problems.append(f"{name}{text or _EMPTY} is not a number of clients: give 1 to {CLIENTS_MAX}")
        return CLIENTS_MAX
    return int(text)


def _client_memory(name: str, text: str | None, problems: list[str]) -> tuple[int, ...]:
    if text is None:
        return ()
    items = [item.strip() for item in text.split(",")]
    bad = [item for item in items if not (item.isascii() and item.isdigit() and len(item) <= 18 and int(item) > 0)]
    if bad:
        whose = f": {bad[0]!r}" if "," in text else ""
        problems.append(
            f"{name}{text or _EMPTY}{whose} is not a number of bytes: give a positive integer without a unit"
        )
        return ()
    return tuple(int(item) for item in items)


def _host_memory(text: str | None, problems: list[str]) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text) >= HOST_MEMORY_MIN):
        problems.append(
            f"BF_HOST_MEMORY_LIMIT={text} is not a number of bytes for a CUDA Server: give at least {HOST_MEMORY_MIN},"
            " without a unit"
        )
        return None
    return int(text)


def _timeout_s(name: str, text: str | None, problems: list[str]) -> float | None:
    """Seconds, None for none: nothing set, or 0."""
    if text is None:
        return None
    try:
        return parse_duration(text, name.strip(" =")) or None
    except ConfigError as error:
        problems.append(str(error))
        return None
