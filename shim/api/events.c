/* Events of whole contexts. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/contexts.h"
#include "../state/events.h"
#include "../state/waits.h"

/* Nothing says that NULL is the current one, as it is elsewhere. */
static CUresult find_whole(CUcontext handle, CUevent wanted, struct bf_object **context, struct bf_object **event)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    CUresult result = handle ? bf_contexts_find(handle, context) : CUDA_ERROR_INVALID_CONTEXT;
    if (result)
        return result;
    *event = bf_objects_find(wanted, BF_EVENT);
    return *event ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

/* The record's place is in no stream: what is complete with it is all that came before it in the context. */
CUresult cuCtxRecordEvent(CUcontext hCtx, CUevent hEvent)
{
    struct bf_object *context, *event;
    CUresult result = find_whole(hCtx, hEvent, &context, &event);
    if (!result && event->owner != context)
        result = CUDA_ERROR_INVALID_HANDLE;
    if (!result && !bf_contexts_progress(context))
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (result)
        return result;
    struct bf_put put = {0};
    result = BF_TELL(bf_noted(bf_in(context), &put), cuCtxRecordEvent, bf_u(context->number), bf_u(event->number));
    put.progress = atomic_load(&context->context.all);
    bf_events_recorded(event, &put);
    return result;
}

/* Between servers as cuStreamWaitEvent. */
CUresult cuCtxWaitEvent(CUcontext hCtx, CUevent hEvent)
{
    struct bf_object *context, *event;
    CUresult result = find_whole(hCtx, hEvent, &context, &event);
    if (result)
        return result;
    if (event->server != context->server)
        return bf_waits_here(event);
    atomic_store(&context->context.held, true);
    return BF_TELL(bf_in(context), cuCtxWaitEvent, bf_u(context->number), bf_u(event->number));
}
