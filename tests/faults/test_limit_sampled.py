"""The memory limit while clients allocate at random in every way there is: sampled, what sessions are charged never
exceeds it, and what the driver has for a session never exceeds its charge.

BF_LIMIT_CLIENTS and BF_LIMIT_OPERATIONS make it larger: 32 and 2000 take some minutes.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import running
from patience import PATIENCE_S, until
from sessions import MEMORY, Session
from toolkit import build_driver_program

from bitfusion.worker.session_table import SessionTable

CLIENTS = int(os.environ.get("BF_LIMIT_CLIENTS", "3"))
OPERATIONS = int(os.environ.get("BF_LIMIT_OPERATIONS", "100"))
PROGRAM = Path(__file__).parent / "programs" / "allocations.c"
# softgpu/host/registry.h
_HEADER = struct.Struct("<8s4I")
_SLOTS_AT, _FIRST_DEVICE = 4096, 256
_PID_BITS = 22


class Registry:
    """Which process has how many bytes of the first device, as the driver says."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        _, _, self._slot_bytes, self._slots, _ = _HEADER.unpack_from(self._map)

    def used(self, pid: int) -> int:
        for at in range(_SLOTS_AT, _SLOTS_AT + self._slots * self._slot_bytes, self._slot_bytes):
            (owner,) = struct.unpack_from("<Q", self._map, at)
            if owner & ((1 << _PID_BITS) - 1) == pid:
                return struct.unpack_from("<Q", self._map, at + _FIRST_DEVICE)[0]
        return 0


class Sampler(threading.Thread):
    """Looks until it is stopped. Nothing is charged while it has the table's lock, so what it reads one after another
    is at most what it was together.
    """

    def __init__(self, server: running.Dispatcher, registry: Registry) -> None:
        super().__init__()
        self._fd = _table_of(server)
        self._table = SessionTable(self._fd)
        self._registry = registry
        self._ended = threading.Event()
        self.wrong: list[str] = []
        self.looks = 0
        self.highest = 0

    def run(self) -> None:
        while not self._ended.is_set() and len(self.wrong) < 5:
            fcntl.lockf(self._fd, fcntl.LOCK_EX)
            try:
                charged = self.charged()
                used = {pid: self._registry.used(pid) for pid in charged}
            finally:
                fcntl.lockf(self._fd, fcntl.LOCK_UN)
            self.looks += 1
            self.highest = max(self.highest, sum(charged.values()))
            if sum(charged.values()) > MEMORY or any(used[pid] > charged[pid] for pid in charged):
                self.wrong.append(f"charged {charged}, used {used}")

    def charged(self) -> dict[int, int]:
        """Process -> bytes."""
        return {each.server_pid: each.memory[0] for each in self._table.sessions()}

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _table_of(server: running.Dispatcher) -> int:
    for fd in Path(f"/proc/{server.process.pid}/fd").iterdir():
        if "bitfusion-sessions" in str(fd.readlink()):
            return os.open(fd, os.O_RDWR)
    raise AssertionError("the Dispatcher has no table of sessions")


@contextmanager
def clients(program: Path, server: running.Dispatcher) -> Iterator[list[subprocess.Popen[str]]]:
    environment = running.remote(server.port)
    started = [
        subprocess.Popen(
            [program, str(seed), str(OPERATIONS)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(1, CLIENTS + 1)
    ]
    try:
        yield started
    finally:
        for each in started:
            each.kill()
            each.communicate()


def test_random_clients_are_never_a_byte_over_and_all_is_given_back(tmp_path):
    program = build_driver_program(PROGRAM, tmp_path)
    options = {"BF_GPU_DEVICE_MEMORY_LIMIT": str(MEMORY), "SOFTGPU_REGISTRY": str(tmp_path / "registry")}
    with running.dispatcher(tmp_path, "--softgpu", "1", **options) as server:
        with Session(server) as first:
            first.use_device()
            sampler = Sampler(server, Registry(tmp_path / "registry"))
        sampler.start()
        try:
            with clients(program, server) as started:
                killed, others = started[: CLIENTS // 3], started[CLIENTS // 3 :]
                for each in killed:
                    assert each.stdout is not None and each.stdout.readline() == "half\n"
                    each.kill()
                ends = [(*each.communicate(timeout=PATIENCE_S * CLIENTS), each.returncode) for each in others]
        finally:
            sampler.stop()
        assert not sampler.wrong, "\n".join(sampler.wrong)
        for output, errors, code in ends:
            assert code == 0 and "WRONG" not in output, output + errors
        assert sampler.looks > 0 and sampler.highest > 0
        until(lambda: not any(sampler.charged().values()), "all is given back")
        with Session(server) as last:
            last.use_device()
            assert last.ask("cuMemGetInfo_v2").values == (MEMORY, MEMORY)
            assert last.ask("cuMemAlloc_v2", MEMORY).result == 0
