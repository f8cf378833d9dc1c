/* The search for the best block size, which asks the application's own function and so runs here. */
#include "../libcuda/generated/cuda_api.h"
#include "code.h"
#include "contexts.h"

struct search {
    CUfunction function;
    CUoccupancyB2DSize shared_of;
    size_t shared_bytes;
    unsigned flags;
    int sm_count, threads_per_sm, warp;
};

static CUresult begin(struct search *search, int *limit)
{
    struct bf_object *context, *function;
    uint64_t number;
    CUresult result = bf_contexts_current(&context);
    if (!result)
        result = bf_code_find(search->function, context, &function, &number);
    if (result)
        return result;
    const int *known = context->context.device->facts->attributes;
    int threads = bf_code_attribute(function->function.code, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
    int device_threads = known[CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK];
    threads = threads > 0 && threads < device_threads ? threads : device_threads;
    *limit = *limit > 0 && *limit < threads ? *limit : threads;
    search->sm_count = known[CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT];
    search->threads_per_sm = known[CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR];
    search->warp = known[CU_DEVICE_ATTRIBUTE_WARP_SIZE] > 0 ? known[CU_DEVICE_ATTRIBUTE_WARP_SIZE] : 32;
    return CUDA_SUCCESS;
}

/* From the largest block of whole warps down; the first that fills a multiprocessor best wins. */
CUresult cuOccupancyMaxPotentialBlockSizeWithFlags(int *minGridSize, int *blockSize, CUfunction func,
                                                   CUoccupancyB2DSize blockSizeToDynamicSMemSize,
                                                   size_t dynamicSMemSize, int blockSizeLimit, unsigned int flags)
{
    struct search search = {func, blockSizeToDynamicSMemSize, dynamicSMemSize, flags, 0, 0, 0};
    int best_threads = 0, best_size = 0, best_blocks = 0;
    if (!minGridSize || !blockSize || blockSizeLimit < 0)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = begin(&search, &blockSizeLimit);
    int size = (blockSizeLimit + search.warp - 1) / (search.warp ? search.warp : 1) * search.warp;
    for (; size > 0 && !result && best_threads < search.threads_per_sm; size -= search.warp) {
        int tried = size < blockSizeLimit ? size : blockSizeLimit, blocks = 0;
        size_t shared = search.shared_of ? search.shared_of(tried) : search.shared_bytes;
        result = cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(&blocks, func, tried, shared, flags);
        if (!result && blocks * tried > best_threads) {
            best_threads = blocks * tried;
            best_size = tried;
            best_blocks = blocks;
        }
    }
    if (result)
        return result;
    *blockSize = best_size;
    *minGridSize = best_blocks * search.sm_count;
    return CUDA_SUCCESS;
}

CUresult cuOccupancyMaxPotentialBlockSize(int *minGridSize, int *blockSize, CUfunction func,
                                          CUoccupancyB2DSize blockSizeToDynamicSMemSize, size_t dynamicSMemSize,
                                          int blockSizeLimit)
{
    return cuOccupancyMaxPotentialBlockSizeWithFlags(minGridSize, blockSize, func, blockSizeToDynamicSMemSize,
                                                     dynamicSMemSize, blockSizeLimit, 0);
}
