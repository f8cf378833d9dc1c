/* What a context says about itself and what can be set in it. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/contexts.h"

CUresult cuCtxGetId(CUcontext ctx, unsigned long long *ctxId)
{
    struct bf_object *context = NULL;
    CUresult result = bf_contexts_known(&context);
    if (!result && !ctxId)
        result = CUDA_ERROR_INVALID_VALUE;
    if (ctx && bf_client_ready()) {
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
