"""What the real Prometheus reads from servers that are at work, and promtool's verdict on their pages."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import lending
import prometheus
import pytest
import running
from patience import PATIENCE_S, until
from sessions import Session

from bitfusion.config.addresses import Address
from bitfusion.limits import FRAME_HEADER_BYTES
from bitfusion.srs.client import Srs

CLIENTS = 3  # of each server
# What is told of each server in the end, by what its clients know of themselves.
TOLD = {
    "bitfusion_sessions_started_total": lambda clients: len(clients),
    "bitfusion_sessions_running": lambda clients: 0,
    "bitfusion_calls_total": lambda clients: sum(client.calls for client in clients),
    "bitfusion_calls_waited_total": lambda clients: sum(client.asks for client in clients),
    "bitfusion_received_bytes_total": lambda clients: sum(client.sent for client in clients),
    "bitfusion_sent_bytes_total": lambda clients: sum(client.received for client in clients),
    'bitfusion_call_errors_total{code="201"}': lambda clients: len(clients),
    "bitfusion_client_wait_seconds_count": lambda clients: len(clients),
}


class Worker:
    """A client that makes calls until it is told to stop, and knows how many, and how many bytes that was."""

    def __init__(self, port: int) -> None:
        self.calls = self.asks = self.sent = self.received = 0
        self._session = Session(port)
        self._socket = self._session.connection.socket
        self._session.connection.socket = self  # type: ignore[assignment]

    def run(self, stop: threading.Event) -> Worker:
        assert self._session.ask("ctx_destroy", 0).result == 201
        context = self._session.use_device()
        self.calls, self.asks = 3, 2
        while True:
            self._session.tell("ctx_use", context)
            assert self._session.ask("ping").result == 0
            self.calls, self.asks = self.calls + 2, self.asks + 1
            if stop.wait(0.002):
                break
        # These are not calls, and are counted as nobody's bytes.
        self.received -= FRAME_HEADER_BYTES * self._session.heartbeats
        self._socket.close()
        return self

    # The socket.

    def sendall(self, data: bytes) -> None:
        self.sent += len(data)
        self._socket.sendall(data)

    def recv_into(self, target: memoryview) -> int:
        count = self._socket.recv_into(target)
        self.received += count
        return count


def of_srs(port: int, method: str, *words: Any) -> Any:
    """One request to a scheduler."""

    async def ask() -> Any:
        async with Srs(Address("127.0.0.1", port, tls=running.SECURE)) as srs:
            if method == "lease":
                return await lending.lease_of(srs, *words)
            return await getattr(srs, method)(*words)

    return asyncio.run(ask())


@contextmanager
def both(tmp_path) -> Iterator[dict[str, int]]:
    """A Dispatcher and a scheduler: where their metrics are; and where clients go, by the same names."""
    metrics_port = running.free_port()
    options = ("--softgpu", "1", "--metrics_port", str(metrics_port))
    with running.dispatcher(tmp_path, *options) as alone, running.scheduler(tmp_path, "--softgpu", "2") as scheduler:
        yield {"dispatcher": metrics_port, "scheduler": scheduler.port, "alone": alone.port}


@pytest.fixture
def tools() -> None:
    prometheus.program("prometheus")
    prometheus.program("promtool")


def test_promtool_accepts_both_pages(tmp_path, tools):
    with both(tmp_path) as ports:
        of_srs(ports["scheduler"], "lease")
        Worker(ports["alone"]).run(_set())
        for name in ("dispatcher", "scheduler"):
            status, content_type, text = prometheus.get(ports[name], "/metrics")
            assert status == 200 and content_type.startswith("text/plain; version=0.0.4")
            prometheus.promtool("check", "metrics", reads=text)
            accept = "application/openmetrics-text;version=1.0.0"
            status, content_type, text = prometheus.get(ports[name], "/metrics", accept)
            assert status == 200 and content_type.startswith(accept.partition(";")[0]) and text.endswith("# EOF\n")


def test_counts_that_prometheus_scrapes_under_load_are_exact_and_never_go_back(tmp_path, tools):
    jobs = ("dispatcher", "scheduler")
    with both(tmp_path) as ports, prometheus.server(tmp_path, {job: ports[job] for job in jobs}) as database:
        lease = of_srs(ports["scheduler"], "lease", 1)
        doors = {"dispatcher": ports["alone"], "scheduler": lease["port"]}
        stop = threading.Event()
        with ThreadPoolExecutor(2 * CLIENTS) as pool:
            try:
                running_ = {
                    job: [pool.submit(Worker(port).run, stop) for _ in range(CLIENTS)] for job, port in doors.items()
                }
                # At least twice while they are at work, and not the same.
                until(lambda: _all(database, "changes(bitfusion_calls_total[1h])", 2), "Prometheus sees calls twice")
                now = dict.fromkeys(jobs, CLIENTS)
                until(lambda: database.ask("bitfusion_sessions_running") == now, "Prometheus sees all sessions")
            finally:
                stop.set()
        done = {job: [each.result(PATIENCE_S) for each in workers] for job, workers in running_.items()}
        of_srs(ports["scheduler"], "release", lease["lease"])
        for name, told in TOLD.items():
            expected = {job: told(workers) for job, workers in done.items()}
            until(lambda: database.ask(name) == expected, f"{name} is {expected}")  # noqa: B023
        for name in TOLD:
            if "_running" not in name:
                over_time = f"resets({name}[1h])"
                assert database.ask(over_time) == dict.fromkeys(jobs, 0), over_time
        assert database.ask("bitfusion_leases_granted_total") == {"scheduler": 1}


def _all(database: prometheus.Prometheus, expression: str, least: float) -> bool:
    """Whether both servers have at least so much."""
    found = database.ask(expression)
    return len(found) == 2 and min(found.values()) >= least


def _set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event
