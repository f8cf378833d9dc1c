/* The search for the best block size, which asks the application's own function and so runs here. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/kernels.h"
#include "../state/code.h"
#include "../state/contexts.h"

enum { SIZES_MAX = 64, SIZE_BYTES = 12 };

/* The sizes to try, from the largest down in whole warps, and how much shared memory each needs. */
struct search {
    struct bf_object *context;
    uint64_t function;
    int sm_count, count;
    int sizes[SIZES_MAX];
    uint8_t packed[SIZES_MAX * SIZE_BYTES];
};

static CUresult find(CUfunction handle, struct search *search, int *limit)
{
    struct bf_object *function;
    CUresult result = bf_contexts_current(&search->context);
    if (!result)
        result = bf_kernels_find(handle, search->context, &function, &search->function);
    if (result)
        return result;
    const int *known = search->context->context.device->facts->attributes;
    int threads = bf_code_attribute(function->function.code, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
    int device_threads = known[CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK];
    threads = threads > 0 && threads < device_threads ? threads : device_threads;
    *limit = *limit > 0 && *limit < threads ? *limit : threads;
    search->sm_count = known[CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT];
    return CUDA_SUCCESS;
}

static void list_sizes(struct search *search, int limit, CUoccupancyB2DSize shared_of, size_t shared)
{
    const int *known = search->context->context.device->facts->attributes;
    int warp = known[CU_DEVICE_ATTRIBUTE_WARP_SIZE] > 0 ? known[CU_DEVICE_ATTRIBUTE_WARP_SIZE] : 32;
    for (int size = limit; size > 0 && search->count < SIZES_MAX; size = (size - 1) / warp * warp) {
        uint8_t *at = search->packed + SIZE_BYTES * search->count;
        uint32_t narrow = (uint32_t)size;
        uint64_t wide = shared_of ? shared_of(size) : shared;
        memcpy(at, &narrow, sizeof narrow);
        memcpy(at + sizeof narrow, &wide, sizeof wide);
        search->sizes[search->count++] = size;
    }
}

/* The server's counts for all sizes in one round trip; the first size that fills a multiprocessor best wins. */
CUresult cuOccupancyMaxPotentialBlockSizeWithFlags(int *minGridSize, int *blockSize, CUfunction func,
                                                   CUoccupancyB2DSize blockSizeToDynamicSMemSize,
                                                   size_t dynamicSMemSize, int blockSizeLimit, unsigned int flags)
{
    struct search search = {.count = 0};
    struct bf_ask ask = {.held = NULL};
    int best = 0, best_blocks = 0, limit = blockSizeLimit;
    CUresult result = find(func, &search, &limit);
    if (!result && (!minGridSize || !blockSize || blockSizeLimit < 0 || flags > CU_OCCUPANCY_DISABLE_CACHING_OVERRIDE))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    list_sizes(&search, limit, blockSizeToDynamicSMemSize, dynamicSMemSize);
    result = BF_ASK_HELD(bf_in(search.context), NULL, &ask, occupancy_blocks, bf_u(search.function), bf_u(flags),
                         bf_bytes(search.packed, (size_t)search.count * SIZE_BYTES));
    if (!result && ask.values[0].bytes != (size_t)search.count * sizeof(int32_t))
        result = CUDA_ERROR_UNKNOWN;
    for (int i = 0; i < search.count && !result; i++) {
        int32_t blocks;
        memcpy(&blocks, (const uint8_t *)ask.values[0].p + sizeof blocks * (size_t)i, sizeof blocks);
        if (blocks * search.sizes[i] > best * best_blocks) {
            best = search.sizes[i];
            best_blocks = blocks;
        }
    }
    bf_stream_ask_end(&ask);
    if (result)
        return result;
    *blockSize = best;
    *minGridSize = best_blocks * search.sm_count;
    return CUDA_SUCCESS;
}
