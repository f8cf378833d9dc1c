/* Entry points of batches of prefetches and discards: they are for devices that touch managed memory beside the host,
 * which these do not say of themselves (CONCURRENT_MANAGED_ACCESS is 0). */
#include "../../../libcuda/advice.h"
#include "../capture/capture_rules.h"
#include "../state/device.h"

CUresult cuMemPrefetchBatchAsync(CUdeviceptr *dptrs, size_t *sizes, size_t count, CUmemLocation *prefetchLocs,
                                 size_t *prefetchLocIdxs, size_t numPrefetchLocs, unsigned long long flags,
                                 CUstream hStream)
{
    ENTER(cuMemPrefetchBatchAsync);
    struct sg_stream *stream;
    TRY(sg_capture_rules_order(hStream, &stream));
    return lc_advice_prefetches(dptrs, sizes, count, prefetchLocs, prefetchLocIdxs, numPrefetchLocs, flags, hStream,
                                (unsigned)sg_device_count());
}

CUresult cuMemDiscardBatchAsync(CUdeviceptr *dptrs, size_t *sizes, size_t count, unsigned long long flags,
                                CUstream hStream)
{
    ENTER(cuMemDiscardBatchAsync);
    struct sg_stream *stream;
    TRY(sg_capture_rules_order(hStream, &stream));
    return lc_advice_discards(dptrs, sizes, count, flags, hStream);
}

CUresult cuMemDiscardAndPrefetchBatchAsync(CUdeviceptr *dptrs, size_t *sizes, size_t count, CUmemLocation *prefetchLocs,
                                           size_t *prefetchLocIdxs, size_t numPrefetchLocs, unsigned long long flags,
                                           CUstream hStream)
{
    ENTER(cuMemDiscardAndPrefetchBatchAsync);
    struct sg_stream *stream;
    TRY(sg_capture_rules_order(hStream, &stream));
    return lc_advice_prefetches(dptrs, sizes, count, prefetchLocs, prefetchLocIdxs, numPrefetchLocs, flags, hStream,
                                (unsigned)sg_device_count());
}
