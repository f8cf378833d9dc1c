"""Who uses the devices of this server, as NVML tells it to one of them: processes of the clients' hosts, from the
shared session table.
"""

from __future__ import annotations

from ..session import Quota
from .session_table import SessionTable


class Clients:
    """The sessions of a Dispatcher, for a client on `host` with its `quota`; devices are counted as the client does.
    See driver/ports.py.
    """

    def __init__(self, table: SessionTable, quota: Quota, host: str) -> None:
        self._table = table
        self._quota = quota
        self._host = host

    def limited(self, device: int) -> bool:
        return self._quota.limit(device) is not None

    def used(self, device: int) -> int:
        limit = self._quota.limit(device)
        if limit is not None:
            return limit - self._quota.shown(device, limit, limit)[0]
        return sum(session.memory[device] for session in self._table.sessions())

    def processes(self, device: int) -> list[tuple[int, int]]:
        found = [(session.pid, session.memory[device]) for session in self._table.sessions() if session.cuda]
        return sorted((pid, memory) for pid, memory in found if memory)

    def name(self, pid: int) -> str | None:
        named = [session for session in self._table.sessions() if session.pid == pid]
        for session in named:
            if session.host == self._host:
                return session.program
        return f"{named[0].host}:{named[0].program}" if named else None

    def pid_of(self, server_pid: int) -> int | None:
        for session in self._table.sessions():
            if session.server_pid == server_pid:
                return session.pid
        return None
