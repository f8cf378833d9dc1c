/* What a context says about itself and what can be set in it. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/contexts.h"

/* The current context, usable or lost: what it is is known here. */
static CUresult known(const void *out, struct bf_object **context)
{
    CUresult result = bf_contexts_peek(context);
    /* None, or one that has been destroyed. */
    if (!result && !*context)
        result = bf_contexts_current(context);
    return !result && !out ? CUDA_ERROR_INVALID_VALUE : result;
}

/* The same, if it can be used: what was set in it is answered here, too, but not of a lost one. */
static CUresult usable(const void *out, struct bf_object **context)
{
    CUresult result = known(out, context);
    return result ? result : bf_contexts_check(*context);
}

CUresult cuCtxGetDevice(CUdevice *device)
{
    struct bf_object *context;
    CUresult result = known(device, &context);
    if (!result)
        *device = context->context.device->ordinal;
    return result;
}

CUresult cuCtxGetDevice_v2(CUdevice *device, CUcontext ctx)
{
    if (!ctx)
        return cuCtxGetDevice(device);
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    const struct bf_object *context = bf_objects_find(ctx, BF_CONTEXT);
    if (!context)
        return CUDA_ERROR_INVALID_CONTEXT;
    if (!device)
        return CUDA_ERROR_INVALID_VALUE;
    *device = context->context.device->ordinal;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetFlags(unsigned int *flags)
{
    struct bf_object *context;
    CUresult result = usable(flags, &context);
    if (!result)
        *flags = context->context.flags;
    return result;
}

CUresult cuCtxSetFlags(unsigned int flags)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (!result)
        result = BF_ASK(bf_in(context), NULL, cuCtxSetFlags, bf_u(flags));
    if (!result)
        context->context.flags = flags;
    return result;
}

CUresult cuCtxGetId(CUcontext ctx, unsigned long long *ctxId)
{
    struct bf_object *context = NULL;
    CUresult result = known(ctxId, &context);
    if (ctx && result != CUDA_ERROR_NOT_INITIALIZED) {
        context = bf_objects_find(ctx, BF_CONTEXT);
        result = !context ? CUDA_ERROR_INVALID_CONTEXT : ctxId ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    }
    if (!result)
        *ctxId = context->context.id;
    return result;
}

/* Of the interface that made it. */
CUresult cuCtxGetApiVersion(CUcontext ctx, unsigned int *version)
{
    struct bf_object *context;
    CUresult result = bf_contexts_peek(&context);
    if (!result && !version)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && !ctx && !context)
        return bf_contexts_current(&context);
    if (!result && ctx) {
        context = bf_objects_find(ctx, BF_CONTEXT);
        result = context ? CUDA_SUCCESS : CUDA_ERROR_INVALID_CONTEXT;
    }
    if (!result)
        *version = context->context.is_old ? 3010 : 3020;
    return result;
}

CUresult cuCtxGetStreamPriorityRange(int *leastPriority, int *greatestPriority)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (leastPriority)
        *leastPriority = context->context.device->facts->priority_least;
    if (greatestPriority)
        *greatestPriority = context->context.device->facts->priority_greatest;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetCacheConfig(CUfunc_cache *pconfig)
{
    struct bf_object *context;
    CUresult result = usable(pconfig, &context);
    if (!result)
        *pconfig = (CUfunc_cache)context->context.cache_config;
    return result;
}

CUresult cuCtxSetCacheConfig(CUfunc_cache config)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (!result && (unsigned)config > CU_FUNC_CACHE_PREFER_EQUAL)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    context->context.cache_config = (unsigned char)config;
    return BF_TELL(bf_in(context), cuCtxSetCacheConfig, bf_u(config));
}

/* Banks of four bytes, as on every architecture since 5.0, whatever was asked for. */
CUresult cuCtxGetSharedMemConfig(CUsharedconfig *pConfig)
{
    struct bf_object *context;
    CUresult result = usable(pConfig, &context);
    if (!result)
        *pConfig = CU_SHARED_MEM_CONFIG_FOUR_BYTE_BANK_SIZE;
    return result;
}

CUresult cuCtxSetSharedMemConfig(CUsharedconfig config)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (!result && (unsigned)config > CU_SHARED_MEM_CONFIG_EIGHT_BYTE_BANK_SIZE)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    return BF_TELL(bf_in(context), cuCtxSetSharedMemConfig, bf_u(config));
}

/* The two old ways to count the users of a context: the last one to detach destroys it. */
CUresult cuCtxAttach(CUcontext *pctx, unsigned int flags)
{
    struct bf_object *context;
    CUresult result = usable(pctx, &context);
    if (!result && flags)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    context->context.attached++;
    *pctx = (CUcontext)context;
    return CUDA_SUCCESS;
}

CUresult cuCtxDetach(CUcontext ctx)
{
    struct bf_object *current;
    CUresult result = bf_contexts_peek(&current);
    if (result)
        return result;
    if (!ctx || (CUcontext)current != ctx)
        return CUDA_ERROR_INVALID_CONTEXT;
    /* A primary context cannot be destroyed, so cuCtxDestroy refuses it. */
    if (!current->context.attached)
        return cuCtxDestroy_v2(ctx);
    current->context.attached--;
    return CUDA_SUCCESS;
}

/* Both contexts must be on one server: two servers have no common address space. */
static CUresult find_peer(CUcontext handle, struct bf_object **context, struct bf_object **peer)
{
    CUresult result = bf_contexts_current(context);
    if (result)
        return result;
    *peer = bf_objects_find(handle, BF_CONTEXT);
    if (!*peer || *peer == *context || ((*peer)->context.primary && !(*peer)->context.active))
        return CUDA_ERROR_INVALID_CONTEXT;
    return (*peer)->server == (*context)->server ? CUDA_SUCCESS : CUDA_ERROR_PEER_ACCESS_UNSUPPORTED;
}

CUresult cuCtxEnablePeerAccess(CUcontext peerContext, unsigned int Flags)
{
    struct bf_object *context, *peer;
    CUresult result = find_peer(peerContext, &context, &peer);
    if (!result && Flags)
        result = CUDA_ERROR_INVALID_VALUE;
    return result ? result : BF_ASK(bf_in(context), NULL, cuCtxEnablePeerAccess, bf_u(peer->number), bf_u(Flags));
}

CUresult cuCtxDisablePeerAccess(CUcontext peerContext)
{
    struct bf_object *context, *peer;
    CUresult result = find_peer(peerContext, &context, &peer);
    if (result == CUDA_ERROR_PEER_ACCESS_UNSUPPORTED)
        result = CUDA_ERROR_PEER_ACCESS_NOT_ENABLED;
    return result ? result : BF_ASK(bf_in(context), NULL, cuCtxDisablePeerAccess, bf_u(peer->number));
}
