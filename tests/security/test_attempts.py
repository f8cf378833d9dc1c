"""What somebody who has taken over a CUDA Server tries with system calls is refused, and what a driver needs is not.

Each thing is done twice by a program that is confined by what confines CUDA Servers: confined, and with BF_CONFINE=0,
where it succeeds unless it needs a privilege or the kernel forbids it to all.
"""

from __future__ import annotations

import fcntl
import os
import pty
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import running
from attempts import TIOCSCTTY
from patience import PATIENCE_S

from bitfusion.confine import landlock
from bitfusion.confine.libseccomp import ALLOW, Filter, NoFilters

PROGRAM = Path(__file__).parent / "attempts.py"
# Nothing of these needs a privilege.
REFUSED = """
    start_a_program fork
    open_a_connection send_datagrams ask_netlink
    signal_another signal_a_thread_of_another signal_another_through_a_file
    watch_another limit_another
""".split()
# These may need a privilege, or be forbidden to all: for them the other try says nothing.
REFUSED_IN_ANY_CASE = """
    open_a_connection_of_version_6 trace_another read_memory_of_another become_root_of_a_namespace become_another_user
    mount use_io_uring catch_page_faults load_bpf count_events keep_keys
""".split()
# By Landlock: what is done, the version that refuses it, and how.
OUT_OF_REACH = [
    ("read_a_file_of_the_user", 1, "EACCES"),
    ("look_into_a_directory_of_the_user", 1, "EACCES"),
    ("write_a_file_of_the_user", 1, "EACCES"),
    ("make_a_file", 1, "EACCES"),
    ("make_a_directory_among_the_images", 1, "EACCES"),
    ("read_passwords", 1, "EACCES"),
    ("read_the_environment_of_another", 1, "EACCES"),
    ("take_a_descriptor_of_another", 1, "EACCES"),
    ("look_into_another_cuda_server", 1, "EACCES"),
    ("take_a_descriptor_of_another_cuda_server", 1, "EACCES"),
    ("use_a_connection_for_another", landlock.ABI_NETWORK, "EACCES"),
    ("listen_on_another_port", landlock.ABI_NETWORK, "EACCES"),
    ("speak_to_a_socket_of_another", landlock.ABI_PROCESSES, "EPERM"),
]

NEEDED = ["do_what_a_driver_does", "keep_an_image", "listen_on_its_port", "share_memory_with_another_cuda_server"]


@pytest.fixture(scope="module")
def victim() -> Iterator[int]:
    """A process of the same user that does nothing until it is ended."""
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process.pid
        process.communicate(b"\n", PATIENCE_S)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory) -> Iterator[Path]:
    """See attempts.py."""
    made = tmp_path_factory.mktemp("scratch")
    (made / "kept").mkdir()
    (made / "secret").write_text("secret")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(f"\0{made}")
        listener.listen(64)
        yield made


@pytest.fixture
def attempt(victim, scratch):
    """A function: what comes of the thing of this name, "done" or the name of an error."""

    def run(name: str, confined: bool = True, **options) -> str:
        environment = running.clean_environment(BF_CONFINE=str(int(confined)))
        command = [sys.executable, PROGRAM, name, str(victim), scratch, str(running.free_port())]
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE_S, **options
        )
        outcome, *lacking = done.stdout.split()
        assert "calls" not in lacking and "privileges" not in lacking
        return outcome

    return run


@pytest.mark.parametrize("name", REFUSED)
def test_what_others_may_a_cuda_server_may_not(name, attempt):
    assert attempt(name, confined=False) == "done"
    assert attempt(name) == "EPERM"


@pytest.mark.parametrize("name", REFUSED_IN_ANY_CASE)
def test_a_cuda_server_may_not_whatever_its_user_may(name, attempt):
    assert attempt(name) == "EPERM"


def test_a_call_that_nobody_has_thought_about_is_as_in_an_older_kernel(attempt):
    assert attempt("make_a_call_that_is_new") == "ENOSYS"


@pytest.mark.parametrize(("name", "version", "error"), OUT_OF_REACH, ids=lambda each: str(each))
def test_what_a_cuda_server_does_not_need_is_out_of_its_reach(name, version, error, attempt):
    if landlock.abi() < version:
        pytest.skip(f"this kernel's Landlock is of version {landlock.abi()}, and {version} is needed")
    assert attempt(name, confined=False) == "done"
    assert attempt(name) == error


@pytest.mark.parametrize("name", ["write_a_list_of_the_system", "map_the_memory_of_another"])
def test_what_root_may_reach_a_cuda_server_of_root_may_not(name, attempt):
    assert attempt(name) in ("EACCES", "EPERM")


@pytest.mark.parametrize("name", NEEDED)
def test_what_a_cuda_server_needs_goes_on(name, attempt):
    assert attempt(name) == "done"


@pytest.mark.parametrize("name", ["type_into_the_terminal", "type_into_the_terminal_with_other_bits"])
def test_nothing_is_typed_into_the_terminal_that_the_server_was_started_from(name, attempt):
    ours, terminal = pty.openpty()

    def take_terminal() -> None:
        os.setsid()
        fcntl.ioctl(terminal, TIOCSCTTY, 0)

    try:
        # EIO: the kernel was told not to let anybody.
        options = {"stdin": terminal, "preexec_fn": take_terminal, "pass_fds": (terminal,)}
        assert attempt(name, confined=False, **options) in ("done", "EIO")
        assert attempt(name, **options) == "EPERM"
    finally:
        os.close(ours)
        os.close(terminal)


def test_without_the_library_there_is_no_filter_and_the_reason_names_it():
    with pytest.raises(NoFilters, match=r"libseccomp\.so\.0 is not installed"):
        Filter(ALLOW, library="libseccomp.so.0")
