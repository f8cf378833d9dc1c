"""What calls need of those above them: the way to the client, and what is known of all clients.

The worker's Channel and Clients are made to these; dispatch.py and this package know no more of them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Protocol

from ..session import Context

Answer = tuple[Any, ...]  # (CUresult, values...)
Job = Callable[[], "Answer | None"]


class Asked(Protocol):
    """What the client is asked for. Used by the thread that reads its answers."""

    def target_of(self, number: int, size: int) -> memoryview | None:
        """Where the `size` bytes of the answer to ask `number` go; None if there is no such answer."""

    def answered(self, number: int, size: int) -> None:
        """The answer, and its bytes, are there."""


class Channel(Protocol):
    """The client's connection. `bulk` is how many bytes of the call's bulk data have not been taken yet.

    What sends raises ConnectionLost.
    """

    bulk: int

    def receive(self, target: memoryview) -> None:
        """Fill `target` with the next bytes of the call's bulk data."""

    def peek(self, count: int) -> memoryview | None:
        """The next `count` bytes of the bulk in place, if they arrived already; valid during the call."""

    def drain(self) -> None:
        """Throw away what remains of the bulk data."""

    def reply(self, number: int, result: int, values: tuple[Any, ...]) -> None:
        """Send the answer of ask `number`."""

    def data(self, number: int, offset: int, piece: memoryview, last: bool) -> None:
        """Send bytes of the destination of call `number`; with the last ones, the reply that it succeeded."""

    def fault(self, context: int, result: int, lost: bool = False) -> None:
        """Tell that a call without a reply failed in the context with this number, or that the context is lost."""

    def failed(self, result: int) -> None:
        """Count a call without a reply that failed and is not told."""

    def defer(self, number: int, line: Hashable, context: Context, job: Job, always: bool = False) -> None:
        """Run `job` on the waiting thread of `line`, in `context`, and reply with its result to ask `number`.
        `always`: on a thread of its own line, however many there are.

        Jobs of a line run one after another: it must be what ends in the order in which it began.
        """

    def run_behind(
        self,
        line: Hashable,
        context: Context,
        job: Callable[[], None],
        ready: Callable[[], bool] | None = None,
        always: bool = False,
    ) -> None:
        """The same without a reply. `ready`: whether the job would not wait; then there may be any number of lines."""

    def progress(self, context: Context, result: Any, token: int, number: int, put: int) -> None:
        """Tell that what the client watches under these is over, in `context` and with this result."""

    def running(self, token: int, number: int) -> None:
        """Tell that what the client looks at under these is not complete."""

    def run_function(self, ask: int, number: int, result: int) -> None:
        """Ask the client to run its function `number`, which is told `result` if it is a callback of a stream."""

    def fetch(self, ask: int, source: int, offset: int, count: int) -> None:
        """Ask the client for `count` bytes of its memory `source`, from `offset` on."""

    def expect_answers(self, asked: Asked) -> None:
        """The client is going to be asked: take its answers from now on. Once a session."""


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


class Exports(Protocol):
    """What sessions have exported to each other: the driver's handles, under tickets that clients hand on."""

    def give(self, subject: Hashable, handle: bytes, is_there: Callable[[Hashable], bool]) -> bytes:
        """The ticket for the driver's `handle` of `subject`, the same for the same handle. `is_there`: which subjects
        are, when there are too many. Raises CallFailed(OUT_OF_MEMORY).
        """

    def drop(self, subject: Hashable) -> None:
        """Its ticket is good no more."""

    def find(self, ticket: bytes) -> bytes | None:
        """The driver's handle that a ticket of any session stands for; None if this one may not have it."""


class Holders(Protocol):
    """Descriptors that sessions of this host give each other, and who has what they stand for. For any thread."""

    def address(self) -> bytes:
        """Where the others ask for what is offered here."""

    def offer(self, ticket: bytes, descriptor: int) -> None:
        """Who shows `ticket` gets `descriptor`, which is closed by withdraw()."""

    def withdraw(self, ticket: bytes, gone: Callable[[], None]) -> None:
        """Nobody gets it any more; `gone` is called once nobody holds it, perhaps at once, perhaps by another
        thread.
        """

    def take(self, address: bytes, ticket: bytes, lost: Callable[[], None]) -> tuple[int, Callable[[], None]]:
        """A descriptor of what `ticket` stands for, and the function that tells its owner that it is held no longer.
        `lost` is called, by another thread, if the owner ends before that.

        Raises CallFailed(INVALID_VALUE) if there is no such thing.
        """
