/* Waiting for the device. */
#include "waits.h"

#include "../wire/outstanding.h"
#include "../wire/output.h"
#include "../wire/wait.h"
#include "../wire/watch.h"
#include "events.h"
#include "kept_pools.h"

/* An ask that returns when something is complete; its number in *number. */
static CUresult wait_for(struct bf_target to, const struct bf_call *call, const struct bf_value *args, uint64_t *number)
{
    struct bf_ask ask;
    CUresult result = (CUresult)bf_stream_ask(&to.server->stream, to.context, call, args, NULL, NULL, &ask);
    *number = ask.number;
    bf_stream_ask_end(&ask);
    return bf_call_refused(to, result);
}

CUresult bf_waits_complete(struct bf_object *context)
{
    bf_output_release();
    bf_kept_pools_look();
    return bf_call_told(bf_in(context), true);
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

CUresult bf_waits_for_event(struct bf_object *event)
{
    uint64_t mark = atomic_load(&event->event.mark), number, asked;
    struct bf_progress *progress = mark ? bf_progress_of(mark, &number) : NULL;
    if (!bf_events_is_shared(event) && (!progress || bf_progress_is_done(progress, number)))
        return bf_waits_complete(event->owner);
    struct bf_value argument = bf_u(event->number);
    CUresult result = wait_for(bf_in(event->owner), &bf_calls[BF_CALL_cuEventSynchronize], &argument, &asked);
    if (!result && progress)
        bf_progress_reach(progress, number, 0);
    return result ? result : bf_call_told(bf_in(event->owner), true);
}

CUresult bf_waits_here(struct bf_object *event)
{
    CUresult result = bf_contexts_check(event->owner);
    return result ? result : bf_waits_for_event(event);
}

CUresult bf_waits_for_context(struct bf_object *context)
{
    uint64_t number;
    atomic_store(&context->context.held, false);
    CUresult result = wait_for(bf_in(context), &bf_calls[BF_CALL_cuCtxSynchronize], NULL, &number);
    struct bf_progress *all = result ? NULL : atomic_load(&context->context.all);
    if (all)
        bf_progress_reach(all, number, 0);
    return result;
}

CUresult bf_waits_context(struct bf_object *context)
{
    CUresult result = bf_waits_for_context(context);
    bf_kept_pools_look();
    return result ? result : bf_call_told(bf_in(context), true);
}

CUresult bf_waits_stream(const struct bf_order *order)
{
    struct bf_progress *progress = order->to.progress;
    if (bf_progress_is_done(progress, atomic_load(&progress->last)))
        return bf_waits_complete(order->context);
    CUresult result = bf_waits_for(order);
    bf_kept_pools_look();
    return result ? result : bf_call_told(order->to, true);
}

/* What is known to be complete is answered without a system call; otherwise the server is asked once to tell, and it
 * is looked whether it did. */
static CUresult answer(struct bf_object *context, bool complete)
{
    CUresult lost = bf_call_told(bf_in(context), complete);
    if (lost)
        bf_output_release();
    return lost || complete ? lost : CUDA_ERROR_NOT_READY;
}

CUresult bf_waits_query(const struct bf_order *order)
{
    struct bf_progress *progress = order->to.progress;
    return answer(order->context, bf_watch_look(progress, atomic_load(&progress->last)));
}

/* Only the server knows what other processes did with it. */
static CUresult query_shared(const struct bf_object *event)
{
    CUresult result = BF_ASK(bf_in(event->owner), NULL, cuEventQuery, bf_u(event->number));
    return result ? result : bf_call_told(bf_in(event->owner), true);
}

CUresult bf_waits_query_event(struct bf_object *event)
{
    if (bf_events_is_shared(event))
        return query_shared(event);
    uint64_t mark = atomic_load(&event->event.mark);
    bool complete = !mark || bf_watch_look_event(mark, event->owner->number, event->number, &event->event.watched);
    return answer(event->owner, complete);
}

void bf_waits_settle(struct bf_object *context)
{
    struct bf_stream *stream = &context->server->stream;
    bool held = atomic_load(&context->context.held);
    if (!held && !bf_watch_is_running(stream, context->number) && !bf_outstanding_any(stream))
        return;
    bf_wait_drain(stream);
    if (held || bf_watch_is_running(stream, context->number) || bf_outstanding_any(stream))
        bf_waits_for_context(context);
}
