/* Entry points of batches of prefetches and discards: they are for devices that touch managed memory beside the host,
 * which these do not say of themselves (CONCURRENT_MANAGED_ACCESS is 0). */
#include "../capture/capture_rules.h"

static CUresult refuse(CUstream handle, bool given)
{
    struct sg_stream *stream;
    TRY(sg_capture_rules_order(handle, &stream));
    return given ? CUDA_ERROR_NOT_SUPPORTED : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemPrefetchBatchAsync(CUdeviceptr *dptrs, size_t *sizes, size_t count, CUmemLocation *prefetchLocs,
                                 size_t *prefetchLocIdxs, size_t numPrefetchLocs, unsigned long long flags,
                                 CUstream hStream)
{
    ENTER(cuMemPrefetchBatchAsync);
    return refuse(hStream, dptrs && sizes && prefetchLocs && prefetchLocIdxs && count && numPrefetchLocs && !flags);
}

CUresult cuMemDiscardBatchAsync(CUdeviceptr *dptrs, size_t *sizes, size_t count, unsigned long long flags,
                                CUstream hStream)
{
    ENTER(cuMemDiscardBatchAsync);
    return refuse(hStream, dptrs && sizes && count && !flags);
}

CUresult cuMemDiscardAndPrefetchBatchAsync(CUdeviceptr *dptrs, size_t *sizes, size_t count, CUmemLocation *prefetchLocs,
                                           size_t *prefetchLocIdxs, size_t numPrefetchLocs, unsigned long long flags,
                                           CUstream hStream)
{
    ENTER(cuMemDiscardAndPrefetchBatchAsync);
    return refuse(hStream, dptrs && sizes && prefetchLocs && prefetchLocIdxs && count && numPrefetchLocs && !flags);
}
