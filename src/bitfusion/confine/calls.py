"""The system calls of processes that serve clients.

Theory. A list of what is allowed, and not of what is forbidden: the kernel gets new calls with each release (io_uring
was one), and they are not for here until somebody has thought about it. What is forbidden on purpose fails with EPERM,
as it does for want of a privilege, and all that is on neither list with ENOSYS, as in an older kernel: libraries try a
new call and go on without. Nothing ends a process: a driver that only tries something goes on.

There are two filters. The first is loaded before CUDA Servers are forked; it looks at no argument, so the kernel
decides once a call and then knows (since 5.11). The second looks at arguments and is loaded by each CUDA Server once it
listens: no new process, no connection but Unix sockets, no signal to others. It is made before the forks, too, since
libseccomp takes memory. A driver needs Unix sockets (MPS), and so do CUDA Servers that share memory
(worker/holders.py).
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import termios

from . import libseccomp
from .libseccomp import ALLOW, Filter, NoFilters, differs, is_word, lacks, load, refuse
from .report import Report

_ALLOWED = """
    brk mmap munmap mprotect mremap madvise msync mincore mlock mlock2 munlock mlockall munlockall membarrier
    mbind get_mempolicy set_mempolicy set_mempolicy_home_node move_pages pkey_alloc pkey_free pkey_mprotect
    map_shadow_stack mseal memfd_create

    open openat openat2 creat close close_range read write pread64 pwrite64 readv writev preadv pwritev preadv2 pwritev2
    lseek stat fstat lstat newfstatat statx statfs fstatfs access faccessat faccessat2 getdents getdents64
    readlink readlinkat truncate ftruncate fallocate fadvise64 flock fcntl fsync fdatasync sync_file_range
    dup dup2 dup3 pipe pipe2 ioctl sendfile splice tee copy_file_range
    rename renameat renameat2 unlink unlinkat mkdir mkdirat rmdir chmod fchmod fchmodat umask utime utimes utimensat
    futimesat getcwd chdir fchdir

    clone clone3 fork vfork wait4 waitid exit exit_group futex futex_waitv futex_wait futex_wake futex_requeue
    set_robust_list get_robust_list rseq set_tid_address arch_prctl prctl restart_syscall
    sched_yield sched_getaffinity sched_setaffinity sched_getparam sched_setparam sched_getscheduler sched_setscheduler
    sched_getattr sched_setattr sched_get_priority_max sched_get_priority_min sched_rr_get_interval
    getpriority setpriority getcpu

    getpid gettid getppid getpgid getpgrp getsid getuid geteuid getgid getegid getresuid getresgid getgroups
    capget getrlimit setrlimit prlimit64 getrusage times sysinfo uname getrandom
    seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self

    kill tgkill rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend rt_sigqueueinfo
    rt_tgsigqueueinfo sigaltstack signalfd signalfd4 pause

    nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time alarm getitimer setitimer
    timer_create timer_settime timer_gettime timer_getoverrun timer_delete timerfd_create timerfd_settime
    timerfd_gettime

    poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
    eventfd eventfd2

    socket socketpair connect accept accept4 bind listen shutdown getsockname getpeername getsockopt setsockopt
    sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg
"""
_FORBIDDEN = """
    execve execveat ptrace process_vm_readv process_vm_writev process_madvise kcmp
    pidfd_open pidfd_getfd pidfd_send_signal tkill
    setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset personality
    setpgid setsid setns unshare chroot pivot_root mount umount2 move_mount open_tree fsopen fsconfig fsmount fspick
    mount_setattr mknod mknodat chown fchown lchown fchownat symlink symlinkat link linkat
    name_to_handle_at open_by_handle_at fanotify_init quotactl acct swapon swapoff
    init_module finit_module delete_module kexec_load kexec_file_load reboot syslog bpf perf_event_open
    userfaultfd io_uring_setup io_uring_enter io_uring_register keyctl add_key request_key
    iopl ioperm modify_ldt settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname vhangup
    shmget shmat shmctl semget msgget mq_open
"""
_CLONE_THREAD = 0x00010000
_SIGNAL_OWNER = (fcntl.F_SETOWN, 15, 10)  # and F_SETOWN_EX, F_SETSIG: a signal to another process, by way of a file
# The same of a socket (FIOSETOWN, SIOCSPGRP), and what types into the terminal that the server was started from
# (TIOCSTI, TIOCLINUX).
_CONTROLS = (0x8901, 0x8902, termios.TIOCSTI, 0x541C)


# In place of a process id, in a program that is made before the process is there. No process has it.
_SOMEBODY = 0x3B1F0C57
_second = b""


def forbid_for_good(report: Report) -> None:
    """Load the first filter, for this process and all that it forks, and make the second."""
    global _second
    try:
        first, second = Filter(refuse(errno.ENOSYS)), Filter(ALLOW)
        for call in _ALLOWED.split():
            first.rule(ALLOW, call)
        for call in _FORBIDDEN.split():
            first.rule(refuse(errno.EPERM), call)
        for call, comparisons in _refused_by_argument(_SOMEBODY):
            second.rule(refuse(errno.EPERM), call, comparisons)
        # Its flags are in memory, where no filter sees them. The C library then takes clone.
        second.rule(refuse(errno.ENOSYS), "clone3")
        load(first.program(), logged=True)
        _second = second.program()
    except NoFilters as problem:
        report.add("calls", str(problem))
    else:
        report.add("calls")


def forbid_once_started() -> None:
    """Load the second filter in a process that has its port and its driver, if there was a first. Raises NoFilters."""
    if _second:
        load(_second.replace(_word(_SOMEBODY), _word(os.getpid())))


def _word(value: int) -> bytes:
    return value.to_bytes(4, "little")


def _refused_by_argument(own: int) -> list[tuple[str, list[libseccomp.Comparison]]]:
    return [
        ("fork", []),
        ("vfork", []),
        ("clone", [lacks(0, _CLONE_THREAD)]),
        ("socket", [differs(0, socket.AF_UNIX)]),
        ("socketpair", [differs(0, socket.AF_UNIX)]),
        # Signal 0 only asks whether a process is there.
        ("kill", [differs(0, own), differs(1, 0)]),
        ("tgkill", [differs(0, own)]),
        ("rt_sigqueueinfo", [differs(0, own)]),
        ("rt_tgsigqueueinfo", [differs(0, own)]),
        ("prlimit64", [differs(0, 0)]),
        *(("fcntl", [is_word(1, command)]) for command in _SIGNAL_OWNER),
        *(("ioctl", [is_word(1, command)]) for command in _CONTROLS),
    ]
