"""What the driver waits for and the client has: functions of the program, above all.

The driver calls a trampoline of ours, on a thread of its own, which asks the client to run the function and returns
when the client has answered: so the stream, and nobody else, waits. No CUDA call may be made on such a thread.

The thread that runs calls may be inside the driver meanwhile, waiting for that very stream. So answers do not come
among the calls: the client has a second connection for them, and another thread reads it.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from ..errors import ConnectionLost
from ..session import Context, Handle
from .binding import SUCCESS, cuda
from .outgoing import Outgoing
from .ports import Channel

_FUNCTION = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_NOTHING = memoryview(bytearray())
_NO_SYNC = int(cuda.CUuserObject_flags.CU_USER_OBJECT_NO_DESTRUCTOR_SYNC)
_MOVE = int(cuda.CUuserObjectRetain_flags.CU_GRAPH_USER_OBJECT_MOVE)


class _Ask:
    """Something that the client was asked for. `target`: where bytes of its answer go; `taken`: how many came."""

    __slots__ = ("answered", "taken", "target")

    def __init__(self, target: memoryview) -> None:
        self.target = target
        self.taken = 0
        # Held until then: a tenth of what a semaphore takes, which would be twice in the way of each function.
        self.answered = threading.Lock()
        self.answered.acquire()


class Fetch(NamedTuple):
    """Bytes of the client's memory `source`, from `offset` on, that go to `target`."""

    context: Context
    source: int
    offset: int
    target: memoryview


class Asks:
    """What the driver's threads ask a client for.

    A function of the client has a number, which is the driver's user data for it.
    """

    def __init__(self, channel: Channel, outgoing: Outgoing) -> None:
        self._channel = channel
        self._outgoing = outgoing
        self._lock = threading.Lock()
        self._asks: dict[int, _Ask] = {}
        self._last = 0
        self._contexts: dict[int, Context] = {}
        self._lasting: set[int] = set()
        self._fetches: dict[int, Fetch] = {}
        self._last_fetch = 0
        self._trampolines: tuple[Any, ...] = ()

    def expect(self, number: int, context: Context, lasts: bool = False) -> None:
        """The client's function `number` is going to be work in `context`: once, or until it is forgotten (`lasts`)."""
        self.begin()
        self._contexts[number] = context
        if lasts:
            self._lasting.add(number)

    def expect_fetch(self, fetch: Fetch) -> int:
        """A copy from the client's memory is going to be work: the user data of `fetcher`, once."""
        self.begin()
        self._last_fetch += 1
        self._fetches[self._last_fetch] = fetch
        return self._last_fetch

    def share(self, graph: Handle, number: int) -> None:
        """The lasting function `number` is forgotten, and the client told so, when `graph` and all that was made of it
        is gone. If the driver cannot say when that is, it is kept.
        """
        result, owner = cuda.cuUserObjectCreate(number, self.destructor, 1, _NO_SYNC)
        if result is SUCCESS and cuda.cuGraphRetainUserObject(graph, owner, 1, _MOVE)[0] is not SUCCESS:
            cuda.cuUserObjectRelease(owner, 1)

    def begin(self) -> None:
        """The client is going to be asked for something."""
        if not self._trampolines:
            self._channel.expect_answers(self)
            self._trampolines = (
                _FUNCTION(self._run_function),
                _CALLBACK(self.run_callback),
                _FUNCTION(self._fetch),
                _FUNCTION(self._run_destructor),
            )

    def forget(self, number: int) -> None:
        """The function will not be called any more."""
        self._contexts.pop(number, None)
        self._lasting.discard(number)

    @property
    def function(self) -> Any:
        """What stands for every function of the client in the driver, once one is expected."""
        return cuda.CUhostFn(_address(self._trampolines[0]))

    @property
    def callback(self) -> Any:
        """The same for callbacks of streams."""
        return cuda.CUstreamCallback(_address(self._trampolines[1]))

    @property
    def fetcher(self) -> Any:
        """What fetches in the driver, once something is to be fetched."""
        return cuda.CUhostFn(_address(self._trampolines[2]))

    @property
    def destructor(self) -> Any:
        """What stands for the function of a user object, once one is expected."""
        return cuda.CUhostFn(_address(self._trampolines[3]))

    def ask(self, context: Context, tell: Callable[[int], None], target: memoryview = _NOTHING) -> int:
        """Have `tell` send the client a question with the number that it gets, behind the bytes of all copies that are
        complete, and wait for the answer. Returns how many bytes of `target` the answer filled: all, or 0.

        For the driver's threads.
        """
        with self._lock:
            self._last += 1
            number = self._last
        ask = self._asks[number] = _Ask(target)

        def settle_and_tell() -> None:
            self._outgoing.settle()
            tell(number)

        try:
            if self._outgoing.busy:
                self._channel.run_behind(("ask", number), context, settle_and_tell, always=True)
            else:
                tell(number)
        except ConnectionLost:
            return 0  # the thread that runs calls ends the session
        ask.answered.acquire()
        return ask.taken

    def tell(self, context: Context, tell: Callable[[], None]) -> None:
        """Have `tell` send the client something behind the bytes of all copies that are complete; return when it has.

        For the driver's threads.
        """
        if not self._outgoing.busy:
            with suppress(ConnectionLost):  # the thread that runs calls ends the session
                tell()
            return
        told = threading.Event()

        def settle_and_tell() -> None:
            try:
                self._outgoing.settle()
                tell()
            finally:
                told.set()

        self._channel.run_behind(("tell", id(told)), context, settle_and_tell, always=True)
        told.wait()

    def tell_later(self, context: Context, tell: Callable[[], None]) -> None:
        """As `tell`, but return at once."""

        def settle_and_tell() -> None:
            self._outgoing.settle()
            tell()

        self._channel.run_behind(("later", id(settle_and_tell)), context, settle_and_tell, always=True)

    def run_callback(self, _stream: int, result: int, number: int) -> None:
        """Have the client run its callback `number`, and return when it has: what the driver calls."""
        self._run(number, result)

    # What the thread that reads the answers calls.

    def target_of(self, number: int, size: int) -> memoryview | None:
        """Where the `size` bytes of the answer to ask `number` go; None if there is no such answer."""
        ask = self._asks.get(number)
        return ask.target[:size] if ask is not None and size in (0, len(ask.target)) else None

    def answered(self, number: int, size: int) -> None:
        """The answer to ask `number`, and its bytes, are there."""
        ask = self._asks.pop(number)
        ask.taken = size
        ask.answered.release()

    def _run_function(self, number: int) -> None:
        self._run(number, 0)

    def _run_destructor(self, number: int) -> None:
        """Nobody waits for the client: the driver may be inside any call, and have any lock. Bytes of copies that are
        complete come first, as they may go to what the function frees. Of a lasting function it says that it will not
        be called any more.
        """
        context = self._contexts.pop(number)
        self._lasting.discard(number)
        self.tell_later(context, lambda: self._channel.run_function(0, number, 0))

    def _run(self, number: int, result: int) -> None:
        lasts = number in self._lasting
        context = self._contexts[number] if lasts else self._contexts.pop(number)
        self.ask(context, lambda ask: self._channel.run_function(ask, number, result))

    def _fetch(self, identity: int) -> None:
        context, source, offset, target = self._fetches.pop(identity)
        self.ask(context, lambda ask: self._channel.fetch(ask, source, offset, len(target)), target)


def _address(trampoline: Any) -> int:
    address = ctypes.cast(trampoline, ctypes.c_void_p).value
    assert address is not None
    return address
