/* Queries and waits of streams, events and contexts. What is known to be complete is answered here, without a system
 * call; the rest of the queries ask the server once to tell, and look whether it did. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/waits.h"
#include "../wire/output.h"
#include "../wire/watch.h"

static CUresult answer(struct bf_object *context, bool complete)
{
    CUresult lost = bf_call_told(bf_in(context), complete);
    if (lost)
        bf_output_release();
    return lost || complete ? lost : CUDA_ERROR_NOT_READY;
}

CUresult cuStreamSynchronize(CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    struct bf_progress *progress = order.to.progress;
    if (bf_progress_is_done(progress, atomic_load(&progress->last)))
        return bf_waits_complete(order.context);
    result = bf_waits_for(&order);
    return result ? result : bf_call_told(order.to, true);
}

CUresult cuStreamQuery(CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    struct bf_progress *progress = order.to.progress;
    return answer(order.context, bf_watch_look(progress, atomic_load(&progress->last)));
}

static CUresult find(CUevent handle, struct bf_object **out)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    *out = bf_objects_find(handle, BF_EVENT);
    return *out ? bf_contexts_check((*out)->owner) : bf_contexts_no_handle();
}

CUresult cuEventQuery(CUevent hEvent)
{
    struct bf_object *event;
    CUresult result = find(hEvent, &event);
    if (result)
        return result;
    uint64_t mark = atomic_load(&event->event.mark);
    bool complete = !mark || bf_watch_look_event(mark, event->owner->number, event->number, &event->event.watched);
    return answer(event->owner, complete);
}

CUresult cuEventSynchronize(CUevent hEvent)
{
    struct bf_object *event;
    CUresult result = find(hEvent, &event);
    return result ? result : bf_waits_for_event(event);
}

CUresult cuCtxSynchronize_v2(CUcontext ctx)
{
    struct bf_object *context;
    CUresult result = bf_contexts_find(ctx, &context);
    if (!result)
        result = bf_waits_for_context(context);
    return result ? result : bf_call_told(bf_in(context), true);
}

CUresult cuCtxSynchronize(void)
{
    return cuCtxSynchronize_v2(NULL);
}
