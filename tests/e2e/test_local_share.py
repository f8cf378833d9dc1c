"""`local -p` on this machine's own driver: a share of each GPU, counted by a server that lives as long as the
application.

The driver is softgpu, found as a driver is: by the loader, without being asked for.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import running
from patience import PATIENCE_S

from bitfusion import native


def machine(**extra: str) -> dict[str, str]:
    """The environment of a machine with a driver and two GPUs of 2 GiB."""
    driver = {
        "LD_LIBRARY_PATH": str(native.link_directory(native.SOFTGPU)),
        "SOFTGPU_DEVICES": "2",
        "SOFTGPU_MEMORY": str(2 << 30),
    }
    return {**driver, **extra}


def servers_of(mark: str) -> list[int]:
    """Processes of the private server: those that have `mark` in their environment and are Dispatchers or CUDA
    Servers.
    """
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            if mark.encode() in (process / "environ").read_bytes() and (
                b"bitfusion.server" in words or b"bitfusion.worker" in words
            ):
                found.append(int(process.name))
        except OSError:
            pass
    return found


def until_none(mark: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while left := servers_of(mark):
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.05)


def test_application_sees_and_gets_only_its_share(cli, gpus):
    done = cli("local", "-p", "0.6", "--", gpus, "fill", **machine())
    assert done.code == 0, done.errors
    lines = done.output.splitlines()
    assert len([line for line in lines if "1228 MiB, 1228 MiB seen" in line]) == 2
    assert "2 pieces, then 2; 228 MiB free" in done.output  # of 500 MiB; 2 is CUDA_ERROR_OUT_OF_MEMORY
    assert done.errors == ""


def test_application_chooses_among_the_shares_with_its_own_variable(cli, gpus):
    done = cli(
        "local",
        "-p",
        "0.5",
        "--",
        gpus,
        **machine(CUDA_VISIBLE_DEVICES="1", BF_VISIBLE_DEVICES="0", BF_GPU_DEVICE_MEMORY_LIMIT="1"),
    )
    assert done.code == 0, done.errors
    assert [line.split(", ")[1] for line in done.output.splitlines()] == ["1024 MiB"]


@pytest.mark.parametrize(("script", "code"), [("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)])
def test_exit_code_of_the_application_comes_through_and_the_server_ends(cli, script, code):
    mark = f"BF_TEST_LOCAL={os.getpid()}-{code}"
    assert (
        cli("local", "-p", "0.5", "--", "sh", "-c", script, **machine(BF_TEST_LOCAL=mark.partition("=")[2])).code
        == code
    )
    assert servers_of(mark) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_server_ends_with_its_launcher(home, number):
    mark = f"BF_TEST_LOCAL={os.getpid()}-ends-{number.value}"
    environment = running.clean_environment(HOME=str(home), **machine(BF_TEST_LOCAL=mark.partition("=")[2]))
    command = [
        sys.executable,
        "-m",
        "bitfusion.cli.main",
        "local",
        "-p",
        "0.5",
        "--",
        "sh",
        "-c",
        "echo runs; read line",
    ]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdout.readline() == "runs\n" and servers_of(mark)
        launcher.send_signal(number)
        assert launcher.wait(PATIENCE_S) == (143 if number == signal.SIGTERM else -number)
        until_none(mark)


def test_missing_application_is_127_before_anything_starts(cli):
    done = cli("local", "-p", "0.5", "no-such-program", **machine())
    assert done.code == 127 and "no-such-program" in done.complaint


def test_share_below_a_mebibyte_is_bad_usage(cli):
    done = cli("local", "-p", "0.0001", "true", **machine())
    assert done.code == 2 and "-p 0.0001" in done.complaint and "1 MiB" in done.complaint
