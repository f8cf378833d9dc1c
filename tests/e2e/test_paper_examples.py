"""The white paper's commented examples 1 to 16, typed as they stand there, on machines with its addresses and default
ports.
"""

from __future__ import annotations

import json
import re

import hosts
import pytest

SERVER1, SERVER2, CLIENT = "192.168.0.2", "192.168.0.6", "192.168.0.10"


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    with hosts.network(
        tmp_path_factory.mktemp("examples"), server1=([SERVER1], 4), server2=([SERVER2], 4), client=([CLIENT], 0)
    ) as made:
        yield made


@pytest.fixture
def server1(machines):
    yield machines["server1"]
    clear(machines["server1"])


@pytest.fixture
def server2(machines):
    yield machines["server2"]
    clear(machines["server2"])


@pytest.fixture
def client(machines):
    yield machines["client"]
    clear(machines["client"])


def clear(host: hosts.Host) -> None:
    """End what runs on it and forget what it kept."""
    host.end_processes()
    host.type("rm -rf /etc/bitfusionio /var/lib/bitfusion ~/.bitfusionio *.conf")


@pytest.fixture
def pool(server1, server2, client):
    """A resource scheduler on each server, and their addresses where the client looks for them."""
    for server in (server1, server2):
        server.serve("flexdirect resource_scheduler")
    client.write("/etc/bitfusionio/servers.conf", f"# the pool\n{SERVER1}:56001\n{SERVER2}\n")
    return client


def sizes(lines: list[str]) -> list[int]:
    """MiB of each GPU that the program `gpus` saw."""
    return [int(found[1]) for line in lines if (found := re.search(r"(\d+) MiB seen", line))]


def free_in_pool(client: hosts.Host, options: str = "") -> list[int]:
    """Free MiB of each GPU as list_gpus shows them."""
    return [
        int(free)
        for free in re.findall(
            r"free memory \((\d+) / 12000MiB\)", "\n".join(client.type(f"flexdirect list_gpus {options}").lines())
        )
    ]


def tasks(client: hosts.Host) -> list[int]:
    """How many leases each server of the pool has."""
    return [server["tasks"] for server in json.loads(client.type("flexdirect list_gpus --json").output)["servers"]]


def test_example_1_initialize_the_license(server1):
    done = server1.type('flexdirect init -l "a licence"')
    assert done.code == 0, done.errors
    assert {"adaptor.conf", "servers.conf"} <= {path.name for path in (server1.root / "etc/bitfusionio").iterdir()}
    assert (server1.root / "etc/bitfusionio/lic/host_id").is_file()
    assert server1.type("flexdirect license").code == 0


def test_example_2_server_with_the_default_port(server1, client, gpus):
    assert server1.serve("flexdirect server").output == ["Dispatcher listening...", "Listening on 0.0.0.0:55001"]
    assert sizes(client.type(f"flexdirect client -l {SERVER1} {gpus}").lines()) == [12000] * 4


def test_example_3_server_with_a_different_port(server1, client, gpus):
    assert server1.serve("flexdirect server -p 55010").output[1] == "Listening on 0.0.0.0:55010"
    assert sizes(client.type(f"flexdirect client -l {SERVER1}:55010 {gpus}").lines()) == [12000] * 4


def test_example_4_application_with_a_server_on_this_machine(server1, gpus):
    server1.serve("flexdirect server")
    assert sizes(server1.type(f'flexdirect client -l "localhost" {gpus}').lines()) == [12000] * 4


def test_example_5_application_with_several_servers(server1, server2, client, gpus):
    server1.serve("flexdirect server -p 55010")
    server2.serve("BF_VISIBLE_DEVICES=1 flexdirect server -p 51234")
    assert (
        sizes(client.type(f'flexdirect client -l "192.168.0.2:55010;192.168.0.6:51234" {gpus}').lines()) == [12000] * 5
    )


def test_example_6_application_with_the_default_files(server1, server2, client, gpus):
    server1.serve("flexdirect server")
    server2.serve("BF_VISIBLE_DEVICES=0 flexdirect server")
    client.write("/etc/bitfusionio/adaptor.conf", f"{SERVER1}\n")
    assert len(client.type(f"flexdirect client {gpus}").lines()) == 4
    client.write(".bitfusionio/adaptor.conf", f"{SERVER2}:55001\n")
    assert len(client.type(f"flexdirect client {gpus}").lines()) == 1, "the home file comes first, and alone"


def test_example_7_application_with_a_config_file(server1, client, gpus):
    server1.serve("flexdirect server")
    client.write("my.conf", f"{SERVER1}:55001\n")
    assert len(client.type(f"flexdirect client -f my.conf {gpus}").lines()) == 4


def test_example_8_resource_scheduler_on_a_custom_port(server1, client, gpus):
    server1.serve("flexdirect resource_scheduler --srs_port 50001 --port 55010")
    client.write("servers.conf", f"{SERVER1}:50001\n")
    assert free_in_pool(client, "-s servers.conf") == [12000] * 4
    done = client.type(f"flexdirect run -n 1 -s servers.conf {gpus}")
    assert sizes(done.lines()) == [12000]
    assert re.search(rf"{SERVER1} 55010 [0-9a-f-]{{36}} 50001 ", done.errors), (
        "the Dispatcher has the port that was asked for"
    )


def test_example_9_application_with_4_shared_gpus(pool, gpus):
    assert sizes(pool.type(f"flexdirect run -n 4 {gpus}").lines()) == [12000] * 4
    assert free_in_pool(pool) == [12000] * 8


def test_example_10_two_shared_gpus_with_half_the_memory_and_a_custom_servers_conf(server1, client, gpus):
    server1.serve("flexdirect resource_scheduler")
    client.write("servers.conf", f"{SERVER1}:56001\n")
    assert sizes(client.type(f"flexdirect run -n 2 -p 0.5 -s servers.conf {gpus}").lines()) == [6000] * 2


def test_example_11_four_shared_gpus_on_two_servers_that_have_three_left(pool, gpus):
    # The paper's line is that of example 9; InfiniBand is not used. Here one server alone has not enough.
    for name, server in (("first.conf", SERVER1), ("second.conf", SERVER2)):
        assert pool.type(f"flexdirect request_gpus --server_list {server} -f {name} -n 1").code == 0
    assert sizes(pool.type(f"flexdirect run -n 4 {gpus}").lines()) == [12000] * 4
    assert pool.type("flexdirect release_gpus -f first.conf && flexdirect release_gpus -f second.conf").code == 0
    assert free_in_pool(pool) == [12000] * 8


def test_example_12_application_on_this_machine_with_half_the_physical_memory(server1, gpus):
    assert sizes(server1.type(f"flexdirect local -p 0.5 {gpus}").lines()) == [6000] * 4


@pytest.fixture
def requested(pool):
    """The pool after example 13."""
    pool.write("servers.conf", f"{SERVER1}:56001\n{SERVER2}:56001\n")
    done = pool.type("flexdirect request_gpus -s servers.conf -f adaptor_8gpu.conf -n 8")
    assert done.code == 0, done.errors
    return pool


def test_example_13_request_8_remote_gpus(requested):
    assert free_in_pool(requested) == [0] * 8
    written = requested.home / "adaptor_8gpu.conf"
    servers = [line.split()[0] for line in written.read_text().splitlines() if not line.startswith("#")]
    assert servers == [f"{SERVER1}:55001", f"{SERVER2}:55001"] and written.stat().st_mode & 0o777 == 0o600
    refused = requested.type("flexdirect request_gpus -s servers.conf -f other.conf -n 1 --timeout 0")
    assert refused.code == 75 and not (requested.home / "other.conf").exists()


def test_example_14_application_with_the_generated_config_file(requested, gpus):
    assert sizes(requested.type(f"flexdirect client -f adaptor_8gpu.conf {gpus}").lines()) == [12000] * 8


def test_example_15_release_the_8_remote_gpus(requested):
    released = requested.type("flexdirect release_gpus -f adaptor_8gpu.conf")
    assert released.code == 0, released.errors
    assert free_in_pool(requested) == [12000] * 8 and not (requested.home / "adaptor_8gpu.conf").exists()


def test_examples_13_14_15_in_sequence_with_the_truth_told_at_each_step(pool, gpus):
    pool.write("servers.conf", f"{SERVER1}:56001\n{SERVER2}:56001\n")
    assert tasks(pool) == [0, 0] and free_in_pool(pool) == [12000] * 8
    pool.type("flexdirect request_gpus -s servers.conf -f adaptor_8gpu.conf -n 8").lines()
    assert tasks(pool) == [1, 1] and free_in_pool(pool) == [0] * 8
    for _ in range(2):
        assert sizes(pool.type(f"flexdirect client -f adaptor_8gpu.conf {gpus}").lines()) == [12000] * 8
        assert tasks(pool) == [1, 1] and free_in_pool(pool) == [0] * 8
    pool.type("flexdirect release_gpus -f adaptor_8gpu.conf").lines()
    assert tasks(pool) == [0, 0] and free_in_pool(pool) == [12000] * 8


def test_example_16_help_on_a_specific_command(client):
    shown = "\n".join(client.type("flexdirect help client").lines())
    assert "-l LIST" in shown and "-f FILE" in shown and "--" in shown
