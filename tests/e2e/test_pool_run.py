"""run: what the application gets, what is said meanwhile, and which GPUs are taken."""

from __future__ import annotations

import re

import pytest
import running
from pools import READS, WHOLE, Background, is_free

STAMP = r"\[INFO\] \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d "
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.mark.parametrize(
    ("script", "code"), [("exit 0", 0), ("exit 3", 3), ("exit 75", 75), ("kill -TERM $$", 143), ("kill -SEGV $$", 139)]
)
def test_exit_code_is_the_applications_and_gpus_are_released(cli, two, script, code):
    done = cli("run", "-s", two.conf, "-n", "1", "--", "sh", "-c", script)
    assert done.code == code and "Released GPUs on 1 server and" in done.complaint and is_free(two, cli)


def test_script_that_names_no_interpreter_runs_as_in_a_shell(cli, two, tmp_path):
    script = tmp_path / "script"
    script.write_text('echo "$1,$2"\nexit 5\n')
    script.chmod(0o755)
    done = cli("run", "-n", "1", "-s", two.conf, "--", script, "a b", "c")
    assert done.code == 5 and done.output.splitlines()[-1] == "a b,c", done.errors


def test_progress_is_told_in_the_papers_form_and_stdout_is_the_applications(cli, two, tmp_path):
    done = cli("run", "-s", two.conf, "-n", "4", "-p", "0.8", "--", "echo", "only this", TMPDIR=str(tmp_path))
    assert done.code == 0 and done.output == "only this\n"
    file, first, second = re.escape(str(tmp_path / "bitfusion")) + r"\d+", *two.addresses
    servers = [f"{STAMP}127\\.0\\.0\\.1 \\d+ {UUID} {scheduler.port} 0\\.1\\.0" for scheduler in two.schedulers]
    expected = [
        f"{STAMP}Choosing GPUs from server list \\[{first} {second}\\]",
        f"{STAMP}Requesting GPUs \\[0 1\\] with 819 MiB of memory from server 0, with version 0\\.1\\.0\\.\\.\\.",
        f"{STAMP}Requesting GPUs \\[0 1\\] with 819 MiB of memory from server 1, with version 0\\.1\\.0\\.\\.\\.",
        "Requested resources:",
        f"Server List: {first};{second}",
        "Client idle timeout: none",
        f"{STAMP}Locked 4 GPUs with partial memory 0\\.8, configuration saved to '{file}'",
        f"{STAMP}Running client command 'echo 'only this'' on 4 GPUs, with the following servers:",
        *servers,
        "",
        f"{STAMP}Releasing GPUs from config file '{file}'\\.\\.\\.",
        f"{STAMP}Released GPUs on 2 servers and removed generated config file '{file}'",
    ]
    lines = done.errors.splitlines()
    assert len(lines) == len(expected)
    for line, pattern in zip(lines, expected, strict=True):
        assert re.fullmatch(pattern, line), (line, pattern)
    assert list(tmp_path.glob("bitfusion*")) == []


def test_quiet_run_says_nothing(cli, two):
    done = cli("run", "-q", "-s", two.conf, "-n", "1", "echo app --x")
    assert (done.code, done.output, done.errors) == (0, "app --x\n", "")


def test_generated_file_is_there_for_the_owner_while_the_application_runs(cli, two, tmp_path):
    done = cli(
        "run",
        "-s",
        two.conf,
        "-n",
        "1",
        "--",
        "sh",
        "-c",
        f"stat -c %a {tmp_path}/bitfusion* && cat {tmp_path}/bitfusion*",
        TMPDIR=str(tmp_path),
    )
    mode, *lines = done.output.splitlines()
    (line,) = [line for line in lines if not line.startswith("#")]
    assert mode == "600" and re.fullmatch(
        rf"{running.HERE}:\d+  # lease {UUID} srs \S+ version \S+ gpus 1 memory_mib {WHOLE}", line
    )


@pytest.mark.parametrize(
    ("words", "devices", "mib"),
    [
        (("-n", "1"), 1, WHOLE),
        (("-n", "3", "-p", "0.5"), 3, 512),
        (("-n", "2", "-p", "0.37"), 2, 378),
        (("-n", "4", "-m", "300"), 4, 300),
    ],
)
def test_application_sees_what_was_asked_for(cli, two, gpus, words, devices, mib):
    done = cli("run", "-s", two.conf, *words, gpus)
    assert done.code == 0, done.errors
    lines = done.output.splitlines()
    assert len(lines) == devices and all(f"{mib} MiB, {mib} MiB seen" in line for line in lines)


def test_server_that_has_enough_is_preferred_to_two(cli, two, tmp_path):
    path = tmp_path / "held.conf"
    assert (
        cli("request_gpus", "-s", two.conf, "-f", path, "-n", "1", "--filter", f"server.addr={two.addresses[0]}").code
        == 0
    )
    servers = ("--", "sh", "-c", "echo $BF_SERVERS | tr ';' '\\n' | wc -l")
    assert cli("run", "-s", two.conf, "-n", "2", *servers).output.strip() == "1"
    assert cli("run", "-s", two.conf, "-n", "3", *servers).output.strip() == "2"
    assert cli("run", "-s", two.conf, "-n", "2", "-p", "0.5", "--single-server", *servers).output.strip() == "1"
    done = cli("run", "-s", two.conf, "-n", "3", "--single-server", *servers)
    assert done.code == 1 and "the most is 2" in done.complaint
    assert cli("release_gpus", "-f", path).code == 0


def test_partly_used_gpus_of_any_server_are_filled_first(cli, two, tmp_path):
    path = tmp_path / "held.conf"
    words = ("-n", "1", "-p", "0.5", "--filter", f"server.addr={two.addresses[1]}")
    assert cli("request_gpus", "-s", two.conf, "-f", path, *words).code == 0
    with Background(tmp_path, "run", "-s", two.conf, "-n", "1", "-m", "100", *READS) as run:
        run.line()
        assert two.free(cli) == [[WHOLE] * 2, [WHOLE // 2 - 100, WHOLE]]
        assert run.end() == 0
    assert cli("release_gpus", "-f", path).code == 0 and is_free(two, cli)


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (("-n", "5"), 1, "the most is 4"),
        (("-n", "1", "-m", "2000"), 1, "1024 MiB"),
        (("-n", "1", "--filter", "device.name=Tesla"), 1, "--filter device.name=Tesla"),
        (("-n", "3", "--filter", "device.id=1"), 1, "the most is 2"),
        (("-n", "0"), 2, "0"),
        (("-n", "-1"), 2, "-1"),
        (("-n", "x"), 2, "x"),
        ((), 2, "-n"),
        (("-n", "1", "-p", "0"), 2, "-p 0"),
        (("-n", "1", "-p", "1.01"), 2, "-p 1.01"),
        (("-n", "1", "-p", "nan"), 2, "-p nan"),
        (("-n", "1", "-m", "0"), 2, "0"),
        (("-n", "1", "-p", "0.5", "-m", "5"), 2, "-m 5"),
        (("-n", "1", "--timeout", "-1"), 2, "-1"),
        (("-n", "1", "--timeout", "soon"), 2, "soon"),
        (("-n", "1", "--filter", "device.colour=red"), 2, "device.phy-memory"),
        (("-n", "1", "--filter", "device.id"), 2, "device.id"),
        (("-n", "1", "--server_list", "a"), 2, "--server_list"),
    ],
)
def test_impossible_and_wrong_requests_are_told_at_once(cli, two, words, code, named):
    done = cli("run", "-s", two.conf, *words, "--", "true")
    assert done.code == code and done.complaint.startswith("Error: ") and named in done.complaint


@pytest.mark.parametrize(("name", "code"), [("no-such-program", 127), ("./no-such-program", 127), ("/proc", 126)])
def test_application_that_cannot_start_is_known_before_gpus_are_asked_for(cli, two, name, code):
    done = cli("run", "-s", two.conf, "-n", "1", "--", name)
    assert done.code == code and name in done.complaint and "Choosing" not in done.errors
