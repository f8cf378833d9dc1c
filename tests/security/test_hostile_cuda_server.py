"""A CUDA Server in the hands of its client cannot end its Dispatcher by what they share."""

from __future__ import annotations

import mmap
import os
import socket
from pathlib import Path

import msgpack
import pytest
import running
from patience import PATIENCE_S, until
from sessions import Session, logged, server_of

from bitfusion.net.query import ask
from bitfusion.server import process
from bitfusion.wire.control import LENGTH, MESSAGE_BYTES_MAX


def shared_table(pid: int) -> int:
    """The shared session table, opened anew."""
    links = {os.readlink(fd): fd for fd in Path(f"/proc/{pid}/fd").iterdir()}
    return os.open(next(fd for link, fd in links.items() if "bitfusion-sessions" in link), os.O_RDWR)


@pytest.mark.parametrize("filled", [b"\xff", b"\x01"])
def test_dispatcher_serves_on_and_ends_well_whatever_is_in_the_table_that_it_shares(tmp_path, filled):
    with running.dispatcher(tmp_path, "--softgpu", "1") as server:
        with Session(server) as session:
            session.use_device()
            file = shared_table(server_of(server, session))
            size = os.fstat(file).st_size
            # Behind what the layout is: a table of another layout is read by nobody.
            with mmap.mmap(file, size) as table:
                table[mmap.PAGESIZE :] = filled * (size - mmap.PAGESIZE)
                table[32 : mmap.PAGESIZE] = filled * (mmap.PAGESIZE - 32)
                table[8:16] = filled * 8
        until(
            lambda: logged(server, "cuda_server.ended") or logged(server, "cuda_server.died"), "the session has ended"
        )
        for _ in range(2):
            with Session(server) as session:
                assert session.ask("ping").result == 0
        assert ask("127.0.0.1", server.port, "health", trust=running.TRUST)["checks"]
        assert server.stop() == 0
        assert "Traceback" not in server.log()


def test_table_that_is_shared_gets_no_smaller(tmp_path):
    with running.dispatcher(tmp_path, "--softgpu", "1") as server, Session(server) as session:
        file = shared_table(server_of(server, session))
        for size in (0, 2 * os.fstat(file).st_size):
            with pytest.raises(PermissionError):
                os.ftruncate(file, size)


@pytest.mark.parametrize(
    "said",
    [
        LENGTH.pack(MESSAGE_BYTES_MAX + 1),
        LENGTH.pack(0),
        LENGTH.pack(1) + b"\xc1",
        LENGTH.pack(3) + b"\xa2\xff\xfe",
        LENGTH.pack(2) + msgpack.packb([1]),
        LENGTH.pack(3) + msgpack.packb({}) * 3,
        LENGTH.pack(2) + b"\x81\x90",
    ],
)
async def test_message_that_is_none_is_taken_for_the_end_of_who_sent_it(said):
    ours, theirs = socket.socketpair()
    mail = await process.mail(ours)
    with theirs:
        theirs.settimeout(PATIENCE_S)
        theirs.sendall(said)
        assert await mail.receive() is None
    mail.close()
