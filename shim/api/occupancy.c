/* The search for the best block size, which asks the application's own function and so runs here. */
#include "../../libcuda/generated/cuda_api.h"
#include "../../libcuda/occupancy.h"
#include "../state/kernels.h"
#include "../state/code.h"
#include "../state/contexts.h"

enum { SIZE_BYTES = 12 };

struct place {
    struct bf_object *context;
    uint64_t function;
    int sm_count;
};

/* `*limit` becomes the largest size to try. */
static CUresult find(CUfunction handle, struct place *place, int *limit)
{
    struct bf_object *function;
    CUresult result = bf_contexts_current(&place->context);
    if (!result)
        result = bf_kernels_find(handle, place->context, &function, &place->function);
    if (result)
        return result;
    const int *known = place->context->context.device->facts->attributes;
    int threads = bf_code_attribute(function->function.code, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
    int device_threads = known[CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK];
    threads = threads > 0 && threads < device_threads ? threads : device_threads;
    *limit = *limit > 0 && *limit < threads ? *limit : threads;
    place->sm_count = known[CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT];
    return CUDA_SUCCESS;
}

/* How many blocks of each size fit: the server's counts in one round trip. */
static CUresult count_blocks(const struct place *place, const struct lc_occupancy_search *search, unsigned flags,
                             int32_t *blocks)
{
    uint8_t packed[LC_OCCUPANCY_SIZES_MAX * SIZE_BYTES];
    struct bf_ask ask = {.held = NULL};
    size_t count = (size_t)search->count;
    for (size_t i = 0; i < count; i++) {
        uint32_t narrow = (uint32_t)search->sizes[i];
        uint64_t wide = search->shared[i];
        memcpy(packed + SIZE_BYTES * i, &narrow, sizeof narrow);
        memcpy(packed + SIZE_BYTES * i + sizeof narrow, &wide, sizeof wide);
    }
    CUresult result = BF_ASK_HELD(bf_in(place->context), NULL, &ask, occupancy_blocks, bf_u(place->function),
                                  bf_u(flags), bf_bytes(packed, count * SIZE_BYTES));
    if (!result && ask.values[0].bytes != count * sizeof *blocks)
        result = CUDA_ERROR_UNKNOWN;
    if (!result)
        memcpy(blocks, ask.values[0].p, count * sizeof *blocks);
    bf_stream_ask_end(&ask);
    return result;
}

CUresult cuOccupancyMaxPotentialBlockSizeWithFlags(int *minGridSize, int *blockSize, CUfunction func,
                                                   CUoccupancyB2DSize blockSizeToDynamicSMemSize,
                                                   size_t dynamicSMemSize, int blockSizeLimit, unsigned int flags)
{
    struct place place;
    struct lc_occupancy_search search;
    int32_t blocks[LC_OCCUPANCY_SIZES_MAX];
    int limit = blockSizeLimit;
    CUresult result = find(func, &place, &limit);
    if (!result && (!minGridSize || !blockSize || blockSizeLimit < 0 || flags > CU_OCCUPANCY_DISABLE_CACHING_OVERRIDE))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    lc_occupancy_list(&search, limit, blockSizeToDynamicSMemSize, dynamicSMemSize);
    result = count_blocks(&place, &search, flags, blocks);
    if (result)
        return result;
    int best = lc_occupancy_best(&search, blocks);
    *blockSize = best < 0 ? 0 : search.sizes[best];
    *minGridSize = best < 0 ? 0 : blocks[best] * place.sm_count;
    return CUDA_SUCCESS;
}
