"""Ports of servers: who holds one that cannot be had, and which the system may give to a connection."""

from __future__ import annotations

import os
import socket

import pytest

from bitfusion.errors import PortBusy
from bitfusion.net import ephemeral, sockets


def test_port_that_is_the_local_end_of_a_connection_is_named_with_its_process():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.bind(("127.0.0.1", 0))
        client.connect(server.getsockname())
        port, remote = client.getsockname()[1], server.getsockname()[1]
        with pytest.raises(PortBusy) as busy:
            sockets.listen("127.0.0.1", port)
    assert f"held by process {os.getpid()} (" in busy.value.hint
    assert (
        f"whose connection to 127.0.0.1:{remote} was given it by the system; end it or choose another port"
        in busy.value.hint
    )
    assert not ephemeral.exposed([(port, port)]) or f"{ephemeral.SETTING}={port}" in busy.value.hint


def test_port_that_somebody_listens_on_is_named_with_its_process():
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(PortBusy) as busy:
        sockets.listen("127.0.0.1", server.getsockname()[1])
    assert f"held by process {os.getpid()} (" in busy.value.hint and "connection" not in busy.value.hint


@pytest.mark.parametrize(
    ("given", "reserved", "exposed", "value"),
    [
        ("32768\t60999", "", [(45201, 46225), (55001, 55001), (56001, 56001)], "45201-46225,55001,56001"),
        ("32768\t60999", "55001,56001", [(45201, 46225)], "45201-46225,55001,56001"),
        (
            "32768\t60999",
            "8080,45000-45999,55001",
            [(45201, 46225), (56001, 56001)],
            "8080,45000-45999,45201-46225,55001,56001",
        ),
        ("32768\t60999", "45201-46225,55001,56001", [], ""),
        ("32768\t45200", "", [], ""),
        ("32768\t45201", "", [(45201, 46225)], "45201-46225"),
        ("47000\t60999", "55001", [(56001, 56001)], "55001,56001"),
        ("", "", [], ""),
    ],
)
def test_ports_that_a_connection_may_be_given(given, reserved, exposed, value, tmp_path):
    (tmp_path / "ip_local_port_range").write_text(f"{given}\n")
    (tmp_path / "ip_local_reserved_ports").write_text(f"{reserved}\n")
    found = ephemeral.exposed([(45201, 46225), *ephemeral.SERVERS], tmp_path)
    assert found == exposed
    assert not found or ephemeral.remedy(found, tmp_path) == f"sysctl -w {ephemeral.SETTING}={value}"


def test_without_proc_no_port_is_exposed(tmp_path):
    assert ephemeral.exposed([(1, 65535)], tmp_path) == []
