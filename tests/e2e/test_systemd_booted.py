"""The units of `init --systemd` under a real systemd: what starts, what ends with what, what goes on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import booted
import pytest
from patience import PATIENCE_S, until

import bitfusion
from bitfusion.confine import landlock

pytestmark = pytest.mark.plain("services have the settings of their files, and here no certificate")
SERVER, TWIN, SCHEDULER = "bitfusion-server.service", "bitfusion-server@12345.service", "bitfusion-scheduler.service"
COMMON = f"PYTHONPATH={Path(bitfusion.__file__).parents[1]}\nSOFTGPU_MEMORY={1 << 30}\n"
SETTINGS = {
    "server.env": f"{COMMON}OPTIONS=--softgpu 2 --grace 0\n",
    "server-12345.env": f"{COMMON}OPTIONS=--softgpu 1\nBF_SERVER_PORT_MIN=20000\n",
    "scheduler.env": f"{COMMON}OPTIONS=--softgpu 2 --port 55100\n",
}
CLI = [sys.executable, "-m", "bitfusion.cli.main"]


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    stage = tmp_path_factory.mktemp("booted")
    words = [*CLI, "init", "--systemd", "--directory", str(stage / "made")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    for unit in (SERVER, SCHEDULER):
        drop = stage / "made" / "systemd" / f"{unit}.d"
        drop.mkdir()
        (drop / "soon.conf").write_text("[Service]\nRestartSec=100ms\n")
    made = stage / "made"
    with booted.machine(stage, made / "systemd", made / "sysusers.d" / "bitfusion.conf", SETTINGS) as found:
        yield found


@pytest.fixture
def stopped(machine):
    """Nothing runs before and after a test. Of one that fails, what the services said is shown."""
    yield machine
    print(machine.run("journalctl", "--no-pager", "-o", "short-precise", "-n", "60").stdout)
    for unit in (SERVER, TWIN, SCHEDULER):
        machine.run("systemctl", "stop", unit)
        machine.run("systemctl", "reset-failed", unit)


@pytest.fixture
def held(stopped, holder):
    """A function: the words of a client -> a program that has memory of a GPU of the machine, and goes on."""
    programs = []

    def start(*words: str) -> subprocess.Popen:
        programs.append(stopped.start(*CLI, *words, "--", holder))
        assert programs[-1].stdout.readline() == "held\n"
        return programs[-1]

    yield start
    for program in programs:
        if program.poll() is None:  # after a test that failed: at the end of its input it ends, too
            program.stdin.close()
            program.wait(PATIENCE_S)


def ends_well(program) -> None:
    program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 0


def lease(machine: booted.Machine) -> None:
    """Have the scheduler lend a GPU until it is released."""
    words = ("request_gpus", "-n", "1", "--server_list", "127.0.0.1", "-f", f"/run/{uuid.uuid4()}.conf")
    done = machine.run(*CLI, *words)
    assert done.returncode == 0, done.stderr


def main_pid(machine: booted.Machine, unit: str) -> int:
    return int(machine.shows(unit, "MainPID"))


def crash(machine: booted.Machine, unit: str) -> int:
    """kill -9 of the unit's main process; returns the next one's number, once it is active."""
    before = main_pid(machine, unit)
    machine.systemctl("kill", "--kill-who=main", f"--signal={signal.SIGKILL.value}", unit)
    until(
        lambda: main_pid(machine, unit) not in (0, before) and machine.shows(unit, "ActiveState") == "active",
        f"{unit} runs again",
    )
    return before


def test_a_server_is_active_when_it_listens_and_says_what_it_does(stopped, held):
    stopped.systemctl("start", SERVER)
    assert stopped.shows(SERVER, "StatusText") == "GPUs: 2, clients: 0"
    program = held("client", "-l", "127.0.0.1")
    until(lambda: stopped.shows(SERVER, "StatusText") == "GPUs: 2, clients: 1", "the client is told of")
    ends_well(program)


def test_a_service_has_no_privileges_and_a_directory_for_code(stopped):
    stopped.systemctl("start", SERVER)
    status = stopped.run("cat", f"/proc/{main_pid(stopped, SERVER)}/status").stdout
    facts = dict(line.split(":\t", 1) for line in status.splitlines())
    assert set(facts["Uid"].split()) != {"0"} and "0" not in facts["Uid"].split()
    assert (facts["CapEff"], facts["CapBnd"], facts["NoNewPrivs"], facts["Seccomp"]) == ("0" * 16, "0" * 16, "1", "2")
    assert stopped.run("test", "-d", "/var/cache/bitfusion/images").returncode == 0


def test_cuda_servers_of_a_service_are_confined_as_those_of_any_server(stopped, held):
    stopped.systemctl("start", SERVER)
    program = held("client", "-l", "127.0.0.1")
    lines = (line["MESSAGE"] for line in stopped.journal(SERVER))
    # Of the last start.
    event = [json.loads(line) for line in lines if "cuda_servers." in line][-1]
    assert {"privileges", "limits", "calls"} <= set(event["holds"]) and "user" not in event["lacks"]
    assert landlock.abi() < 1 or "files" in event["holds"]
    ends_well(program)


def test_lines_in_the_journal_have_their_priority_and_the_units_name(stopped):
    stopped.systemctl("start", TWIN)
    lines = stopped.journal(TWIN)
    events = {json.loads(line["MESSAGE"])["event"]: line for line in lines if line["MESSAGE"].startswith("{")}
    # That one of two variables is missing is a note, and a warning.
    assert events["dispatcher.started"]["PRIORITY"] == "6" and events["config.note"]["PRIORITY"] == "4"
    assert {line["SYSLOG_IDENTIFIER"] for line in lines} == {"bitfusion-server@12345"}
    assert not [line for line in events.values() if "timestamp" in json.loads(line["MESSAGE"])]
    assert "Listening on 0.0.0.0:12345" in [line["MESSAGE"] for line in lines]


def test_a_dispatcher_that_crashes_takes_its_cuda_servers_along_and_is_started_again(stopped, held):
    stopped.systemctl("start", SERVER)
    program = held("client", "-l", "127.0.0.1")
    before = set(stopped.pids(SERVER))
    crash(stopped, SERVER)
    assert len(before) > 2 and not before & set(stopped.pids(SERVER))
    program.communicate(timeout=PATIENCE_S)
    assert program.returncode != 0


def test_the_end_of_a_server_ends_its_clients_after_grace_and_is_no_failure(stopped, held):
    stopped.systemctl("start", SERVER)
    program = held("client", "-l", "127.0.0.1")
    stopped.systemctl("stop", SERVER)
    assert (stopped.shows(SERVER, "ActiveState"), stopped.shows(SERVER, "Result")) == ("inactive", "success")
    assert stopped.pids(SERVER) == []
    program.communicate(timeout=PATIENCE_S)
    assert program.returncode != 0


def test_a_schedulers_leases_outlive_its_crash_and_end_with_its_service(stopped, held):
    stopped.systemctl("start", SCHEDULER)
    program = held("run", "-n", "1", "--server_list", "127.0.0.1")
    until(lambda: stopped.shows(SCHEDULER, "StatusText") == "GPUs: 2, leases: 1, waiting: 0", "the lease is told of")
    before = set(stopped.pids(SCHEDULER))
    first = crash(stopped, SCHEDULER)
    assert before - {first} <= set(stopped.pids(SCHEDULER))
    until(lambda: "leases: 1" in stopped.shows(SCHEDULER, "StatusText"), "the lease was found again")
    ends_well(program)
    lease(stopped)
    assert len(stopped.pids(SCHEDULER)) > 2
    stopped.systemctl("stop", SCHEDULER)
    assert (stopped.pids(SCHEDULER), stopped.shows(SCHEDULER, "Result")) == ([], "success")


def test_a_scheduler_that_hangs_is_started_again(stopped):
    stopped.write(f"/run/systemd/system/{SCHEDULER}.d/hang.conf", "[Service]\nWatchdogSec=2s\nTimeoutAbortSec=1s\n")
    stopped.systemctl("daemon-reload")
    stopped.systemctl("start", SCHEDULER)
    before = main_pid(stopped, SCHEDULER)
    stopped.systemctl("kill", "--kill-who=main", f"--signal={signal.SIGSTOP.value}", SCHEDULER)
    until(lambda: main_pid(stopped, SCHEDULER) not in (0, before), "another one runs")
    stopped.run("rm", "-r", f"/run/systemd/system/{SCHEDULER}.d")
    stopped.systemctl("daemon-reload")


def reloaded(machine: booted.Machine, unit: str, settings: str, event: str) -> dict:
    """Change a unit's settings and reload it; what it says of that in its log."""
    machine.write(f"/etc/bitfusionio/{unit}.env", settings)
    machine.systemctl("reload", f"bitfusion-{unit}.service")
    found: list[dict] = []

    def told() -> bool:
        lines = [line["MESSAGE"] for line in machine.journal(f"bitfusion-{unit}.service")]
        found[:] = [
            each for each in map(json.loads, (line for line in lines if line[:1] == "{")) if each["event"] == event
        ]
        return bool(found)

    until(told, f"{event} of {unit}")
    assert machine.shows(f"bitfusion-{unit}.service", "ActiveState") == "active"
    return found[-1]


def test_a_reload_of_a_server_takes_what_it_can_and_loses_no_session(stopped, held):
    stopped.systemctl("start", SERVER)
    program = held("client", "-l", "127.0.0.1")
    before = main_pid(stopped, SERVER)
    told = reloaded(
        stopped, "server", f"{COMMON}BF_VISIBLE_DEVICES=1\nOPTIONS=--softgpu 2 --grace 77\n", "config.reloaded"
    )
    assert (told["differs"], told["after_restart"]) == (["grace_s"], ["visible_devices"])
    told = reloaded(stopped, "server", f"{COMMON}OPTIONS=--softgpu many\n", "config.refused")
    assert "--softgpu many" in told["reason"]
    ends_well(program)
    assert main_pid(stopped, SERVER) == before
    stopped.systemctl("stop", SERVER)
    assert any(
        json.loads(line["MESSAGE"]).get("grace_s") == 77.0
        for line in stopped.journal(SERVER)
        if line["MESSAGE"][0] == "{"
    )
    stopped.write("/etc/bitfusionio/server.env", SETTINGS["server.env"])


def test_a_reload_of_a_scheduler_holds_for_later_leases(stopped, held):
    stopped.systemctl("start", SCHEDULER)
    program = held("run", "-n", "1", "--server_list", "127.0.0.1")
    settings = f"{COMMON}BF_SERVER_PORT_MIN=30000\nOPTIONS=--softgpu 2 --port 55100 --auto_release_timeout 1h\n"
    told = reloaded(stopped, "scheduler", settings, "config.reloaded")
    assert (told["differs"], told["after_restart"]) == (["auto_release_s", "data_ports"], [])
    before = set(stopped.pids(SCHEDULER))
    lease(stopped)
    began = {pid: stopped.run("cat", f"/proc/{pid}/environ").stdout for pid in {*stopped.pids(SCHEDULER)} - before}
    assert any("BF_SERVER_PORT_MIN=30000" in variables for variables in began.values())
    ends_well(program)


def test_a_wrong_option_leaves_a_service_down_and_says_why(stopped):
    stopped.write("/etc/bitfusionio/server-12345.env", COMMON + "OPTIONS=--softgpu many\n")
    assert stopped.run("systemctl", "start", TWIN).returncode != 0
    assert stopped.shows(TWIN, "ActiveState") == "failed" and stopped.shows(TWIN, "ExecMainStatus") == "2"
    assert any("--softgpu many" in line["MESSAGE"] for line in stopped.journal(TWIN))
