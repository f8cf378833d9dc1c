"""What two devices can do to each other's memory."""

from __future__ import annotations

import struct

from .binding import SUCCESS, cuda, enum
from .ports import Answer
from .session import DriverSession


def atomics(session: DriverSession, operations: bytes, source: int, target: int) -> Answer:
    ask = getattr(cuda, "cuDeviceGetP2PAtomicCapabilities", None)
    if ask is None:  # cuda-python 12
        return (cuda.CUresult.CUDA_ERROR_NOT_SUPPORTED,)
    wanted = [enum(cuda.CUatomicOperation, number) for (number,) in struct.iter_unpack("<I", operations)]
    result, found = ask(wanted, len(wanted), session.device(source), session.device(target))
    return (result, struct.pack(f"<{len(found)}I", *found)) if result is SUCCESS else (result,)
