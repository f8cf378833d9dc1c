"""Where the client of a session comes in again: with the token, on the same port. Once to answer what it is asked, and
whenever one of its two connections is broken.

Nobody comes to most sessions, so there is no thread before somebody does.
"""

from __future__ import annotations

from typing import Any

from .. import __version__
from ..errors import Code, Refused
from ..wire.hello import ANSWERS, SessionWelcome, admit, refused_frame
from .admission import Admission, Admitted
from .answers import Answers
from .crash import crash
from .line import Line


class Door:
    """Of the session on `line`. Somebody is there when `listener` can be read; `watched`: then a thread runs."""

    def __init__(self, admission: Admission, line: Line, answers: Answers, log: Any) -> None:
        self.listener = admission.listener
        self._admission = admission
        self._line = line
        self._answers = answers
        self._log = log
        self.watched = False

    def run(self) -> None:
        """Let in whoever comes, on a thread of its own."""
        try:
            while (admitted := self._admission.wait(None)) is not None:
                self._let_in(admitted)
        except BaseException as error:
            crash(error)

    def _let_in(self, admitted: Admitted) -> None:
        try:
            reason = self._find(admitted)
            if reason:
                refused = Refused(Code.CONNECTION_FAILED, reason, "see the server's log")
                admitted.connection.send(refused_frame(refused))
        except OSError as error:
            reason = error.strerror or str(error)
        if reason:
            self._log.warning("peer.dismissed", reason=reason)
            admitted.connection.close()

    def _find(self, admitted: Admitted) -> str:
        """Give the connection to whom it is for. Returns why it is for nobody, "" if it is."""
        hello = admitted.hello

        def welcome(taken: int) -> bytes:
            return SessionWelcome(admit(hello), __version__, resume=taken).frame()

        if hello.use == ANSWERS:
            return self._answers.let_in(admitted, welcome)
        if hello.taken is None or admitted.rest:
            return "a second connection that is not for answers"
        return self._line.resume(admitted.connection, hello.taken, welcome)
