"""Sessions of the Python client for tests, by the names of the wire table; processes and conditions to wait for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import running
from patience import PATIENCE_S

from bitfusion.api.table import WIRES
from bitfusion.limits import RECEIVE_BYTES
from bitfusion.net.client import Client, Reply
from bitfusion.net.proving import Prover, own
from bitfusion.net.secure import Connection
from bitfusion.net.trust import connect
from bitfusion.wire.frames import FRAME_HEADER_BYTES, FrameBuffer
from bitfusion.wire.hello import Hello

IDS = {wire.name: wire.id for wire in WIRES}
CLEAN_S = 5.0  # what an operator is promised
MEMORY = 256 << 20  # of the software GPU, by BF_GPU_DEVICE_MEMORY_LIMIT


class Session(Client):
    """A session whose calls go by name."""

    def __init__(self, server: running.Dispatcher | int, host: str = "127.0.0.1", **options: Any) -> None:
        options.setdefault("trust", running.TRUST)
        super().__init__(host, server if isinstance(server, int) else server.port, **options)
        self.contexts: list[int] = []  # as they were made

    def ask(self, call: str, *args: Any, bulk: bytes | None = None) -> Reply:
        return super().ask(IDS[call], *args, bulk=bulk)

    def tell(self, call: str, *args: Any, bulk: bytes | None = None) -> None:
        super().tell(IDS[call], *args, bulk=bulk)

    def start(self, call: str | int, *args: Any, bulk: bytes | None = None) -> int:
        return super().start(IDS[call] if isinstance(call, str) else call, *args, bulk=bulk)

    def use_device(self, ordinal: int = 0) -> int:
        """Make the primary context of a device current; returns its number."""
        context = self.new()
        assert self.ask("ctx_retain_primary", context, ordinal).result == 0
        self.tell("ctx_use", context)
        self.contexts.append(context)
        return context


def knock(server: running.Dispatcher, hello: Hello) -> Connection:
    """A connection to a Dispatcher that has said HELLO, and proved the token where one is wanted."""
    connection = connect("127.0.0.1", server.port, PATIENCE_S, running.TRUST)
    prover = Prover.of(own())
    first = replace(hello, auth=prover.auth).frame()
    connection.sendall(first)
    if running.SECURE:
        buffer = FrameBuffer(RECEIVE_BYTES)
        while (challenge := buffer.next_frame()) is None:
            buffer.received(connection.recv_into(buffer.space()))
        connection.sendall(prover.answer("", first[FRAME_HEADER_BYTES:], challenge, running.BINDING))
    return connection


def logged(server: running.Dispatcher, event: str) -> list[dict]:
    """The lines of a server's log with this event."""
    lines = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event]


def cuda_servers(server: running.Dispatcher) -> dict[int, int]:
    """Live CUDA Servers of a Dispatcher: process -> data port it has."""
    return {pid: port for pid in children(server.process.pid) for port in _listening(pid)}


def children(pid: int, states: str = "") -> list[int]:
    """The children of a process that are in one of these states, those that live without any."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and (state in states if states else state != "Z"):
            found.append(int(entry.name))
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _listening(pid: int) -> list[int]:
    """Ports on which a process listens."""
    try:
        links = [str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return []
    inodes = {match[1] for link in links if (match := re.fullmatch(r"socket:\[(\d+)\]", link))}
    rows = [row.split() for table in ("tcp", "tcp6") for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
    return [int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == "0A" and row[9] in inodes]


def server_of(server: running.Dispatcher, session: Session) -> int:
    """The process that serves a session."""
    return next(pid for pid, port in cuda_servers(server).items() if port == session.port)
