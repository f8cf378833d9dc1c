"""/metrics, /healthz and /readyz of running servers: what they say, and that nothing is lost with what ends."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import socket
from typing import Any

import lending
import prometheus
import pytest
import running
from patience import until
from sessions import Session, server_of

from bitfusion.config.addresses import Address
from bitfusion.observe.metrics import COUNTER, DISPATCHER, HISTOGRAM, METRICS, SCHEDULER
from bitfusion.srs.client import Srs
from bitfusion.srs.processes import find_dispatchers

MIB = 1 << 20
LIMIT = 256 * MIB


def ready(port: int) -> str:
    """ "" or the reason why not."""
    status, _, text = prometheus.get(port, "/readyz")
    answer = json.loads(text)
    assert answer == ({"status": "ready"} if status == 200 else {"status": "not ready", "reason": answer.get("reason")})
    assert status in (200, 503)
    return answer.get("reason", "")


def of_gpu(samples: dict[str, float], what: str) -> dict[str, float]:
    """GPU -> value of a metric."""
    begin = f'bitfusion_gpu_{what}{{gpu="'
    return {name.removeprefix(begin)[0]: value for name, value in samples.items() if name.startswith(begin)}


def lend(port: int, *words: Any, **others: Any) -> dict[str, Any]:
    async def ask() -> dict[str, Any]:
        async with Srs(Address("127.0.0.1", port, tls=running.SECURE)) as srs:
            return await lending.lease_of(srs, *words, **others)

    return asyncio.run(ask())


def release(port: int, lease: str) -> None:
    async def ask() -> None:
        async with Srs(Address("127.0.0.1", port, tls=running.SECURE)) as srs:
            await srs.release(lease)

    asyncio.run(ask())


def work(port: int, pings: int) -> None:
    """A session with so many calls and no error."""
    with Session(port) as session:
        for _ in range(pings):
            assert session.ask("ping").result == 0


@pytest.fixture
def server(tmp_path):
    """A Dispatcher and the port of its metrics."""
    port = running.free_port()
    extra = {"SOFTGPU_MEMORY": str(1 << 30), "BF_GPU_DEVICE_MEMORY_LIMIT": str(LIMIT), "BF_METRICS_PORT": str(port)}
    with running.dispatcher(tmp_path, "--softgpu", "2", "--grace", "60", **extra) as dispatcher:
        yield dispatcher, port


@pytest.mark.parametrize("kind", [DISPATCHER, SCHEDULER])
def test_page_has_the_metrics_of_the_table_and_no_others(tmp_path, kind):
    port = running.free_port()
    if kind == DISPATCHER:
        started = running.dispatcher(tmp_path, "--softgpu", "1", "--metrics_port", str(port))
    else:
        started = running.scheduler(tmp_path, "--softgpu", "1", port=port)
    with started:
        # NVML is asked by a process that has to start first.
        until(lambda: of_gpu(prometheus.page(port), "memory_used_bytes"), "NVML tells")
        found = {
            line.split()[2]: line.split()[3]
            for line in prometheus.get(port, "/metrics")[2].splitlines()
            if line.startswith("# TYPE bitfusion_")
        }
        assert found == {metric.name: metric.kind for metric in METRICS if kind in metric.shown}
        # A version that is no number is no reason to give nothing.
        assert prometheus.get(port, "/metrics", "application/openmetrics-text;version=x")[0] == 200
        values = prometheus.page(port)
        for metric in METRICS:
            if kind in metric.shown and not metric.labels:
                assert f"{metric.name}_count" if metric.kind == HISTOGRAM else metric.name in values
        assert all(value >= 0 for value in values.values())
    assert all(metric.name.endswith("_total") == (metric.kind == COUNTER) for metric in METRICS)


def test_memory_of_a_gpu_is_told_as_it_is_granted_and_allocated(server):
    dispatcher, port = server
    with Session(dispatcher) as session:
        session.use_device(1)
        assert session.ask("cuMemAlloc_v2", 3 * MIB).result == 0
        until(lambda: of_gpu(prometheus.page(port), "memory_allocated_bytes") == {"0": 0, "1": 3 * MIB}, "allocated")
        samples = prometheus.page(port)
        assert of_gpu(samples, "memory_total_bytes") == {"0": 1 << 30, "1": 1 << 30}
        assert of_gpu(samples, "memory_granted_bytes") == {"0": LIMIT, "1": LIMIT}
        assert samples["bitfusion_sessions_running"] == 1
    until(lambda: prometheus.page(port)["bitfusion_sessions_running"] == 0, "the session has ended")
    samples = prometheus.page(port)
    assert of_gpu(samples, "memory_allocated_bytes") == {"0": 0, "1": 0}
    assert samples["bitfusion_sessions_started_total"] == 1 and samples["bitfusion_sessions_died_total"] == 0


def test_server_that_shuts_down_is_alive_and_not_ready(server):
    dispatcher, port = server
    until(lambda: ready(port) == "", "ready")
    assert prometheus.page(port)["bitfusion_ready"] == 1
    with Session(dispatcher):
        dispatcher.process.send_signal(signal.SIGTERM)
        until(lambda: ready(port) == "it is shutting down", "not ready")
        assert prometheus.get(port, "/healthz")[::2] == (200, '{"status": "ok"}')


def test_server_without_a_free_data_port_is_not_ready_until_there_is_one(tmp_path):
    taken = socket.create_server(("0.0.0.0", running.free_port()))
    data, port = str(taken.getsockname()[1]), running.free_port()
    ports = {"BF_SERVER_PORT_MIN": data, "BF_SERVER_PORT_MAX": data}
    with running.dispatcher(tmp_path, "--softgpu", "1", "--metrics_port", str(port), **ports):
        until(lambda: ready(port) == f"no data port is free in {data}-{data}", "the reason is known")
        assert prometheus.page(port)["bitfusion_ready"] == 0
        taken.close()
        until(lambda: ready(port) == "", "it has tried again")


def test_session_that_dies_is_counted_with_what_it_did(server):
    dispatcher, port = server
    with Session(dispatcher) as session:
        assert session.ask("ping").result == 0
        until(lambda: prometheus.page(port)["bitfusion_calls_total"] == 1, "the call is shown")
        os.kill(server_of(dispatcher, session), signal.SIGKILL)
        until(lambda: prometheus.page(port)["bitfusion_sessions_running"] == 0, "it is gone")
    samples = prometheus.page(port)
    assert samples["bitfusion_sessions_died_total"] == 1 and samples["bitfusion_calls_total"] == 1


def test_counts_of_leases_stay_when_they_end_and_when_their_dispatcher_is_killed(tmp_path):
    with running.scheduler(tmp_path, "--softgpu", "2", SOFTGPU_MEMORY=str(1 << 30)) as scheduler:
        one, two = lend(scheduler.port, 1), lend(scheduler.port, 1, fraction=0.5)
        samples = prometheus.page(scheduler.port)
        assert sorted(of_gpu(samples, "memory_granted_bytes").values()) == [1 << 29, 1 << 30]
        assert samples['bitfusion_leases{state="active"}'] == 2
        work(one["port"], 5)
        work(two["port"], 7)
        until(lambda: prometheus.page(scheduler.port)["bitfusion_sessions_running"] == 0, "both sessions have ended")
        release(scheduler.port, one["lease"])
        os.kill(_dispatcher_of(two["lease"]), signal.SIGKILL)
        until(lambda: prometheus.page(scheduler.port)['bitfusion_leases{state="active"}'] == 0, "both have ended")
        samples = prometheus.page(scheduler.port)
        assert samples["bitfusion_calls_total"] == 12 and samples["bitfusion_sessions_started_total"] == 2
        assert set(of_gpu(samples, "memory_granted_bytes").values()) == {0}
        assert samples["bitfusion_leases_granted_total"] == samples["bitfusion_lease_start_seconds_count"] == 2


def test_restarted_scheduler_counts_what_its_dispatchers_have_done(tmp_path):
    with running.scheduler(tmp_path, "--softgpu", "1") as scheduler:
        lease = lend(scheduler.port)
        work(lease["port"], 3)
        scheduler.kill()
        with running.scheduler(tmp_path, "--softgpu", "1", port=scheduler.port) as again:
            work(lease["port"], 4)
            until(lambda: prometheus.page(again.port)["bitfusion_calls_total"] == 7, "both sessions are counted")
            release(again.port, lease["lease"])
            assert prometheus.page(again.port)["bitfusion_calls_total"] == 7


def _dispatcher_of(lease: str) -> int:
    return find_dispatchers()[lease]


def test_scheduler_whose_state_cannot_be_written_is_not_ready_until_it_can(tmp_path):
    with running.scheduler(tmp_path, "--softgpu", "1") as scheduler:
        assert ready(scheduler.port) == ""
        pid = scheduler.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        until(lambda: ready(scheduler.port), "the store fails")
        assert str(tmp_path) in ready(scheduler.port)
        assert prometheus.get(scheduler.port, "/healthz")[0] == 200
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        until(lambda: ready(scheduler.port) == "", "the store works")
