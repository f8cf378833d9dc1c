/* Entry points of stream memory operations, of the first interface and of the second (_v2). */
#include "../../../libcuda/memop.h"

#include "../capture/capture_rules.h"
#include "../capture/issue.h"
#include "../sched/memop.h"

static CUresult submit(CUstream handle, const CUstreamBatchMemOpParams *ops, unsigned count, bool second)
{
    struct sg_stream *stream;
    TRY(sg_capture_rules_order(handle, &stream));
    TRY(sg_memop_check(stream->context->device, ops, count, second));
    return sg_issue_memops(stream, ops, count);
}

static CUresult wait(CUstream stream, CUdeviceptr addr, uint64_t value, unsigned bytes, unsigned flags, bool second)
{
    const CUstreamBatchMemOpParams op = lc_memop_wait(addr, value, bytes, flags);
    return submit(stream, &op, 1, second);
}

static CUresult write(CUstream stream, CUdeviceptr addr, uint64_t value, unsigned bytes, unsigned flags, bool second)
{
    const CUstreamBatchMemOpParams op = lc_memop_write(addr, value, bytes, flags);
    return submit(stream, &op, 1, second);
}

CUresult cuStreamWaitValue32(CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int flags)
{
    ENTER(cuStreamWaitValue32);
    return wait(stream, addr, value, 4, flags, false);
}

CUresult cuStreamWaitValue32_v2(CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int flags)
{
    ENTER(cuStreamWaitValue32_v2);
    return wait(stream, addr, value, 4, flags, true);
}

CUresult cuStreamWaitValue64(CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int flags)
{
    ENTER(cuStreamWaitValue64);
    return wait(stream, addr, value, 8, flags, false);
}

CUresult cuStreamWaitValue64_v2(CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int flags)
{
    ENTER(cuStreamWaitValue64_v2);
    return wait(stream, addr, value, 8, flags, true);
}

CUresult cuStreamWriteValue32(CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int flags)
{
    ENTER(cuStreamWriteValue32);
    return write(stream, addr, value, 4, flags, false);
}

CUresult cuStreamWriteValue32_v2(CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int flags)
{
    ENTER(cuStreamWriteValue32_v2);
    return write(stream, addr, value, 4, flags, true);
}

CUresult cuStreamWriteValue64(CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int flags)
{
    ENTER(cuStreamWriteValue64);
    return write(stream, addr, value, 8, flags, false);
}

CUresult cuStreamWriteValue64_v2(CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int flags)
{
    ENTER(cuStreamWriteValue64_v2);
    return write(stream, addr, value, 8, flags, true);
}

CUresult cuStreamBatchMemOp(CUstream stream, unsigned int count, CUstreamBatchMemOpParams *paramArray,
                            unsigned int flags)
{
    ENTER(cuStreamBatchMemOp);
    REQUIRE(!flags, CUDA_ERROR_INVALID_VALUE);
    return submit(stream, paramArray, count, false);
}

CUresult cuStreamBatchMemOp_v2(CUstream stream, unsigned int count, CUstreamBatchMemOpParams *paramArray,
                               unsigned int flags)
{
    ENTER(cuStreamBatchMemOp_v2);
    REQUIRE(!flags, CUDA_ERROR_INVALID_VALUE);
    return submit(stream, paramArray, count, true);
}
