"""A client, a CUDA Server and the Dispatcher that vanish: the others go on or are told, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys

import pytest
import running
from patience import within
from sessions import CLEAN_S, MEMORY, Session, cuda_servers, is_alive, server_of

from bitfusion.errors import ConnectionLost, Refused
from bitfusion.limits import WORKERS_IDLE

HOLDER = """
import sys
sys.path.insert(0, sys.argv[2])
from sessions import Session
session = Session(int(sys.argv[1]))
session.use_device()
assert session.ask("cuMemAlloc_v2", int(sys.argv[3])).result == 0
print(session.port, flush=True)
sys.stdin.read()
"""


def free_memory(server: running.Dispatcher) -> int:
    with Session(server) as session:
        session.use_device()
        return session.ask("cuMemGetInfo_v2").values[0]


def test_killed_client_leaves_neither_process_nor_port_nor_memory(server):
    command = [sys.executable, "-c", HOLDER, str(server.port), os.path.dirname(__file__), str(MEMORY)]
    environment = running.clean_environment(PYTHONPATH=os.pathsep.join((*sys.path, os.path.dirname(running.__file__))))
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        port = int(client.stdout.readline())
        pid = next(pid for pid, held in cuda_servers(server).items() if held == port)
        assert free_memory(server) == 0
        client.kill()
    assert within(CLEAN_S, lambda: not is_alive(pid))
    assert within(CLEAN_S, lambda: free_memory(server) == MEMORY)


def test_client_that_resets_its_connection_ends_its_session(server):
    session = Session(server)
    pid = server_of(server, session)
    session.connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    session.close()
    assert within(CLEAN_S, lambda: not is_alive(pid))


def test_client_that_vanishes_in_the_middle_of_bulk_data_ends_its_session(server):
    session = Session(server)
    session.use_device()
    pointer = session.ask("cuMemAlloc_v2", 1 << 20).values[0]
    pid = server_of(server, session)
    session.connection.socket.sendall(bytes.fromhex("0f00000004000000" + "0000100000000000"))
    session.connection.socket.sendall(
        bytes.fromhex("9432cf") + struct.pack(">Q", pointer) + bytes.fromhex("ce0010000000") + bytes(5000)
    )
    session.close()
    assert within(CLEAN_S, lambda: not is_alive(pid))
    assert within(CLEAN_S, lambda: free_memory(server) == MEMORY)


def test_killed_cuda_server_is_told_to_its_client_alone(server):
    with Session(server) as victim, Session(server) as other:
        os.kill(server_of(server, victim), signal.SIGKILL)
        with pytest.raises(ConnectionLost):
            victim.ask("ping")
        assert other.ask("ping").result == 0
    assert free_memory(server) == MEMORY


def test_killed_idle_cuda_servers_are_replaced(server):
    assert within(CLEAN_S, lambda: len(cuda_servers(server)) == WORKERS_IDLE)
    before = cuda_servers(server)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert within(CLEAN_S, lambda: len(cuda_servers(server).keys() - before.keys()) == WORKERS_IDLE)
    with Session(server) as session:
        assert session.ask("ping").result == 0


def test_killed_dispatcher_takes_its_cuda_servers_and_their_sessions_with_it(server):
    with Session(server) as session:
        session.use_device()
        processes = cuda_servers(server)
        assert server_of(server, session) in processes
        server.process.kill()
        with pytest.raises(ConnectionLost):
            while True:
                session.ask("ping")
        assert within(CLEAN_S, lambda: not any(is_alive(pid) for pid in processes))
    # The kernel closes its sockets one after another; the port is closed when all of them are.
    assert within(CLEAN_S, lambda: server.process.poll() is not None)
    with pytest.raises(Refused):
        Session(server)


def test_sigterm_lets_the_running_client_finish_and_takes_no_other(tmp_path):
    with running.dispatcher(tmp_path, "--softgpu", "1", "--grace", "600") as server:
        with Session(server) as session:
            server.process.terminate()
            assert within(CLEAN_S, lambda: "dispatcher.draining" in server.log())
            with pytest.raises(Refused):
                Session(server)
            assert session.ask("ping").result == 0
        assert within(CLEAN_S, lambda: server.process.poll() == 0)
        assert cuda_servers(server) == {}


def test_grace_period_ends_sessions_that_go_on(server):
    with Session(server) as session:
        server.process.terminate()
        with pytest.raises(ConnectionLost):
            while True:
                session.ask("ping")
        assert within(CLEAN_S, lambda: server.process.poll() == 0)


def test_second_signal_ends_sessions_at_once(tmp_path):
    with running.dispatcher(tmp_path, "--softgpu", "1", "--grace", "600") as server, Session(server) as session:
        server.process.terminate()
        assert within(CLEAN_S, lambda: "dispatcher.draining" in server.log())
        server.process.send_signal(signal.SIGINT)
        with pytest.raises(ConnectionLost):
            while True:
                session.ask("ping")
        assert within(CLEAN_S, lambda: server.process.poll() == 0)
