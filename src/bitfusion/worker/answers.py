"""The client's second connection: on it come answers to what the driver's threads have asked the client for.

The thread that runs calls may be inside the driver for as long as such an answer does not come; so another one reads
them, from when the client makes the connection. Which is broken, and made again, independently of the first.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

from ..driver.ports import Asked
from ..errors import ConnectionLost
from .admission import Admitted
from .crash import crash
from .line import Line

_HEAD = struct.Struct("<QQ")  # number of the ask, bytes that follow


class Answers:
    """Of a session, which ends if the answers end before it or are none: `begin()` says how."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self._asked: Asked | None = None
        self._session: Line | None = None
        self._line: Line | None = None
        self._rest = bytearray()  # what came behind the first HELLO
        self._patience_s = 0.0

    @property
    def taken(self) -> int:
        """How many bytes of answers have come."""
        return self._line.taken if self._line else 0

    def begin(self, session: Line, patience_s: float) -> None:
        """A broken connection is waited for so long."""
        self._session, self._patience_s = session, patience_s

    def start(self, asked: Asked) -> None:
        """The client is going to be asked, and may connect from now on."""
        self._asked = asked

    def let_in(self, admitted: Admitted, welcome: Callable[[int], bytes]) -> str:
        """The client has connected; `welcome` as in line.py. Returns why it is not expected, "" if it is. Raises
        OSError.
        """
        connection, hello = admitted.connection, admitted.hello
        if self._asked is None or self._session is None:
            return "a connection for answers that nobody asked for"
        if self._line is not None:
            return (
                self._line.resume(connection, hello.taken, welcome)
                if hello.taken is not None
                else "it has come already"
            )
        if hello.taken is not None:
            connection.sendall(welcome(0))
        closed_s = self._patience_s if self._session.resumes and hello.resume is not None else None
        self._rest += admitted.rest
        self._line = Line(connection, len(admitted.rest), closed_s, self._patience_s, self._tell)
        threading.Thread(target=self._read, args=(self._line, self._asked), name="answers", daemon=True).start()
        return ""

    def _tell(self, why: str, _left_s: float | None) -> None:
        if why:
            self._log.info("answers.interrupted", reason=why)
        else:
            self._log.info("answers.resumed")

    def _read(self, line: Line, asked: Asked) -> None:
        """Until the connection ends for good, and with it the session."""
        try:
            self._take(line, asked)
        except ConnectionLost as lost:
            self._log.info("answers.gone", reason=lost.detail)
        except OSError:
            pass  # the session has ended
        except BaseException as error:
            crash(error)
        assert self._session is not None
        self._session.end()

    def _take(self, line: Line, asked: Asked) -> None:
        head = memoryview(bytearray(_HEAD.size))
        while self._fill(head, line):
            number, size = _HEAD.unpack(head)
            target = asked.target_of(number, size)
            if target is None:
                self._log.warning("peer.dismissed", reason=f"an answer of {size} bytes that nobody asked for")
                return
            if not self._fill(target, line):
                return
            asked.answered(number, size)

    def _fill(self, target: memoryview, line: Line) -> bool:
        """Fill `target`, from what came behind HELLO first. False at the end of the connection."""
        done = min(len(target), len(self._rest))
        target[:done] = self._rest[:done]
        del self._rest[:done]
        while done < len(target):
            count = line.receive(target[done:], socket.MSG_WAITALL)
            if not count:
                return False
            done += count
        return True
