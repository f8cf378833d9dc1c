"""The calls of a CALLS frame, run in order: finds the function of each, replies to asks, tells the errors of tells.

Knows the session and the generated functions; sends nothing itself but through the session's channel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .driver.binding import SUCCESS, is_missing
from .driver.copies import ARRIVING, arrive
from .driver.faults import tell_lost
from .driver.ports import Channel
from .driver.session import DriverSession
from .driver.watches import hand_over
from .errors import STICKY_CODES, BitfusionError, CallFailed, Code, RemoteProtocolError
from .generated.calls import ARGUMENTS, ASKS, BULK_ASKS, BULK_TELLS, EMPTY, NAMES, TELLS
from .wire.arguments import what_is_wrong
from .wire.calls import DECODE_ERRORS, call_unpacker

_ARRIVE = next(identity for identity, name in NAMES.items() if name == "arrive")
# What may come between a copy that answered ARRIVING and the look whether it is over.
_LEGACY_COPIES = {identity: tell for identity, tell in TELLS.items() if NAMES[identity] == "copy_small_legacy"}


def _judge(call: tuple[Any, ...], error: Exception) -> int:
    """The result of `call`, whose function raised `error`, if that is no end of the session: a driver that is older
    than the function that it was asked for does not support it.

    Otherwise it was the peer's fault if it sent what the table does not say, or else a bug of ours. That is looked at
    afterwards: nearly all arguments are right, and to check them first would make every launch slower.
    """
    if isinstance(error, BitfusionError):
        raise error
    if is_missing(error):
        return Code.NOT_SUPPORTED
    wrong = what_is_wrong(ARGUMENTS[call[0]], call[1:])
    if wrong is None:
        raise RuntimeError(f"{NAMES[call[0]]}: {error}") from error
    raise RemoteProtocolError(f"{NAMES[call[0]]} is not what the table says: {wrong}") from error


class Dispatch:
    """Runs the calls of one session. `calls` and `asks` count them."""

    def __init__(self, session: DriverSession, channel: Channel) -> None:
        self._session = session
        self._channel = channel
        self._unpacker = call_unpacker()
        self._fed = 0
        self._faulted: set[int] = set()  # contexts with an error that was told, of the frame that is being run
        self.calls = 0
        self.asks = 0

    def run(self, body: memoryview) -> None:
        """Run the calls of a frame; `channel.bulk` is the size of the bulk that follows it.

        Raises RemoteProtocolError if the frame is not what the protocol says; the session must end then.
        """
        if self._faulted:
            self._faulted.clear()
        self._unpacker.feed(body)
        self._fed += len(body)
        try:
            end = self._run_fed()
        except (TypeError, ValueError, OverflowError, LookupError, *DECODE_ERRORS) as error:
            raise RemoteProtocolError(f"call {self.calls + 1} is not what the table says: {error}") from error
        if end != self._fed:
            raise RemoteProtocolError(f"call {self.calls + 1} goes beyond its frame")
        if self._channel.bulk:
            raise RemoteProtocolError(
                f"{self._channel.bulk} bytes of bulk data after call {self.calls}, which takes none"
            )

    def _run_fed(self) -> int:
        """Run what was fed; returns how far the last whole call reached. Part of another may follow it."""
        # This loop sees every launch: names are local, and a tell costs one look-up and one call.
        session, tells, asks, success, position = self._session, TELLS, ASKS, SUCCESS, self._unpacker.tell
        number = self.calls
        end: int = position()
        try:
            for call in self._unpacker:
                end = position()
                tell = tells.get(call[0])
                if tell is None and tells is _LEGACY_COPIES:
                    tells = self._all_tells()
                    tell = tells.get(call[0])
                if tell is not None:
                    try:
                        result = tell(session, call)
                    except CallFailed as failure:
                        result = failure.code
                    except Exception as error:
                        result = _judge(call, error)
                    if result is ARRIVING:
                        tells = _LEGACY_COPIES
                    elif result is not success:
                        self._failed(call, result)
                elif (ask := asks.get(call[0])) is not None:
                    self._ask(number + 1, call, ask)
                else:
                    self._run_bulk(number + 1, call)
                number += 1
            if tells is _LEGACY_COPIES:
                self._all_tells()
        finally:
            self.calls = number
        return end

    def _all_tells(self) -> dict[int, Callable[..., Any]]:
        """The copies that must be over before another call begins are, from now on."""
        self._tell((_ARRIVE,), lambda session, _: arrive(session))
        return TELLS

    def _run_bulk(self, number: int, call: tuple[Any, ...]) -> None:
        """A call that bulk data follows, or none at all."""
        identity = call[0]
        if identity not in BULK_TELLS and identity not in BULK_ASKS:
            raise RemoteProtocolError(f"call {number} has the unknown id {identity!r}")
        if self._unpacker.tell() != self._fed:
            raise RemoteProtocolError(
                f"call {number}, {NAMES[identity]}, takes bulk data and is not the last of its frame"
            )
        if identity in BULK_TELLS:
            hand_over(self._session)
            self._tell(call, BULK_TELLS[identity])
        else:
            self._ask(number, call, BULK_ASKS[identity])
        # A call that failed has not taken all its data.
        self._channel.drain()

    def _tell(self, call: tuple[Any, ...], function: Callable[..., Any]) -> None:
        try:
            result = function(self._session, call)
        except CallFailed as failure:
            result = failure.code
        except Exception as error:
            result = _judge(call, error)
        if result is not SUCCESS:
            self._failed(call, result)

    def _failed(self, call: tuple[Any, ...], result: Any) -> None:
        """A tell failed: its client gets to know it, at once. The client keeps the first of a context, so of a frame's
        one is enough.
        """
        session = self._session
        context = session.current.number
        code = int(result)
        if code in STICKY_CODES:
            self._look_for_lost()
            if session.current.lost:
                self._channel.failed(code)
                return
        if context not in self._faulted:
            self._faulted.add(context)
            self._channel.fault(context, code)
        else:
            self._channel.failed(code)

    def _ask(self, number: int, call: tuple[Any, ...], function: Callable[..., Any]) -> None:
        session = self._session
        session.number = number
        self.asks += 1
        if session.watching:
            hand_over(session)
        try:
            answer = function(session, call)
        except CallFailed as failure:
            answer = (failure.code, *EMPTY.get(call[0], ()))
        except Exception as error:
            answer = (_judge(call, error), *EMPTY.get(call[0], ()))
        if answer is None:
            return
        result = int(answer[0])
        if result and result in STICKY_CODES:
            self._look_for_lost()
        self._channel.reply(number, result, answer[1:])

    def _look_for_lost(self) -> None:
        if not self._session.current.lost:
            tell_lost(self._session)
