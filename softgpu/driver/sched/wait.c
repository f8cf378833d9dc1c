/* Waiting for all that a context or a stream has to do now. */
#include "../../run/output.h"
#include "../state/context.h"
#include "sched_internal.h"

void sg_wait_context(struct sg_context *context, bool blocking_only)
{
    sg_sched_lock();
    uint64_t cutoff = sg_queue_last_ticket();
    struct sg_stream *stream;
    while ((stream = sg_queue_find_busy(context, cutoff, blocking_only))) {
        /* The newest ticket of the stream that is not beyond the cutoff is not known; waiting for the head's is
         * enough to get on. */
        uint64_t ticket = stream->enqueued <= cutoff ? stream->enqueued : stream->head->ticket;
        sg_sched_unlock();
        sg_workers_wait(stream, ticket);
        sg_sched_lock();
    }
    sg_sched_unlock();
    sg_output_flush();
}

unsigned sg_wait_list(const struct sg_stream *stream, struct sg_wait out[SG_WAITS_MAX])
{
    unsigned seen = 0;
    sg_sched_lock();
    for (const struct sg_work *work = stream->head; work; work = work->next)
        if (work->wait_stream)
            out[seen++ % SG_WAITS_MAX] = (struct sg_wait){work->wait_stream, work->wait_ticket};
    sg_sched_unlock();
    return seen < SG_WAITS_MAX ? seen : SG_WAITS_MAX;
}

static uint64_t newest(struct sg_stream *stream)
{
    sg_sched_lock();
    uint64_t ticket = stream->enqueued;
    sg_sched_unlock();
    return ticket;
}

void sg_wait_stream(struct sg_stream *stream)
{
    if (stream->legacy)
        sg_wait_context(stream->context, true);
    else
        sg_workers_wait(stream, newest(stream));
}
