"""The door of a port: who finds no place is told so, and the next comes in when somebody has gone."""

from __future__ import annotations

import asyncio
import socket

from patience import PATIENCE_S

from bitfusion.net.peers import Peers
from bitfusion.observe.log import logger
from bitfusion.observe.muffled import Muffled
from bitfusion.server.door import Door

FULL, WELCOME = b"full", b"welcome"


async def test_connection_without_a_place_is_told_so_and_takes_nobody_elses():
    gone = asyncio.Event()

    async def serve(reader, writer, visit):
        visit.heard()
        writer.write(WELCOME)
        await reader.read()
        gone.set()

    async def come() -> tuple[bytes, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        return await asyncio.wait_for(reader.read(16), PATIENCE_S), writer

    with socket.create_server(("127.0.0.1", 0)) as listener:
        door = Door(listener, Peers(2, 2), Muffled(logger), full=FULL)
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
