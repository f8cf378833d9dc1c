"""No more rights than a process has, none of root's, and limits of what it may use of the host."""

from __future__ import annotations

import resource
from pathlib import Path

from ..limits import CUDA_SERVER_FILES_MAX, CUDA_SERVER_OOM_SCORE, CUDA_SERVER_THREADS_MAX
from . import kernel
from .report import Report

_SET_NO_NEW_PRIVS = 38  # prctl(2)
_OOM_SCORE = Path("/proc/self/oom_score_adj")


def give_up(report: Report) -> None:
    """Give up every privilege, now and for good; children inherit it."""
    try:
        kernel.prctl(_SET_NO_NEW_PRIVS, 1)
        kernel.drop_capabilities()
    except OSError as error:
        report.add("privileges", f"they cannot be given up: {error.strerror}")
    else:
        report.add("privileges")


def limit(report: Report) -> None:
    """Limits of the process, and of those that it forks.

    Not of addresses (RLIMIT_AS, RLIMIT_DATA): a driver reserves terabytes of them and uses few. Not of the size of a
    file (RLIMIT_FSIZE): shared memory is one.
    """
    wanted = {
        resource.RLIMIT_CORE: 0,  # it would hold what clients have sent
        resource.RLIMIT_NOFILE: CUDA_SERVER_FILES_MAX,
        resource.RLIMIT_NPROC: CUDA_SERVER_THREADS_MAX,
    }
    try:
        for number, most in wanted.items():
            lower = min(most, _allowed(number))
            resource.setrlimit(number, (lower, lower))
        _go_first()
    except (OSError, ValueError) as error:
        report.add("limits", f"they cannot be set: {error}")
    else:
        report.add("limits")


def _allowed(number: int) -> int:
    hard = resource.getrlimit(number)[1]
    return 1 << 60 if hard == resource.RLIM_INFINITY else hard


def _go_first() -> None:
    """Where memory is short the kernel ends this one, and not what has many clients."""
    if int(_OOM_SCORE.read_text()) < CUDA_SERVER_OOM_SCORE:
        _OOM_SCORE.write_text(str(CUDA_SERVER_OOM_SCORE))
