"""The client of the API and peers that are no resource scheduler: every failure names host and port and what to do."""

from __future__ import annotations

import asyncio

import pytest
import running

from bitfusion.config.addresses import Address
from bitfusion.errors import SrsError, SrsUnreachable
from bitfusion.srs.client import Srs


async def failure_with(answer: bytes) -> Exception:
    """What a client raises that gets these bytes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as peer:
        port = peer.sockets[0].getsockname()[1]
        async with Srs(Address("127.0.0.1", port)) as srs:
            with pytest.raises((SrsError, SrsUnreachable)) as caught:
                await srs.gpus()
    assert f"127.0.0.1:{port}" in str(caught.value)
    return caught.value


async def test_nobody_there():
    port = running.free_port()
    async with Srs(Address("127.0.0.1", port)) as srs:
        with pytest.raises(SrsUnreachable) as caught:
            await srs.gpus()
    assert (
        f"127.0.0.1:{port}: Connection refused" in str(caught.value) and "runs there on this port" in caught.value.hint
    )


async def test_name_without_address():
    async with Srs(Address("no-such-host.invalid", 56001)) as srs:
        with pytest.raises(SrsUnreachable) as caught:
            await srs.gpus()
    assert "no-such-host.invalid:56001" in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>hi</html>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\xff",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
        b'HTTP/1.1 500 No\r\nContent-Length: 15\r\n\r\n{"error": "bad"}'[:-1],
    ],
)
async def test_somebody_else_there(answer):
    failure = await failure_with(answer)
    assert isinstance(failure, SrsError) and failure.code == "failed" and "no resource scheduler" in str(failure)


@pytest.mark.parametrize("answer", [b"", b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"gpus"'])
async def test_connection_that_breaks(answer):
    failure = await failure_with(answer)
    assert isinstance(failure, SrsUnreachable) and "broke" in str(failure)


async def test_error_of_a_scheduler_has_its_code_and_hint():
    body = b'{"error": {"code": "not_offered", "detail": "gpus 3: are not offered", "hint": "wait"}}'
    failure = await failure_with(b"HTTP/1.1 409 Conflict\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    assert isinstance(failure, SrsError) and (failure.code, failure.hint) == ("not_offered", "wait")
