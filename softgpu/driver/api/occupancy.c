/* Entry points of occupancy: how many blocks fit a multiprocessor of the reported architecture. */
#include "../../../libcuda/occupancy.h"

#include "../state/launch_attributes.h"
#include "../state/library.h"
#include "../state/occupancy.h"

static CUresult find(const void *handle, struct sg_function **out)
{
    struct sg_context *context;
    TRY(sg_context_current(&context));
    TRY(sg_library_function_of(handle, context, out));
    return sg_function_load(*out);
}

static CUresult active_blocks(int *numBlocks, CUfunction func, int blockSize, size_t dynamic, unsigned flags)
{
    struct sg_function *function;
    TRY(find(func, &function));
    REQUIRE(numBlocks && blockSize > 0 && flags <= CU_OCCUPANCY_DISABLE_CACHING_OVERRIDE, CUDA_ERROR_INVALID_VALUE);
    *numBlocks = sg_occupancy_blocks(function, blockSize, dynamic);
    return CUDA_SUCCESS;
}

CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int *numBlocks, CUfunction func, int blockSize,
                                                     size_t dynamicSMemSize)
{
    ENTER(cuOccupancyMaxActiveBlocksPerMultiprocessor);
    return active_blocks(numBlocks, func, blockSize, dynamicSMemSize, 0);
}

CUresult cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *numBlocks, CUfunction func, int blockSize,
                                                              size_t dynamicSMemSize, unsigned int flags)
{
    ENTER(cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags);
    return active_blocks(numBlocks, func, blockSize, dynamicSMemSize, flags);
}

static CUresult potential_block(int *minGridSize, int *blockSize, CUfunction func, CUoccupancyB2DSize dynamic_of,
                                size_t dynamic, int limit, unsigned flags)
{
    struct sg_function *function;
    struct lc_occupancy_search search;
    int32_t blocks[LC_OCCUPANCY_SIZES_MAX];
    int sms;
    TRY(find(func, &function));
    REQUIRE(minGridSize && blockSize && limit >= 0 && flags <= CU_OCCUPANCY_DISABLE_CACHING_OVERRIDE,
            CUDA_ERROR_INVALID_VALUE);
    int most = (int)function->info->max_threads;
    most = most < SG_BLOCK_THREADS_MAX ? most : SG_BLOCK_THREADS_MAX;
    lc_occupancy_list(&search, limit && limit < most ? limit : most, dynamic_of, dynamic);
    for (int i = 0; i < search.count; i++)
        blocks[i] = sg_occupancy_blocks(function, search.sizes[i], search.shared[i]);
    int best = lc_occupancy_best(&search, blocks);
    TRY(sg_attributes_read(function->module->context->device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, &sms));
    *blockSize = best < 0 ? 0 : search.sizes[best];
    *minGridSize = best < 0 ? 0 : blocks[best] * sms;
    return CUDA_SUCCESS;
}

CUresult cuOccupancyMaxPotentialBlockSize(int *minGridSize, int *blockSize, CUfunction func,
                                          CUoccupancyB2DSize blockSizeToDynamicSMemSize, size_t dynamicSMemSize,
                                          int blockSizeLimit)
{
    ENTER(cuOccupancyMaxPotentialBlockSize);
    return potential_block(minGridSize, blockSize, func, blockSizeToDynamicSMemSize, dynamicSMemSize, blockSizeLimit,
                           0);
}

CUresult cuOccupancyMaxPotentialBlockSizeWithFlags(int *minGridSize, int *blockSize, CUfunction func,
                                                   CUoccupancyB2DSize blockSizeToDynamicSMemSize,
                                                   size_t dynamicSMemSize, int blockSizeLimit, unsigned int flags)
{
    ENTER(cuOccupancyMaxPotentialBlockSizeWithFlags);
    return potential_block(minGridSize, blockSize, func, blockSizeToDynamicSMemSize, dynamicSMemSize, blockSizeLimit,
                           flags);
}

CUresult cuOccupancyAvailableDynamicSMemPerBlock(size_t *dynamicSmemSize, CUfunction func, int numBlocks, int blockSize)
{
    ENTER(cuOccupancyAvailableDynamicSMemPerBlock);
    struct sg_function *function;
    TRY(find(func, &function));
    REQUIRE(dynamicSmemSize && numBlocks > 0 && blockSize > 0, CUDA_ERROR_INVALID_VALUE);
    *dynamicSmemSize = sg_occupancy_shared(function, numBlocks);
    return CUDA_SUCCESS;
}

/* The function and its launch, of which the cluster is one block if there is one at all. */
static CUresult find_clusters(const void *result, CUfunction func, const CUlaunchConfig *config,
                              struct sg_function **out)
{
    struct sg_context *context;
    struct sg_launch_wishes wishes;
    TRY(sg_context_current(&context));
    REQUIRE(result && config && (config->attrs || !config->numAttrs), CUDA_ERROR_INVALID_VALUE);
    TRY(sg_library_function_of(func, context, out));
    return sg_launch_attributes_read(context, config, &wishes);
}

/* Clusters are of one block. */
CUresult cuOccupancyMaxPotentialClusterSize(int *clusterSize, CUfunction func, const CUlaunchConfig *config)
{
    ENTER(cuOccupancyMaxPotentialClusterSize);
    struct sg_function *function;
    TRY(find_clusters(clusterSize, func, config, &function));
    *clusterSize = 1;
    return CUDA_SUCCESS;
}

CUresult cuOccupancyMaxActiveClusters(int *numClusters, CUfunction func, const CUlaunchConfig *config)
{
    ENTER(cuOccupancyMaxActiveClusters);
    struct sg_function *function;
    TRY(find_clusters(numClusters, func, config, &function));
    uint64_t threads = (uint64_t)config->blockDimX * config->blockDimY * config->blockDimZ;
    REQUIRE(threads && threads <= SG_BLOCK_THREADS_MAX, CUDA_ERROR_INVALID_VALUE);
    *numClusters = (int)sg_occupancy_grid(function, (unsigned)threads, config->sharedMemBytes);
    return CUDA_SUCCESS;
}
