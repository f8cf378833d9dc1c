"""stats, smi, health, localhealth and net_perf as a user types them."""

from __future__ import annotations

import json
import os
import pty
import re
import socket
import subprocess
import sys
import threading

import pytest
import running
from patience import PATIENCE_S
from reporting import holding

from bitfusion import __version__
from bitfusion.wire.query import Answer

NAMES = ("stats", "smi", "net_perf", "health")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running.dispatcher(tmp_path_factory.mktemp("reports"), "--softgpu", "1") as started:
        yield started


@pytest.fixture(scope="module")
def nobody() -> int:
    """A port at which no server is."""
    return running.free_port()


def test_stats_are_a_table_of_gpus_and_one_of_clients(cli, server, holder):
    with holding(holder, 3, server.port) as program:
        done = cli("stats", "-l", f"{running.HERE}:{server.port}")
    assert done.code == 0 and done.errors == ""
    lines = done.output.splitlines()
    assert (
        lines[0].startswith(f"Dispatcher {running.HERE}:{server.port} (host ") and f"release {__version__}" in lines[0]
    )
    assert "clients 1 now" in lines[1]
    assert re.fullmatch(
        r"  CUDA Servers started \d+, in [\d.]+ s on average; clients waited [\d.]+ s for one", lines[2]
    )
    gpu = next(line for line in lines if "bitfusion softgpu" in line)
    assert "3.0 MiB" in gpu and "16.0 GiB" in gpu and "GPU-" in gpu
    client = next(line for line in lines if "holder" in line)
    assert str(program.pid) in client and client.endswith("3.0 MiB")


def test_smi_is_nvidia_smis_table_under_a_heading(cli, server, holder):
    with holding(holder, 3, server.port) as program:
        done = cli("smi", "-l", f"{running.HERE}:{server.port}")
    lines = done.output.splitlines()
    assert done.code == 0 and lines[0].startswith(f"Dispatcher {running.HERE}:{server.port} (host ")
    assert {len(line) for line in lines[1:] if line} == {79}
    assert any("3MiB / 16384MiB" in line for line in lines)
    assert any(f" {program.pid} " in line and ":holder " in line and "3MiB" in line for line in lines)


def test_net_perf_is_a_line_a_server_and_no_bar_without_a_terminal(cli, server):
    done = cli("net_perf", "-l", f"{running.HERE}:{server.port}")
    assert done.code == 0 and done.errors == ""
    header, line = done.output.splitlines()
    assert header.split()[:2] == ["SERVER", "P50"] and line.startswith(f"Dispatcher {running.HERE}:{server.port} ")
    assert all(float(number) > 0 for number in line.split()[2:6])


def test_net_perf_draws_a_bar_on_a_terminal(server, home):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bitfusion.cli.main", "net_perf", "-l", f"{running.HERE}:{server.port}"]
    environment = running.clean_environment(HOME=str(home), TERM="xterm", COLUMNS="120")
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs
    )
    os.close(theirs)
    drawn = b""
    try:
        while piece := os.read(ours, 65536):
            drawn += piece
    except OSError:
        pass  # how a terminal says that nobody writes any more
    finally:
        os.close(ours)
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0 and "\u2501".encode() in drawn and b"latency" in drawn
    assert b"SERVER" in output and "\u2501".encode() not in output


def test_health_names_each_check_and_its_remedy(cli, server):
    done = cli("health", "-l", f"{running.HERE}:{server.port}")
    assert done.code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0] == "This node" and f"Dispatcher {running.HERE}:{server.port}" in lines
    for name in (
        "configuration",
        "driver",
        "open files",
        "reachable",
        "versions",
        "clock",
        "data ports reachable",
        "latency",
        "gpus",
        "compute mode",
    ):
        assert any(line.split()[1:2] and line[8:].startswith(name) for line in lines), name
    assert lines[-1].endswith("0 failed") and "\x1b" not in done.output


def test_localhealth_is_about_this_node_alone(cli):
    done = cli("localhealth")
    lines = done.output.splitlines()
    assert done.code == 0 and lines[0] == "This node"
    statuses = [line.split()[0] for line in lines[1:-2] if not line.strip().startswith("->")]
    assert set(statuses) <= {"PASS", "WARN"} and len(statuses) >= 9
    assert lines[-1].startswith(f"{statuses.count('PASS')} passed, {statuses.count('WARN')} warning")


def test_localhealth_fails_for_a_file_that_is_broken(cli, home):
    (home / ".bitfusionio").mkdir()
    (home / ".bitfusionio" / "adaptor.conf").write_text("node7:99999\n")
    done = cli("localhealth", "--json")
    (node,) = json.loads(done.output)["nodes"]
    (failed,) = [check for check in node["checks"] if check["status"] == "FAIL"]
    assert (
        done.code == 1
        and failed["name"] == "configuration"
        and "adaptor.conf:1" in failed["detail"]
        and failed["remedy"]
    )


def test_files_as_init_writes_them_name_no_server_and_are_no_fault(cli, home):
    assert cli("init", "--directory", home / ".bitfusionio").code == 0
    done = cli("localhealth", "--json")
    (node,) = json.loads(done.output)["nodes"]
    (check,) = [check for check in node["checks"] if check["name"] == "configuration"]
    assert check["status"] == "PASS" and "no file or variable names servers" in check["detail"], check
    told = cli("health")
    assert f"Only this node is checked: no server in {home / '.bitfusionio' / 'servers.conf'}" in told.errors, told


def test_a_file_of_comments_leaves_servers_of_the_other_kind(cli, home, server):
    assert cli("init", "--directory", home / ".bitfusionio").code == 0
    (home / ".bitfusionio" / "adaptor.conf").write_text(f"{running.HERE}:{server.port}\n")
    done = cli("stats")
    assert done.code == 0 and f"Dispatcher {running.HERE}:{server.port}" in done.output, done


@pytest.mark.parametrize("name", NAMES)
def test_server_that_does_not_answer_is_marked_and_the_others_are_shown(cli, server, nobody, name):
    done = cli(name, "--json", "-l", f"127.0.0.1:{nobody};{running.HERE}:{server.port}")
    document = json.loads(done.output)
    if name == "health":
        assert done.code == 1
        dead, alive = document["nodes"][1:]
        assert [check["status"] for check in dead["checks"]] == ["FAIL"] and str(nobody) in dead["checks"][0]["detail"]
        assert len(alive["checks"]) > 5 and document["summary"]["fail"] == 1
    else:
        dead, alive = document["servers"]
        assert done.code == 0 and alive["error"] is None and alive["address"] == f"{running.HERE}:{server.port}"
        assert str(nobody) in dead["error"]["detail"] and dead["error"]["hint"]


@pytest.mark.parametrize("name", NAMES)
def test_answer_that_lacks_something_is_an_error_and_no_crash(cli, name):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(Answer(1, {"hostname": "node7"}).frame())

        threading.Thread(target=serve, daemon=True).start()
        done = cli(name, "-l", f"127.0.0.1:{listener.getsockname()[1]}")
    assert done.code == 1 and "without '" in done.output and "Traceback" not in done.errors


@pytest.mark.parametrize("name", ["stats", "smi", "net_perf"])
def test_nobody_answers_is_1_with_every_server_named(cli, nobody, name):
    done = cli(name, "-l", f"127.0.0.1:{nobody}", "--server_list", f"127.0.0.1:{nobody}")
    assert done.code == 1 and done.output.count("no answer") == 2
    assert f"SRS 127.0.0.1:{nobody}, Dispatcher 127.0.0.1:{nobody}" in done.complaint


@pytest.mark.parametrize("name", ["stats", "smi", "net_perf"])
def test_no_server_named_anywhere_is_2_and_names_the_places(cli, home, name):
    done = cli(name)
    assert done.code == 2 and done.output == ""
    for file in ("adaptor.conf", "servers.conf"):
        assert str(home / ".bitfusionio" / file) in done.complaint


def test_health_without_servers_checks_this_node_and_says_so(cli):
    done = cli("health")
    assert done.code == 0 and done.output.splitlines()[0] == "This node" and "Only this node is checked" in done.errors


def test_servers_come_from_the_default_files_of_both_kinds(cli, server, nobody, home):
    (home / ".bitfusionio").mkdir()
    (home / ".bitfusionio" / "adaptor.conf").write_text(f"{running.HERE}:{server.port}\n")
    (home / ".bitfusionio" / "servers.conf").write_text(f"127.0.0.1:{nobody}\n")
    kinds = [entry["kind"] for entry in json.loads(cli("stats", "--json").output)["servers"]]
    assert kinds == ["srs", "dispatcher"]
    only = json.loads(cli("stats", "--json", "-f", home / ".bitfusionio" / "adaptor.conf").output)["servers"]
    assert [entry["kind"] for entry in only] == ["dispatcher"]


def test_empty_list_is_not_taken_for_no_list(cli):
    done = cli("stats", "-l", "")
    assert done.code == 2 and "empty" in done.complaint
