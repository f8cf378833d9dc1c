"""A network with a delay: relays each connection to 127.0.0.2 to the same port of 127.0.0.1, and every byte DELAY_MS
later, each way.

    python benchmarks/proxy.py DELAY_MS PORT…

Bytes are late, not slow: those that are sent one after another arrive so. How often a program waited for an answer
is the time that it took longer, divided by twice the delay. The TCP handshake is not delayed.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable

LISTEN, TARGET = "127.0.0.2", "127.0.0.1"
READ_BYTES = 1 << 20


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float) -> None:
    """Until the end of what `reader` gives, which is passed on, too."""
    clock = asyncio.get_running_loop().time
    late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            due, data = await late.get()
            await asyncio.sleep(max(0.0, due - clock()))
            if not data:
                return
            writer.write(data)

    delivery = asyncio.create_task(deliver())
    try:
        while data := await reader.read(READ_BYTES):
            late.put_nowait((clock() + delay_s, data))
    except OSError:
        pass
    late.put_nowait((clock() + delay_s, b""))
    await delivery
    writer.close()


def accepting(port: int, delay_s: float) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            to_reader, to_writer = await asyncio.open_connection(TARGET, port)
        except OSError:
            writer.close()
            return
        for each in (writer, to_writer):
            each.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(relay(reader, to_writer, delay_s), relay(to_reader, writer, delay_s))

    return accept


async def main() -> None:
    delay_s = float(sys.argv[1]) / 1000
    ports = [int(word) for word in sys.argv[2:]]
    servers = [await asyncio.start_server(accepting(port, delay_s), LISTEN, port) for port in ports]
    print(ports[0], flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main())
