"""What a client announces and does not send: it costs the server what came, and no more."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from sessions import IDS, Session, server_of

from bitfusion.limits import IMAGE_BYTES_MAX
from bitfusion.wire.calls import pack_calls
from bitfusion.wire.frames import FRAME_HEADER_BYTES, Kind

ALLOWED_KIB = 64 << 10


def resident_kib(pid: int) -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def test_image_that_is_announced_and_does_not_come_reserves_no_memory(steady):
    with Session(steady) as session:
        session.use_device()
        process = server_of(steady, session)
        before = resident_kib(process)
        body = pack_calls([(IDS["module_load"], session.new(), b"", 0)])[FRAME_HEADER_BYTES:]
        session.connection.socket.sendall(
            struct.pack("<IHHQ", len(body), Kind.CALLS, 0, IMAGE_BYTES_MAX) + body + b"some"
        )
        # It waits for the rest, and says so.
        assert session.connection.receive().kind is Kind.HEARTBEAT
        assert resident_kib(process) < before + ALLOWED_KIB
    with Session(steady) as session:
        assert session.ask("ping").result == 0
