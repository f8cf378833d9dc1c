/* The end of a context whose streams may wait for memory that nobody will write any more. */
#include "../state/context.h"
#include "sched_internal.h"

static bool is_stuck(const struct sg_work *head)
{
    return head->polled || (head->started && head->kind->stuck && head->kind->stuck(head));
}

/* With the lock held: a stream that one of the context's waits for, or that itself, and that goes on without memory
 * being written. What waits for another context's stream waits as long as that one. */
static struct sg_stream *find_moving(const struct sg_context *context)
{
    for (struct sg_stream *stream = context->busy; stream; stream = stream->busy_next) {
        struct sg_stream *first = stream;
        while (first->waits_for)
            first = first->waits_for;
        if (!is_stuck(first->head) || first->context != context)
            return first;
    }
    return NULL;
}

void sg_settle_context(struct sg_context *context)
{
    struct sg_stream *stream;
    sg_workers_poll();
    sg_sched_lock();
    while ((stream = find_moving(context))) {
        uint64_t ticket = stream->head->ticket;
        sg_sched_unlock();
        sg_workers_wait(stream, ticket);
        sg_workers_poll();
        sg_sched_lock();
    }
    bool stuck = context->busy;
    sg_sched_unlock();
    if (stuck)
        sg_queue_fail(context, CUDA_ERROR_CONTEXT_IS_DESTROYED);
    sg_wait_context(context, false);
}
