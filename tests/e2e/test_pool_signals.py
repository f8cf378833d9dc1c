"""run: signals, waiting, and leases that outlive it or do not outlive it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
import running
from patience import PATIENCE_S, until
from pools import FREE, READS, Background, Terminal, end_process, is_alive, is_free


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1])
def test_signal_of_a_process_is_passed_on(cli, two, home, number):
    script = f"trap 'echo caught; exit 9' {number.name[3:]}; echo ready; while :; do sleep 0.05; done"
    with Background(home, "run", "-s", two.conf, "-n", "1", "--", "sh", "-c", script) as run:
        assert run.line() == "ready"
        run.process.send_signal(number)
        assert run.line() == "caught" and run.end() == 9
    assert is_free(two, cli)


def test_ctrl_c_reaches_the_application_once_and_run_goes_on(cli, two, home):
    # The terminal shows the command line as well: its words are not those that are waited for.
    script = "trap 'echo c$((0))ught' INT; echo r$((0))ady; while :; do sleep 0.05; done"
    with Terminal(home, "run", "-s", two.conf, "-n", "1", "--", "sh", "-c", script) as terminal:
        terminal.heard("r0ady")
        for times in (1, 2):
            terminal.type(b"\x03")  # Ctrl-C
            terminal.heard("c0ught.*" * times)
        assert terminal.text.count("c0ught") == 2 and terminal.process.poll() is None
        terminal.type(b"\x1c")  # Ctrl-\, which ends the shell
        assert terminal.process.wait(PATIENCE_S) == 131
    assert is_free(two, cli)


def test_killed_run_leaves_its_gpus_for_the_time_of_a_lease(cli, two, home):
    with Background(home, "run", "-s", two.conf, "-n", "3", *READS, BF_LEASE_TTL="2") as run:
        application = int(run.line())
        assert two.free(cli) != FREE
        run.process.kill()
        until(lambda: two.free(cli) == FREE, "free again")
        assert is_alive(application)
        end_process(application)


def test_lease_is_renewed_for_as_long_as_the_application_runs(cli, two, home):
    # Three renewals within each time to live: a busy machine may hold one up.
    with Background(
        home, "run", "-s", two.conf, "-n", "1", "--", "sh", "-c", "sleep 9; echo done", BF_LEASE_TTL="4"
    ) as run:
        assert run.line() == "done" and run.end() == 0
        assert not [line for line in run.errors if "[WARN]" in line]


def test_run_waits_for_its_turn_and_says_why(cli, two, home, tmp_path):
    path = tmp_path / "held.conf"
    assert cli("request_gpus", "-s", two.conf, "-f", path, "-n", "3").code == 0
    with Background(home, "run", "-s", two.conf, "-n", "2", "-p", "0.5", "--", "echo", "now") as run:
        waiting = run.heard("Waiting for 2 GPUs")
        assert "with 0.5 of their memory" in waiting and waiting.count("position 1") == 2 and "512 MiB" in waiting
        assert sum(server["waiting"] for server in two.seen(cli)) == 2
        with Background(home, "run", "-s", two.conf, "-n", "1", "--", "echo", "after") as second:
            second.heard("position 2, behind 1 other")
            assert cli("release_gpus", "-f", path).code == 0
            assert run.line() == "now" and run.end() == 0
            assert second.line() == "after" and second.end() == 0
    assert len([line for line in run.errors if "Waiting" in line]) == len(
        {line.split(" ", 2)[2] for line in run.errors if "Waiting" in line}
    )
    assert is_free(two, cli)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_interrupted_wait_leaves_nothing(cli, two, home, tmp_path, number):
    path = tmp_path / "held.conf"
    assert cli("request_gpus", "-s", two.conf, "-f", path, "-n", "4").code == 0
    for words in (("run", "-n", "1", "true"), ("request_gpus", "-n", "1", "-f", tmp_path / "other.conf")):
        with Background(home, words[0], "-s", two.conf, *words[1:]) as waiting:
            waiting.heard("Waiting for")
            waiting.process.send_signal(number)
            assert waiting.end() == 128 + number
            assert waiting.errors[-1] == f"Error: interrupted by {number.name}; nothing is held"
        assert all(server["waiting"] == 0 for server in two.seen(cli))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["held.conf", "home"]
    assert cli("release_gpus", "-f", path).code == 0


def test_time_to_wait_is_bounded(cli, two, tmp_path):
    path = tmp_path / "held.conf"
    assert cli("request_gpus", "-s", two.conf, "-f", path, "-n", "4", "-p", "0.6").code == 0
    done = cli("run", "-s", two.conf, "-n", "1", "-p", "0.5", "--timeout", "0", "true")
    assert (
        done.code == 75
        and "asked for 1 GPU with 512 MiB, 0 are free" in done.complaint
        and "Waiting" not in done.errors
    )
    done = cli("run", "-s", two.conf, "-n", "1", "--timeout", "1", "true")
    assert done.code == 75 and "waited 1 s" in done.complaint
    assert cli("run", "-s", two.conf, "-n", "4", "-p", "0.4", "--timeout", "0", "true").code == 0
    assert cli("release_gpus", "-f", path).code == 0 and is_free(two, cli)


def test_lost_lease_is_told_once_and_the_application_goes_on(cli, two, home, tmp_path):
    copy = tmp_path / "copy.conf"
    with Background(home, "run", "-s", two.conf, "-n", "1", *READS, BF_LEASE_TTL="2", TMPDIR=str(tmp_path)) as run:
        run.line()
        (generated,) = tmp_path.glob("bitfusion*")
        copy.write_text(generated.read_text())
        assert cli("release_gpus", "-f", copy).code == 0
        run.heard("are lost to the application")
        assert run.end() == 0
    assert len([line for line in run.errors if "are lost" in line]) == 1
    assert "Released GPUs on 0 servers" in run.errors[-1]
    assert list(tmp_path.glob("bitfusion*")) == []


@pytest.mark.parametrize("words", [("run", "-n", "1", "true"), ("request_gpus", "-n", "1", "-f")])
def test_nobody_listening_on_stderr_leaves_nothing_held(two, cli, home, tmp_path, words):
    path = tmp_path / "adaptor.conf"
    command = [
        sys.executable,
        "-m",
        "bitfusion.cli.main",
        words[0],
        "-s",
        two.conf,
        *words[1:],
        *([path] if words[-1] == "-f" else []),
    ]
    reading, writing = os.pipe()
    os.close(reading)
    subprocess.run(command, env=running.clean_environment(HOME=str(home)), stderr=writing, timeout=PATIENCE_S)
    os.close(writing)
    assert path.exists() == (words[-1] == "-f")
    if path.exists():
        assert cli("release_gpus", "-f", path).code == 0
    assert is_free(two, cli)
