"""The variables that a process which serves clients is given: what it, Python, the C library or a driver reads.

A list of what is given and not of what is kept back: nobody knows what secrets are in the environment of a server.
"""

from __future__ import annotations

from collections.abc import Mapping

_NAMES = frozenset(
    {
        "BF_CONFINE",
        "HOME",
        "JOURNAL_STREAM",
        "LANG",
        "LANGUAGE",
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "LOGNAME",
        "NO_COLOR",
        "PATH",
        "TERM",
        "TMPDIR",
        "TZ",
        "USER",
        "XDG_CACHE_HOME",
    }
)
_PREFIXES = (
    "BF_TEST_",  # by which tests know their own processes
    "CUDA_",
    "GLIBC_TUNABLES",
    "LC_",
    "MALLOC_",
    "NVIDIA_",
    "PYTHON",
    "SOFTGPU_",
    # Of sanitizers.
    "ASAN_",
    "LSAN_",
    "TSAN_",
    "UBSAN_",
)


def given(environ: Mapping[str, str]) -> dict[str, str]:
    """Those of `environ` that are given."""
    return {name: value for name, value in environ.items() if name in _NAMES or name.startswith(_PREFIXES)}
