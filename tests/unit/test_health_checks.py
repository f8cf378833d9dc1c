"""Verdicts of health checks: for each check, facts on both sides of every border."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.observe import health, node
from bitfusion.observe.health import FAIL, PASS, WARN, Check

GIB, MIB = 1 << 30, 1 << 20

VERDICTS = [
    (health.driver("580.95", "", hardware=True), PASS, "580.95"),
    (health.driver(None, "NVML cannot be used", hardware=True), FAIL, "NVML cannot be used"),
    (health.driver(None, "NVML cannot be used", hardware=False), PASS, "no NVIDIA GPU here"),
    (health.driver_unseen("pip install x", hardware=True), WARN, "a client's"),
    (health.driver_unseen("pip install x", hardware=False), PASS, "no NVIDIA GPU here"),
    (health.gpus_present(0), FAIL, "no GPU"),
    (health.gpus_present(1), PASS, "1 GPU"),
    (health.compute_mode(["Default", "Default"]), PASS, "Default"),
    (health.compute_mode(["Default", "E. Process"]), FAIL, "GPU 1 is in E. Process"),
    (health.compute_mode([None]), PASS, "not known"),
    (health.gpu_memory([(0, 16 * GIB), (15 * GIB, 16 * GIB)]), WARN, "GPU 1: 1024 of 16384 MiB free"),
    (health.gpu_memory([(0, 16 * GIB)]), PASS, "16384 of 16384"),
    (health.gpu_memory([(None, 16 * GIB)]), PASS, "not known"),
    (health.port_free(55001, "Dispatcher", None, ours=False), PASS, "free"),
    (health.port_free(55001, "Dispatcher", "held by nginx", ours=False), WARN, "held by nginx"),
    (health.port_free(55001, "Dispatcher", "", ours=True), PASS, "listens"),
    (health.reserved_ports("", (32768, 60999), ""), PASS, "no port"),
    (
        health.reserved_ports("55001", (32768, 60999), "sysctl -w x=55001"),
        WARN,
        "55001 of servers, which then do not start: the system gives 32768",
    ),
    (health.data_ports(45201, 46225, 1025), PASS, "1025 of 1025"),
    (health.data_ports(45201, 46225, 15), WARN, "15 of 1025"),
    (health.data_ports(45201, 46225, 0), FAIL, "0 of 1025"),
    (health.data_ports(45201, 45204, 4), PASS, "4 of 4"),
    (health.reachable(""), PASS, "answers"),
    (health.reachable("cannot connect"), FAIL, "cannot connect"),
    (health.data_reachable(""), PASS, "connection"),
    (health.data_reachable("timed out"), FAIL, "timed out"),
    (health.versions("0.1.0", "0.1.0"), PASS, "0.1.0"),
    (health.versions("0.1.0", "0.2.0"), WARN, "0.2.0"),
    (health.clock_skew(0.0), PASS, "this node's"),
    (health.clock_skew(-0.9), PASS, "0.90 s behind"),
    (health.clock_skew(1.1), WARN, "1.10 s ahead"),
    (health.clock_skew(-30.5), FAIL, "30.50 s behind"),
    (health.open_files(1024, 4096), PASS, "1024"),
    (health.open_files(1023, 4096), WARN, "1023"),
    (health.open_files(255, 4096), FAIL, "255"),
    (health.mtu({"eth0": 1500}), PASS, "9000 gives more"),
    (health.mtu({"eth0": 9000}), PASS, "eth0 9000"),
    (health.mtu({"eth0": 1500, "tun0": 1420}), WARN, "tun0 1420"),
    (health.mtu({f"veth{number}": 1500 for number in range(100)}), PASS, "veth11 1500 and 96 more"),
    (health.mtu({}), PASS, "loopback"),
    (health.latency(50e-6), PASS, "50 us"),
    (health.latency(51e-6), WARN, "51 us"),
    (health.installed_library("client library", "", "", needed=True), PASS, "installed"),
    (health.installed_library("client library", "not in this installation", "install", needed=True), FAIL, "not in"),
    (health.installed_library("software GPU", "not in this installation", "install", needed=False), WARN, "not in"),
    (health.configuration([], [], []), PASS, "no file"),
    (health.configuration(["Dispatchers: a:1"], [], []), PASS, "a:1"),
    (health.configuration(["Dispatchers: a:1"], ["servers.conf:3: bad"], []), FAIL, "servers.conf:3"),
    (health.configuration(["Dispatchers: a:1"], [], ["BF_SERVER is not known"]), WARN, "BF_SERVER"),
    (health.disk_space("/var", 2 * GIB), PASS, "2048 MiB"),
    (health.disk_space("/var", GIB - 1), WARN, "1023 MiB"),
    (health.disk_space("/var", 100 * MIB - 1), FAIL, "99 MiB"),
]


@pytest.mark.parametrize(
    ("check", "status", "words"), VERDICTS, ids=[f"{check.name}: {check.detail}"[:60] for check, *_ in VERDICTS]
)
def test_verdict(check, status, words):
    assert check.status == status and words in check.detail, check
    assert bool(check.remedy) == (status != PASS), check


@given(st.floats(-100, 100), st.floats(-100, 100))
def test_a_larger_skew_is_never_judged_better(first, second):
    near, far = sorted((first, second), key=abs)
    order = health.STATUSES
    assert order.index(health.clock_skew(near).status) <= order.index(health.clock_skew(far).status)


def test_summary_counts_every_status():
    checks = [Check("a", PASS, ""), Check("b", FAIL, ""), Check("c", PASS, "")]
    assert health.summary(checks) == {"PASS": 2, "WARN": 0, "FAIL": 1}


def test_check_goes_to_the_client_and_back():
    check = health.clock_skew(5)
    assert health.check_from_map(check.as_map()) == check


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": "x", "status": "GOOD", "detail": "", "remedy": ""},
        {"name": 1, "status": "PASS", "detail": "", "remedy": ""},
    ],
)
def test_check_that_cannot_be_read_is_a_failed_one(fields):
    assert health.check_from_map(fields).status == FAIL


def test_interfaces_that_are_up_are_found_without_loopback(tmp_path):
    for name, kind, state in (
        ("lo", "772", "unknown"),
        ("eth0", "1", "up"),
        ("eth1", "1", "down"),
        ("tun0", "65534", "unknown"),
    ):
        (tmp_path / name).mkdir()
        for file, text in (("type", kind), ("operstate", state), ("mtu", "1500")):
            (tmp_path / name / file).write_text(text + "\n")
    assert node.interfaces(tmp_path) == {"eth0": 1500, "tun0": 1500}


@pytest.mark.parametrize(
    ("vendor", "kind", "found"),
    [("0x10de", "0x030200", True), ("0x10de", "0x040300", False), ("0x1002", "0x030000", False)],
)
def test_nvidia_hardware_is_seen_without_a_driver(tmp_path, vendor, kind, found):
    (tmp_path / "0000:01:00.0").mkdir()
    (tmp_path / "0000:01:00.0" / "vendor").write_text(vendor + "\n")
    (tmp_path / "0000:01:00.0" / "class").write_text(kind + "\n")
    assert node.nvidia_hardware(tmp_path) is found


def test_free_bytes_are_those_of_the_nearest_directory_that_exists(tmp_path):
    place, free = node.free_bytes(tmp_path / "not" / "there")
    assert place == tmp_path and free > 0
