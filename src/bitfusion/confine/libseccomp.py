"""Filters of system calls, made and loaded by libseccomp, which the service manager and the package manager of nearly
every distribution bring along.

Not by its bindings for Python: Debian's and Fedora's are not on PyPI, and pyseccomp, which is, starts the linker to
find the library. These are six functions.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Sequence

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000
# enum scmp_compare
NOT_EQUAL, EQUAL, MASKED_EQUAL = 1, 4, 7
# enum scmp_filter_attr
_BAD_ARCHITECTURE, _ALL_THREADS, _LOG, _NO_SPECULATION_BARRIER, _OPTIMIZE = 2, 4, 6, 7, 8
_BINARY_TREE = 2
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


class Filter:
    """A filter for all threads of this process and all that come of it. `otherwise` is done with calls that have no
    rule. Refused calls get into the kernel's log if they are `logged`.
    """

    def __init__(self, otherwise: int, logged: bool = False, library: str = _NAME) -> None:
        """Raises NoFilters: there is no library."""
        try:
            self._library = ctypes.CDLL(library)
        except OSError as error:
            raise NoFilters(f"{library} is not installed") from error
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._filter = ctypes.c_void_p(self._library.seccomp_init(ctypes.c_uint32(otherwise)))
        for attribute, value in (
            (_BAD_ARCHITECTURE, KILL_PROCESS),
            (_ALL_THREADS, 1),
            (_LOG, int(logged)),
            # Without it kernels before 5.16 slow down all that a process with a filter computes.
            (_NO_SPECULATION_BARRIER, 1),
            (_OPTIMIZE, _BINARY_TREE),
        ):
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

    def load(self) -> None:
        """Raises NoFilters: the kernel has none, or something else forbids it."""
        try:
            _check(self._library.seccomp_load(self._filter))
        finally:
            self._library.seccomp_release(self._filter)


def _check(result: int) -> None:
    if result:
        reason = os.strerror(-result) if -result in errno.errorcode else str(result)
        raise NoFilters(f"the kernel takes no filter of system calls: {reason}")
