"""What kernels print: the driver writes it to the C library's standard streams, which are files in memory here, and it
goes to the client.

Knows nothing of frames. A file only grows at its end, so that a thread of the driver may write while another one
reads; what was read is given back to the system.
"""

from __future__ import annotations

import ctypes
import os

_STDOUT = 1
_IONBF = 2  # of setvbuf: every write of the driver is in the file at once
_PUNCH_HOLE = 0x01 | 0x02  # FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE


class Captured:
    """A file in memory that a stream of the C library writes to."""

    def __init__(self, libc: ctypes.CDLL, name: str) -> None:
        self.file = os.memfd_create(f"bitfusion-{name}", os.MFD_CLOEXEC)
        self._libc = libc
        self._taken = 0

    def take(self) -> bytes:
        """What was written since the last call; b"" in almost every case, for the price of one system call."""
        end = os.lseek(self.file, 0, os.SEEK_CUR)
        if end == self._taken:
            return b""
        text = os.pread(self.file, end - self._taken, self._taken)
        self._libc.fallocate(
            self.file, _PUNCH_HOLE, ctypes.c_long(self._taken), ctypes.c_long(len(text))
        )  # a failure costs memory, nothing else
        self._taken += len(text)
        return text


class Output:
    """Takes the place of the C library's standard streams in this process. Make one, before the driver runs a kernel.

    `printed` is what kernels print. `errors` is the text of assertions that fail in them; what this process has to
    say itself, and what the C library says before it aborts, goes to the descriptor and so to the server's log, as
    ever.
    """

    def __init__(self) -> None:
        libc = ctypes.CDLL(None)
        self.printed = Captured(libc, "output")
        os.dup2(self.printed.file, _STDOUT)
        _set_unbuffered(libc, ctypes.c_void_p.in_dll(libc, "stdout"))

        self.errors = Captured(libc, "errors")
        libc.fdopen.restype = ctypes.c_void_p
        stream = ctypes.c_void_p(libc.fdopen(self.errors.file, b"w"))
        _set_unbuffered(libc, stream)
        ctypes.c_void_p.in_dll(libc, "stderr").value = stream.value


def _set_unbuffered(libc: ctypes.CDLL, stream: ctypes.c_void_p) -> None:
    libc.setvbuf(stream, None, _IONBF, ctypes.c_size_t(0))
