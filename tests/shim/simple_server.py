"""A scripted server that answers every call with success, so that a program gets as far as the test needs."""

from __future__ import annotations

import threading
from typing import Any

from native_shim import CALLS, letters
from scripted_server import Peer, data, reply

from bitfusion.wire.notices import Topic, pack_notice

ADDRESS = 0x7F00_0000_0000
DESCRIPTION = b"".join(number.to_bytes(4, "little") for number in (2, 1024, 0, 2, 0, 8, 8, 4))
UNLISTED = bytes([255] * 4)


def is_waited_for(call: list[Any]) -> bool:
    """The first call of a session is sent without waiting for its reply."""
    return not CALLS[call[0]].how and call[0] != "ctx_retain_primary"


class SimpleServer:
    """Counts what it is told in `told`. `on` maps a call's name to a function (peer, number, arguments) that answers
    instead. `late` is said when the first call is there that is waited for; `early` are the calls up to it."""

    def __init__(self, on: dict[str, Any] | None = None, base: int = ADDRESS, late: bytes = b"") -> None:
        self.early: list[list[Any]] = []
        self._late = late
        self.told: list[list[Any]] = []
        self.bulk: list[bytes] = []
        self.ended = threading.Event()
        self._on = on or {}
        self._next = base

    def serve(self, peer: Peer) -> None:
        number, come = 0, []
        try:
            while True:
                calls, bulk = peer.calls()
                come += calls
                self.bulk += [bulk] if bulk else []
                if not self.early and self._late and not any(map(is_waited_for, come)):
                    continue  # of a slow client they come one by one
                if not self.early:
                    self.early = come
                    peer.send(self._late)
                calls, come = come, []
                for name, *arguments in calls:
                    number += 1
                    self.told.append([name, *arguments])
                    self._answer(peer, number, name, arguments)
        except (ConnectionError, OSError):
            self.ended.set()

    def names(self) -> list[str]:
        return [call[0] for call in self.told]

    def _answer(self, peer: Peer, number: int, name: str, arguments: list[Any]) -> None:
        if name in self._on:
            self._on[name](peer, number, arguments)
            return
        if name in ("watch_stream", "watch_event"):
            peer.send(pack_notice((Topic.PROGRESS, *(*arguments[1:], 0)[:3])))
        if CALLS[name].how:
            return  # a tell
        if name in ("copy_dtoh", "copy_dtoh_async"):
            peer.send(data(number, 0, bytes(arguments[1])))
        if name in ("module_load", "library_load"):
            peer.send(reply(number, 0, b"", b"", b"", UNLISTED))
            return
        if name == "library_get_module":
            peer.send(reply(number, 0, UNLISTED))
            return
        peer.send(reply(number, 0, *map(self._value, letters(CALLS[name].reply))))

    def _value(self, letter: str) -> Any:
        if letter in "sb":
            return DESCRIPTION if letter == "b" else ""
        if letter == "f":
            return 1.5
        self._next += 1 << 20
        return self._next if letter == "z" else 7
