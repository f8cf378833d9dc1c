"""What kernels print: the driver writes it to this process's standard output, which is a file in memory here, and it goes to the client.

Knows nothing of frames. The file only grows at its end, so that a thread of the driver may write while another one reads; what
was read is given back to the system.
"""

from __future__ import annotations

import ctypes
import os

_STDOUT = 1
_IONBF = 2  # of setvbuf: every write of the driver is in the file at once
_PUNCH_HOLE = 0x01 | 0x02  # FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE


class Output:
    """Takes the place of the standard output of this process. Make one, before the driver runs a kernel."""

    def __init__(self) -> None:
        self._file = os.memfd_create("bitfusion-output", os.MFD_CLOEXEC)
        os.dup2(self._file, _STDOUT)
        self._libc = ctypes.CDLL(None)
        stream = ctypes.c_void_p.in_dll(self._libc, "stdout")
        self._libc.setvbuf(stream, None, _IONBF, ctypes.c_size_t(0))
        self._taken = 0

    def take(self) -> bytes:
        """What was written since the last call; b"" in almost every case, for the price of one system call."""
        end = os.lseek(self._file, 0, os.SEEK_CUR)
        if end == self._taken:
            return b""
        text = os.pread(self._file, end - self._taken, self._taken)
        self._libc.fallocate(
            self._file, _PUNCH_HOLE, ctypes.c_long(self._taken), ctypes.c_long(len(text))
        )  # a failure costs memory, nothing else
        self._taken += len(text)
        return text
