"""Stream memory operations: those of the first interface, and of the second (_v2)."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuStreamWaitValue32@8000 +ptsz@8000 (CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int flags):
    by bf_memop_put(stream, lc_memop_wait(addr, value, 4, flags), false, &bf_calls[BF_CALL_cuStreamWaitValue32_v2])
cuStreamWaitValue32_v2@11070 #143 tell +ptsz@11070 (CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int
        flags):
    by bf_memop_put(stream, lc_memop_wait(addr, value, 4, flags), true, &bf_calls[BF_CALL_cuStreamWaitValue32_v2])
cuStreamWaitValue64@9000 +ptsz@9000 (CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int flags):
    by bf_memop_put(stream, lc_memop_wait(addr, value, 8, flags), false, &bf_calls[BF_CALL_cuStreamWaitValue64_v2])
cuStreamWaitValue64_v2@11070 #144 tell +ptsz@11070 (CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int
        flags):
    by bf_memop_put(stream, lc_memop_wait(addr, value, 8, flags), true, &bf_calls[BF_CALL_cuStreamWaitValue64_v2])
cuStreamWriteValue32@8000 +ptsz@8000 (CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int flags):
    by bf_memop_put(stream, lc_memop_write(addr, value, 4, flags), false, &bf_calls[BF_CALL_cuStreamWriteValue32_v2])
cuStreamWriteValue32_v2@11070 #145 tell +ptsz@11070 (CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int
        flags):
    by bf_memop_put(stream, lc_memop_write(addr, value, 4, flags), true, &bf_calls[BF_CALL_cuStreamWriteValue32_v2])
cuStreamWriteValue64@9000 +ptsz@9000 (CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int flags):
    by bf_memop_put(stream, lc_memop_write(addr, value, 8, flags), false, &bf_calls[BF_CALL_cuStreamWriteValue64_v2])
cuStreamWriteValue64_v2@11070 #146 tell +ptsz@11070 (CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int
        flags):
    by bf_memop_put(stream, lc_memop_write(addr, value, 8, flags), true, &bf_calls[BF_CALL_cuStreamWriteValue64_v2])
cuStreamBatchMemOp@8000 +ptsz@8000
    (CUstream stream, unsigned int count, CUstreamBatchMemOpParams *paramArray, unsigned int flags):
    ready; refuse flags; by bf_memop_batch(stream, count, paramArray, false)
cuStreamBatchMemOp_v2@11070 +ptsz@11070
    (CUstream stream, unsigned int count, CUstreamBatchMemOpParams *paramArray, unsigned int flags):
    ready; refuse flags; by bf_memop_batch(stream, count, paramArray, true)
# Calls of the wire alone.
stream_batch #147 tell (CUstream stream, CUstreamBatchMemOpParams[] ops):
    server: cuStreamBatchMemOp(stream, len(ops), ops, 0)
"""
)
