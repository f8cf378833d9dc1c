"""One client's session: its objects and what is current.

Pure: handles are opaque, and what only the driver's calls need is in driver/session.py. Objects form a tree: what was
made in a context, module or library goes with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import CallFailed, Code, RemoteProtocolError
from ..limits import OBJECT_NUMBER_FIRST, OBJECT_NUMBER_OWN_FIRST, OBJECTS_MAX
from .objects import Context, Handle, Handles, Launchable, Named, Pool, T
from .quota import Quota
from .tables import Tables


class Session(Tables):
    """State of one client. Used by the thread that runs its calls; waiting threads get what they need handed over."""

    def __init__(
        self, devices: Sequence[Handle], quota: Quota, null_context: Context, streams: dict[int, Handle]
    ) -> None:
        super().__init__()
        self.devices = tuple(devices)
        self.quota = quota
        self.contexts[0] = null_context
        self.streams.update(streams)
        self.current = null_context
        self._own = OBJECT_NUMBER_OWN_FIRST
        self._parents: dict[int, int] = {}
        self._children: dict[int, dict[int, None]] = {}

    def device(self, ordinal: int) -> Handle:
        """The driver's device for the client's ordinal. Raises CallFailed(INVALID_DEVICE)."""
        if not 0 <= ordinal < len(self.devices):
            raise CallFailed(Code.INVALID_DEVICE)
        return self.devices[ordinal]

    def check_new(self, number: int) -> None:
        """`number` may name a new object. Raises RemoteProtocolError if not, CallFailed(OUT_OF_MEMORY) at the limit."""
        free = isinstance(number, int) and OBJECT_NUMBER_FIRST <= number < OBJECT_NUMBER_OWN_FIRST
        if not free or number in self._parents:
            raise RemoteProtocolError(f"object number {number!r} is not free")
        if len(self._parents) >= OBJECTS_MAX:
            raise CallFailed(Code.OUT_OF_MEMORY)

    def add(self, table: Handles[T], number: int, handle: T, parent: int = 0) -> None:
        """Enter an object under the client's number; it goes when `parent` goes (0: with the session)."""
        table[number] = handle
        self._parents[number] = parent
        if parent:
            self._children.setdefault(parent, {})[number] = None

    def number_of(self, table: Named, handle: Handle, parent: int) -> int:
        """The number of an object that the driver names: one of ours, if it was made by the driver.

        Raises CallFailed(OUT_OF_MEMORY) at the limit.
        """
        number = table.numbers.get(int(handle))
        if number is None:
            if len(self._parents) >= OBJECTS_MAX:
                raise CallFailed(Code.OUT_OF_MEMORY)
            number = self._own
            self._own += 1
            self.add(table, number, handle, parent)
        return number

    def parent_of(self, number: int) -> int:
        """The number of what an object goes with, 0: the session."""
        return self._parents.get(number, 0)

    def add_context(self, number: int, handle: Handle, ordinal: int, primary: bool = False) -> None:
        """Enter a context on the client's device `ordinal`."""
        self.add(self.contexts, number, Context(number, handle, ordinal, primary))

    def primary(self, ordinal: int) -> Context | None:
        """The primary context of the client's device, if the session holds it."""
        for context in self.contexts.values():
            if context.primary and context.device == ordinal:
                return context
        return None

    def check_no_primary(self, ordinal: int) -> None:
        """Raises CallFailed(INVALID_VALUE) if the session holds the primary context of the client's device."""
        if self.primary(ordinal) is not None:
            raise CallFailed(Code.INVALID_VALUE)

    def check_made(self, context: Context) -> None:
        """Raises CallFailed(INVALID_CONTEXT) for a context that the client did not create."""
        if context.device is None or context.primary:
            raise CallFailed(Code.INVALID_CONTEXT)

    def no_context(self, number: int) -> Context:
        """The absence of a context, under the number of one that is gone."""
        return Context(number, self.contexts[0].handle, None)

    def add_function(self, number: int, handle: Handle, parent: int) -> Launchable:
        """Enter a function of a module, or a kernel of a library, as what can be launched."""
        launchable = Launchable(handle)
        self.add(self.functions, number, launchable, parent)
        return launchable

    def add_pool(self, number: int, handle: Handle, ordinal: int) -> None:
        """Enter a memory pool of the client's device `ordinal`."""
        self.add(self.pools, number, Pool(handle, ordinal))

    def add_stream(self, number: int, handle: Handle) -> None:
        """Enter a stream of the current context."""
        self.add(self.streams, number, handle, self.current.number)
        self.current.streams[number] = handle

    def drop(self, number: int) -> None:
        """Forget an object and all that was made in it, at any depth."""
        parent = self._parents.get(number, 0)
        if parent:
            self._children[parent].pop(number, None)
            context = self.contexts.get(parent)
            if context is not None:
                context.streams.pop(number, None)
                context.unblocking.discard(number)
        doomed = [number]
        while doomed:
            child = doomed.pop()
            doomed.extend(self._children.pop(child, ()))
            self._forget(child)

    def context_gone(self, context: Context) -> None:
        """The driver ended `context`: it, the objects in it and its charges are gone."""
        self.quota.context_gone(context.number)
        self.drop(context.number)
        if self.current is context:
            self.current = self.contexts[0]

    def _forget(self, number: int) -> None:
        if self._parents.pop(number, None) is None:
            return  # one of those that exist without being made
        for table in self.tables:
            table.pop(number, None)
        self.quota.freed(-number)
