"""The GPU configurations (a) to (g) of the white paper, typed as they stand there, on machines with its addresses.

123.45.67.89 is the paper's four-GPU server. Slips of the paper are mended: (e) has the memory limit, and (g) is
played on machines with eight GPUs, because its commands name the IDs 0 to 7. A GPU here has 12000 MiB, so that the
paper's 6291456000 bytes are half of it.
"""

from __future__ import annotations

import re

import hosts
import pytest

HALF = "BF_GPU_DEVICE_MEMORY_LIMIT=6291456000"
WHOLE_MIB, HALF_MIB = 12000, 6000
SERVER1, SERVER2 = "123.45.67.89", "123.45.67.90"


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    """Two GPU servers and two CPU nodes."""
    machines = {
        "server1": ([SERVER1], 4),
        "server2": ([SERVER2], 4),
        "client1": (["123.45.67.1"], 0),
        "client2": (["123.45.67.2"], 0),
    }
    with hosts.network(tmp_path_factory.mktemp("paper"), **machines) as made:
        yield made


@pytest.fixture
def server1(paper):
    yield paper["server1"]
    paper["server1"].end_processes()


@pytest.fixture
def server2(paper):
    yield paper["server2"]
    paper["server2"].end_processes()


def seen_by_nvidia_smi(client: hosts.Host, options: str) -> list[int]:
    """Total MiB of each GPU that the client's nvidia-smi shows, with its index in order from 0 and a bus id of its
    own.
    """
    shown = "\n".join(client.type(f"flexdirect client {options} nvidia-smi").lines())
    assert "NVIDIA-SMI" in shown and "No running processes found" in shown
    assert [int(index) for index in re.findall(r"^\|\s+(\d+)\s+\S.*\| [0-9A-F]{8}:", shown, re.M)] == list(
        range(len(memory_of(shown)))
    )
    buses = re.findall(r"\| ([0-9A-F]{8}:[0-9A-F]{2}:[0-9A-F]{2}\.0) ", shown)
    assert len(set(buses)) == len(buses) == len(memory_of(shown))
    return memory_of(shown)


def memory_of(shown: str) -> list[int]:
    return [int(total) for total in re.findall(r"\d+MiB / +(\d+)MiB", shown)]


def seen_by_cuda(client: hosts.Host, options: str, gpus) -> list[int]:
    """Total MiB of each GPU that a CUDA program sees there."""
    return [
        int(re.search(r"(\d+) MiB seen", line)[1])
        for line in client.type(f"flexdirect client {options} -- {gpus}").lines()
    ]


def check(client: hosts.Host, options: str, gpus, expected: list[int]) -> None:
    assert seen_by_nvidia_smi(client, options) == expected
    assert seen_by_cuda(client, options, gpus) == expected


def test_configuration_a_one_gpu_of_the_four(paper, server1, gpus):
    server = server1.serve("BF_VISIBLE_DEVICES=0 flexdirect server -p 55001")
    assert server.output == ["Dispatcher listening...", "Listening on 0.0.0.0:55001"]
    check(paper["client1"], f"-l {SERVER1}:55001", gpus, [WHOLE_MIB])


def test_configuration_b_two_gpus_of_the_four(paper, server1, gpus):
    server1.serve("BF_VISIBLE_DEVICES=0,1 flexdirect server -p 55002")
    check(paper["client1"], f"-l {SERVER1}:55002", gpus, [WHOLE_MIB] * 2)


def test_configuration_c_half_a_gpu(paper, server1, gpus):
    server = server1.serve(f"BF_VISIBLE_DEVICES=0 {HALF} flexdirect server -p 55001")
    assert server.output == ["Dispatcher listening...", "Listening on 0.0.0.0:55001"]
    check(paper["client1"], f"-l {SERVER1}:55001", gpus, [HALF_MIB])
    filled = paper["client1"].type(f"flexdirect client -l {SERVER1}:55001 -- {gpus} fill").lines()
    assert "12 pieces, then 2; 0 MiB free" in filled


def test_configuration_d_two_gpus_on_port_55001(paper, server1, gpus):
    server1.serve("BF_VISIBLE_DEVICES=0,1 flexdirect server -p 55001")
    check(paper["client1"], f"-l {SERVER1}:55001", gpus, [WHOLE_MIB] * 2)


def test_configuration_e_two_halves_on_port_55001(paper, server1, gpus):
    server1.serve(f"BF_VISIBLE_DEVICES=0,1 {HALF} flexdirect server -p 55001")
    check(paper["client1"], f"-l {SERVER1}:55001", gpus, [HALF_MIB] * 2)


def test_configuration_f_sixteen_halves_on_two_servers_for_two_clients(paper, server1, server2, gpus):
    for server in (server1, server2):
        for port in (55001, 55002):
            assert server.serve(f"{HALF} flexdirect server -p {port}").output[1] == f"Listening on 0.0.0.0:{port}"
    for client, port in (("client1", 55001), ("client2", 55002)):
        paper[client].write("/etc/bitfusionio/adaptor.conf", f"{SERVER1}:{port}\n{SERVER2}:{port}\n")
        check(paper[client], "", gpus, [HALF_MIB] * 8)


def test_configuration_g_one_half_each_of_sixteen(tmp_path, gpus):
    machines = {
        "server1": ([SERVER1], 8),
        "server2": ([SERVER2], 8),
        "client1": (["123.45.67.1"], 0),
        "client2": (["123.45.67.2"], 0),
    }
    with hosts.network(tmp_path, **machines) as made:
        for name in ("server1", "server2"):
            lines = [f"env BF_VISIBLE_DEVICES={gpu} {HALF} flexdirect server -p {55001 + gpu}" for gpu in range(8)]
            started = [made[name].start(line) for line in lines]
            for number, server in enumerate(started):
                server.wait_for("Listening on")
                assert server.output == ["Dispatcher listening...", f"Listening on 0.0.0.0:{55001 + number}"]
        made["client1"].write(".bitfusionio/adaptor.conf", f"{SERVER1}:55001\n")
        made["client2"].write(".bitfusionio/adaptor.conf", f"{SERVER1}:55002\n")
        check(made["client1"], "", gpus, [HALF_MIB])
        check(made["client2"], "", gpus, [HALF_MIB])
        uuids = [made[name].type("flexdirect client nvidia-smi -L").lines() for name in ("client1", "client2")]
        assert len(uuids[0]) == len(uuids[1]) == 1 and uuids[0] != uuids[1], "two partial GPUs of two GPUs"
