"""The start of a resource scheduler: what it prints, and what it refuses with which exit code."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import running
from lending import lease_of
from patience import PATIENCE_S

from bitfusion.errors import BitfusionError
from bitfusion.srs.ownership import Ownership

UUIDS = ((0, "GPU-a"), (1, "GPU-b"))


def refused(state: Path, *options: str, **extra: str) -> tuple[int, str]:
    """Exit code and last line on stderr of a scheduler that does not start."""
    command = [
        sys.executable,
        "-m",
        "bitfusion.cli.main",
        "resource_scheduler",
        *([] if "--port" in options else ["-p", str(running.free_port())]),
        *options,
    ]
    environment = running.clean_environment(**{"BF_STATE_DIR": str(state), **extra})
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, stdin=subprocess.DEVNULL
    )
    assert done.stdout == "" and done.returncode != 0
    return done.returncode, done.stderr.splitlines()[-1]


def port() -> str:
    return str(running.free_port())


def test_started_scheduler_prints_its_gpus_and_where_it_listens(tmp_path):
    with running.scheduler(tmp_path, "--softgpu", "4", "-d", "3,1", SOFTGPU_MEMORY=str(1 << 30)) as server:
        *gpus, first, second = server.output
        assert [line.split(":")[0] for line in gpus] == ["GPU 1", "GPU 3"] and all("1024 MiB" in line for line in gpus)
        assert [first, second] == ["Resource scheduler listening...", f"Listening on 0.0.0.0:{server.port}"]
        assert server.stop() == 0


def test_two_schedulers_share_the_gpus_of_a_host_but_no_gpu(tmp_path):
    with (
        running.scheduler(tmp_path, "--softgpu", "8", "-d", "0,1,2,3") as one,
        running.scheduler(tmp_path, "--softgpu", "8", "-d", "4,5,6,7"),
    ):
        code, line = refused(tmp_path / "state", "-s", port(), "--softgpu", "8", "-n", "1")
        assert code == 1 and "device 0" in line
        assert str(one.process.pid) in line and str(one.port) in line and "-d" in line
    # Gone with its owner.
    with running.scheduler(tmp_path, "--softgpu", "8"):
        pass


def test_gpus_of_a_killed_scheduler_are_free(tmp_path):
    with running.scheduler(tmp_path, "--softgpu", "2") as one:
        one.kill()
        with running.scheduler(tmp_path, "--softgpu", "2"):
            pass


def test_ownership_is_all_or_nothing(tmp_path):
    first, second, third = (Ownership(tmp_path / "locks", "me") for _ in range(3))
    first.take(UUIDS[1:], 7)
    with pytest.raises(BitfusionError) as caught:
        second.take(UUIDS, 8)
    assert "device 1 (GPU-b)" in str(caught.value) and f"process ID {os.getpid()} and port 7" in str(caught.value)
    third.take(UUIDS[:1], 9)  # which the second did not keep
    first.close()
    second.take(UUIDS[1:], 8)


def test_lock_files_are_for_every_user(tmp_path):
    ownership = Ownership(tmp_path / "locks", "me")
    old = os.umask(0o077)
    try:
        ownership.take(UUIDS, 7)
    finally:
        os.umask(old)
    assert (tmp_path / "locks").stat().st_mode & 0o7777 == 0o1777
    assert all((tmp_path / "locks" / f"{uuid}.lock").stat().st_mode & 0o777 == 0o666 for _, uuid in UUIDS)


def test_lock_whose_text_cannot_be_read_names_another_scheduler(tmp_path):
    (tmp_path / "GPU-a.lock").write_bytes(b"\xff\x00")
    with (tmp_path / "GPU-a.lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BitfusionError) as caught:
            Ownership(tmp_path, "me").take(UUIDS, 7)
    assert "another resource scheduler" in str(caught.value)


def test_link_is_no_lock_file(tmp_path):
    (tmp_path / "GPU-a.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BitfusionError):
        Ownership(tmp_path, "me").take(UUIDS, 7)
    assert not (tmp_path / "elsewhere").exists()


def test_busy_port_is_named_with_its_holder(tmp_path):
    with socket.create_server(("0.0.0.0", 0)) as holder:
        taken = holder.getsockname()[1]
        code, line = refused(tmp_path, "-s", str(taken), "--softgpu", "1")
    assert code == 1 and f":{taken}" in line and str(os.getpid()) in line


def test_same_state_file_is_refused(tmp_path):
    state = tmp_path / "leases.sqlite"
    with running.scheduler(tmp_path, "--softgpu", "2", "-d", "0", "--state", str(state)):
        code, line = refused(tmp_path / "state", "-s", port(), "--softgpu", "2", "-d", "1", "--state", str(state))
    assert code == 1 and str(state) in line and "another resource scheduler" in line


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--softgpu", "2", "-d", "0,2,5"], ["2, 5", "valid IDs: 0, 1"]),
        (["--softgpu", "2", "-n", "3"], ["-n 3", "2 GPUs"]),
        (["--softgpu", "2", "-n", "1", "-d", "0"], ["-n 1", "-d 0"]),
        (["--softgpu", "2", "--port", "x", "-n", "y", "--auto_release_timeout", "z"], ["--port x", "-n y", "'z'"]),
    ],
)
def test_bad_options_are_2_and_all_named(tmp_path, options, named):
    code, line = refused(tmp_path, "-s", port(), *options)
    assert code == 2 and line.startswith("Error: ") and all(word in line for word in named)


def test_host_without_gpu_is_1_and_told_of_software_gpus(tmp_path):
    code, line = refused(tmp_path, "-s", port())
    assert code == 1 and "--softgpu" in line


def test_state_that_cannot_be_kept_is_1_and_named(tmp_path):
    (tmp_path / "file").write_text("not a directory")
    code, line = refused(tmp_path, "-s", port(), "--softgpu", "1", "--state", str(tmp_path / "file" / "leases"))
    assert code == 1 and str(tmp_path / "file") in line and "--state" in line
    (tmp_path / "garbage").write_bytes(b"garbage" * 1000)
    code, line = refused(tmp_path, "-s", port(), "--softgpu", "1", "--state", str(tmp_path / "garbage"))
    assert code == 1 and str(tmp_path / "garbage") in line


def test_address_of_another_host_is_1(tmp_path):
    code, line = refused(tmp_path, "-s", port(), "--softgpu", "1", "-l", "192.0.2.1")
    assert code == 1 and "192.0.2.1" in line


async def test_gpu_that_a_killed_scheduler_has_leased_is_for_that_scheduler_alone(tmp_path, connect):
    with running.scheduler(tmp_path, "--softgpu", "2", "-d", "0") as one:
        async with connect(one) as srs:
            lease = await lease_of(srs)
            one.kill()
        code, line = refused(tmp_path / "state", "-s", port(), "--softgpu", "2")
        assert code == 1 and "device 0" in line and "killed" in line and "device 1" not in line
        with running.scheduler(tmp_path, "--softgpu", "2", "-d", "0", port=one.port) as again:
            async with connect(again) as srs:
                await srs.release(lease["lease"])
            again.kill()
        with running.scheduler(tmp_path, "--softgpu", "2"):
            pass  # nobody serves it any more
