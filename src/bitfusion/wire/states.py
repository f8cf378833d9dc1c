"""Which frame may come when: the states of a connection, for both ends, as one table. Sans-IO; it sees kinds of frames,
never their content. A HEARTBEAT before the answer says that it will come. A Dispatcher's connection ends with its
answer; a CUDA Server's opens with it.
"""

from __future__ import annotations

from enum import Enum

from ..errors import LocalProtocolError, RemoteProtocolError
from .frames import Kind


class State(Enum):
    """START: nothing was said. ASKED: the client said HELLO, and may go on without waiting for the answer. QUERIED: it
    asked for information. CHALLENGED, TESTED: it is to prove its token first. OPEN: calls go to and fro. CLOSED:
    nothing may follow.
    """

    START = "start"
    ASKED = "asked"
    QUERIED = "queried"
    CHALLENGED = "challenged"
    TESTED = "tested"
    OPEN = "open"
    CLOSED = "closed"


class Side(Enum):
    """The two ends of a connection."""

    CLIENT = "client"
    SERVER = "server"


# State -> kind -> next state; a state that is not there allows nothing. First what the client may send, then the
# server.
_Table = dict[State, dict[Kind, State]]
_SESSION: tuple[_Table, _Table] = (
    {
        State.START: {Kind.HELLO: State.ASKED},
        State.ASKED: dict.fromkeys((Kind.CALLS, Kind.ACK, Kind.GOODBYE), State.ASKED),
        State.OPEN: dict.fromkeys((Kind.CALLS, Kind.ACK, Kind.GOODBYE), State.OPEN),
    },
    {
        State.ASKED: {
            Kind.HEARTBEAT: State.ASKED,
            Kind.WELCOME: State.OPEN,
            Kind.REFUSED: State.CLOSED,
            Kind.GOODBYE: State.CLOSED,
        },
        State.OPEN: {
            **dict.fromkeys((Kind.REPLY, Kind.DATA, Kind.HEARTBEAT, Kind.OUTPUT, Kind.NOTICE, Kind.ACK), State.OPEN),
            Kind.GOODBYE: State.CLOSED,
        },
    },
)
_DISPATCHER: tuple[_Table, _Table] = (
    {
        State.START: {Kind.HELLO: State.ASKED, Kind.QUERY: State.QUERIED},
        State.CHALLENGED: {Kind.PROOF: State.ASKED},
        State.TESTED: {Kind.PROOF: State.QUERIED},
    },
    {
        State.ASKED: {
            Kind.HEARTBEAT: State.ASKED,
            Kind.CHALLENGE: State.CHALLENGED,
            Kind.WELCOME: State.CLOSED,
            Kind.REFUSED: State.CLOSED,
        },
        State.QUERIED: {Kind.CHALLENGE: State.TESTED, Kind.ANSWER: State.CLOSED, Kind.REFUSED: State.CLOSED},
    },
)
_NOTHING: dict[Kind, State] = {}


class Machine:
    """The state of one connection as `side` sees it. `session` False: a connection to a Dispatcher."""

    def __init__(self, side: Side, session: bool = True) -> None:
        self.state = State.START
        from_client, from_server = _SESSION if session else _DISPATCHER
        client = side is Side.CLIENT
        self._sent, self._received = (from_client, from_server) if client else (from_server, from_client)
        self._receivable = self._received.get(self.state, _NOTHING)

    def send(self, kind: Kind) -> None:
        """This side sends `kind`. Raises LocalProtocolError if the state does not allow it; the state stays."""
        self._go(self._sent.get(self.state, _NOTHING).get(kind), kind, LocalProtocolError)

    def receive(self, kind: Kind) -> None:
        """The peer sent `kind`. Raises RemoteProtocolError if the state does not allow it; the state stays."""
        state = self._receivable.get(kind)
        if state is not self.state:
            self._go(state, kind, RemoteProtocolError)

    def _go(self, state: State | None, kind: Kind, error: type[LocalProtocolError | RemoteProtocolError]) -> None:
        if state is None:
            raise error(f"{kind.name} in state {self.state.value}")
        self.state = state
        self._receivable = self._received.get(state, _NOTHING)
