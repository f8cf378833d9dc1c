/* The checks of a launch that shim and softgpu have in common. */
#include "launch_check.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "occupancy.h"

enum { WARP_THREADS = 32 };

static bool is_within(const unsigned sizes[3], const unsigned limits[3])
{
    for (int i = 0; i < 3; i++)
        if (!sizes[i] || sizes[i] > limits[i])
            return false;
    return true;
}

/* True if the registers of that many threads are more than a block may have. */
static bool is_short_of_registers(uint64_t threads, const struct lc_launch_limits *limits)
{
    if (limits->function_registers == UINT_MAX || limits->block_registers == UINT_MAX)
        return false;
    uint64_t warps = (threads + WARP_THREADS - 1) / WARP_THREADS;
    return warps * lc_occupancy_warp_registers(limits->function_registers) > limits->block_registers;
}

CUresult lc_launch_check(const struct lc_launch *launch, const struct lc_launch_limits *limits)
{
    if (!is_within(launch->grid, limits->grid) || !is_within(launch->block, limits->block))
        return CUDA_ERROR_INVALID_VALUE;
    uint64_t threads = (uint64_t)launch->block[0] * launch->block[1] * launch->block[2];
    if (threads > limits->block_threads)
        return CUDA_ERROR_INVALID_VALUE;
    /* One attribute holds both bounds: what the source demands, and what the registers leave. */
    if (threads > limits->function_threads)
        return is_short_of_registers(threads, limits) ? CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES : CUDA_ERROR_INVALID_VALUE;
    return launch->shared_bytes > limits->function_shared_bytes ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

CUresult lc_launch_check_extra(void *const *extra, size_t bytes, const void **out)
{
    enum { PAIRS_MAX = 8 };
    const void *block = NULL;
    size_t given = 0;
    for (int pair = 0; extra[0] != CU_LAUNCH_PARAM_END; pair++, extra += 2) {
        if (pair == PAIRS_MAX)
            return CUDA_ERROR_INVALID_VALUE;
        if (extra[0] == CU_LAUNCH_PARAM_BUFFER_POINTER)
            block = extra[1];
        else if (extra[0] == CU_LAUNCH_PARAM_BUFFER_SIZE && extra[1])
            given = *(const size_t *)extra[1];
        else
            return CUDA_ERROR_INVALID_VALUE;
    }
    if (given < bytes || (given && !block))
        return CUDA_ERROR_INVALID_VALUE;
    *out = block;
    return CUDA_SUCCESS;
}
