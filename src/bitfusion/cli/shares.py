"""`-p` and `-m`: how much of a GPU's memory, as users write it."""

from __future__ import annotations

import math
from fractions import Fraction

import click

MIB = 1 << 20


def check(fraction: float | None, memory_mib: int | None) -> None:
    """Raise click.UsageError if both -p and -m are given."""
    if fraction is not None and memory_mib is not None:
        raise click.UsageError(f"-p {fraction:g} and -m {memory_mib} exclude each other; give one of them")


def share_bytes(total: int, fraction: float) -> int:
    """`fraction` of `total` bytes, rounded down to a MiB, exact for what the user wrote. Raises click.UsageError below
    1 MiB.
    """
    share = math.floor(Fraction(repr(fraction)) * total / MIB) * MIB
    if share < MIB:
        raise click.UsageError(f"-p {fraction} of {total} bytes is less than 1 MiB; give a larger share")
    return share
