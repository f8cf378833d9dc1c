/* Which context is current on a thread. */
#include "../../libcuda/generated/cuda_api.h"
#include "../../libcuda/thread.h"
#include "../state/contexts.h"

/* What push and set have in common: a handle that may become current, used or not (cudart sets a primary context
 * current before it retains it). */
static CUresult find(CUcontext handle, struct bf_object **out)
{
    *out = bf_objects_find(handle, BF_CONTEXT);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_CONTEXT;
}

static CUresult enter(struct lc_thread **thread)
{
    if (!bf_client_ready())
        return bf_client_refusal();
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
    struct bf_object *context = NULL;
    CUresult result = enter(&thread);
    if (!result && ctx)
        result = find(ctx, &context);
    if (result)
        return result;
    thread->depth -= thread->depth ? 1 : 0;
    return ctx ? bf_contexts_push(context) : CUDA_SUCCESS;
}

CUresult cuCtxPushCurrent_v2(CUcontext ctx)
{
    struct lc_thread *thread;
    struct bf_object *context;
    CUresult result = enter(&thread);
    if (!result)
        result = find(ctx, &context);
    return result ? result : bf_contexts_push(context);
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
