"""Every exception that this package raises on purpose: its CUresult, its exit code, its hint.

`detail` says what is wrong and names the value; `hint` says what to do. Standard library only.
"""

from __future__ import annotations

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_BUSY = 75  # GPUs not available now: worth a retry
EXIT_PERMISSION = 77
EXIT_NOT_EXECUTABLE = 126
EXIT_NOT_FOUND = 127


class BitfusionError(Exception):
    """An operation that failed. `exit_code` is that of a command it ends, `code` the CUresult that a client is told."""

    exit_code = EXIT_FAILED
    code = 999  # CUDA_ERROR_UNKNOWN

    def __init__(self, detail: str, hint: str = "") -> None:
        super().__init__(f"{detail}; {hint}" if hint else detail)
        self.detail = detail
        self.hint = hint


class ConfigError(BitfusionError):
    """A flag, variable or file that cannot be used. With several mistakes: all of them, joined by "; "."""

    exit_code = EXIT_USAGE
