"""The server as an operator starts it, and programs on the GPUs of one and of several."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading

import pytest
import running
from patience import PATIENCE_S

LIMIT = "6291456000"


def lines_of(program, *ports: int, words=(), **extra: str) -> list[str]:
    outcome = running.run([program, *words], running.remote(*ports, **extra))
    assert outcome.code == 0, outcome.output + outcome.errors
    return outcome.output.splitlines()


def test_started_server_prints_two_lines_and_ends_with_0(tmp_path, gpus):
    with running.dispatcher(tmp_path, "--softgpu", "1") as server:
        assert server.output == ["Dispatcher listening...", f"Listening on 0.0.0.0:{server.port}"]
        lines_of(gpus, server.port)
        assert server.stop() == 0
    assert server.output == ["Dispatcher listening...", f"Listening on 0.0.0.0:{server.port}"]


def test_interrupt_ends_it_with_0_too(tmp_path):
    with running.dispatcher(tmp_path, "--softgpu", "1") as server:
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(PATIENCE_S) == 0


def test_module_form_starts_the_same_server(tmp_path):
    port = running.free_port()
    command = [sys.executable, "-m", "bitfusion.server", "--port", str(port), "--softgpu", "1"]
    process = subprocess.Popen(
        command, env=running.clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert [process.stdout.readline(), process.stdout.readline()] == [
            "Dispatcher listening...\n",
            f"Listening on 0.0.0.0:{port}\n",
        ]
    finally:
        process.terminate()
        assert process.wait(PATIENCE_S) == 0


def test_port_in_use_is_named(cli):
    with socket.create_server(("0.0.0.0", 0)) as holder:
        port = holder.getsockname()[1]
        done = cli("server", "--softgpu", "1", "-p", str(port))
    assert done.code == 1 and done.output == ""
    assert done.complaint.startswith("Error: ") and str(port) in done.complaint


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"BF_VISIBLE_DEVICES": "0,2"}, "2"),
        ({"BF_VISIBLE_DEVICES": "x"}, "x"),
        ({"BF_VISIBLE_DEVICES": "0,0"}, "0"),
        ({"BF_GPU_DEVICE_MEMORY_LIMIT": "half"}, "half"),
        ({"BF_GPU_DEVICE_MEMORY_LIMIT": "0"}, "0"),
        ({"BF_SERVER_PORT_MIN": "50000", "BF_SERVER_PORT_MAX": "49999"}, "49999"),
        ({"BF_SERVER_PORT_MIN": "0"}, "0"),
    ],
)
def test_bad_settings_are_2_and_named(cli, variables, named):
    done = cli("server", "--softgpu", "2", "-p", str(running.free_port()), **variables)
    assert done.code == 2 and done.output == "", done.errors
    assert done.complaint.startswith("Error: ") and next(iter(variables)) in done.complaint and named in done.complaint


def test_server_without_any_gpu_names_both_ways(cli):
    done = cli("server", "-p", str(running.free_port()))
    assert done.code == 1 and done.output == ""
    assert done.complaint.startswith("Error: ") and "--softgpu" in done.complaint


def test_visible_devices_choose_and_order(tmp_path, gpus):
    with running.dispatcher(tmp_path, "--softgpu", "4", BF_VISIBLE_DEVICES="2,0") as server:
        assert len(lines_of(gpus, server.port)) == 2


def test_two_halves_of_one_gpu(tmp_path, gpus):
    options = {"BF_GPU_DEVICE_MEMORY_LIMIT": LIMIT, "BF_VISIBLE_DEVICES": "0"}
    with (
        running.dispatcher(tmp_path, "--softgpu", "1", **options) as one,
        running.dispatcher(tmp_path, "--softgpu", "1", **options) as two,
    ):
        for server in (one, two):
            lines = lines_of(gpus, server.port, words=["fill"])
            assert "6000 MiB, 6000 MiB seen, some free" in lines[0]
            assert lines[1:] == ["12 pieces, then 2; 0 MiB free", "all free again: 1"]


def test_limit_holds_for_all_clients_of_a_server_together(tmp_path, gpus):
    with running.dispatcher(tmp_path, "--softgpu", "1", BF_GPU_DEVICE_MEMORY_LIMIT=LIMIT) as server:
        # Two at once: what they get in all at any one time is at most the limit, and each sees the whole as its size.
        results: list[list[str]] = []
        threads = [
            threading.Thread(target=lambda: results.append(lines_of(gpus, server.port, words=["fill"])))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(results) == 2
        assert all("6000 MiB, 6000 MiB seen" in lines[0] and " then 2;" in lines[1] for lines in results)
        # Afterwards nothing is left behind.
        assert lines_of(gpus, server.port, words=["fill"])[1] == "12 pieces, then 2; 0 MiB free"


def test_gpus_of_several_servers_are_one_list(tmp_path, gpus):
    with (
        running.dispatcher(tmp_path, "--softgpu", "2", SOFTGPU_MEMORY=str(1 << 30)) as one,
        running.dispatcher(tmp_path, "--softgpu", "1", SOFTGPU_MEMORY=str(2 << 30)) as two,
    ):
        sizes = [re.search(r"(\d+) MiB seen", line)[1] for line in lines_of(gpus, one.port, two.port)]
        assert sizes == ["1024", "1024", "2048"]
        turned = [re.search(r"(\d+) MiB seen", line)[1] for line in lines_of(gpus, two.port, one.port)]
        assert turned == ["2048", "1024", "1024"]


def test_program_finds_its_server_without_the_launcher(tmp_path, home, gpus):
    with running.dispatcher(tmp_path, "--softgpu", "1") as server:
        (home / ".bitfusionio").mkdir()
        (home / ".bitfusionio" / "adaptor.conf").write_text(f"# mine\n{running.SCHEME}localhost:{server.port}\n")
        environment = running.remote(HOME=str(home))
        del environment["BF_SERVERS"]
        assert running.run([gpus], environment).code == 0
        (tmp_path / "other.conf").write_text(f"{running.HERE}:{server.port}\n")
        environment |= {"HOME": "/", "BF_ADAPTOR_PATH": str(tmp_path / "other.conf")}
        assert running.run([gpus], environment).code == 0


def test_client_runs_a_program_by_ipv6(tmp_path, cli, gpus):
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback address")
    with running.dispatcher(tmp_path, "--softgpu", "1", "--host", "::1") as server:
        assert server.output[-1] == f"Listening on [::1]:{server.port}"
        done = cli("client", "-l", f"{running.SCHEME}[::1]:{server.port}", "--", gpus)
        assert done.code == 0, done.errors
        assert len(done.output.splitlines()) == 1


def test_no_server_is_805_at_once_and_one_line_names_it(gpus):
    port = running.free_port()
    outcome = running.run([gpus], running.remote(port))
    assert outcome.output == "cuInit(0): 805\n" and outcome.code == 805 & 0xFF
    assert f"127.0.0.1:{port}" in outcome.errors and len(outcome.errors.splitlines()) == 1
