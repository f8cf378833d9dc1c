"""Managed memory."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuMemAllocManaged@6000 (CUdeviceptr *dptr, size_t bytesize, unsigned int flags):
    hand
cuMemAdvise@8000 (CUdeviceptr devPtr, size_t count, CUmem_advise advice, CUdevice device):
    is cuMemAdvise_v2(devPtr, count, advice, lc_advice_place(device))
cuMemAdvise_v2@12020 (CUdeviceptr devPtr, size_t count, CUmem_advise advice, CUmemLocation location):
    ready; is lc_advice_set(devPtr, count, advice, location, bf_client.device_count)
cuMemPrefetchAsync@8000 +ptsz@8000 (CUdeviceptr devPtr, size_t count, CUdevice dstDevice, CUstream hStream):
    is cuMemPrefetchAsync_v2(devPtr, count, lc_advice_place(dstDevice), 0, hStream)
cuMemPrefetchAsync_v2@12020 +ptsz@12020 (CUdeviceptr devPtr, size_t count, CUmemLocation location, unsigned int flags,
        CUstream hStream):
    stream hStream; try bf_issue_refuse(&order);
    is lc_advice_prefetch(devPtr, count, location, flags, bf_client.device_count)
cuMemRangeGetAttribute@8000 (void *data, size_t dataSize, CUmem_range_attribute attribute, CUdeviceptr devPtr, size_t
        count):
    ready; is lc_advice_get(data, dataSize, attribute, devPtr, count)
cuMemRangeGetAttributes@8000 (void **data, size_t *dataSizes, CUmem_range_attribute *attributes, size_t numAttributes,
        CUdeviceptr devPtr, size_t count):
    ready; is lc_advice_get_all(data, dataSizes, attributes, numAttributes, devPtr, count)
cuStreamAttachMemAsync@6000 +ptsz@7000 (CUstream hStream, CUdeviceptr dptr, size_t length, unsigned int flags):
    stream hStream; try bf_issue_refuse(&order); is bf_managed_memory_attach(&order, dptr, length, flags)
# They are for devices that all touch managed memory beside the host (CONCURRENT_MANAGED_ACCESS is 0).
cuMemPrefetchBatchAsync@13000 +ptsz@13000 (CUdeviceptr *dptrs, size_t *sizes, size_t count, CUmemLocation *prefetchLocs,
        size_t *prefetchLocIdxs, size_t numPrefetchLocs, unsigned long long flags, CUstream hStream):
    stream hStream;
    is lc_advice_prefetches(dptrs, sizes, count, prefetchLocs, prefetchLocIdxs, numPrefetchLocs, flags, hStream,
        bf_client.device_count)
cuMemDiscardBatchAsync@13000 +ptsz@13000 (CUdeviceptr *dptrs, size_t *sizes, size_t count, unsigned long long flags,
        CUstream hStream):
    stream hStream; is lc_advice_discards(dptrs, sizes, count, flags, hStream)
cuMemDiscardAndPrefetchBatchAsync@13000 +ptsz@13000 (CUdeviceptr *dptrs, size_t *sizes, size_t count, CUmemLocation
        *prefetchLocs, size_t *prefetchLocIdxs, size_t numPrefetchLocs, unsigned long long flags, CUstream hStream):
    stream hStream;
    is lc_advice_prefetches(dptrs, sizes, count, prefetchLocs, prefetchLocIdxs, numPrefetchLocs, flags, hStream,
        bf_client.device_count)
# Calls of the wire alone.
stream_settle #660 tell (CUstream stream):
    server: cuStreamSynchronize(stream)
    "What is in the stream is complete before any later call begins, in whatever stream. The server's thread that runs
    calls waits for it: for a stream in which nothing waits for anything."
pages_moved #661 tell (size_t sent, size_t fetched):
    server: managed.pages_moved
    "So many more pages of managed memory were sent and fetched by this client: for the reports."
"""
)
