"""What strangers send to the ports that speak HTTP: each gets an answer in JSON that shows nothing of the inside, or
none, and is gone.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import Iterator

import pytest
import running
from lending import proved_lines
from patience import PATIENCE_S

from bitfusion.limits import HTTP_BYTES_AHEAD_MAX, SRS_BODY_BYTES_MAX

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
BOMB = gzip.compress(b'{"a": "' + b" " * (64 << 20) + b'"}')


@pytest.fixture(scope="module")
def ports(tmp_path_factory) -> Iterator[dict[str, int]]:
    """A resource scheduler, and the metrics of a Dispatcher."""
    scratch, port = tmp_path_factory.mktemp("doors"), running.free_port()
    with (
        running.scheduler(scratch, "--softgpu", "1") as scheduler,
        running.dispatcher(scratch, "--softgpu", "1", "--metrics_port", str(port)) as server,
    ):
        yield {"scheduler": scheduler.port, "metrics": port}
        logs = scheduler.log() + server.log()
    assert "Traceback" not in logs and "critical" not in logs


async def talk(port: int, data: bytes) -> bytes:
    """All that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=running.CONTEXT)
    try:
        writer.write(data)
        return await asyncio.wait_for(reader.read(), PATIENCE_S)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def post(body: bytes, *lines: str) -> bytes:
    head = "\r\n".join(
        ["POST /v1/tickets HTTP/1.1", "Host: x", "Connection: close", f"Content-Length: {len(body)}", *lines, "", ""]
    )
    return head.encode() + body


BAD = {
    "no HTTP": (b"\x16\x03\x01\x02\x00 nothing\r\n\r\n", 400),
    "a method that is none": (b"<script> / HTTP/1.1\r\n\r\n", 400),
    "another version": (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400),
    "a line without a colon": (b"GET / HTTP/1.1\r\nnothing\r\n\r\n", 400),
    "a line that is too long": (GET + b"X: " + b"y" * 20_000 + b"\r\n\r\n", 400),
    "a path that is too long": (b"GET /" + b"y" * 20_000 + b" HTTP/1.1\r\n\r\n", 400),
    "two lengths": (b"POST /v1/tickets HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400),
    "a length that is none": (b"POST /v1/tickets HTTP/1.1\r\nContent-Length: -1\r\n\r\n{}", 400),
    "a chunk that is none": (b"POST /v1/tickets HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    "no such path": (b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
    "no such method of a path": (b"PUT /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405),
}
BAD_BODIES = {
    "too long": (b"x" * (SRS_BODY_BYTES_MAX + 1), (), 413),
    "grows when it is unpacked": (BOMB[:SRS_BODY_BYTES_MAX], ("Content-Encoding: gzip",), 400),
    "no JSON": (b"\xff\xfe", (), 400),
    "deep": (b"[" * 60_000, (), 400),
}


def is_refused(answer: bytes, status: int) -> None:
    """The answer is an error in JSON, and shows nothing of the inside."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert re.match(rb"HTTP/1\.[01] (\d+)", head)[1] == str(status).encode(), answer
    assert b"application/json" in head
    error = json.loads(body)["error"]
    assert set(error) == {"code", "detail", "hint"} and error["detail"]
    assert not any(word in body for word in (b"Traceback", b".py", b"aiohttp", b"File "))


@pytest.mark.parametrize("port", ["scheduler", "metrics"])
@pytest.mark.parametrize(("data", "status"), BAD.values(), ids=BAD)
async def test_whatever_is_wrong_with_a_request_the_answer_is_json_and_shows_nothing_of_the_inside(
    ports, port, data, status
):
    is_refused(await talk(ports[port], data), status)


@pytest.mark.parametrize(("body", "lines", "status"), BAD_BODIES.values(), ids=BAD_BODIES)
async def test_so_it_is_whatever_is_wrong_with_a_body(ports, body, lines, status):
    port = ports["scheduler"]
    is_refused(await talk(port, post(body, *lines, *proved_lines(port, "POST", "/v1/tickets", body))), status)


@pytest.mark.parametrize("port", ["scheduler", "metrics"])
@pytest.mark.parametrize("endless", [b"X-%d: y\r\n", GET + b"\r\n"], ids=["a head", "requests that nobody reads"])
async def test_what_has_no_end_is_cut_off_and_others_are_answered(ports, port, endless):
    _, writer = await asyncio.open_connection("127.0.0.1", ports[port], ssl=running.CONTEXT)
    writer.write(GET)
    sent = 0
    try:
        while sent < 64 * HTTP_BYTES_AHEAD_MAX:
            piece = endless * 1000
            writer.write(piece)
            sent += len(piece)
            # Who is not read from any more is as good as cut off: it can make nobody keep more than its system does.
            await asyncio.wait_for(writer.drain(), 2)
    except (ConnectionError, asyncio.TimeoutError):
        pass
    assert sent < 64 * HTTP_BYTES_AHEAD_MAX
    answer = await talk(ports[port], GET + b"Connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    writer.transport.abort()
