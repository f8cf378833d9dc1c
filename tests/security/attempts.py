"""A program that does one thing in the place of a CUDA Server, confined as one is unless BF_CONFINE=0, and prints what
came of it: "done", or the name of the error.

    attempts.py NAME VICTIM SCRATCH PORT

VICTIM is a process of this user that is outside. Of SCRATCH there is `kept`, a directory whose files a CUDA Server
keeps, and `secret`, a file; a process of the test listens at the abstract Unix socket of this name. PORT is the one
that a CUDA Server may listen on.

The functions are the things; those that need no privilege succeed if nothing is confined. What a thing needs that is
no longer to be had then, PREPARED has.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import resource
import select
import signal
import socket
import sys
import termios
import threading
from pathlib import Path

from bitfusion.confine import processes
from bitfusion.confine.reach import Needs

SCRATCH = sys.argv[3] if __name__ == "__main__" else ""
PREPARED: list[socket.socket] = []
LIBC = ctypes.CDLL(None, use_errno=True)
# Of x86-64.
PROCESS_VM_READV, TGKILL, PIDFD_OPEN, UNSHARE = 310, 234, 434, 272
IO_URING_SETUP, USERFAULTFD, BPF, PERF_EVENT_OPEN, KEYCTL, ADD_KEY, MOUNT = 425, 323, 321, 298, 250, 248, 165
NEVER_A_CALL = 5000
PIDS_MAX = 1 << 22
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


def read_a_file_of_the_user(_: int) -> None:
    Path(SCRATCH, "secret").read_text()


def look_into_a_directory_of_the_user(_: int) -> None:
    os.listdir(SCRATCH)


def write_a_file_of_the_user(_: int) -> None:
    Path(SCRATCH, "secret").write_text("changed")


def make_a_file(_: int) -> None:
    Path(SCRATCH, f"new-{os.getpid()}").touch()


def make_a_directory_among_the_images(_: int) -> None:
    Path(SCRATCH, "kept", f"new-{os.getpid()}").mkdir()


def write_a_list_of_the_system(_: int) -> None:
    os.close(os.open("/etc/passwd", os.O_WRONLY))


def read_passwords(_: int) -> None:
    os.close(os.open("/etc/passwd", os.O_RDONLY))


def read_the_environment_of_another(victim: int) -> None:
    Path(f"/proc/{victim}/environ").read_bytes()


def map_the_memory_of_another(victim: int) -> None:
    os.close(os.open(f"/proc/{victim}/mem", os.O_RDONLY))


def take_a_descriptor_of_another(victim: int) -> None:
    os.close(os.open(f"/proc/{victim}/fd/1", os.O_RDWR))


def look_into_another_cuda_server(_: int) -> None:
    sibling = int.from_bytes(PREPARED[0].recv(8), "little")
    os.close(os.open(f"/proc/{sibling}/mem", os.O_RDONLY))


def take_a_descriptor_of_another_cuda_server(_: int) -> None:
    sibling = int.from_bytes(PREPARED[0].recv(8), "little")
    os.close(os.open(f"/proc/{sibling}/fd/1", os.O_WRONLY))


def share_memory_with_another_cuda_server(_: int) -> None:
    """As CUDA Servers do that have nothing in common (worker/holders.py)."""
    PREPARED[0].recv(8)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.connect(f"\0{SCRATCH}-sibling")
    data, fds, _, _ = socket.recv_fds(connection, 1, 1)
    assert data == b"x" and len(fds) == 1


def be_the_other_cuda_server(line: socket.socket) -> None:
    processes.keep_apart("")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(f"\0{SCRATCH}-sibling")
    listener.listen()
    line.send(os.getpid().to_bytes(8, "little"))
    # Until somebody comes, or the one that might is gone.
    if listener in select.select([listener, line], [], [])[0]:
        socket.send_fds(listener.accept()[0], [b"x"], [os.memfd_create("shared")])
        line.recv(1)
    os._exit(0)


def use_a_connection_for_another(_: int) -> None:
    """The connection of a client, to another place in the server's network."""
    connection, elsewhere = PREPARED
    LIBC.connect(connection.fileno(), bytes(16), 16)  # AF_UNSPEC: not connected any more
    connection.connect(elsewhere.getsockname())


def listen_on_another_port(_: int) -> None:
    (unbound,) = PREPARED
    unbound.bind(("127.0.0.1", 0))


def listen_on_its_port(_: int) -> None:
    (unbound,) = PREPARED
    unbound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    unbound.bind(("127.0.0.1", int(sys.argv[4])))
    unbound.listen()


def speak_to_a_socket_of_another(_: int) -> None:
    socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).connect(f"\0{SCRATCH}")


def keep_an_image(_: int) -> None:
    part, whole = Path(SCRATCH, "kept", f"{os.getpid()}.part"), Path(SCRATCH, "kept", str(os.getpid()))
    part.write_bytes(b"image")
    part.rename(whole)
    os.utime(whole)
    assert os.listdir(whole.parent) and whole.read_bytes() == b"image"
    whole.unlink()


def prepare(name: str) -> tuple[socket.socket, ...]:
    if name == "use_a_connection_for_another":
        client, elsewhere = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
        return socket.create_connection(client.getsockname()), elsewhere
    return (socket.socket(socket.AF_INET, socket.SOCK_STREAM),) if name.startswith("listen_") else ()


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
    with contextlib.suppress(PermissionError):  # it is there
        os.kill(victim, 0)
    with contextlib.suppress(ProcessLookupError):
        os.kill(PIDS_MAX, 0)
        raise AssertionError
    os.kill(os.getpid(), signal.SIGCONT)
    with open("/proc/self/maps") as maps:
        assert maps.read()


def main() -> None:
    name, victim, port = sys.argv[1], int(sys.argv[2]), int(sys.argv[4])
    PREPARED.extend(prepare(name))
    needs = Needs("/usr/lib/softgpu/libcuda.so.1", [f"{SCRATCH}/kept"], range(port, port + 1))
    report = processes.confine_cuda_servers(needs)
    if name.endswith("_another_cuda_server"):
        ours, theirs = socket.socketpair()
        if os.fork() == 0:
            ours.close()
            be_the_other_cuda_server(theirs)
        theirs.close()
        PREPARED.append(ours)
    processes.keep_apart("")
    processes.confine_cuda_server()
    try:
        globals()[name](victim)
    except OSError as error:
        print(errno.errorcode[error.errno or 0], *report.lacks)
    else:
        print("done", *report.lacks)


if __name__ == "__main__":
    main()
