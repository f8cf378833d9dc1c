"""The clients' first contact: HELLO, version, admission, and where to go; or a QUERY. One connection, one answer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from typing import Any

from .. import __version__
from ..errors import Code, Refused, RemoteProtocolError
from ..limits import HEARTBEAT_INTERVAL_S, HELLO_TIMEOUT_S, IMAGE_KEPT_BYTES_MIN, LISTEN_BACKLOG, QUERY_TIMEOUT_S
from ..net.sockets import tune
from ..observe.log import logger
from ..wire.frames import Frame, Kind, pack_header
from ..wire.hello import LOOK, Hello, Welcome, admit, negotiate, parse_hello, refused_frame
from ..wire.query import Answer, parse_query
from ..wire.states import Machine, Side
from .answers import Answers
from .first_frame import read_first
from .pool import Pool

_HEARTBEAT = pack_header(Kind.HEARTBEAT, 0)


class Dispatcher:
    """Answers clients on one listening socket."""

    def __init__(self, pool: Pool, answers: Answers, snapshot: Mapping[str, Any], lease: str = "") -> None:
        """`snapshot`: what clients are told of the devices. `lease`: that of the resource scheduler whose GPUs are
        served.
        """
        self._pool = pool
        self._snapshot = snapshot
        self._answers = answers
        self._lease = lease
        self._server: asyncio.Server | None = None

    async def listen(self, listener: socket.socket) -> None:
        """Accept clients from now on."""
        # It listens anew, with a backlog of its own: those who come at the same moment are not made to try again.
        self._server = await asyncio.start_server(self._connected, sock=listener, backlog=LISTEN_BACKLOG)

    def close(self) -> None:
        """Accept no more."""
        assert self._server is not None
        self._server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        log = logger()
        try:
            tune(writer.get_extra_info("socket"))
            await self._serve(reader, writer)
        except RemoteProtocolError as error:
            log.warning("peer.dismissed", reason=error.detail)
        except asyncio.TimeoutError:
            log.warning("peer.dismissed", reason="it sent no HELLO, or did not read the answer, in time")
        except OSError as error:
            log.info("peer.gone", reason=error.strerror)
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        machine = Machine(Side.SERVER, session=False)
        frame = await asyncio.wait_for(read_first(reader), HELLO_TIMEOUT_S)
        machine.receive(frame.kind)
        try:
            if frame.kind is Kind.QUERY:
                answer, kind = await asyncio.wait_for(self._tell(frame), QUERY_TIMEOUT_S), Kind.ANSWER
            else:
                admitting = asyncio.create_task(self._admit(parse_hello(frame.body)))
                answer, kind = await _in_queue(admitting, machine, reader, writer), Kind.WELCOME
        except Refused as refused:
            answer, kind = refused_frame(refused), Kind.REFUSED
        machine.send(kind)
        writer.write(answer)
        await asyncio.wait_for(writer.drain(), HELLO_TIMEOUT_S)

    async def _admit(self, hello: Hello) -> bytes:
        log = logger().bind(program=hello.program, release=hello.release)
        try:
            version = admit(hello)
            self._check(hello.lease)
            if hello.use == LOOK:
                self._pool.check_open()
                return Welcome(version, 0, b"", self._snapshot, __version__).frame()
            place = await self._pool.take(log)
        except Refused as refused:
            self._pool.totals.refused.add(int(refused.code))
            log.warning("client.refused", code=int(refused.code), reason=refused.detail, hint=refused.hint)
            raise
        log.info("client.admitted", session=place.session, port=place.port)
        images = IMAGE_KEPT_BYTES_MIN if self._pool.image_store else 0
        return Welcome(version, place.port, place.token, self._snapshot, __version__, images).frame()

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

    async def _tell(self, frame: Frame) -> bytes:
        query = parse_query(frame.body)
        log = logger().bind(what=query.what[:40], release=query.release)
        try:
            version = negotiate(query.versions)
            answer = await self._answers.answer(query.what)
        except Refused as refused:
            log.warning("query.refused", code=int(refused.code), reason=refused.detail, hint=refused.hint)
            raise
        log.info("query.answered")
        return Answer(version, answer, __version__).frame()


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
