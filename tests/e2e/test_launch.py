"""`client` and `local` become the application: its words, environment, exit status, and which servers it is given."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys

import pytest
import running
from patience import PATIENCE_S

from bitfusion import native

SHOW = (
    'printf "%s\\n" "$LD_PRELOAD" "$LD_LIBRARY_PATH" "$TRITON_LIBCUDA_PATH" "$BF_SERVERS" "$SOFTGPU_DEVICES"'
    ' "$SOFTGPU_MEMORY"'
)


def servers_of(done) -> str:
    assert done.code == 0, done.errors
    return done.output.strip()


@pytest.mark.parametrize("start", [("client", "-l", "localhost"), ("local", "--softgpu", "1")])
@pytest.mark.parametrize("code", [0, 1, 3, 75, 255])
def test_exit_code_is_the_applications(cli, start, code):
    assert cli(*start, "--", "sh", "-c", f"exit {code}").code == code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV, signal.SIGINT])
def test_signal_that_ends_the_application_is_seen_by_the_caller(cli, number):
    assert cli("client", "-l", "localhost", "--", "sh", "-c", f"kill -{number.value} $$").code == -number
    shell = f"{sys.executable} -m bitfusion.cli.main client -l localhost -- sh -c 'kill -{number.value} $$'; echo $?"
    done = subprocess.run(
        ["sh", "-c", shell], env=running.clean_environment(), capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert done.stdout.strip() == str(128 + number)


def test_application_has_the_usual_signals_and_stdin(cli):
    # `yes` ends by SIGPIPE only if nobody left it ignored.
    done = cli(
        "client",
        "-l",
        "localhost",
        "--",
        "sh",
        "-c",
        "trap '' PIPE; trap - PIPE; yes | head -1; grep SigIgn /proc/self/status",
    )
    ignored = int(done.output.split("SigIgn:")[1], 16)
    assert done.output.startswith("y\n") and not ignored & (1 << (signal.SIGPIPE - 1))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("printf", "%s,", "a b", "c"), "a b,c,"),
        (("--", "printf", "%s,", "--x", "-l", "y"), "--x,-l,y,"),
        (("printf", "%s,", "--", "-f"), "--,-f,"),
        (("printf %s, 'a b' c",), "a b,c,"),
        (("--", "printf %s, one\\ word"), "one word,"),
    ],
)
def test_words_of_the_application(cli, words, expected):
    assert servers_of(cli("client", "-l", "localhost", *words)) == expected


def test_program_whose_name_has_a_blank_is_not_split(cli, tmp_path):
    program = tmp_path / "my program"
    program.write_text("#!/bin/sh\necho here\n")
    program.chmod(0o755)
    assert servers_of(cli("client", "-l", "localhost", program)) == "here"


def test_missing_application_is_127(cli, tmp_path):
    for name in ("no-such-program", "./no-such-program", str(tmp_path / "a" / "b")):
        done = cli("client", "-l", "localhost", "--", name)
        assert done.code == 127 and done.complaint.startswith("Error: ") and name in done.complaint


def test_application_that_cannot_be_executed_is_126(cli, tmp_path):
    plain = tmp_path / "plain"
    plain.write_text("data")
    plain.chmod(stat.S_IRUSR)
    orphan = tmp_path / "orphan"
    orphan.write_text("#!/no/such/interpreter\n")
    orphan.chmod(0o755)
    for name in (plain, orphan, tmp_path):
        done = cli("client", "-l", "localhost", "--", name)
        assert done.code == 126 and done.complaint.startswith("Error: ") and str(name) in done.complaint


@pytest.mark.parametrize("start", [("client", "-l", "localhost"), ("local", "--softgpu", "1")])
def test_script_that_names_no_interpreter_runs_as_in_a_shell(cli, start, tmp_path):
    script = tmp_path / "plain-words"
    script.write_text('echo "$0,$1,$2"\nexit 5\n')
    script.chmod(0o755)
    done = cli(*start, "--", script, "a b", "c")
    assert (done.code, done.output) == (5, f"{script},a b,c\n"), done.errors
    done = cli(*start, "--", "plain-words", "a", "", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert (done.code, done.output) == (5, f"{script},a,\n"), done.errors
    script.write_bytes(b"\x7fELF\0of another machine\n")
    done = cli(*start, "--", script)
    assert done.code == 126 and "Exec format error" in done.complaint


def test_environment_is_extended_and_nothing_of_it_lost(cli):
    directory = native.link_directory(native.SHIM)
    done = cli("client", "-l", "a;b:2", "--", "sh", "-c", SHOW, LD_LIBRARY_PATH="mine:yours", KEPT="1")
    library, path, triton, servers, _, _ = done.output.split("\n")[:6]
    assert (library, path, triton) == (f"{directory}/libbfshim.so", f"{directory}:mine:yours", str(directory))
    assert servers == "a:55001;b:2"


def test_users_preload_stays_behind_ours(cli, tmp_path):
    other = tmp_path / "libother.so"
    subprocess.run(["gcc", "-shared", "-x", "c", "-o", other, os.devnull], check=True)
    done = cli("client", "-l", "a", "--", "sh", "-c", SHOW, LD_PRELOAD=str(other), TRITON_LIBCUDA_PATH="theirs")
    lines = done.output.split("\n")
    assert lines[0] == f"{native.link_directory(native.SHIM)}/libbfshim.so:{other}" and lines[2] == "theirs"


def test_local_gives_the_application_software_gpus(cli):
    directory = native.link_directory(native.SOFTGPU)
    done = cli("local", "--softgpu", "3", "-p", "0.3", "--", "sh", "-c", SHOW)
    library, path, _, servers, devices, memory = done.output.split("\n")[:6]
    assert (library, path, servers, devices) == (f"{directory}/libcuda.so.1", str(directory), "", "3")
    assert int(memory) == int(0.3 * 16384) * 2**20


def test_local_fraction_is_of_the_memory_that_softgpu_would_have(cli, gpus):
    whole = cli("local", "--softgpu", "3", "--", gpus, SOFTGPU_MEMORY="").output
    total_mib = int(re.search(r"(\d+) MiB", whole)[1])
    done = cli("local", "--softgpu", "3", "-p", "0.3", "--", "sh", "-c", SHOW, SOFTGPU_MEMORY="")
    assert int(done.output.split("\n")[5]) == int(0.3 * total_mib) << 20


def test_local_fraction_is_of_the_memory_that_was_set(cli):
    done = cli("local", "--softgpu", "1", "-p", "0.5", "--", "sh", "-c", SHOW, SOFTGPU_MEMORY=str(3 << 20))
    assert done.output.split("\n")[5] == str(1 << 20)


def test_local_runs_on_that_many_software_gpus(cli, gpus):
    done = cli("local", "--softgpu", "2", "-p", "0.25", "--", gpus)
    assert done.code == 0, done.errors
    lines = done.output.splitlines()
    assert len(lines) == 2 and all("4096 MiB, 4096 MiB seen, some free" in line for line in lines)


PRECEDENCE = ("listed", "file", "BF_SERVERS", "BF_ADAPTOR_PATH", "home")


@pytest.mark.parametrize("first", range(len(PRECEDENCE)))
def test_first_source_of_servers_is_taken_alone(cli, home, tmp_path, first):
    words, extra = [], {}
    for source in PRECEDENCE[first:]:
        if source == "listed":
            words += ["-l", "listed:1"]
        elif source == "file":
            (tmp_path / "file.conf").write_text("file:1\n")
            words += ["-f", tmp_path / "file.conf"]
        elif source == "BF_SERVERS":
            extra["BF_SERVERS"] = "BF_SERVERS:1"
        elif source == "BF_ADAPTOR_PATH":
            (tmp_path / "other.conf").write_text("BF_ADAPTOR_PATH:1\n")
            extra["BF_ADAPTOR_PATH"] = str(tmp_path / "other.conf")
        else:
            (home / ".bitfusionio").mkdir()
            (home / ".bitfusionio" / "adaptor.conf").write_text("home:1\n")
    done = cli("client", *words, "--", "sh", "-c", 'echo "$BF_SERVERS"', **extra)
    assert servers_of(done) == f"{PRECEDENCE[first]}:1"


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("172.31.51.20\n172.31.51.26:57001\n", "172.31.51.20:55001;172.31.51.26:57001"),
        ("# head\n\n  host.example  # why\n", "host.example:55001"),
        ("[::1]:55002\nfe80::1\n[fe80::2]\n", "[::1]:55002;[fe80::1]:55001;[fe80::2]:55001"),
        ("a\r\nb:2\r\n", "a:55001;b:2"),
    ],
)
def test_server_file(cli, tmp_path, text, servers):
    (tmp_path / "servers.conf").write_text(text)
    assert servers_of(cli("client", "-f", tmp_path / "servers.conf", "--", "sh", "-c", 'echo "$BF_SERVERS"')) == servers


@pytest.mark.parametrize(
    ("text", "place"), [("good\nbad:port\n", ":2:"), ("# nothing\n", "no server"), ("a;b\n", ":1:")]
)
def test_bad_line_of_a_server_file_is_named(cli, tmp_path, text, place):
    file = tmp_path / "servers.conf"
    file.write_text(text)
    done = cli("client", "-f", file, "true")
    assert done.code == 2 and str(file) in done.complaint and place in done.complaint
