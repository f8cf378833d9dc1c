"""The objects of a session: tables from the client's numbers to the driver's handles, and records that need more.

Pure: a handle is opaque here. A plain handle stands in its table as itself, so that a call finds it in one look-up;
contexts, pools and functions are records because calls on them need to know more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from ..errors import CallFailed, Code


class Handle(Protocol):
    """An object of the driver: opaque, but for the number that it has there."""

    def __int__(self) -> int: ...


T = TypeVar("T")


class Handles(dict[int, T]):
    """Number -> object of one kind. An unknown number is CUDA_ERROR_INVALID_HANDLE for the call that names it."""

    def __missing__(self, number: object) -> T:
        raise CallFailed(Code.INVALID_HANDLE)


class Named(Handles[Handle]):
    """Handles whose numbers are looked up, too: the driver answers with a handle, and the client is told its number."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[int, int] = {}

    def __setitem__(self, number: int, handle: Handle) -> None:
        super().__setitem__(number, handle)
        self.numbers[int(handle)] = number

    def pop(self, number: int, default: Any = None) -> Any:
        handle = super().pop(number, None)
        if handle is not None and self.numbers.get(int(handle)) == number:
            del self.numbers[int(handle)]
        return default if handle is None else handle


class Context:
    """A context of the session. `device` is the client's ordinal, None for the absence of a context (number 0)."""

    __slots__ = (
        "barrier",
        "device",
        "handle",
        "idle_events",
        "leaving",
        "lost",
        "number",
        "primary",
        "streams",
        "telling",
        "unblocking",
    )

    def __init__(self, number: int, handle: Handle, device: int | None, primary: bool = False) -> None:
        self.number = number
        self.handle = handle
        self.device = device
        self.primary = primary
        self.lost = False  # after an error that stays; its client knows
        self.telling = threading.Lock()  # held by who finds that out and tells it
        self.streams: dict[int, Handle] = {}
        self.unblocking: set[int] = set()  # those that have nothing to do with the legacy stream
        self.idle_events: list[Handle] = []  # made in this context by the server for its own waits
        # Events behind work that no stream shows: of destroyed ones, of the whole context.
        self.leaving: list[Handle] = []
        self.barrier: Handle | None = None  # an event that new streams begin behind


class Pool:
    """A memory pool and the device (client's ordinal) whose memory it gives out; the ticket under which others get
    it.
    """

    __slots__ = ("device", "handle", "ticket")

    def __init__(self, handle: Handle, device: int) -> None:
        self.handle = handle
        self.device = device
        self.ticket = b""


class Physical:
    """Physical memory: how often it is mapped, whether the client has released it, under which ticket others get it,
    and what ends with it."""

    __slots__ = ("bytes", "end", "handle", "mappings", "released", "ticket")

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        self.bytes = 0
        self.mappings = 0
        self.released = False
        self.ticket = b""
        self.end: Callable[[], None] = _nothing


def _nothing() -> None:
    pass


class Link:
    """A link: `options` are what the driver writes to until it is destroyed, `image` where the driver keeps what came
    of it, and how many bytes that is."""

    __slots__ = ("handle", "image", "options")

    def __init__(self, handle: Handle, options: Any) -> None:
        self.handle = handle
        self.options = options
        self.image = (0, 0)


class Launchable:
    """A function or kernel that can be launched. `block` is the parameter block that `extra` of cuLaunchKernel points
    to; they are made once for a `size`, so that a launch makes no object."""

    __slots__ = ("block", "extra", "handle", "keep", "size")

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        self.size = -1
        self.block = memoryview(bytearray())
        self.extra = 0
        self.keep: tuple[Any, ...] = ()  # what `extra` points into
