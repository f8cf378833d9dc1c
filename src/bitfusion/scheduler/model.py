"""The scheduler's words: GPUs, demands, orders, tickets, leases. Frozen, checked, to and from plain dicts.

`from_dict` takes what came from JSON and trusts nothing: it raises BadRequest with every mistake, each naming its
value. The dicts are those of the HTTP API and of the store alike. Memory is in MiB throughout.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any, NamedTuple, TypeGuard

from ..errors import BadRequest
from ..limits import (
    CLIENT_TEXT_MAX,
    DEVICES_MAX,
    GPUS_ASKED_MAX,
    LEASE_TTL_MAX_S,
    LEASE_TTL_MIN_S,
    MEMORY_ASKED_MIB_MAX,
)

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Moment(NamedTuple):
    """One reading of the clocks. `s`: monotonic seconds, for every time-out. `unix_s`: seconds since 1970, for orders
    and records.
    """

    s: float
    unix_s: float


@dataclass(frozen=True)
class Gpu:
    """A GPU that this scheduler owns. `index` is the host's number, `memory_mib` all it may give away."""

    index: int
    uuid: str
    name: str
    compute_capability: str
    memory_mib: int


@dataclass(frozen=True)
class Demand:
    """`gpus` distinct devices, each with `fraction` of its memory or with `memory_mib`; with neither, whole devices.

    `devices` restricts it to these indexes of the host; `single`: all of them here, or nothing.
    """

    gpus: int
    fraction: float | None = None
    memory_mib: int | None = None
    devices: tuple[int, ...] | None = None
    single: bool = False

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"devices": None if self.devices is None else list(self.devices)}

    @classmethod
    def from_dict(cls, data: object) -> Demand:
        """Raises BadRequest."""
        if not isinstance(data, Mapping):
            raise BadRequest(f"demand {data!r}: is not a map", 'an example: {"gpus": 1, "fraction": 0.5}')
        gpus, fraction, memory = data.get("gpus"), data.get("fraction"), data.get("memory_mib")
        single, devices = data.get("single", False), data.get("devices")
        problems = []
        if not _is_int(gpus, 1, GPUS_ASKED_MAX):
            problems.append(f"gpus {gpus!r}: is not a number of GPUs from 1 to {GPUS_ASKED_MAX}")
        if fraction is not None and not (_is_number(fraction) and 0 < fraction <= 1):
            problems.append(f"fraction {fraction!r}: is not a number above 0 and at most 1")
        if memory is not None and not _is_int(memory, 1, MEMORY_ASKED_MIB_MAX):
            problems.append(f"memory_mib {memory!r}: is not a number of MiB from 1 to {MEMORY_ASKED_MIB_MAX}")
        if fraction is not None and memory is not None:
            problems.append(f"fraction {fraction!r} and memory_mib {memory!r} exclude each other")
        if devices is not None and not _are_devices(devices):
            problems.append(f"devices {devices!r}: is not a list of different device indexes")
        if not isinstance(single, bool):
            problems.append(f"single {single!r}: is neither true nor false")
        if problems:
            raise BadRequest("; ".join(problems))
        return cls(
            data["gpus"],
            None if fraction is None else float(fraction),
            memory,
            None if devices is None else tuple(devices),
            single,
        )


@dataclass(frozen=True, order=True)
class Order:
    """The place in every queue: one total order over the tickets of all clients. Written [time_us, uuid]."""

    time_us: int
    uuid: str

    def to_list(self) -> list[Any]:
        return [self.time_us, self.uuid]

    @classmethod
    def from_list(cls, data: object) -> Order:
        """Raises BadRequest."""
        if isinstance(data, list | tuple) and len(data) == 2:
            time_us, uuid = data
            if _is_int(time_us, 0, 1 << 62) and isinstance(uuid, str) and _UUID.fullmatch(uuid):
                return cls(time_us, uuid)
        raise BadRequest(
            f"order {data!r}: is not [microseconds, UUID]", "hand on the order that the first server gave, or null"
        )


@dataclass(frozen=True)
class Client:
    """Who asks, in its own words; `address` is where the server saw the request come from. Shown to people, never
    compared.
    """

    host: str
    user: str
    program: str
    pid: int
    address: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: object) -> Client:
        """Raises BadRequest."""
        if not isinstance(data, Mapping):
            raise BadRequest(f"client {data!r}: is not a map", "it has host, user, program and pid")
        texts = {key: data.get(key) for key in ("host", "user", "program")} | {"address": data.get("address", "")}
        problems = [
            f"client's {key} {value!r}: is not a text of at most {CLIENT_TEXT_MAX} characters"
            for key, value in texts.items()
            if not (isinstance(value, str) and len(value) <= CLIENT_TEXT_MAX)
        ]
        if not _is_int(data.get("pid"), 0, 1 << 31):
            problems.append(f"client's pid {data.get('pid')!r}: is not a process id")
        if problems:
            raise BadRequest("; ".join(problems))
        return cls(data["host"], data["user"], data["program"], data["pid"], data.get("address", ""))


@dataclass(frozen=True)
class Ticket:
    """A place in this scheduler's queue. Its id (a UUID4) becomes that of the lease it is confirmed to. `owner`: the
    user whose token it was submitted with, "" without tokens.
    """

    id: str
    order: Order
    demand: Demand
    client: Client
    owner: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "order": self.order.to_list(),
            "demand": self.demand.to_dict(),
            "client": self.client.to_dict(),
            "owner": self.owner,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Ticket:
        return cls(
            data["id"],
            Order.from_list(data["order"]),
            Demand.from_dict(data["demand"]),
            Client.from_dict(data["client"]),
            data.get("owner", ""),
        )


@dataclass(frozen=True)
class Share:
    """What a lease has of one GPU, and the GPU as it was when the lease was granted."""

    index: int
    uuid: str
    name: str
    memory_mib: int
    total_mib: int

    @property
    def whole(self) -> bool:
        return self.memory_mib == self.total_mib


@dataclass(frozen=True)
class Process:
    """A Dispatcher: its process id, the start time of that process (told apart from a later one by it), its TCP
    port.
    """

    pid: int
    started: int
    port: int


class LeaseState(Enum):
    """STARTING: its Dispatcher does not listen yet. ENDING: it was told to end. After ENDING a lease is gone."""

    STARTING = "starting"
    ACTIVE = "active"
    ENDING = "ending"


@dataclass(frozen=True)
class Lease:
    """Memory of GPUs that is given away. `ttl_s` None: until it is released. `expires_unix_s`: for records; the core
    counts itself. `since_unix_s`: when it was granted, None if an older release did. `owner`: as that of the ticket.
    `lasts_s`: it ends then, however often it is renewed; None: it does not.
    """

    id: str
    order: Order
    client: Client
    shares: tuple[Share, ...]
    ttl_s: float | None
    state: LeaseState = LeaseState.STARTING
    process: Process | None = None
    expires_unix_s: float | None = None
    since_unix_s: float | None = None
    owner: str = ""
    lasts_s: float | None = None

    def with_(self, **changes: Any) -> Lease:
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "order": self.order.to_list(),
            "client": self.client.to_dict(),
            "shares": [asdict(share) for share in self.shares],
            "ttl_s": self.ttl_s,
            "state": self.state.value,
            "process": None if self.process is None else asdict(self.process),
            "expires_unix_s": self.expires_unix_s,
            "since_unix_s": self.since_unix_s,
            "owner": self.owner,
            "lasts_s": self.lasts_s,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Lease:
        """The inverse of to_dict(); not for what a stranger sent."""
        return cls(
            id=data["id"],
            order=Order.from_list(data["order"]),
            client=Client.from_dict(data["client"]),
            shares=tuple(Share(**share) for share in data["shares"]),
            ttl_s=data["ttl_s"],
            state=LeaseState(data["state"]),
            process=None if data["process"] is None else Process(**data["process"]),
            expires_unix_s=data["expires_unix_s"],
            since_unix_s=data.get("since_unix_s"),
            owner=data.get("owner", ""),
            lasts_s=data.get("lasts_s"),
        )


def check_ttl(ttl_s: object) -> float | None:
    """The time to live of a lease in seconds, or None for none. Raises BadRequest."""
    if ttl_s is None:
        return None
    if not (_is_number(ttl_s) and LEASE_TTL_MIN_S <= ttl_s <= LEASE_TTL_MAX_S):
        limits = f"from {LEASE_TTL_MIN_S:g} to {LEASE_TTL_MAX_S:g}"
        raise BadRequest(f"ttl_s {ttl_s!r}: is not a number of seconds {limits}, or null for no expiry")
    return float(ttl_s)


def check_count(gpus: object) -> int:
    """The number of GPUs of a confirmation. Raises BadRequest."""
    if not _is_int(gpus, 1, GPUS_ASKED_MAX):
        raise BadRequest(f"gpus {gpus!r}: is not a number of GPUs from 1 to {GPUS_ASKED_MAX}")
    return gpus


def _is_int(value: object, low: int, high: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _are_devices(value: object) -> bool:
    if not isinstance(value, list | tuple) or not value:
        return False
    return all(_is_int(item, 0, DEVICES_MAX - 1) for item in value) and len(set(value)) == len(value)
