"""Landlock: the files, TCP ports and processes that a process may still reach, by the kernel's own interface
(landlock(7)).

What a kernel has of it is a number, its ABI: files 1 (Linux 5.13), truncation 3 (6.2), TCP 4 (6.7), device files 5
(6.10), signals and abstract sockets 6 (6.12). A process that is restricted can also not look into processes that are
not, nor into those that are restricted by themselves.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

_LIBC = ctypes.CDLL(None, use_errno=True)
_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the numbers of the calls, on every architecture
_ASK_ABI = 1
_BELOW, _PORT = 1, 2
ABI_TRUNCATE, ABI_NETWORK, ABI_DEVICES, ABI_PROCESSES = 3, 4, 5, 6

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_DIR, MAKE_FILE, _MAKE_BLOCK_DEVICE = 1 << 7, 1 << 8, 1 << 11
TRUNCATE, CONTROL = 1 << 14, 1 << 15  # CONTROL: ioctl of a device file
_FILES_1 = (1 << 13) - 1
_OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | CONTROL
_BIND, _CONNECT = 1, 2
_ABSTRACT_SOCKETS, _SIGNALS = 1, 2

READ = READ_FILE | READ_DIR
USE = READ_FILE | WRITE_FILE | CONTROL  # of device files
KEEP = READ | WRITE_FILE | TRUNCATE | MAKE_FILE | REMOVE_FILE  # files in a directory


def abi() -> int:
    """What the kernel has; 0 for nothing."""
    return max(0, int(_LIBC.syscall(ctypes.c_long(_CREATE), None, ctypes.c_long(0), ctypes.c_long(_ASK_ABI))))


class Domain:
    """What is reachable once it is entered. Of what the kernel does not know, all is."""

    def __init__(self, further: bool = False) -> None:
        """A `further` one takes nothing away from one that this process is in, and keeps it apart from the others
        there. Raises OSError: the kernel has no Landlock.
        """
        number = abi()
        # No domain is about nothing.
        self._files = _MAKE_BLOCK_DEVICE if further else _handled_files(number)
        self._listens = number >= ABI_NETWORK and not further
        words = [self._files]
        if number >= ABI_NETWORK:
            words.append(0 if further else _BIND | _CONNECT)
        if number >= ABI_PROCESSES:
            words.append(_SIGNALS | (0 if further else _ABSTRACT_SOCKETS))
        attributes = struct.pack(f"{len(words)}Q", *words)
        self._fd = _call(_CREATE, attributes, len(attributes), 0)

    def allow(self, paths: Iterable[str], access: int) -> None:
        """What is at these paths, and below them; those that are not there are left out. Raises OSError."""
        for path in paths:
            try:
                place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            try:
                possible = self._files if stat.S_ISDIR(os.fstat(place).st_mode) else self._files & _OF_A_FILE
                _call(_ADD, self._fd, _BELOW, struct.pack("=Qi", access & possible, place), 0)
            finally:
                os.close(place)

    def allow_to_listen(self, ports: Iterable[int]) -> None:
        """Raises OSError."""
        if self._listens:
            for port in ports:
                _call(_ADD, self._fd, _PORT, struct.pack("QQ", _BIND, port), 0)

    def enter(self) -> None:
        """For this thread, and all that it starts. The process has given up new privileges. Raises OSError."""
        try:
            _call(_RESTRICT, self._fd, 0)
        finally:
            os.close(self._fd)


def _handled_files(number: int) -> int:
    return _FILES_1 | (TRUNCATE if number >= ABI_TRUNCATE else 0) | (CONTROL if number >= ABI_DEVICES else 0)


def _call(number: int, *arguments: int | bytes) -> int:
    words = [ctypes.c_long(each) if isinstance(each, int) else ctypes.c_char_p(each) for each in arguments]
    result = int(_LIBC.syscall(ctypes.c_long(number), *words))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
