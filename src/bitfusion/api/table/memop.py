"""Stream memory operations: those of the first interface, and of the second (_v2)."""

from ..model import HAND, Symbol

_VALUE32 = "CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int flags"
_VALUE64 = "CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int flags"
_BATCH = "CUstream stream, unsigned int count, CUstreamBatchMemOpParams *paramArray, unsigned int flags"


def _both(name: str, since: int, proto: str) -> tuple[Symbol, Symbol]:
    return (
        Symbol(name, since, proto, HAND, twins=(("ptsz", since),)),
        Symbol(f"{name}_v2", 11070, proto, HAND, twins=(("ptsz", 11070),)),
    )


SYMBOLS = (
    *_both("cuStreamWaitValue32", 8000, _VALUE32),
    *_both("cuStreamWaitValue64", 9000, _VALUE64),
    *_both("cuStreamWriteValue32", 8000, _VALUE32),
    *_both("cuStreamWriteValue64", 9000, _VALUE64),
    *_both("cuStreamBatchMemOp", 8000, _BATCH),
)
