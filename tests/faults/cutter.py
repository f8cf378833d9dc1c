"""A network that breaks its connections: relays those to ports of HERE to the same ports of THERE, and cuts each after
some bytes, at any place in either direction.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import threading
from collections.abc import Iterable

HERE, THERE = "127.0.0.2", "127.0.0.1"
_READ_BYTES = 1 << 16
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closed with RST
_WAYS = ("closed", "reset", "half")


class Cutter:
    """`most` cuts in all, of connections to `ports`, each after at most `scale` bytes; those to the `whole` ones are
    left alone. Both ends are closed, or reset, or only one is.
    """

    def __init__(self, seed: int, whole: Iterable[int], ports: Iterable[int], most: int, scale: int) -> None:
        self.cuts = 0
        self.refuses = False
        self._random = random.Random(seed)
        self._most = most
        self._scale = scale
        self._writers: set[asyncio.StreamWriter] = set()
        self._swallowed: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._call(self._listen(list(whole), list(ports)))

    def close(self) -> None:
        """End it, and all connections."""
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut_all(self) -> None:
        """Cut what there is now."""
        self._call(self._abort_all())

    def swallow_all(self) -> None:
        """Lose what comes over the connections that there are now."""
        self._swallowed = set(self._writers)

    def _call(self, work) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self, whole: list[int], ports: list[int]) -> None:
        self._servers = [await asyncio.start_server(self._accepting(port, False), HERE, port) for port in whole]
        self._servers += [await asyncio.start_server(self._accepting(port, True), HERE, port) for port in ports]

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        await self._abort_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _abort_all(self) -> None:
        for writer in list(self._writers):
            abort(writer)

    def _accepting(self, port: int, cuts: bool):
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            try:
                if self.refuses and cuts:
                    abort(writer)
                    return
                await self._relay(port, cuts, reader, writer)
            except (OSError, asyncio.CancelledError):
                writer.close()
            finally:
                self._tasks.discard(task)

        return accept

    async def _relay(self, port: int, cuts: bool, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_reader, to_writer = await asyncio.open_connection(THERE, port)
        both = (writer, to_writer)
        for each in both:
            each.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._writers.update(both)
        left = [self._budget() if cuts else 1 << 62]
        try:
            done, rest = await asyncio.wait(
                [
                    asyncio.ensure_future(self._pass_on(*each, left))
                    for each in ((reader, to_writer), (to_reader, writer))
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
            if left[0] <= 0:
                self.cuts += 1
                self._cut(*both)
            else:
                for each in both:
                    each.close()
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, *done, return_exceptions=True)
        finally:
            self._writers.difference_update(both)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: list[int]) -> None:
        """Until the end of what `reader` gives, or until no more bytes are `left`."""
        with contextlib.suppress(OSError):  # the other way has ended
            while left[0] > 0 and (data := await reader.read(_READ_BYTES)):
                data = data[: left[0]]
                left[0] -= len(data)
                if writer not in self._swallowed:
                    writer.write(data)
                    await writer.drain()

    def _budget(self) -> int:
        if self.cuts >= self._most:
            return 1 << 62
        # As many in the first hundred bytes as in the last megabytes.
        return 1 + int(self._scale ** self._random.random())

    def _cut(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        how = self._random.choice(_WAYS)
        if how == "reset":
            abort(client)
        else:
            client.close()
        if how == "closed":
            server.close()
        else:
            abort(server)


def abort(writer: asyncio.StreamWriter) -> None:
    """Close it at once, with RST."""
    with contextlib.suppress(OSError):  # it is closed already
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    writer.transport.abort()
