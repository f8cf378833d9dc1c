"""What each client of a server may have: how many there are, their memory, how long they do nothing and stay."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from typing import Any

import pytest
import running
from kernels import Busy
from patience import PATIENCE_S, until
from sessions import Session, logged

from bitfusion.errors import ConnectionLost, Refused
from bitfusion.net.query import ask
from bitfusion.wire.notices import Topic

MIB = 1 << 20
# Makes a context, says so, waits for a line, and prints what the next calls return.
IDLER = """
import ctypes
cuda, context, device = ctypes.CDLL("libcuda.so.1"), ctypes.c_void_p(), ctypes.c_int()
assert cuda.cuInit(0) == 0 and cuda.cuDeviceGet(ctypes.byref(device), 0) == 0
assert cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), device) == 0 and cuda.cuCtxSetCurrent(context) == 0
assert cuda.cuCtxSynchronize() == 0
print("ready", flush=True)
input()
print(cuda.cuCtxSynchronize(), cuda.cuCtxSynchronize())
"""


def stats(server: running.Dispatcher) -> dict[str, Any]:
    return ask("127.0.0.1", server.port, "stats", trust=running.TRUST)


def test_more_clients_than_allowed_are_refused_and_the_next_comes_when_one_has_ended(tmp_path):
    with running.dispatcher(tmp_path, "--softgpu", "1", "--clients-max", "2") as server:
        with Session(server), Session(server):
            with pytest.raises(Refused, match="already has 2 clients,") as caught:
                Session(server)
            assert caught.value.code == 808 and stats(server)["clients_max"] == 2
        until(lambda: not stats(server)["clients_now"], "both have ended")
        with Session(server) as session:
            assert session.ask("ping").result == 0


def test_client_sees_and_gets_what_one_client_may_have_whatever_others_have(tmp_path, gpus):
    limits = {"SOFTGPU_MEMORY": str(4096 * MIB), "BF_GPU_DEVICE_MEMORY_LIMIT": str(2400 * MIB)}
    with running.dispatcher(tmp_path, "--softgpu", "2", "--client-memory", str(1100 * MIB), **limits) as server:
        with Session(server) as other:
            other.use_device()
            assert other.ask("cuMemAlloc_v2", 1000 * MIB).result == 0
            assert other.ask("cuMemAlloc_v2", 101 * MIB).result == 2
            assert other.ask("cuMemGetInfo_v2").values == (100 * MIB, 1100 * MIB)
            outcome = running.run([gpus, "fill"], running.remote(server.port))
            lines = outcome.output.splitlines()
            assert [line.split(", ")[1:3] for line in lines[:2]] == [["1100 MiB", "1100 MiB seen"]] * 2
            assert lines[2:] == ["2 pieces, then 2; 100 MiB free", "all free again: 1"]
            (client,) = stats(server)["clients"]
            assert (client["memory"], client["memory_limit"]) == ([1000 * MIB, 0], [1100 * MIB] * 2)
            other.use_device(1)
            assert other.ask("cuMemAlloc_v2", 1100 * MIB).result == 0
        # All together are still bounded: what is left of the device is less than what a client may have.
        with Session(server) as one, Session(server) as two, Session(server) as three:
            for session, wanted in ((one, 1100), (two, 1100), (three, 200)):
                session.use_device()
                assert session.ask("cuMemAlloc_v2", wanted * MIB).result == 0
            assert three.ask("cuMemGetInfo_v2").values == (0, 1100 * MIB)
            assert three.ask("cuMemAlloc_v2", 512).result == 2


@pytest.mark.parametrize(
    ("option", "result", "words"),
    [
        ("--idle-timeout", "idle time-out", "it made no call for 1 s, and no work of it ran"),
        ("--session-timeout", "session time-out", "the time of a session here, 1 s, is over"),
    ],
)
def test_session_whose_time_is_over_ends_with_806_and_one_line_that_says_why(tmp_path, option, result, words):
    with running.dispatcher(tmp_path, "--softgpu", "1", option, "1s") as server:
        command = [sys.executable, "-c", IDLER]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, env=running.remote(server.port), text=True, **pipes) as program:
            until(lambda: logged(server, "session.ended"), "the session has ended")
            output, errors = program.communicate("\n", PATIENCE_S)
        (ended,) = logged(server, "session.ended")
        assert ended["result"] == result
        # It may have been over before the program was ready: then that is where it learns of it.
        assert program.returncode or output == "ready\n806 806\n"
        told = [line for line in errors.splitlines() if line.startswith("bitfusion: ")]
        line = f"the server 127.0.0.1:{server.port} ends the session: {words}."
        end = "Every CUDA call now returns CUDA_ERROR_MPS_RPC_FAILURE (806); start the program again."
        assert told == [f"bitfusion: {line} {end}"]


def test_session_whose_kernel_runs_is_not_idle_and_is_told_how_long_it_has(tmp_path):
    with running.dispatcher(tmp_path, "--softgpu", "1", "--idle-timeout", "1s") as server, Session(server) as session:
        session.use_device()
        busy = Busy(session)
        session.flush()
        # Four times as long as it may do nothing.
        until(lambda: stats(server)["clients"][0]["idle_s"] > 4, "it has called nothing")
        (client,) = stats(server)["clients"]
        assert client["idle_left_s"] == 0 and client["session_left_s"] is None
        busy.release()
        assert session.ask("cuStreamSynchronize", busy.stream).result == 0
        with pytest.raises(ConnectionLost):
            while True:
                session.finish(0)
        assert session.notices[-1][:2] == (Topic.ENDED, 806)


def test_session_of_a_server_that_ends_is_told_so(tmp_path):
    with running.dispatcher(tmp_path, "--softgpu", "1", "--grace", "0") as server, Session(server) as session:
        assert session.ask("ping").result == 0
        assert server.stop() == 0
        with pytest.raises(ConnectionLost):
            session.ask("ping")
            session.ask("ping")
        with pytest.raises(ConnectionLost):
            session.finish(0)
        assert [line["result"] for line in logged(server, "session.ended")] == ["dispatcher gone"]


def test_limits_that_are_read_again_hold_for_clients_that_come_then_and_no_session_ends(tmp_path):
    settings, address = tmp_path / "server.env", str(tmp_path / "notify")
    settings.write_text("BF_CLIENTS_MAX=1\n")
    # As systemd has set them from the file.
    service = {"NOTIFY_SOCKET": address, "BF_ENVIRONMENT_FILE": str(settings), "BF_CLIENTS_MAX": "1"}
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        with running.dispatcher(tmp_path, "--softgpu", "1", **service) as server, Session(server) as session:
            with pytest.raises(Refused, match="already has 1 client,"):
                Session(server)
            settings.write_text(f"BF_CLIENTS_MAX=2\nBF_CLIENT_MEMORY_LIMIT={64 * MIB}\n")
            server.process.send_signal(signal.SIGHUP)
            until(lambda: logged(server, "config.reloaded"), "they are read again")
            with Session(server) as other:
                for each, result in ((other, 2), (session, 0)):
                    each.use_device()
                    assert each.ask("cuMemAlloc_v2", 65 * MIB).result == result
            settings.write_text("BF_CLIENTS_MAX=none\n")
            server.process.send_signal(signal.SIGHUP)
            until(lambda: logged(server, "config.refused"), "they are looked at")
            assert stats(server)["client_memory"] == [64 * MIB] and session.ask("ping").result == 0
