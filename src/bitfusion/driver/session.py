"""The session as calls know it: the client's objects, and what the driver keeps for them besides."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from ..image_store import ImageStore
from ..session import Context, Handle, Quota, Session
from .asks import Asks
from .binding import cuda
from .hosted import Hosted
from .hosted_execs import HostedExecs
from .mapped import Mapped
from .nvml import Nvml
from .outgoing import Outgoing
from .ports import Answer, Channel, Exports, Holders
from .records import Records
from .reservoirs import Reservoir
from .staging import Staging


class Watch(NamedTuple):
    """What the thread that runs calls looks at while they come: `job` tells that `event` has been reached."""

    line: Hashable
    context: Context
    event: Handle
    job: Callable[[], None]


class Waited:
    """What is said to all that wait for call `number` of a stream, once the first of them has been told: not before
    `known`. They stand behind it in its line, but if there were too many lines when it came, it stands in another.
    """

    __slots__ = ("answer", "known", "number")

    def __init__(self, number: int) -> None:
        self.number = number
        self.known = threading.Event()
        self.answer: Answer


class DriverSession(Session):
    """One client's session with the driver. `channel` is its connection, `number` that of the ask that is being run,
    `image_store` has what clients have sent before, `exports` what sessions share,
    `holders` the way from one to the other.
    """

    def __init__(
        self,
        devices: Sequence[Handle],
        quota: Quota,
        channel: Channel,
        nvml: Nvml,
        image_store: ImageStore | None = None,
        exports: Exports | None = None,
        holders: Holders | None = None,
    ) -> None:
        # NULL and CU_STREAM_LEGACY exist without being made, and are the same stream.
        streams = {0: cuda.CUstream(0), 1: cuda.CUstream(1)}
        super().__init__(devices, quota, Context(0, cuda.CUcontext(0), None), streams)
        self.channel = channel
        self.nvml = nvml
        self.image_store = image_store
        self.exports = exports
        self.holders = holders
        self.number = 0
        self.staging = Staging(channel)
        self.mapped = Mapped()
        self.reservoirs: dict[int, Reservoir] = {}  # by the driver's number of a pool; of graphs: pools.py
        self.pooled: dict[int, tuple[Reservoir, int]] = {}  # what they gave: address -> from which, bytes
        self.allocating: dict[int, int] = {}  # the driver's executable graphs that allocate -> bytes
        self.allocating_bytes = 0  # of all that there have been
        self.outgoing = Outgoing()
        self.asks = Asks(channel, self.outgoing)
        self.hosted = Hosted(self.asks, channel, self.contexts[0])
        self.hosted_execs = HostedExecs(self.hosted, self.execs)
        self.records = Records()
        self.pages_in = self.pages_out = 0  # of managed memory, as the client counts them
        self.watching: deque[Watch] = deque()
        self.special_nodes = False  # a node was made that records an event, or allocates or frees memory
        self.waited: dict[Hashable, Waited] = {}  # by line: what somebody waited for there last
