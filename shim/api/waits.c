/* Queries and waits of streams, events and contexts. What is known to be complete is answered here, without a system
 * call; the rest of the queries ask the server once to tell, and look whether it did. */
#include "waits.h"

#include "../../libcuda/generated/cuda_api.h"
#include "../wire/outstanding.h"
#include "../wire/output.h"
#include "../wire/watch.h"

/* An ask that returns when something is complete; its number in *number. */
static CUresult wait_for(struct bf_target to, const struct bf_call *call, const struct bf_value *args, uint64_t *number)
{
    struct bf_ask ask;
    CUresult result = (CUresult)bf_stream_ask(&to.server->stream, to.context, call, args, NULL, NULL, &ask);
    *number = ask.number;
    bf_stream_ask_end(&ask);
    return bf_call_refused(to, result);
}

/* What is complete is so with its text; it may carry an error of an earlier call, as the server's answer may. */
static CUresult is_complete(struct bf_object *context)
{
    bf_output_release();
    return bf_call_told(bf_in(context), true);
}

static CUresult answer(struct bf_object *context, bool complete)
{
    CUresult lost = bf_call_told(bf_in(context), complete);
    if (lost)
        bf_output_release();
    return lost || complete ? lost : CUDA_ERROR_NOT_READY;
}

CUresult bf_waits_for(const struct bf_order *order)
{
    struct bf_progress *progress = order->to.progress;
    uint64_t number, last = atomic_load(&progress->last), put = atomic_load(&progress->put);
    /* The server records an event for each place that is waited for. */
    if (atomic_exchange(&progress->awaited, last) != last)
        atomic_fetch_add(&progress->put, 1);
    struct bf_value args[] = {bf_u(order->stream), bf_u(last)};
    CUresult result = wait_for(order->to, &bf_calls[BF_CALL_stream_wait], args, &number);
    if (!result)
        bf_progress_reach(progress, last, put);
    return result;
}

CUresult cuStreamSynchronize(CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    struct bf_progress *progress = order.to.progress;
    if (bf_progress_is_done(progress, atomic_load(&progress->last)))
        return is_complete(order.context);
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
    if (result)
        return result;
    uint64_t mark = atomic_load(&event->event.mark), number, asked;
    struct bf_progress *progress = mark ? bf_progress_of(mark, &number) : NULL;
    if (!progress || bf_progress_is_done(progress, number))
        return is_complete(event->owner);
    struct bf_value argument = bf_u(event->number);
    result = wait_for(bf_in(event->owner), &bf_calls[BF_CALL_cuEventSynchronize], &argument, &asked);
    if (!result)
        bf_progress_reach(progress, number, 0);
    return result ? result : bf_call_told(bf_in(event->owner), true);
}

static CUresult wait_for_context(struct bf_object *context)
{
    uint64_t number;
    atomic_store(&context->context.held, false);
    CUresult result = wait_for(bf_in(context), &bf_calls[BF_CALL_cuCtxSynchronize], NULL, &number);
    struct bf_progress *all = result ? NULL : atomic_load(&context->context.all);
    if (all)
        bf_progress_reach(all, number, 0);
    return result;
}

void bf_waits_settle(struct bf_object *context)
{
    struct bf_stream *stream = &context->server->stream;
    bool held = atomic_load(&context->context.held);
    if (!held && !bf_watch_is_running(stream, context->number) && !bf_outstanding_any(stream))
        return;
    bf_stream_drain(stream);
    if (held || bf_watch_is_running(stream, context->number) || bf_outstanding_any(stream))
        wait_for_context(context);
}

CUresult cuCtxSynchronize_v2(CUcontext ctx)
{
    struct bf_object *context;
    CUresult result = bf_contexts_find(ctx, &context);
    if (!result)
        result = wait_for_context(context);
    return result ? result : bf_call_told(bf_in(context), true);
}

CUresult cuCtxSynchronize(void)
{
    return cuCtxSynchronize_v2(NULL);
}
