"""The door of a port: who finds no place is told so, and the next comes in when somebody has gone."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import certified
import pytest
from patience import PATIENCE_S

from bitfusion.limits import DOOR_TOLD_MAX
from bitfusion.net.peers import Peers
from bitfusion.observe.log import logger
from bitfusion.observe.muffled import Muffled
from bitfusion.server.door import Door
from bitfusion.server.identity import Identity

FULL, WELCOME, HELLO = b"full", b"welcome", b"hello"


async def until(condition) -> None:
    while not condition():
        await asyncio.sleep(0)


@pytest.mark.parametrize("secure", [False, True], ids=["TCP", "TLS"])
async def test_connection_without_a_place_is_told_so_and_takes_nobody_elses(secure, tmp_path):
    gone = asyncio.Event()
    made = certified.make(tmp_path)
    identity = Identity(str(made.certificate), str(made.key)) if secure else None
    context = made.trust.context() if secure else None

    async def serve(reader, writer, visit):
        visit.heard()
        writer.write(WELCOME)
        await reader.read()
        gone.set()

    async def come() -> tuple[bytes, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*listener.getsockname(), ssl=context)
        writer.write(HELLO)
        return await asyncio.wait_for(reader.read(16), PATIENCE_S), writer

    with socket.create_server(("127.0.0.1", 0)) as listener:
        door = Door(listener, Peers(2, 2), Muffled(logger), identity, full=FULL)
        door.open(serve)
        came = [await come() for _ in range(3)]
        assert [answer for answer, _ in came] == [WELCOME, WELCOME, FULL]
        came[0][1].close()
        await asyncio.wait_for(gone.wait(), PATIENCE_S)
        while (last := await come())[0] == FULL:
            last[1].close()
        assert last[0] == WELCOME
        door.close()
        for _, writer in (*came, last):
            writer.close()


async def test_crowd_without_a_place_that_is_silent_over_tls_takes_a_few_places_and_no_more(tmp_path):
    made = certified.make(tmp_path)
    come = []

    async def serve(reader, writer, visit):
        visit.heard()
        come.append(visit)
        await reader.read()

    with socket.create_server(("127.0.0.1", 0)) as listener, contextlib.ExitStack() as held:
        door = Door(listener, Peers(1, 1), Muffled(logger), Identity(str(made.certificate), str(made.key)), full=FULL)
        door.open(serve)
        _, writer = await asyncio.open_connection(*listener.getsockname(), ssl=made.trust.context())
        await asyncio.wait_for(until(lambda: come), PATIENCE_S)
        silent = [
            held.enter_context(socket.create_connection(listener.getsockname())) for _ in range(2 * DOOR_TOLD_MAX)
        ]
        # Those for whom there is not even that place are closed at once, in the order in which they came.
        for peer in silent[DOOR_TOLD_MAX:]:
            peer.setblocking(False)
            assert await asyncio.wait_for(asyncio.get_running_loop().sock_recv(peer, 1), PATIENCE_S) == b""
        for peer in silent[:DOOR_TOLD_MAX]:
            with pytest.raises(BlockingIOError):
                peer.recv(1, socket.MSG_DONTWAIT)
        door.close()
        writer.close()
