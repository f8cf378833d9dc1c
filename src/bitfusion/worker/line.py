"""The bytes of a session, both ways, over whatever connection there is: what a cut has lost is sent again over the next
one.

Theory of operation. Both ends count the bytes that they have sent and taken since HELLO. What was sent is kept until
the client acknowledges it. After a cut each end says how much it has taken, and the other goes on from there: so every
byte arrives once, wherever the cut was. Meanwhile the session's work goes on: what is sent is kept, and who receives
waits. A connection that was closed without GOODBYE is waited for only for a moment, because that is also what remains
of a program that was killed; one that is silent for as long as both ends agreed.

Locks: `giving`, of whoever sends (the channel's: frames go out whole), then `_taking`, of whoever receives, then
`_state`. Who resumes holds all three, and nobody waits in the kernel then, because the connection was shut down before.

Knows nothing of frames. A client that does not resume has a line that ends with its connection.
"""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..errors import ConnectionLost
from ..limits import KEPT_BYTES_MAX
from ..net.sockets import received_ago_s
from .sent import Sent

if TYPE_CHECKING:
    from ..net.secure import Connection

# Errors that say that the host, or the way to it, is gone. All others come from its system.
SILENCE = (errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH)
_LOOK_S = 1.0


class Line:
    """Of a session. `taken`: bytes that came; `over`: the client has said that it will not come back; `ended`: nothing
    goes on any more.
    """

    def __init__(
        self,
        connection: Connection,
        taken: int,
        closed_s: float | None,
        silent_s: float,
        told: Callable[[str, float | None], None],
    ) -> None:
        """`taken` bytes have come already. A broken connection is waited for so long, if it was closed and if it is
        silent; `closed_s` None: not at all. `told` is called with what has broken it and for how long it is waited for,
        and with "" and None when it goes on.
        """
        self.taken = taken
        self.over = False
        self.ended = False
        self.giving = threading.Lock()
        self._room = threading.Condition(self.giving)
        self._taking = threading.Lock()
        self._state = threading.Condition()
        self._connection = connection
        self._until: float | None = None  # the connection is broken, and waited for
        self._behind = False  # what is kept has not all been sent over this connection
        self._pushed = 0
        self._sent = None if closed_s is None else Sent()
        self._closed_s = closed_s or 0.0
        self._silent_s = silent_s
        self._told = told

    @property
    def resumes(self) -> bool:
        """True if another connection may follow this one."""
        return self._sent is not None and not self.over

    @property
    def connection(self) -> Connection | None:
        """The one there is, None while it is broken."""
        return self._connection if self._until is None else None

    def left_s(self) -> float | None:
        """How long a broken connection is still waited for; None if it is whole."""
        until = self._until
        return None if until is None else max(0.0, until - time.monotonic())

    def received_ago_s(self) -> float:
        """How long ago the last bytes came."""
        return received_ago_s(self._connection)

    def acknowledged(self, count: int) -> None:
        """The client has taken so many bytes."""
        if self._sent is not None:
            self._sent.acknowledged = count

    def receive(self, target: memoryview, flags: int = 0) -> int:
        """Some bytes, all that fit with MSG_WAITALL unless there is a cut; 0 at the end. Raises ConnectionLost,
        BlockingIOError.
        """
        while True:
            cause: OSError | None = None
            with self._taking:
                connection = self._connection
                try:
                    count = connection.recv_into(target, len(target), flags)
                except BlockingIOError:
                    raise
                except OSError as error:
                    count, cause = 0, error
                if count:
                    self.taken += count
                    return count
            if not self.resumes:
                if cause is not None:
                    raise ConnectionLost(f"the client is gone: {cause.strerror}") from cause
                return 0
            self.cut(connection, _is_closed(cause), (cause.strerror or "") if cause else "closed")
            if not self._wait_for_next(connection):
                return 0

    def send(self, parts: Sequence[bytes | memoryview]) -> None:
        """Send all of `parts`, or keep it for the next connection. `giving` is held; it is let go while there is no
        room for more. Raises ConnectionLost.
        """
        if self._sent is None:
            self._send_now(self._connection, parts)
            return
        if self._behind or self._until is not None:
            self._catch_up()
        for part in parts:
            self._sent.add(part)
        if self.ended:
            raise ConnectionLost("the client is gone")
        if self._behind or self._until is not None:
            return
        if len(self._sent) > KEPT_BYTES_MAX:
            self._sent.forget(KEPT_BYTES_MAX)
        connection = self._connection
        try:
            self._send_now(connection, parts)
        except ConnectionLost as lost:
            self.cut(connection, _is_closed(lost.__cause__), lost.detail)

    def offer(self, frame: bytes, wait_s: float = 0.0) -> bool:
        """Send a whole frame, unless the connection is busy for longer than this, full or broken."""
        if not self.giving.acquire(timeout=wait_s):
            return False
        try:
            if self._behind or self._until is not None or self.ended:
                return False
            connection = self._connection
            try:
                count = connection.send(frame, socket.MSG_DONTWAIT)
                if self._sent is not None:
                    self._sent.add(frame)
                if count < len(frame):
                    connection.sendall(frame[count:])
            except OSError:
                return False  # full, or gone: whoever needs it finds out
            return True
        finally:
            self.giving.release()

    def cut(self, connection: Connection, closed: bool, why: str) -> None:
        """`connection` is broken: somebody has closed it, or nobody answers any more."""
        with self._state:
            if connection is not self._connection or self._until is not None or self.ended:
                return
            self._until = time.monotonic() + (self._closed_s if closed else self._silent_s)
        # Who waits in the kernel does so in vain, and a client that is still there learns it.
        shut(connection)
        self._told(why, self.left_s())

    def resume(self, connection: Connection, taken: int, welcome: Callable[[int], bytes]) -> str:
        """Go on over `connection` with a client that has taken so many bytes; `welcome` makes what it is told first
        from how many this end has. Returns why that cannot be, "" if it is so. Raises OSError.
        """
        sent = self._sent
        if sent is None:
            return "this session cannot be resumed"
        if not sent.reaches(taken):
            return f"{taken} bytes were taken, and only those from {sent.begin} to {sent.end} are kept"
        before = self._connection
        shut(before)
        with self.giving, self._taking:
            if not sent.reaches(taken):
                return "more was on its way than is kept"
            connection.sendall(welcome(self.taken))
            with self._state:
                if self.ended:
                    return "the session has ended"
                self._connection, self._until = connection, None
                self._pushed, self._behind = taken, True
                self._state.notify_all()
            self._room.notify_all()
        before.close()
        self._told("", None)
        # Not here: who lets clients in must not wait for one that does not read.
        threading.Thread(target=self._send_again, name="send-again", daemon=True).start()
        return ""

    def end(self) -> None:
        """Nothing goes on: whoever waits returns."""
        with self._state:
            self.ended = True
            self._state.notify_all()
        shut(self._connection)

    def _send_again(self) -> None:
        with self.giving:
            self._push()

    def _push(self) -> None:
        """Send what is kept and was not sent over this connection. `giving` is held."""
        connection, sent = self._connection, self._sent
        if not self._behind or self._until is not None or sent is None:
            return
        try:
            for part in sent.parts(self._pushed):
                connection.sendall(part)
            self._behind = False
        except OSError as error:
            self.cut(connection, _is_closed(error), error.strerror or "")

    def _catch_up(self) -> None:
        """Until there is room to keep more. `giving` is held."""
        assert self._sent is not None
        while not self.ended:
            self._push()
            if self._until is None or len(self._sent) < KEPT_BYTES_MAX:
                return
            self._room.wait(_LOOK_S)

    def _wait_for_next(self, connection: Connection) -> bool:
        """Until there is another one. False if nothing goes on; raises ConnectionLost if the client does not come."""
        with self._state:
            while self._connection is connection and not self.ended:
                left = self.left_s()
                if not left:
                    self.ended = True
                    raise ConnectionLost("the client did not come back")
                self._state.wait(left)
            return not self.ended

    @staticmethod
    def _send_now(connection: Connection, parts: Sequence[bytes | memoryview]) -> None:
        """With one system call unless the socket is full."""
        try:
            if len(parts) == 1:
                connection.sendall(parts[0])
                return
            sent = connection.sendmsg(parts)
            for part in parts:
                if sent < len(part):
                    connection.sendall(memoryview(part)[sent:])
                sent = max(0, sent - len(part))
        except OSError as error:
            raise ConnectionLost(f"the client is gone: {error.strerror}") from error


def shut(connection: Connection) -> None:
    """End a connection both ways."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is not connected any more


def _is_closed(error: BaseException | None) -> bool:
    return not isinstance(error, OSError) or error.errno not in SILENCE
