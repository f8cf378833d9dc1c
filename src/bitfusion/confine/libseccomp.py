"""Filters of system calls, made by libseccomp, which the service manager and the package manager of nearly
every distribution bring along.

Not by its bindings for Python: Debian's and Fedora's are not on PyPI, and pyseccomp, which is, starts the linker to
find the library. These are six functions.

Loaded by the kernel's own call, so that a program which was made once can be loaded by many processes.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000
# enum scmp_compare
NOT_EQUAL, EQUAL, MASKED_EQUAL = 1, 4, 7
# enum scmp_filter_attr
_BAD_ARCHITECTURE, _OPTIMIZE = 2, 8
_BINARY_TREE = 2
# seccomp(2), on x86-64
_SECCOMP, _SET_FILTER = 317, 1
_ALL_THREADS, _LOG, _NO_SPECULATION_BARRIER = 1, 2, 4
_INSTRUCTION_BYTES = 8
_LIBC = ctypes.CDLL(None, use_errno=True)
_NAME = "libseccomp.so.2"
_WORD = 0xFFFFFFFF


class NoFilters(Exception):
    """Filters cannot be loaded; the text says why."""


class Comparison(ctypes.Structure):
    """What an argument of a call must be for a rule to hold: differs(), lacks(), is_word()."""

    _fields_ = (("argument", ctypes.c_uint), ("how", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


def refuse(number: int) -> int:
    """The action that lets a call fail with this errno."""
    return _ERRNO | number


def differs(argument: int, value: int) -> Comparison:
    """True if an argument is not this; also if only bits that the kernel does not look at make it another."""
    return Comparison(argument, NOT_EQUAL, value, 0)


def lacks(argument: int, flag: int) -> Comparison:
    """True if an argument does not have this flag."""
    return Comparison(argument, MASKED_EQUAL, flag, 0)


def is_word(argument: int, value: int) -> Comparison:
    """True if the low 32 bits of an argument, which are all that the kernel looks at, are this."""
    return Comparison(argument, MASKED_EQUAL, _WORD, value)


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("instructions", ctypes.c_ushort), ("first", ctypes.c_char_p))


class Filter:
    """The rules of a filter. `otherwise` is done with calls that have none."""

    def __init__(self, otherwise: int, library: str = _NAME) -> None:
        """Raises NoFilters: there is no library."""
        try:
            self._library = ctypes.CDLL(library)
        except OSError as error:
            raise NoFilters(f"{library} is not installed") from error
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._filter = ctypes.c_void_p(self._library.seccomp_init(ctypes.c_uint32(otherwise)))
        for attribute, value in ((_BAD_ARCHITECTURE, KILL_PROCESS), (_OPTIMIZE, _BINARY_TREE)):
            # What an old library does not know is no part of the protection.
            self._library.seccomp_attr_set(self._filter, attribute, ctypes.c_uint32(value))

    def rule(self, action: int, call: str, comparisons: Sequence[Comparison] = ()) -> None:
        """For a call where all comparisons are true. A name that the library does not know is a call that is newer than
        it: there is no rule for it. Raises NoFilters.
        """
        number = self._library.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            return
        array = (Comparison * len(comparisons))(*comparisons)
        _check(self._library.seccomp_rule_add_array(self._filter, ctypes.c_uint32(action), number, len(array), array))

    def program(self) -> bytes:
        """What the kernel is given, for load(). Raises NoFilters."""
        file = os.memfd_create("filter", os.MFD_CLOEXEC)
        try:
            _check(self._library.seccomp_export_bpf(self._filter, file))
            return os.pread(file, os.fstat(file).st_size, 0)
        finally:
            os.close(file)
            self._library.seccomp_release(self._filter)


def load(program: bytes, logged: bool = False) -> None:
    """Load a filter for all threads of this process and all that come of it. Refused calls get into the kernel's log if
    they are `logged`. Raises NoFilters: the kernel has none, or something else forbids it.
    """
    # Without the last, kernels before 5.16 slow down all that a process with a filter computes.
    flags = _ALL_THREADS | (_LOG if logged else 0) | _NO_SPECULATION_BARRIER
    head = _Program(len(program) // _INSTRUCTION_BYTES, program)
    words = (ctypes.c_long(word) for word in (_SECCOMP, _SET_FILTER, flags))
    if thread := _LIBC.syscall(*words, ctypes.byref(head)):
        raise NoFilters(f"thread {thread} has another filter") if thread > 0 else _refused(ctypes.get_errno())


def _check(result: int) -> None:
    if result:
        raise _refused(-result)


def _refused(number: int) -> NoFilters:
    return NoFilters(f"the kernel takes no filter of system calls: {os.strerror(number)}")
