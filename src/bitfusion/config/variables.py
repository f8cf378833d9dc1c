"""The variables that this product reads, and those of the environment that look like one and are none.

A test compares the table with what the sources read.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

KNOWN = (
    "BF_ADAPTOR_PATH",
    "BF_CLIENTS_MAX",
    "BF_CLIENT_MEMORY_LIMIT",
    "BF_CONFINE",
    "BF_DEBUG",
    "BF_ENVIRONMENT_FILE",
    "BF_GPU_DEVICE_MEMORY_LIMIT",
    "BF_HOST_MEMORY_LIMIT",
    "BF_IDLE_TIMEOUT",
    "BF_IMAGE_STORE",
    "BF_IMAGE_STORE_BYTES",
    "BF_LEASE_TTL",
    "BF_METRICS_PORT",
    "BF_RESUME_S",
    "BF_SERVERS",
    "BF_SERVER_PORT_MAX",
    "BF_SERVER_PORT_MIN",
    "BF_SESSION_TIMEOUT",
    "BF_STATE_DIR",
    "BF_TLS_CA",
    "BF_TLS_CERT",
    "BF_TLS_KEY",
    "BF_USER",
    "BF_TOKENS",
    "BF_TOKEN_FILE",
    "BF_VISIBLE_DEVICES",
    "SOFTGPU_ADDRESSES",
    "SOFTGPU_BOUNDS",
    "SOFTGPU_CC",
    "SOFTGPU_DEBUG",
    "SOFTGPU_DEVICES",
    "SOFTGPU_DRIVER_VERSION",
    "SOFTGPU_FAULT",
    "SOFTGPU_MEMORY",
    "SOFTGPU_REGISTRY",
    "SOFTGPU_THREADS",
)
# What the original product set for its applications, and what building and testing this one read.
_OTHERS = (
    "BF_BIN_PATH",
    "BF_ADAPTOR_RDMA",
    "BF_NVIDIA_SMI",
    "BF_PROMETHEUS",
    "BF_RENEW",
    "BF_SANITIZE",
    "BF_STRICT_BUILD",
    "BF_TEST_",
    "SOFTGPU_LIB",
)
_PREFIXES = ("BF_", "SOFTGPU_")
_LIKENESS = 0.7  # BF_MEMORY_LIMIT is like BF_GPU_DEVICE_MEMORY_LIMIT; BF_HOME is like none


def unknown(environ: Mapping[str, str]) -> dict[str, str]:
    """Each variable with a name of ours that nothing reads -> the known one that may be meant, "" if none is near."""
    names = sorted(
        name
        for name in environ
        if name.upper().startswith(_PREFIXES) and name not in KNOWN and not name.startswith(_OTHERS)
    )
    return {name: next(iter(difflib.get_close_matches(name.upper(), KNOWN, 1, _LIKENESS)), "") for name in names}


def complaint(name: str, meant: str) -> str:
    """A sentence of one of unknown()."""
    return f"the variable {name} is not known" + (f"; did you mean {meant}?" if meant else "")
