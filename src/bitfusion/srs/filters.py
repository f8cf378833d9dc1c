"""`--filter KEY=VALUE`: which servers and GPUs a request may have. Pure: looks at what GET /v1/gpus said.

Different keys must all hold; of the values of one key that is given several times, one must.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..config.addresses import Address
from ..errors import ConfigError

Fact = Mapping[str, Any]


@dataclass(frozen=True)
class _Key:
    """`holds(value, address, server, gpu)`; `mistake(value)` is what is wrong with a value, "" if nothing."""

    holds: Callable[[str, Address, Fact, Fact], bool]
    mistake: Callable[[str], str]


def _anything(_: str) -> str:
    return ""


def _number(value: str) -> str:
    return "" if value.isascii() and value.isdigit() and len(value) <= 12 else "is not a number"


def _yes_or_no(value: str) -> str:
    return "" if value.lower() in ("true", "false") else "is neither true nor false"


def _is_version(value: str, version: object) -> bool:
    """Whether `version` is `value` or begins with its numbers: 13 for 13.0, but not for 130."""
    return version is not None and f"{version}.".startswith(f"{value}.")


KEYS: dict[str, _Key] = {
    "server.addr": _Key(
        lambda value, at, server, gpu: value.lower() in (at.host.lower(), at.place.lower(), str(at).lower()), _anything
    ),
    "server.hostname": _Key(lambda value, at, server, gpu: value.lower() == str(server["hostname"]).lower(), _anything),
    # There is no RDMA transport: no server has it.
    "server.has-rdma": _Key(lambda value, at, server, gpu: value.lower() == "false", _yes_or_no),
    "server.cuda-version": _Key(lambda value, at, server, gpu: _is_version(value, server["cuda_version"]), _anything),
    "server.driver-version": _Key(
        lambda value, at, server, gpu: _is_version(value, server["driver_version"]), _anything
    ),
    "device.id": _Key(lambda value, at, server, gpu: int(value) == gpu["index"], _number),
    "device.name": _Key(lambda value, at, server, gpu: value.lower() in str(gpu["name"]).lower(), _anything),
    "device.phy-memory": _Key(lambda value, at, server, gpu: int(value) == gpu["memory_mib"], _number),
}
# The spelling of vSphere Bitfusion.
_ALIASES = {"server.dirver-version": "server.driver-version"}


@dataclass(frozen=True)
class Filters:
    """Key -> the values of which one must hold."""

    wanted: Mapping[str, Sequence[str]]
    texts: Sequence[str]

    @classmethod
    def parse(cls, items: Sequence[str]) -> Filters:
        """From `KEY=VALUE` texts. Raises ConfigError that lists the keys."""
        wanted: dict[str, list[str]] = {}
        for item in items:
            written, equals, value = item.partition("=")
            key = _ALIASES.get(written, written)
            if key not in KEYS or not equals:
                what = f"has the unknown key {written!r}" if equals else "is not KEY=VALUE"
                raise ConfigError(f"--filter {item!r} {what}", f"keys: {', '.join(KEYS)}")
            problem = KEYS[key].mistake(value) if value else "has no value"
            if problem:
                raise ConfigError(
                    f"--filter {item!r}: {value!r} {problem}" if value else f"--filter {item!r} {problem}",
                    f"write {written}=VALUE",
                )
            wanted.setdefault(key, []).append(value)
        return cls(wanted, tuple(items))

    def __bool__(self) -> bool:
        return bool(self.texts)

    def __str__(self) -> str:
        return " ".join(f"--filter {text}" for text in self.texts)

    def devices(self, address: Address, listing: Fact) -> list[int] | None:
        """Indexes of the GPUs of a server that may be had; None for all, without any filter."""
        if not self:
            return None
        server = listing["server"]
        return [gpu["index"] for gpu in listing["gpus"] if self._holds(address, server, gpu)]

    def _holds(self, address: Address, server: Fact, gpu: Fact) -> bool:
        return all(
            any(KEYS[key].holds(value, address, server, gpu) for value in values) for key, values in self.wanted.items()
        )
