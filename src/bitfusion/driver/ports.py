"""What this package needs of those above it: the session whose call is made, and the way to its client.

Structural types: session.Session and the worker's channel satisfy them without being known here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from typing import Any, Protocol

Job = Callable[[], "tuple[Any, ...] | None"]


class Context(Protocol):
    """A context of the client; `device` is the client's ordinal, None if this is the absence of a context."""

    number: int
    handle: Any
    device: int | None
    primary: bool
    lost: bool
    streams: dict[int, Any]
    unblocking: set[int]
    idle_events: list[Any]
    leaving: list[Any]
    barrier: Any


class Quota(Protocol):
    """The memory limit; see session/quota.py."""

    def reserve(self, device: int | None, count: int) -> int: ...
    def settle(self, pointer: int, device: int | None, charge: int, context: int) -> None: ...
    def cancel(self, device: int | None, charge: int) -> None: ...
    def freed(self, pointer: int) -> None: ...
    def shown(self, device: int | None, free: int, total: int) -> tuple[int, int]: ...


class Channel(Protocol):
    """The client's connection. `bulk` is how many bytes of the call's bulk data have not been taken yet."""

    bulk: int

    def receive(self, target: memoryview) -> None:
        """Fill `target` with the next bytes of the call's bulk data."""

    def peek(self, count: int) -> memoryview | None:
        """The next `count` bytes of the bulk in place, if they arrived already; valid during the call."""

    def data(self, number: int, offset: int, piece: memoryview, last: bool) -> None:
        """Send bytes of the destination of call `number`; with the last ones, the reply that it succeeded."""

    def fault(self, context: int, result: int, lost: bool = False) -> None:
        """Tell that a call without a reply failed in the context with this number, or that the context is lost."""

    def defer(self, line: Hashable, context: Context, job: Job, number: int = 0, always: bool = False) -> None:
        """Run `job` on the waiting thread of `line`, in `context`, and reply with its result to ask `number`, or to the
        one that is being run. `always`: on a thread of its own line, however many there are.

        Jobs of a line run one after another: it must be what ends in the order in which it began.
        """

    def run_behind(
        self, line: Hashable, context: Context, job: Callable[[], None], ready: Callable[[], bool] | None = None
    ) -> None:
        """The same without a reply. `ready`: whether the job would not wait; then there may be any number of lines."""

    def progress(self, context: Context, result: Any, token: int, number: int, put: int) -> None:
        """Tell that what the client watches under these is over, in `context` and with this result."""

    def running(self, token: int, number: int) -> None:
        """Tell that what the client looks at under these is not complete."""


class Clients(Protocol):
    """All clients of this server, as one of them may know them. Devices are counted as that client does."""

    def limited(self, device: int) -> bool:
        """True if the clients may have only a part of the device's memory."""

    def used(self, device: int) -> int:
        """Bytes that all of them have allocated."""

    def processes(self, device: int) -> list[tuple[int, int]]:
        """(process id on its host, bytes) of those that have allocated on the device."""

    def name(self, pid: int) -> str | None:
        """What a process is called; on another host than the client's own, `host:program`. None if no client has that
        id.
        """

    def pid_of(self, server_pid: int) -> int | None:
        """The client's process behind a CUDA Server's; None if it is none of ours."""


class Session(Protocol):
    """The client's objects by number, and its state."""

    contexts: dict[int, Any]
    streams: dict[int, Any]
    events: dict[int, Any]
    modules: dict[int, Any]
    libraries: dict[int, Any]
    kernels: dict[int, Any]
    functions: dict[int, Any]
    pools: dict[int, Any]
    current: Any
    records: Any
    waited: dict[Any, Any]
    watching: deque[Any]
    number: int
    quota: Quota
    channel: Channel
    staging: Any
    outgoing: Any
    nvml: Any

    def device(self, ordinal: int) -> Any: ...
    def check_new(self, number: int) -> None: ...
    def add(self, table: dict[int, Any], number: int, handle: Any, parent: int = 0) -> None: ...
    def add_context(self, number: int, handle: Any, ordinal: int, primary: bool = False) -> None: ...
    def add_function(self, number: int, handle: Any, parent: int) -> Any: ...
    def add_stream(self, number: int, handle: Any) -> None: ...
    def add_pool(self, number: int, handle: Any, ordinal: int) -> None: ...
    def drop(self, number: int) -> None: ...
    def context_gone(self, context: Any) -> None: ...
    def no_context(self, number: int) -> Any: ...
