/* Where events stand in their streams. */
#include "events.h"

void bf_events_recorded(struct bf_object *event, const struct bf_put *put)
{
    lc_capture_work_recorded(&event->event.captured);
    if (put->number)
        atomic_store(&event->event.mark, bf_progress_mark(put->progress, put->number));
}

CUresult bf_events_told(const struct bf_object *event, struct bf_target to, CUresult told)
{
    if (told || !bf_events_is_shared(event))
        return told;
    CUresult result = bf_call_ask(bf_on(to.server), &bf_calls[BF_CALL_ping], NULL, NULL, NULL);
    return result ? result : bf_call_told(to, true);
}

bool bf_events_can_time(const struct bf_object *start, const struct bf_object *end)
{
    return atomic_load(&start->event.mark) && atomic_load(&end->event.mark) && start->server == end->server &&
           !((start->event.flags | end->event.flags) & CU_EVENT_DISABLE_TIMING);
}

CUresult bf_events_record(struct bf_object *event, const struct bf_order *order)
{
    struct bf_put put = {0};
    CUresult result = BF_TELL(bf_noted(order->to, &put), cuEventRecord, bf_u(event->number), bf_u(order->stream));
    bf_events_recorded(event, &put);
    return bf_events_told(event, order->to, result);
}

CUresult bf_events_record_flagged(struct bf_object *event, const struct bf_order *order, unsigned flags)
{
    struct bf_put put = {0};
    CUresult result = BF_TELL(bf_noted(order->to, &put), cuEventRecordWithFlags, bf_u(event->number),
                              bf_u(order->stream), bf_u(flags));
    bf_events_recorded(event, &put);
    return bf_events_told(event, order->to, result);
}

/* The record's place is in no stream: what is complete with it is all that came before it in the context. */
CUresult bf_events_record_whole(struct bf_object *event, struct bf_object *context)
{
    struct bf_put put = {0};
    if (!bf_contexts_progress(context))
        return CUDA_ERROR_OUT_OF_MEMORY;
    CUresult result =
        BF_TELL(bf_noted(bf_in(context), &put), cuCtxRecordEvent, bf_u(context->number), bf_u(event->number));
    put.progress = atomic_load(&context->context.all);
    bf_events_recorded(event, &put);
    return bf_events_told(event, bf_in(context), result);
}
