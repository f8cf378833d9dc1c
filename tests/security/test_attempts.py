"""What somebody who has taken over a CUDA Server tries with system calls is refused, and what a driver needs is not.

Each thing is done twice by a program that is confined by what confines CUDA Servers: confined, and with BF_CONFINE=0,
where it succeeds unless it needs a privilege or the kernel forbids it to all.
"""

from __future__ import annotations

import fcntl
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import running
from attempts import TIOCSCTTY
from patience import PATIENCE_S

from bitfusion.confine.libseccomp import ALLOW, Filter, NoFilters

PROGRAM = Path(__file__).parent / "attempts.py"
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


@pytest.fixture(scope="module")
def victim() -> Iterator[int]:
    """A process of the same user that does nothing until it is ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process.pid
        process.communicate(b"\n", PATIENCE_S)


def attempt(name: str, victim: int, confined: bool = True, **options) -> str:
    """What comes of it: "done" or the name of an error."""
    environment = running.clean_environment(BF_CONFINE=str(int(confined)))
    command = [sys.executable, PROGRAM, name, str(victim)]
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE_S, **options
    )
    return done.stdout.strip()


@pytest.mark.parametrize("name", REFUSED)
def test_what_others_may_a_cuda_server_may_not(name, victim):
    assert attempt(name, victim, confined=False) == "done"
    assert attempt(name, victim) == "EPERM"


@pytest.mark.parametrize("name", REFUSED_IN_ANY_CASE)
def test_a_cuda_server_may_not_whatever_its_user_may(name, victim):
    assert attempt(name, victim) == "EPERM"


def test_a_call_that_nobody_has_thought_about_is_as_in_an_older_kernel(victim):
    assert attempt("make_a_call_that_is_new", victim) == "ENOSYS"


def test_what_a_driver_does_goes_on(victim):
    assert attempt("do_what_a_driver_does", victim) == "done"


@pytest.mark.parametrize("name", ["type_into_the_terminal", "type_into_the_terminal_with_other_bits"])
def test_nothing_is_typed_into_the_terminal_that_the_server_was_started_from(name, victim):
    ours, terminal = pty.openpty()

    def take_terminal() -> None:
        os.setsid()
        fcntl.ioctl(terminal, TIOCSCTTY, 0)

    try:
        # EIO: the kernel was told not to let anybody.
        options = {"stdin": terminal, "preexec_fn": take_terminal, "pass_fds": (terminal,)}
        assert attempt(name, victim, confined=False, **options) in ("done", "EIO")
        assert attempt(name, victim, **options) == "EPERM"
    finally:
        os.close(ours)
        os.close(terminal)


def test_without_the_library_there_is_no_filter_and_the_reason_names_it():
    with pytest.raises(NoFilters, match=r"libseccomp\.so\.0 is not installed"):
        Filter(ALLOW, library="libseccomp.so.0")
