"""Which frame may come when: the states of a connection, for both ends, as one table.

Sans-IO and without content: it sees kinds alone. A Dispatcher's connection ends with WELCOME; a CUDA Server's opens with it.
"""

from __future__ import annotations

from enum import Enum

from ..errors import LocalProtocolError, RemoteProtocolError
from .frames import Kind


class State(Enum):
    """START: nothing was said. ASKED: the client said HELLO. OPEN: calls go to and fro. CLOSED: nothing may follow."""

    START = "start"
    ASKED = "asked"
    OPEN = "open"
    CLOSED = "closed"


class Side(Enum):
    """The two ends of a connection."""

    CLIENT = "client"
    SERVER = "server"


# State -> kind -> next state.
_Table = dict[State, dict[Kind, State]]
_FROM_CLIENT: _Table = {
    State.START: {Kind.HELLO: State.ASKED},
    State.ASKED: {},
    State.OPEN: {Kind.CALLS: State.OPEN},
    State.CLOSED: {},
}
_FROM_SERVER: _Table = {
    State.START: {},
    State.ASKED: {Kind.WELCOME: State.OPEN, Kind.REFUSED: State.CLOSED},
    State.OPEN: {Kind.REPLY: State.OPEN, Kind.DATA: State.OPEN, Kind.HEARTBEAT: State.OPEN, Kind.OUTPUT: State.OPEN},
    State.CLOSED: {},
}


class Machine:
    """The state of one connection as `side` sees it. `session` False: a connection to a Dispatcher, closed by WELCOME."""

    def __init__(self, side: Side, session: bool = True) -> None:
        self.state = State.START
        client = side is Side.CLIENT
        self._sent, self._received = (_FROM_CLIENT, _FROM_SERVER) if client else (_FROM_SERVER, _FROM_CLIENT)
        self._receivable = self._received[self.state]
        self._session = session

    def send(self, kind: Kind) -> None:
        """This side sends `kind`. Raises LocalProtocolError if the state does not allow it; the state stays."""
        self._go(self._sent[self.state].get(kind), kind, LocalProtocolError)

    def receive(self, kind: Kind) -> None:
        """The peer sent `kind`. Raises RemoteProtocolError if the state does not allow it; the state stays."""
        state = self._receivable.get(kind)
        if state is not self.state:
            self._go(state, kind, RemoteProtocolError)

    def _go(self, state: State | None, kind: Kind, error: type[LocalProtocolError | RemoteProtocolError]) -> None:
        if state is None:
            raise error(f"{kind.name} in state {self.state.value}")
        self.state = State.CLOSED if state is State.OPEN and not self._session else state
        self._receivable = self._received[self.state]
