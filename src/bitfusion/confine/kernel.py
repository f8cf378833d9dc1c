"""prctl(2) and capset(2), which Python does not have."""

from __future__ import annotations

import ctypes
import os

_LIBC = ctypes.CDLL(None, use_errno=True)
_CAPABILITIES_3 = 0x20080522  # linux/capability.h: two words of each set


def prctl(option: int, argument: int, third: int = 0) -> None:
    """Raises OSError."""
    unused = ctypes.c_ulong(0)
    failed = _LIBC.prctl(ctypes.c_int(option), ctypes.c_ulong(argument), ctypes.c_ulong(third), unused, unused)
    if failed:
        raise _error()


def drop_capabilities() -> None:
    """Of a root that stays root: it is then a user who owns many files, and no more. Raises OSError."""
    head = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0)
    none = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice
    if _LIBC.capset(head, none):
        raise _error()


def _error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
