"""The reports on a resource scheduler, and on the Dispatcher of one of its leases."""

from __future__ import annotations

import getpass
import json

import pytest
import running
from reporting import children, holding

MIB = 1 << 20


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    with running.scheduler(tmp_path_factory.mktemp("scheduler"), "--softgpu", "2") as started:
        yield started


@pytest.fixture
def lease(cli, scheduler, tmp_path):
    """Half of the memory of one GPU, in an adaptor file."""
    file = tmp_path / "lease.conf"
    place = f"{running.HERE}:{scheduler.port}"
    done = cli("request_gpus", "--server_list", place, "-n", "1", "-p", "0.5", "-f", file, "--timeout", "30")
    assert done.code == 0, done.errors
    yield file
    assert cli("release_gpus", "-f", file).code == 0


def document(done):
    return json.loads(done.output)


def test_stats_of_a_scheduler_hold_those_of_its_dispatchers(cli, scheduler, lease):
    done = cli("stats", "--json", "--server_list", f"{running.HERE}:{scheduler.port}")
    (entry,) = document(done)["servers"]
    (dispatcher,) = entry["stats"]["dispatchers"]
    assert entry["kind"] == "srs" and entry["stats"]["tasks"] == 1 and dispatcher["lease"]
    assert [device["memory_total"] for device in dispatcher["devices"]] == [8192 * MIB]
    text = cli("stats", "--server_list", f"{running.HERE}:{scheduler.port}").output
    (lent,) = entry["stats"]["leases"]
    assert (lent["lease"], lent["port"]) == (dispatcher["lease"], dispatcher["port"])
    (row,) = [line.split() for line in text.splitlines() if "request_gpus" in line]
    assert row[:3] == [str(dispatcher["port"]), str(lent["shares"][0]["index"]), "8192MiB"]
    assert row[3] == getpass.getuser() and row[6] == str(lent["client"]["pid"])
    assert (
        "tasks 1, waiting 0" in text
        and f"Dispatcher on port {dispatcher['port']}" in text
        and dispatcher["lease"] in text
    )


def test_dispatcher_of_a_lease_is_asked_by_its_adaptor_file(cli, lease):
    (entry,) = document(cli("stats", "--json", "-f", lease))["servers"]
    assert entry["kind"] == "dispatcher" and entry["stats"]["lease"]
    (entry,) = document(cli("smi", "--json", "-f", lease))["servers"]
    assert [gpu["memory_total"] for gpu in entry["smi"]["gpus"]] == [8192 * MIB]


def test_smi_of_a_scheduler_shows_its_physical_gpus(cli, scheduler, lease):
    done = cli("smi", "--server_list", f"{running.HERE}:{scheduler.port}")
    assert done.code == 0 and done.output.startswith(f"SRS {running.HERE}:{scheduler.port} (host ")
    assert done.output.count("/ 16384MiB") == 2


def test_smi_of_a_scheduler_shows_the_process_that_uses_a_gpu_and_its_memory(cli, scheduler, lease, holder):
    place = f"{running.HERE}:{scheduler.port}"
    (entry,) = document(cli("stats", "--json", "--server_list", place))["servers"]
    (dispatcher,) = entry["stats"]["dispatchers"]
    with holding(holder, 50, dispatcher["port"]):
        (entry,) = document(cli("smi", "--json", "--server_list", place))["servers"]
        ours = set(children(dispatcher["pid"]))
        (gpu,) = [gpu for gpu in entry["smi"]["gpus"] if gpu["uuid"] == dispatcher["devices"][0]["uuid"]]
        (process,) = [process for process in gpu["processes"] if process["pid"] in ours]
    assert (
        process["memory"] >= 50 * MIB and gpu["memory_used"] >= 50 * MIB and process["host"] == entry["smi"]["hostname"]
    )


def test_health_and_net_perf_of_a_scheduler(cli, scheduler):
    done = cli("health", "--json", "--server_list", f"{running.HERE}:{scheduler.port}")
    local, remote = document(done)["nodes"]
    assert done.code == 0 and (local["kind"], remote["kind"]) == ("local", "srs")
    assert {"reachable", "versions", "clock", "latency", "gpus", "data ports"} <= {
        check["name"] for check in remote["checks"]
    }
    (entry,) = document(cli("net_perf", "--json", "--server_list", f"{running.HERE}:{scheduler.port}"))["servers"]
    assert entry["latency_us"]["p50"] > 0 and entry["throughput_gbit_s"]["up"] > 0


def test_scheduler_named_as_dispatcher_is_told_apart(cli, scheduler):
    done = cli("stats", "-l", f"{running.HERE}:{scheduler.port}")
    assert done.code == 1 and "speaks HTTP" in done.output and "--server_list" in done.output


def test_dispatcher_named_as_scheduler_is_told_apart(cli, tmp_path):
    with running.dispatcher(tmp_path, "--softgpu", "1") as server:
        done = cli("stats", "--server_list", f"{running.HERE}:{server.port}")
    assert done.code == 1 and f"{running.HERE}:{server.port}" in done.output
