"""The Python floor: a uvloop protocol that decodes and encodes a msgpack value for each 64-byte message and sends it
back.
"""

from __future__ import annotations

import asyncio
from typing import cast

import msgpack
import uvloop

MESSAGE_BYTES = 64


class Echo(asyncio.Protocol):
    """Answers every 64 bytes with 64 bytes that hold the msgpack array it decoded and encoded again."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none, and has what one has
        self.pending = b""
        self.preamble = 16  # what floor.c sends first

    def data_received(self, data: bytes) -> None:
        data = self.pending + data
        if self.preamble:
            if len(data) < self.preamble:
                self.pending = data
                return
            data, self.preamble = data[self.preamble :], 0
        while len(data) >= MESSAGE_BYTES:
            value = msgpack.unpackb(msgpack.packb([30, len(data)]))
            self.transport.write(msgpack.packb(value).ljust(MESSAGE_BYTES, b"\0"))
            data = data[MESSAGE_BYTES:]
        self.pending = data


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
