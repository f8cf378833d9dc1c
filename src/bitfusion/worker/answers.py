"""The client's second connection: on it come answers to what the driver's threads have asked the client for.

The thread that runs calls may be inside the driver for as long as such an answer does not come; so another one reads
them. It lets the client in as it was let in before: with the token, on the same port.
"""

from __future__ import annotations

import socket
import struct
import threading
from typing import TYPE_CHECKING, Any

from ..driver.ports import Asked
from ..wire.hello import ANSWERS
from .admission import Admission
from .control import Control
from .crash import crash

if TYPE_CHECKING:
    from ..net.secure import Connection, Entrance

_HEAD = struct.Struct("<QQ")  # number of the ask, bytes that follow


class Answers:
    """Of the session on `connection`, which ends if the answers end before it or are none."""

    def __init__(
        self, listener: socket.socket, control: Control, token: bytes, log: Any, entrance: Entrance | None
    ) -> None:
        self._admission = Admission(listener, control, token, log, entrance)
        self._log = log

    def start(self, connection: Connection, asked: Asked) -> None:
        """Read answers from now on."""

        def run() -> None:
            try:
                self._run(asked)
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # the session has ended
            except BaseException as error:
                crash(error)

        threading.Thread(target=run, name="answers", daemon=True).start()

    def _run(self, asked: Asked) -> None:
        """Until the client's second connection ends."""
        admitted = self._admission.wait(None)
        if admitted is None:
            return
        if admitted.hello.use != ANSWERS:
            self._log.warning("peer.dismissed", reason="a second connection that is not for answers")
            return
        connection, rest = admitted.connection, bytearray(admitted.rest)
        head = memoryview(bytearray(_HEAD.size))
        while _fill(head, connection, rest):
            number, size = _HEAD.unpack(head)
            target = asked.target_of(number, size)
            if target is None:
                self._log.warning("peer.dismissed", reason=f"an answer of {size} bytes that nobody asked for")
                return
            if not _fill(target, connection, rest):
                return
            asked.answered(number, size)


def _fill(target: memoryview, connection: Connection, rest: bytearray) -> bool:
    """Fill `target`, from what came behind HELLO first. False at the end of the connection."""
    done = min(len(target), len(rest))
    target[:done] = rest[:done]
    del rest[:done]
    while done < len(target):
        count = connection.recv_into(target[done:], 0, socket.MSG_WAITALL)
        if not count:
            return False
        done += count
    return True
