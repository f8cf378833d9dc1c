/* Life of streams. */
#include <assert.h>
#include <stdlib.h>

#include "../state/context.h"
#include "sched_internal.h"

static uint64_t last_stream_id;
static struct sg_stream *free_streams;

int sg_stream_priority(int wanted)
{
    int most = wanted < SG_PRIORITY_GREATEST ? SG_PRIORITY_GREATEST : wanted;
    return most > SG_PRIORITY_LEAST ? SG_PRIORITY_LEAST : most;
}

struct sg_stream *sg_stream_new(struct sg_context *context, unsigned flags, int priority)
{
    sg_sched_lock();
    struct sg_stream *stream = free_streams;
    if (stream)
        free_streams = stream->all_next;
    sg_sched_unlock();
    if (!stream)
        stream = calloc(1, sizeof *stream);
    if (!stream)
        return NULL;
    sg_sched_lock();
    /* Streams are never given back to the system: an event, or a thread that waits, may still name one that is gone, and
     * then reads that it has passed every ticket that it ever had. */
    *stream = (struct sg_stream){.context = context,
                                 .flags = flags,
                                 .priority = priority,
                                 .blocking = !(flags & CU_STREAM_NON_BLOCKING),
                                 .attributes = {.policy = CU_SYNC_POLICY_AUTO},
                                 .done = stream->done};
    stream->id = ++last_stream_id;
    stream->all_next = context->streams;
    if (context->streams)
        context->streams->all_previous = stream;
    context->streams = stream;
    sg_sched_unlock();
    return stream;
}

static void list_remove(struct sg_stream *stream)
{
    *(stream->all_previous ? &stream->all_previous->all_next : &stream->context->streams) = stream->all_next;
    if (stream->all_next)
        stream->all_next->all_previous = stream->all_previous;
}

void sg_stream_retire(struct sg_stream *stream)
{
    assert(stream->destroyed && !stream->head && !stream->length);
    list_remove(stream);
    stream->all_next = free_streams;
    free_streams = stream;
}

void sg_stream_destroy(struct sg_stream *stream)
{
    sg_sched_lock();
    stream->destroyed = true;
    struct sg_tie *tie = atomic_exchange(&stream->tie, NULL);
    if (tie)
        tie->stream = NULL;
    if (!stream->head)
        sg_stream_retire(stream);
    sg_sched_unlock();
}
