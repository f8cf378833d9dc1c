/* Managed memory. All memory of a device is the host's own: nothing is moved. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../../libcuda/advice.h"
#include "../capture/capture_rules.h"
#include "../state/context.h"
#include "../state/pool.h"

/* A page of the system that nobody has written holds zeroes, and programs rely on finding that in fresh managed
 * memory. Whole pages are given back to the system, so that what is not used costs nothing. */
static void clear(uint64_t address, uint64_t bytes)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), end = address + bytes;
    uint64_t first = (address + page - 1) & ~(page - 1), last = end & ~(page - 1);
    if (first >= last || madvise((void *)(uintptr_t)first, last - first, MADV_DONTNEED)) {
        memset((void *)(uintptr_t)address, 0, bytes);
        return;
    }
    memset((void *)(uintptr_t)address, 0, first - address);
    memset((void *)(uintptr_t)last, 0, end - last);
}

CUresult cuMemAllocManaged(CUdeviceptr *dptr, size_t bytesize, unsigned int flags)
{
    ENTER(cuMemAllocManaged);
    struct sg_context *context;
    uint64_t address;
    TRY(sg_context_current(&context));
    TRY(sg_capture_rules_unsafe());
    REQUIRE(dptr && bytesize, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(flags == CU_MEM_ATTACH_GLOBAL || flags == CU_MEM_ATTACH_HOST, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_pool_outside(context->device, bytesize, 0, context, &address));
    if (!lc_advice_add(address, bytesize)) {
        (void)sg_memory_free(address);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    clear(address, bytesize);
    *dptr = address;
    return CUDA_SUCCESS;
}

CUresult cuMemAdvise_v2(CUdeviceptr devPtr, size_t count, CUmem_advise advice, CUmemLocation location)
{
    ENTER(cuMemAdvise_v2);
    return lc_advice_set(devPtr, count, advice, location, (unsigned)sg_device_count());
}

CUresult cuMemAdvise(CUdeviceptr devPtr, size_t count, CUmem_advise advice, CUdevice device)
{
    return cuMemAdvise_v2(devPtr, count, advice, lc_advice_place(device));
}

CUresult cuMemPrefetchAsync_v2(CUdeviceptr devPtr, size_t count, CUmemLocation location, unsigned int flags,
                               CUstream hStream)
{
    ENTER(cuMemPrefetchAsync_v2);
    struct sg_stream *stream;
    TRY(sg_capture_rules_order_wait(hStream, &stream));
    return lc_advice_prefetch(devPtr, count, location, flags, (unsigned)sg_device_count());
}

CUresult cuMemPrefetchAsync(CUdeviceptr devPtr, size_t count, CUdevice dstDevice, CUstream hStream)
{
    return cuMemPrefetchAsync_v2(devPtr, count, lc_advice_place(dstDevice), 0, hStream);
}

CUresult cuMemRangeGetAttribute(void *data, size_t dataSize, CUmem_range_attribute attribute, CUdeviceptr devPtr,
                                size_t count)
{
    ENTER(cuMemRangeGetAttribute);
    return lc_advice_get(data, dataSize, attribute, devPtr, count);
}

CUresult cuMemRangeGetAttributes(void **data, size_t *dataSizes, CUmem_range_attribute *attributes,
                                 size_t numAttributes, CUdeviceptr devPtr, size_t count)
{
    ENTER(cuMemRangeGetAttributes);
    return lc_advice_get_all(data, dataSizes, attributes, numAttributes, devPtr, count);
}

/* In whole allocations. */
CUresult cuStreamAttachMemAsync(CUstream hStream, CUdeviceptr dptr, size_t length, unsigned int flags)
{
    ENTER(cuStreamAttachMemAsync);
    struct sg_stream *stream;
    struct sg_extent extent;
    TRY(sg_capture_rules_order_wait(hStream, &stream));
    bool known = lc_advice_knows(dptr, length ? length : 1) && sg_memory_find(dptr, &extent) && extent.begin == dptr;
    REQUIRE(known && (!length || length == extent.end - dptr), CUDA_ERROR_INVALID_VALUE);
    bool single = flags == CU_MEM_ATTACH_SINGLE;
    REQUIRE(single || flags == CU_MEM_ATTACH_GLOBAL || flags == CU_MEM_ATTACH_HOST, CUDA_ERROR_INVALID_VALUE);
    bool is_default = !hStream || hStream == CU_STREAM_LEGACY;
    REQUIRE(!single || !is_default, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}
