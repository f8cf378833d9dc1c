/* Which context is current on a thread. */
#include "../../libcuda/generated/cuda_api.h"
#include "../../libcuda/thread.h"
#include "../state/contexts.h"

/* What push and set have in common: a handle that may become current, used or not (cudart sets a primary context
 * current before it retains it). */
static CUresult to_ref(CUcontext handle, struct lc_thread_context *out)
{
    struct bf_object *context = bf_objects_find(handle, BF_CONTEXT);
    if (!context)
        return CUDA_ERROR_INVALID_CONTEXT;
    *out = (struct lc_thread_context){context, context->generation};
    return CUDA_SUCCESS;
}

static CUresult enter(struct lc_thread **thread)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    *thread = lc_thread_self();
    return *thread ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

/* A context that was destroyed elsewhere stays current to a thread. */
CUresult cuCtxGetCurrent(CUcontext *pctx)
{
    struct lc_thread *thread;
    CUresult result = enter(&thread);
    if (!result && !pctx)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        *pctx = thread->depth ? (CUcontext)thread->stack[thread->depth - 1].context : NULL;
    return result;
}

CUresult cuCtxSetCurrent(CUcontext ctx)
{
    struct lc_thread *thread;
    struct lc_thread_context ref;
    CUresult result = enter(&thread);
    if (!result && ctx)
        result = to_ref(ctx, &ref);
    if (result)
        return result;
    thread->depth -= thread->depth ? 1 : 0;
    if (ctx)
        thread->stack[thread->depth++] = ref;
    return CUDA_SUCCESS;
}

CUresult cuCtxPushCurrent_v2(CUcontext ctx)
{
    struct lc_thread *thread;
    struct lc_thread_context ref;
    CUresult result = enter(&thread);
    if (!result)
        result = to_ref(ctx, &ref);
    if (!result && thread->depth == LC_THREAD_DEPTH_MAX)
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (!result)
        thread->stack[thread->depth++] = ref;
    return result;
}

CUresult cuCtxPopCurrent_v2(CUcontext *pctx)
{
    struct lc_thread *thread;
    CUresult result = enter(&thread);
    if (!result && !thread->depth)
        result = CUDA_ERROR_INVALID_CONTEXT;
    if (result)
        return result;
    const struct lc_thread_context *top = &thread->stack[--thread->depth];
    if (pctx)
        *pctx = (CUcontext)top->context;
    return CUDA_SUCCESS;
}
