/* Entry points: flags, limits, cache preferences and peers of the current context. */
#include "../../../libcuda/flags.h"
#include "../state/context.h"

CUresult cuCtxGetFlags(unsigned int *flags)
{
    ENTER(cuCtxGetFlags);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    REQUIRE(flags, CUDA_ERROR_INVALID_VALUE);
    *flags = context->flags;
    return CUDA_SUCCESS;
}

CUresult cuCtxSetFlags(unsigned int flags)
{
    ENTER(cuCtxSetFlags);
    REQUIRE(lc_flags_suit_context(flags), CUDA_ERROR_INVALID_VALUE);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    context->flags = flags;
    return CUDA_SUCCESS;
}

static CUresult set_persisting_bytes(struct sg_context *context, size_t bytes)
{
    int most = 0;
    TRY(sg_attributes_read(context->device, CU_DEVICE_ATTRIBUTE_MAX_PERSISTING_L2_CACHE_SIZE, &most));
    REQUIRE(most, CUDA_ERROR_UNSUPPORTED_LIMIT);
    context->limits[CU_LIMIT_PERSISTING_L2_CACHE_SIZE] = bytes < (size_t)most ? bytes : (size_t)most;
    return CUDA_SUCCESS;
}

/* Of kernels that launch kernels and wait for them, which devices from 9.0 on do not. */
static CUresult set_sync_depth(struct sg_context *context, size_t depth)
{
    enum { DEPTH_MAX = 24 };
    REQUIRE(sg_attributes_architecture()->major < 9, CUDA_ERROR_UNSUPPORTED_LIMIT);
    REQUIRE(depth <= DEPTH_MAX, CUDA_ERROR_INVALID_VALUE);
    context->limits[CU_LIMIT_DEV_RUNTIME_SYNC_DEPTH] = depth;
    return CUDA_SUCCESS;
}

/* Limits beyond the table are of hardware that no software device has. */
CUresult cuCtxSetLimit(CUlimit limit, size_t value)
{
    ENTER(cuCtxSetLimit);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    REQUIRE((unsigned)limit < CU_LIMIT_MAX, CUDA_ERROR_INVALID_VALUE);
    REQUIRE((unsigned)limit < SG_LIMITS, CUDA_ERROR_UNSUPPORTED_LIMIT);
    if (limit == CU_LIMIT_PERSISTING_L2_CACHE_SIZE)
        return set_persisting_bytes(context, value);
    if (limit == CU_LIMIT_MALLOC_HEAP_SIZE)
        return sg_context_heap_set_bytes(context, value);
    if (limit == CU_LIMIT_DEV_RUNTIME_SYNC_DEPTH)
        return set_sync_depth(context, value);
    enum { GRANULARITY_MAX = 128 };
    bool is_too_coarse = limit == CU_LIMIT_MAX_L2_FETCH_GRANULARITY && value > GRANULARITY_MAX;
    context->limits[limit] = is_too_coarse ? GRANULARITY_MAX : value;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetLimit(size_t *pvalue, CUlimit limit)
{
    ENTER(cuCtxGetLimit);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    REQUIRE(pvalue && (unsigned)limit < CU_LIMIT_MAX, CUDA_ERROR_INVALID_VALUE);
    /* The others are of contexts that share the GPU with graphics (CIG): 0 in one that does not. */
    *pvalue = (unsigned)limit < SG_LIMITS ? context->limits[limit] : 0;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetCacheConfig(CUfunc_cache *pconfig)
{
    ENTER(cuCtxGetCacheConfig);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    REQUIRE(pconfig, CUDA_ERROR_INVALID_VALUE);
    *pconfig = context->cache;
    return CUDA_SUCCESS;
}

CUresult cuCtxSetCacheConfig(CUfunc_cache config)
{
    ENTER(cuCtxSetCacheConfig);
    REQUIRE((unsigned)config <= CU_FUNC_CACHE_PREFER_EQUAL, CUDA_ERROR_INVALID_VALUE);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    context->cache = config;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetSharedMemConfig(CUsharedconfig *pConfig)
{
    ENTER(cuCtxGetSharedMemConfig);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    REQUIRE(pConfig, CUDA_ERROR_INVALID_VALUE);
    /* Banks of four bytes, as on every architecture since 5.0, whatever was asked for. */
    *pConfig = CU_SHARED_MEM_CONFIG_FOUR_BYTE_BANK_SIZE;
    return CUDA_SUCCESS;
}

CUresult cuCtxSetSharedMemConfig(CUsharedconfig config)
{
    ENTER(cuCtxSetSharedMemConfig);
    REQUIRE((unsigned)config <= CU_SHARED_MEM_CONFIG_EIGHT_BYTE_BANK_SIZE, CUDA_ERROR_INVALID_VALUE);
    struct sg_context *context;
    return sg_context_current(&context);
}

CUresult cuCtxGetStreamPriorityRange(int *leastPriority, int *greatestPriority)
{
    ENTER(cuCtxGetStreamPriorityRange);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    if (leastPriority)
        *leastPriority = SG_PRIORITY_LEAST;
    if (greatestPriority)
        *greatestPriority = SG_PRIORITY_GREATEST;
    return CUDA_SUCCESS;
}

CUresult cuCtxResetPersistingL2Cache(void)
{
    ENTER(cuCtxResetPersistingL2Cache);
    struct sg_context *context;
    return sg_context_current(&context);
}

/* Device memory is one address space here, so access needs no mapping: what is kept is what the program has asked
 * for. */
static CUresult peer_bit(CUcontext peer, struct sg_context **context, uint64_t *bit)
{
    struct sg_context *other;
    TRY(sg_context_current(context));
    REQUIRE(peer, CUDA_ERROR_INVALID_CONTEXT);
    TRY(sg_context_of(peer, &other));
    REQUIRE(atomic_load(&other->active), CUDA_ERROR_INVALID_CONTEXT);
    *bit = (uint64_t)1 << other->device->ordinal;
    REQUIRE(other->device != (*context)->device, CUDA_ERROR_INVALID_CONTEXT);
    return CUDA_SUCCESS;
}

CUresult cuCtxEnablePeerAccess(CUcontext peerContext, unsigned int Flags)
{
    ENTER(cuCtxEnablePeerAccess);
    struct sg_context *context;
    uint64_t bit;
    TRY(peer_bit(peerContext, &context, &bit));
    REQUIRE(Flags == 0, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!(context->peers & bit), CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED);
    context->peers |= bit;
    return CUDA_SUCCESS;
}

CUresult cuCtxDisablePeerAccess(CUcontext peerContext)
{
    ENTER(cuCtxDisablePeerAccess);
    struct sg_context *context;
    uint64_t bit;
    TRY(peer_bit(peerContext, &context, &bit));
    REQUIRE(context->peers & bit, CUDA_ERROR_PEER_ACCESS_NOT_ENABLED);
    context->peers &= ~bit;
    return CUDA_SUCCESS;
}

/* No context is limited to some of the multiprocessors: cuCtxCreate_v3 refuses to make one. */
CUresult cuCtxGetExecAffinity(CUexecAffinityParam *pExecAffinity, CUexecAffinityType type)
{
    ENTER(cuCtxGetExecAffinity);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    REQUIRE(pExecAffinity && (unsigned)type < CU_EXEC_AFFINITY_TYPE_MAX, CUDA_ERROR_INVALID_VALUE);
    return CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY;
}

/* No other device writes into one of these, as CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_FLUSH_WRITES_OPTIONS says. */
CUresult cuFlushGPUDirectRDMAWrites(CUflushGPUDirectRDMAWritesTarget target, CUflushGPUDirectRDMAWritesScope scope)
{
    ENTER(cuFlushGPUDirectRDMAWrites);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    REQUIRE(target == CU_FLUSH_GPU_DIRECT_RDMA_WRITES_TARGET_CURRENT_CTX &&
                (scope == CU_FLUSH_GPU_DIRECT_RDMA_WRITES_TO_OWNER ||
                 scope == CU_FLUSH_GPU_DIRECT_RDMA_WRITES_TO_ALL_DEVICES),
            CUDA_ERROR_INVALID_VALUE);
    return CUDA_ERROR_NOT_SUPPORTED;
}
