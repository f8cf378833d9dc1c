/* Entry points of occupancy: how many blocks fit a multiprocessor of the reported architecture. */
#include "../sched/launch.h"

/* Hardware hands out registers to warps in units of 256, shared memory to blocks in units of 256 (1 KiB more a block
 * from 8.0 on). */
enum { REGISTER_UNIT = 256, SHARED_UNIT = 256 };

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int round_up(int value, int unit)
{
    return (value + unit - 1) / unit * unit;
}

static int blocks_by_registers(const struct sg_function *function, int warps)
{
    int registers = 0;
    sg_function_read(function->info, &function->settings, CU_FUNC_ATTRIBUTE_NUM_REGS, &registers);
    int warp = round_up(registers * SG_WARP_THREADS, REGISTER_UNIT);
    return SG_SM_REGISTERS / warp / warps;
}

static int blocks_by_shared(const struct sg_function *function, size_t dynamic)
{
    const struct sg_architecture *arch = sg_attributes_architecture();
    int bytes = round_up((int)function->info->shared_bytes + (int)dynamic + arch->block_shared_reserved, SHARED_UNIT);
    return bytes ? arch->sm_shared / bytes : arch->sm_blocks;
}

static int blocks(const struct sg_function *function, int threads, size_t dynamic)
{
    const struct sg_architecture *arch = sg_attributes_architecture();
    if (threads > (int)function->info->max_threads || threads > SG_BLOCK_THREADS_MAX ||
        dynamic > (size_t)arch->block_shared_optin)
        return 0;
    int warps = (threads + SG_WARP_THREADS - 1) / SG_WARP_THREADS;
    int count = smaller(arch->sm_blocks, arch->sm_threads / SG_WARP_THREADS / warps);
    count = smaller(count, blocks_by_registers(function, warps));
    return smaller(count, blocks_by_shared(function, dynamic));
}

static CUresult find(const void *handle, struct sg_function **out)
{
    struct sg_context *context;
    TRY(sg_context_current(&context));
    return sg_library_function_of(handle, context, out);
}

static CUresult active_blocks(int *numBlocks, CUfunction func, int blockSize, size_t dynamic, unsigned flags)
{
    struct sg_function *function;
    TRY(find(func, &function));
    REQUIRE(numBlocks && blockSize > 0 && flags <= CU_OCCUPANCY_DISABLE_CACHING_OVERRIDE, CUDA_ERROR_INVALID_VALUE);
    *numBlocks = blocks(function, blockSize, dynamic);
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

/* The block size with the most resident threads; of several, the largest. */
static CUresult potential_block(int *minGridSize, int *blockSize, CUfunction func, CUoccupancyB2DSize dynamic_of,
                                size_t dynamic, int limit, unsigned flags)
{
    struct sg_function *function;
    int sms, best = 0, best_threads = 0;
    TRY(find(func, &function));
    REQUIRE(minGridSize && blockSize && limit >= 0 && flags <= CU_OCCUPANCY_DISABLE_CACHING_OVERRIDE,
            CUDA_ERROR_INVALID_VALUE);
    int most = smaller((int)function->info->max_threads, SG_BLOCK_THREADS_MAX);
    most = limit ? smaller(most, limit) : most;
    for (int size = most; size > 0; size = (size - 1) / SG_WARP_THREADS * SG_WARP_THREADS) {
        int threads = size * blocks(function, size, dynamic_of ? dynamic_of(size) : dynamic);
        if (threads > best_threads) {
            best_threads = threads;
            best = size;
        }
    }
    TRY(sg_attributes_read(function->module->context->device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, &sms));
    *blockSize = best;
    *minGridSize = best ? best_threads / best * sms : 0;
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
    const struct sg_architecture *arch = sg_attributes_architecture();
    struct sg_function *function;
    TRY(find(func, &function));
    REQUIRE(dynamicSmemSize && numBlocks > 0 && blockSize > 0, CUDA_ERROR_INVALID_VALUE);
    int share = arch->sm_shared / numBlocks / SHARED_UNIT * SHARED_UNIT - arch->block_shared_reserved;
    int room = smaller(share, arch->block_shared_optin) - (int)function->info->shared_bytes;
    *dynamicSmemSize = room > 0 ? (size_t)room : 0;
    return CUDA_SUCCESS;
}

/* Clusters are of one block. */
CUresult cuOccupancyMaxPotentialClusterSize(int *clusterSize, CUfunction func, const CUlaunchConfig *config)
{
    ENTER(cuOccupancyMaxPotentialClusterSize);
    struct sg_context *context;
    struct sg_function *function;
    TRY(sg_context_current(&context));
    REQUIRE(clusterSize && config && (config->attrs || !config->numAttrs), CUDA_ERROR_INVALID_VALUE);
    TRY(sg_library_function_of(func, context, &function));
    *clusterSize = 1;
    return CUDA_SUCCESS;
}

CUresult cuOccupancyMaxActiveClusters(int *numClusters, CUfunction func, const CUlaunchConfig *config)
{
    ENTER(cuOccupancyMaxActiveClusters);
    struct sg_context *context;
    struct sg_function *function;
    int sms;
    TRY(sg_context_current(&context));
    REQUIRE(numClusters && config && (config->attrs || !config->numAttrs), CUDA_ERROR_INVALID_VALUE);
    TRY(sg_library_function_of(func, context, &function));
    uint64_t threads = (uint64_t)config->blockDimX * config->blockDimY * config->blockDimZ;
    REQUIRE(threads && threads <= SG_BLOCK_THREADS_MAX, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_attributes_read(function->module->context->device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, &sms));
    *numClusters = sms * blocks(function, (int)threads, config->sharedMemBytes);
    return CUDA_SUCCESS;
}
