"""A server whose machine has no NVML: nvidia-smi still shows what the Dispatcher knows, and N/A for the rest."""

from __future__ import annotations

from typing import Any

import running
import toolkit
from scripted_server import Peer, dispatcher, reply, snapshot
from simple_server import SimpleServer

from bitfusion.driver.nvml import Nvml
from bitfusion.generated.nvml import FUNCTIONS
from bitfusion.session import Quota
from bitfusion.worker.clients import Clients
from bitfusion.worker.ledger import SharedLedger
from bitfusion.worker.session_table import OwnRow, SessionTable, create

MIB = 1 << 20


class WithoutNvml(SimpleServer):
    """The server's own code, told that there is no library, and a table with two clients, one of another host."""

    def __init__(self) -> None:
        self.table = SessionTable(create(4, 2))
        for row, (pid, host, program, cuda) in enumerate(
            [(4001, "here", "train", True), (4002, "there", "infer", True), (4003, "here", "watch", False)]
        ):
            self.table.open(row)
            OwnRow(self.table, row).begin(f"{row:08x}", pid, host, program, cuda)
            SharedLedger(self.table, row).reserve(1, (row + 1) * 100 * MIB, None)
        self.nvml = Nvml(
            FUNCTIONS, snapshot("One", "Two"), Clients(self.table, Quota((None, None)), "here"), usable=False
        )
        super().__init__({"nvml_call": self._nvml})

    def _nvml(self, peer: Peer, number: int, arguments: list[Any]) -> None:
        peer.send(reply(number, 0, *self.nvml.call(*arguments)))


def smi(*words: str) -> str:
    program, server = toolkit.nvidia_smi(), WithoutNvml()
    with dispatcher(server.serve, devices=("One", "Two")) as listening:
        plain = {"BF_SERVERS": f"127.0.0.1:{listening.port}"}  # that one speaks no TLS
        done = running.run([program, *words], running.remote(listening.port) | plain)
    assert done.code == 0 and done.errors == "", done.output + done.errors
    return done.output


def test_names_memory_places_and_versions_are_shown():
    fields = "--query-gpu=index,name,uuid,pci.bus_id,memory.total,memory.used,driver_version,temperature.gpu"
    first, second = smi(fields, "--format=csv,noheader,nounits").splitlines()
    assert first == "0, One, GPU-01010101-0101-0101-0101-010101010101, 00000000:01:00.0, 16384, 0, 13.0, [N/A]"
    # Of the three, the one without CUDA has memory only because the test says so; the sum counts it.
    assert second == "1, Two, GPU-02020202-0202-0202-0202-020202020202, 00000000:02:00.0, 16384, 600, 13.0, [N/A]"


def test_processes_are_the_clients_and_those_of_other_hosts_say_so():
    apps = smi("--query-compute-apps=pid,process_name,used_memory", "--format=csv,noheader,nounits")
    assert apps.splitlines() == ["4001, train, 100", "4002, there:infer, 200"]


def test_the_table_has_no_errors():
    table = smi()
    assert "ERR!" not in table and table.count("MiB / 16384MiB") == 2 and "there:infer" in table
    log = smi("-q")
    assert [
        text for text in ("Unknown Error", "Invalid Argument", "GPU is lost", "Function Not Found") if text in log
    ] == []


def test_processes_of_the_asking_host_go_before_others_with_the_same_id():
    table = SessionTable(create(2, 1))
    for row, host in enumerate(("there", "here")):
        table.open(row)
        OwnRow(table, row).begin(f"{row:08x}", 7, host, f"of-{host}")
    assert Clients(table, (None,), "here").name(7) == "of-here"
    assert Clients(table, (None,), "elsewhere").name(7) == "there:of-there"
    assert Clients(table, (None,), "here").name(8) is None
