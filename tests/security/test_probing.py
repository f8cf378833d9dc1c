"""All ports of a server and of a scheduler are probed at once, from many addresses and hosts, in every way that costs a
prober little: a good client works beside and gets every byte right.
"""

from __future__ import annotations

import contextlib
import shlex
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import certified
import hosts
import pytest
import running
from lending import lease_of
from patience import PATIENCE_S, until
from probing import KINDS, Prober, work
from sessions import Session, logged

from bitfusion.config.addresses import Address
from bitfusion.net.query import ask
from bitfusion.net.trust import connect
from bitfusion.srs.client import Srs

ROUNDS, DATA_PORTS = 3, 60
SERVER, GOOD, PROBERS = "10.77.0.1", "10.77.0.2", ["10.77.0.3", "10.77.0.4", "10.77.0.5"]
OTHER_KINDS = [("scan", "half_open", "slow"), ("reset", "noise", "handshake"), ("greedy", "stranger", "slow")]
FIRST = 45201
PORTS = f"54999-55003,56000-56002,57001-57003,9400,{FIRST}-{FIRST + DATA_PORTS - 1}"
PROBING = shlex.join([sys.executable, str(Path(__file__).parent / "probing.py")])


@contextlib.contextmanager
def probed(ports: list[int]) -> Iterator[list[Prober]]:
    """Probers of all these ports, at work."""
    stop = threading.Event()
    kinds = enumerate(KINDS.values(), 1)
    made = [kind("127.0.0.1", f"127.0.7.{number}", probe, ports, stop) for number, (kind, probe) in kinds]
    for each in made:
        each.thread.start()
    try:
        yield made
    finally:
        stop.set()
        for each in made:
            each.thread.join(PATIENCE_S)


async def test_probing_of_all_ports_from_many_addresses_leaves_a_good_client_undisturbed(tmp_path, gpus):
    metrics, first = running.free_port(), running.free_port()
    data = {"BF_SERVER_PORT_MIN": str(first), "BF_SERVER_PORT_MAX": str(first + DATA_PORTS - 1)}
    options = ("--softgpu", "1", "--metrics_port", str(metrics))
    with (
        running.dispatcher(tmp_path, *options, **data) as server,
        running.scheduler(tmp_path, "--softgpu", "1") as scheduler,
    ):
        ports = [server.port, scheduler.port, metrics, *range(first, first + DATA_PORTS)]
        with probed(ports) as probers:
            for number in range(ROUNDS):
                work(Session(server), number)
                outcome = running.run([gpus], running.remote(server.port))
                assert outcome.code == 0 and outcome.errors == "", outcome.errors
                async with Srs(Address("127.0.0.1", scheduler.port, tls=running.SECURE)) as srs:
                    lease = await lease_of(srs)
                    await srs.release(lease["lease"])
                assert prometheus_is_up(metrics)
            until(lambda: all(each.passes for each in probers), "all have probed all ports")
            work(Session(server), ROUNDS)
        until(lambda: not ask("127.0.0.1", server.port, "stats", trust=running.TRUST)["clients_now"], "nobody is left")
        assert server.stop() == 0 and scheduler.stop() == 0
        for each in (server, scheduler):
            assert "Traceback" not in each.log() and '"critical"' not in each.log()
        assert not logged(server, "cuda_server.died") and not logged(server, "cuda_server.failed")
        assert logged(server, "peer.dismissed")


def prometheus_is_up(port: int) -> bool:
    with connect("127.0.0.1", port, PATIENCE_S, running.TRUST) as connection:
        connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return connection.recv(64).startswith(b"HTTP/1.1 200")


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    strangers = {f"prober{number}": ([address], 0) for number, address in enumerate(PROBERS)}
    scratch = tmp_path_factory.mktemp("machines")
    with hosts.network(scratch, server=([SERVER], 2), good=([GOOD], 0), **strangers) as made:
        yield made


@pytest.fixture
def afterwards(machines) -> Iterator[None]:
    yield
    for host in machines.values():
        host.end_processes()


@pytest.mark.plain("its servers speak TLS in one of two runs anyway")
@pytest.mark.usefixtures("afterwards")
@pytest.mark.parametrize("scheme", ["", "tls://"])
def test_probing_of_all_ports_from_other_hosts_leaves_a_good_client_undisturbed(machines, tmp_path, gpus, scheme):
    """Of a server and a scheduler that speak TLS and that do not; also with SYNs that nobody goes on with."""
    server, good = machines["server"], machines["good"]
    made = certified.make(tmp_path, SERVER)
    own = f"BF_TOKEN_FILE= BF_TLS_CA={made.ca if scheme else ''}"
    ports = f"BF_SERVER_PORT_MIN={FIRST} BF_SERVER_PORT_MAX={FIRST + DATA_PORTS - 1} BF_VISIBLE_DEVICES=0"
    options = shlex.join(made.options) if scheme else ""
    serving = [
        server.serve(f"BF_TOKENS= {ports} flexdirect server --metrics_port 0.0.0.0:9400 {options}"),
        server.serve(f"BF_TOKENS= flexdirect resource_scheduler -d 1 -p 57001 {options}"),
    ]
    probers = [
        machines[f"prober{number}"].start(f"{PROBING} {SERVER} {PORTS} {' '.join(kinds)}", stdin=True)
        for number, kinds in enumerate(OTHER_KINDS)
    ]
    for number in range(ROUNDS):
        for line in (
            f"{PROBING} work {SERVER} 55001 {number}",
            f"flexdirect client -l {scheme}{SERVER} -- {gpus}",
            f"flexdirect run -n 1 --server_list {scheme}{SERVER} -- {gpus}",
            f"flexdirect stats -l {scheme}{SERVER}",
        ):
            done = good.type(f"{own} {line}")
            assert done.code == 0 and (done.errors == "" or " run " in line), (line, done)
    for prober, kinds in zip(probers, OTHER_KINDS, strict=True):
        for kind in kinds:
            prober.wait_for(f"{kind} is through")
    assert good.type(f"{own} {PROBING} work {SERVER} 55001 {ROUNDS}").code == 0
    for prober in probers:
        assert prober.process.stdin is not None
        prober.process.stdin.close()
        assert prober.wait() == 0
    for each in serving:
        assert not [line for line in each.errors if "Traceback" in line or '"critical"' in line]
        assert each.process.poll() is None
