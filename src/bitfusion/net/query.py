"""Asks a Dispatcher what it knows about itself. Blocking."""

from __future__ import annotations

from typing import Any

from .. import __version__
from ..errors import Code, ConnectionLost, FrameError, Refused, RemoteProtocolError
from ..limits import CONNECT_TIMEOUT_S, FRAME_HEADER_BYTES, PROTOCOL_VERSIONS, QUERY_TIMEOUT_S, RECEIVE_BYTES
from ..wire.frames import Frame, FrameBuffer, Kind
from ..wire.hello import parse_refused
from ..wire.query import Query, parse_answer
from ..wire.states import Machine, Side
from .proving import FindToken, NotBelieved, Prover, binding_of, own
from .secure import Connection
from .sockets import place, tune
from .trust import Trust, connect

_UNREACHABLE = "check that `flexdirect server` runs there with this port, and that the network lets it through"
_FOREIGN = "name the port of `flexdirect server`; a resource scheduler is named with -s or --server_list"


def ask(host: str, port: int, what: str, trust: Trust | None = None, find_token: FindToken = own) -> dict[str, Any]:
    """The answer of the Dispatcher at host:port, by TLS if there is `trust`; `what` is one of wire.query.TOPICS.
    `find_token`: gives the token to prove, if the server wants one.

    Raises Refused if it cannot be reached or does not answer this, ConnectionLost if there is no whole answer,
    RemoteProtocolError if something else is there. Each names host:port.
    """
    where = place(host, port)
    try:
        connection = connect(host, port, CONNECT_TIMEOUT_S, trust)
    except OSError as error:
        reason = "no answer in time" if isinstance(error, TimeoutError) else error.strerror or str(error)
        raise Refused(Code.CONNECTION_FAILED, f"cannot connect to {where}: {reason}", _UNREACHABLE) from error
    with connection:
        connection.settimeout(QUERY_TIMEOUT_S)
        tune(connection)
        try:
            return _ask(connection, where, what, Prover.of(find_token()))
        except NotBelieved:
            raise
        except Refused as refused:
            raise Refused(
                refused.code, f"{where} refused: {refused.detail}", refused.hint, refused.versions
            ) from refused
        except FrameError as error:
            raise RemoteProtocolError(f"{where} is not a Dispatcher: {error.detail}", _FOREIGN) from error
        except RemoteProtocolError as error:
            raise RemoteProtocolError(
                f"{where} gave an answer that cannot be read: {error.detail}",
                "install the same release of bitfusion on both sides",
            ) from error
        except TimeoutError as error:
            raise ConnectionLost(f"{where} did not answer within {QUERY_TIMEOUT_S:g} s", "see its log") from error
        except OSError as error:
            raise ConnectionLost(f"{where} closed the connection: {error.strerror or error}", _FOREIGN) from error


def _ask(connection: Connection, where: str, what: str, prover: Prover) -> dict[str, Any]:
    machine = Machine(Side.CLIENT, session=False)
    machine.send(Kind.QUERY)
    query = Query(PROTOCOL_VERSIONS, what, __version__, prover.auth).frame()
    connection.sendall(query)
    buffer = FrameBuffer(RECEIVE_BYTES)
    frame = _receive(connection, buffer)
    machine.receive(frame.kind)
    if frame.kind is Kind.CHALLENGE:
        answer = prover.answer(where, query[FRAME_HEADER_BYTES:], frame, binding_of(connection))
        machine.send(Kind.PROOF)
        connection.sendall(answer)
        frame = _receive(connection, buffer)
        machine.receive(frame.kind)
    elif frame.kind is not Kind.REFUSED:
        prover.check_unasked(where, connection)
    if frame.kind is Kind.REFUSED:
        raise parse_refused(frame.body)
    return dict(parse_answer(frame.body).answer)


def _receive(connection: Connection, buffer: FrameBuffer) -> Frame:
    """The first frame. Raises FrameError for a peer of another protocol, OSError."""
    first = b""
    while (frame := buffer.next_frame()) is None:
        space = buffer.space()
        count = connection.recv_into(space)
        if not count:
            raise ConnectionResetError(0, "without an answer; it is of an older release, or no Dispatcher")
        first = first or bytes(space[: min(count, 5)])
        if first == b"HTTP/":
            raise FrameError("it speaks HTTP")
        buffer.received(count)
    return frame
