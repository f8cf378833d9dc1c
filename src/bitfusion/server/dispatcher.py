"""The clients' first contact: HELLO, version, admission, and where to go; or a QUERY. One connection, one answer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from typing import Any

from .. import __version__
from ..access.tokens_file import USE, Entry
from ..errors import Code, Refused, RemoteProtocolError
from ..limits import (
    HEARTBEAT_INTERVAL_S,
    HELLO_TIMEOUT_S,
    IMAGE_KEPT_BYTES_MIN,
    QUERY_TIMEOUT_S,
    UNCLAIMED_OF_ADDRESS_MAX,
)
from ..net.peers import Peers, Visit
from ..net.sockets import tune
from ..observe.log import logger
from ..observe.muffled import Muffled
from ..wire.auth import parse_proof
from ..wire.frames import Kind, pack_header
from ..wire.hello import LOOK, Hello, Welcome, admit, negotiate, only_tls, parse_hello, refused_frame
from ..wire.query import Answer, Query, parse_query
from ..wire.states import Machine, Side
from .answers import Answers
from .bearers import Bearers
from .door import Door
from .first_frame import read_first
from .gate import Ask, Asking, Gate
from .identity import Identity
from .paced import Paced
from .pool import Pool
from .turns import Turns

_NO_PLACE = Refused(
    Code.TOO_MANY_CLIENTS, "more clients wait at this server than it can keep", "begin fewer at a time, or try later"
)
_HEARTBEAT = pack_header(Kind.HEARTBEAT, 0)


class Dispatcher:
    """Answers clients on one listening socket."""

    def __init__(
        self,
        pool: Pool,
        answers: Answers,
        snapshot: Callable[[], Mapping[str, Any]],
        gate: Gate,
        bearers: Bearers,
        lease: str = "",
        identity: Identity | None = None,
    ) -> None:
        """`snapshot`: what the next client is told of the devices. `lease`: that of the resource scheduler whose GPUs
        are served. `identity`: that of a server that speaks TLS alone.
        """
        self._identity = identity
        self._pool = pool
        self._snapshot = snapshot
        self._answers = answers
        self._gate = gate
        self._bearers = bearers
        self._lease = lease
        self._muffled = Muffled(logger)
        self._paced = Paced()
        self._turns = Turns(UNCLAIMED_OF_ADDRESS_MAX)
        self._door: Door | None = None

    def listen(self, listener: socket.socket, peers: Peers) -> None:
        """Accept clients from now on."""
        full, plain = refused_frame(_NO_PLACE), refused_frame(only_tls())
        self._door = Door(listener, peers, self._muffled, self._identity, plain, full)
        self._door.open(self._connected)

    def close(self) -> None:
        """Accept no more."""
        assert self._door is not None
        self._door.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, visit: Visit) -> None:
        say, peer = self._muffled, visit.address
        try:
            tune(writer.get_extra_info("socket"))
            await self._serve(reader, writer, visit)
        except RemoteProtocolError as error:
            say.warning("peer.dismissed", peer, reason=error.detail)
        except asyncio.TimeoutError:
            say.warning("peer.dismissed", peer, reason="it sent no HELLO, or did not read the answer, in time")
        except OSError as error:
            say.info("peer.gone", peer, reason=error.strerror)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, visit: Visit) -> None:
        machine = Machine(Side.SERVER, session=False)
        # What ties a proof to this connection is the certificate that was shown on it: a later one may come any time.
        bound = bytes.fromhex(self._identity.facts.fingerprint) if self._identity else b""
        frame = await asyncio.wait_for(read_first(reader), HELLO_TIMEOUT_S)
        visit.heard()
        machine.receive(frame.kind)
        challenging = _challenging(machine, reader, writer, visit)
        try:
            if frame.kind is Kind.QUERY:
                await self._paced.turn(visit.address)
                query = parse_query(frame.body)
                asking = Asking(bytes(frame.body), query.auth, bound, challenging)
                viewer = await self._gate.let_in(asking, USE, self._muffled, visit.address, query=query.what[:40])
                telling = self._tell(query, viewer, visit.address)
                answer, kind = await asyncio.wait_for(telling, QUERY_TIMEOUT_S), Kind.ANSWER
            else:
                hello = parse_hello(frame.body)
                asking = Asking(bytes(frame.body), hello.auth, bound, challenging)
                bearer = await self._gate.let_in(asking, USE, self._muffled, visit.address, hello=hello.program[:40])
                admitting = asyncio.create_task(self._admit(hello, bearer, visit.address))
                answer, kind = await _in_queue(admitting, machine, reader, writer), Kind.WELCOME
        except Refused as refused:
            answer, kind = refused_frame(refused), Kind.REFUSED
        machine.send(kind)
        writer.write(answer)
        await asyncio.wait_for(writer.drain(), HELLO_TIMEOUT_S)

    async def _admit(self, hello: Hello, bearer: Entry | None, peer: str) -> bytes:
        log = logger().bind(program=hello.program, release=hello.release)
        try:
            await self._paced.turn(peer)
            version = admit(hello)
            self._check(hello.lease)
            self._pool.check_open()
            if hello.use == LOOK:
                return Welcome(version, 0, b"", self._snapshot(), __version__).frame()
            async with self._turns.turn(peer) as turn:
                place = await self._pool.take(log)
                self._bear(place.session, bearer)
                turn.with_what = place.claimed
        except Refused as refused:
            self._pool.totals.refused.add(int(refused.code))
            who = {"program": hello.program, "release": hello.release}
            told = {"code": int(refused.code), "reason": refused.detail, "hint": refused.hint}
            self._muffled.warning("client.refused", peer, **who, **told)
            raise
        log.info("client.admitted", session=place.session, port=place.port)
        images = IMAGE_KEPT_BYTES_MIN if self._pool.image_store else 0
        resume = self._pool.resume_s
        return Welcome(version, place.port, place.token, self._snapshot(), __version__, images, resume=resume).frame()

    def _bear(self, session: str, bearer: Entry | None) -> None:
        """The session is of this token, which may have ended while it waited. Raises Refused."""
        if bearer is None:
            return
        try:
            self._gate.check(bearer, USE)
        except Refused:
            self._pool.end_session(session)
            raise
        self._bearers.add(session, bearer)

    def _check(self, lease: str) -> None:
        """Refuse a client with GPUs of another lease: ports are used again, and the GPUs here may be somebody
        else's.
        """
        if lease and lease.lower() != self._lease:
            here = f"lease {self._lease}" if self._lease else "no lease"
            raise Refused(
                Code.CONNECTION_FAILED,
                f"the GPUs of lease {lease[:36]} have been released, or their time is over: this server now has those"
                f" of {here}",
                "request GPUs again (run, request_gpus)",
            )

    async def _tell(self, query: Query, viewer: Entry | None, peer: str) -> bytes:
        log = logger().bind(what=query.what[:40], release=query.release)
        try:
            version = negotiate(query.versions)
            answer = await self._answers.answer(query.what, viewer)
        except Refused as refused:
            told = {"code": int(refused.code), "reason": refused.detail, "hint": refused.hint}
            self._muffled.warning("query.refused", peer, what=query.what[:40], release=query.release, **told)
            raise
        log.info("query.answered")
        return Answer(version, answer, __version__).frame()


def _challenging(machine: Machine, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, visit: Visit) -> Ask:
    """A function that sends a challenge to the peer and gives its proof; the peer is among the silent meanwhile."""

    async def ask(challenge: bytes) -> bytes:
        machine.send(Kind.CHALLENGE)
        writer.write(challenge)
        visit.quiet()
        frame = await asyncio.wait_for(read_first(reader, "PROOF"), HELLO_TIMEOUT_S)
        visit.heard()
        machine.receive(frame.kind)
        return parse_proof(frame.body)

    return ask


async def _in_queue(
    admitting: asyncio.Task[bytes], machine: Machine, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bytes:
    """The answer of `admitting`. As long as it takes, the client is told that it is in the queue; one that hangs up
    leaves it.
    """
    hung_up = asyncio.create_task(reader.read(1))
    for task in (admitting, hung_up):
        task.add_done_callback(_seen)
    try:
        while not admitting.done():
            await asyncio.wait((admitting, hung_up), timeout=HEARTBEAT_INTERVAL_S, return_when=asyncio.FIRST_COMPLETED)
            if admitting.done():
                break
            if hung_up.done():
                raise RemoteProtocolError(
                    "bytes after HELLO" if hung_up.result() else "it closed the connection while it waited in the queue"
                )
            machine.send(Kind.HEARTBEAT)
            writer.write(_HEARTBEAT)
        return admitting.result()
    finally:
        admitting.cancel()
        hung_up.cancel()


def _seen(task: asyncio.Task[bytes]) -> None:
    """Its exception, if it has one, is told by whichever task ended first."""
    if not task.cancelled():
        task.exception()
