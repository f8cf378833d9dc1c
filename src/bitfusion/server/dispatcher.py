"""The clients' first contact: HELLO, version, admission, and where to go; or a QUERY. One connection, one answer."""

from __future__ import annotations

import asyncio
import socket

from .. import __version__
from ..errors import Code, Refused, RemoteProtocolError
from ..limits import HELLO_TIMEOUT_S, QUERY_TIMEOUT_S
from ..net.sockets import tune
from ..observe.log import logger
from ..wire.frames import Frame, Kind
from ..wire.hello import Hello, Welcome, negotiate, parse_hello, refused_frame
from ..wire.query import Answer, parse_query
from ..wire.states import Machine, Side
from .answers import Answers
from .first_frame import read_first
from .pool import Pool


class Dispatcher:
    """Answers clients on one listening socket."""

    def __init__(self, pool: Pool, answers: Answers, lease: str = "") -> None:
        """`lease`: that of the resource scheduler whose GPUs are served."""
        self._pool = pool
        self._answers = answers
        self._lease = lease
        self._server: asyncio.Server | None = None

    async def listen(self, listener: socket.socket) -> None:
        """Accept clients from now on."""
        self._server = await asyncio.start_server(self._connected, sock=listener)

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
            log.warning("peer.dismissed", reason="it did not say what it wants, or did not read the answer, in time")
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
                answer, kind = await asyncio.wait_for(self._admit(parse_hello(frame.body)), HELLO_TIMEOUT_S * 2), Kind.WELCOME
        except Refused as refused:
            answer, kind = refused_frame(refused), Kind.REFUSED
        machine.send(kind)
        writer.write(answer)
        await asyncio.wait_for(writer.drain(), HELLO_TIMEOUT_S)

    async def _admit(self, hello: Hello) -> bytes:
        log = logger().bind(program=hello.program, release=hello.release)
        try:
            version = negotiate(hello.versions)
            self._check(hello.lease)
            place = await self._pool.take()
        except Refused as refused:
            log.warning("client.refused", code=int(refused.code), reason=refused.detail, hint=refused.hint)
            raise
        log.info("client.admitted", session=place.session, port=place.port)
        return Welcome(version, place.port, place.token, __version__).frame()

    def _check(self, lease: str) -> None:
        """Refuse a client with GPUs of another lease: ports are used again, and the GPUs here may be somebody else's."""
        if lease and lease.lower() != self._lease:
            here = f"lease {self._lease}" if self._lease else "no lease"
            raise Refused(
                Code.CONNECTION_FAILED,
                f"the GPUs of lease {lease[:36]} have been released, or their time is over: this server now has those of {here}",
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
