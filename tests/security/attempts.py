"""A program that does one thing in the place of a CUDA Server, confined as one is unless BF_CONFINE=0, and prints what
came of it: "done", or the name of the error.

    attempts.py NAME VICTIM      VICTIM: a process of this user that is outside

The functions are the things; those that need no privilege succeed if nothing is confined.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import resource
import signal
import socket
import sys
import termios
import threading

from bitfusion.confine import processes

LIBC = ctypes.CDLL(None, use_errno=True)
# Of x86-64.
PROCESS_VM_READV, TGKILL, PIDFD_OPEN, UNSHARE = 310, 234, 434, 272
IO_URING_SETUP, USERFAULTFD, BPF, PERF_EVENT_OPEN, KEYCTL, ADD_KEY, MOUNT = 425, 323, 321, 298, 250, 248, 165
NEVER_A_CALL = 5000
PTRACE_ATTACH, PTRACE_DETACH, CLONE_NEWUSER = 16, 17, 0x10000000
TIOCSCTTY, HIGH_BITS = 0x540E, 1 << 32


def system(number: int, *arguments: object) -> int:
    """Raises OSError."""
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    result: int = LIBC.syscall(ctypes.c_long(number), *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return result


def start_a_program(_: int) -> None:
    os.execv("/bin/echo", ["echo", "done"])


def fork(_: int) -> None:
    if os.fork() == 0:
        os._exit(0)
    os.wait()


def open_a_connection(_: int) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()


def open_a_connection_of_version_6(_: int) -> None:
    socket.socket(socket.AF_INET6, socket.SOCK_STREAM).close()


def send_datagrams(_: int) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()


def ask_netlink(_: int) -> None:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()


def signal_another(victim: int) -> None:
    os.kill(victim, signal.SIGCONT)


def signal_a_thread_of_another(victim: int) -> None:
    system(TGKILL, victim, victim, int(signal.SIGCONT))


def signal_another_through_a_file(victim: int) -> None:
    reading, _ = os.pipe()
    fcntl.fcntl(reading, fcntl.F_SETOWN, victim)


def trace_another(victim: int) -> None:
    if LIBC.ptrace(PTRACE_ATTACH, victim, None, None):
        raise OSError(ctypes.get_errno(), "")
    os.waitpid(victim, 0x40000000)  # __WALL
    LIBC.ptrace(PTRACE_DETACH, victim, None, None)


def read_memory_of_another(victim: int) -> None:
    system(PROCESS_VM_READV, victim, None, 0, None, 0, 0)


def watch_another(victim: int) -> None:
    os.close(system(PIDFD_OPEN, victim, 0))


def limit_another(victim: int) -> None:
    resource.prlimit(victim, resource.RLIMIT_CORE, resource.prlimit(victim, resource.RLIMIT_CORE))


def become_root_of_a_namespace(_: int) -> None:
    system(UNSHARE, CLONE_NEWUSER)


def become_another_user(_: int) -> None:
    os.setresuid(65534, 65534, 65534)


def mount(_: int) -> None:
    system(MOUNT, b"none", b"/tmp", b"tmpfs", 0, None)


def use_io_uring(_: int) -> None:
    system(IO_URING_SETUP, 1, ctypes.create_string_buffer(120))


def catch_page_faults(_: int) -> None:
    system(USERFAULTFD, 1)  # UFFD_USER_MODE_ONLY


def load_bpf(_: int) -> None:
    system(BPF, 0, None, 0)


def count_events(_: int) -> None:
    system(PERF_EVENT_OPEN, ctypes.create_string_buffer(128), 0, -1, -1, 0)


def keep_keys(_: int) -> None:
    system(ADD_KEY, b"user", b"bitfusion", b"x", 1, -3)  # KEY_SPEC_SESSION_KEYRING


def make_a_call_that_is_new(_: int) -> None:
    system(NEVER_A_CALL)


def type_into_the_terminal(_: int, more: int = 0) -> None:
    """The terminal that the server was started from: standard input, here."""
    if LIBC.ioctl(0, ctypes.c_ulong(termios.TIOCSTI | more), b"x"):
        raise OSError(ctypes.get_errno(), "")


def type_into_the_terminal_with_other_bits(victim: int) -> None:
    type_into_the_terminal(victim, HIGH_BITS)


def do_what_a_driver_does(victim: int) -> None:
    """Threads, memory, files in memory, Unix sockets; asks whether a process is there."""
    done = threading.Event()
    thread = threading.Thread(target=done.set)
    thread.start()
    thread.join()
    assert done.is_set()
    fd = os.memfd_create("attempt", os.MFD_CLOEXEC)
    os.ftruncate(fd, 4096)
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    socket.send_fds(one, [b"x"], [fd])
    data, fds, _, _ = socket.recv_fds(other, 1, 1)
    assert data == b"x" and os.fstat(fds[0]).st_size == 4096
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind("")
    listener.listen()
    socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect(listener.getsockname())
    os.kill(victim, 0)
    os.kill(os.getpid(), signal.SIGCONT)
    with open("/proc/self/maps") as maps:
        assert maps.read()


def main() -> None:
    name, victim = sys.argv[1], int(sys.argv[2])
    report = processes.confine_cuda_servers()
    processes.confine_cuda_server()
    assert not report.lacks, report.lacks
    try:
        globals()[name](victim)
    except OSError as error:
        print(errno.errorcode[error.errno or 0])
    else:
        print("done")


if __name__ == "__main__":
    main()
