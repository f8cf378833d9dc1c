/* Life of events, their records, and waits for them. */
#include "event.h"

#include <stdlib.h>
#include <time.h>

#include "../sched/poll.h"
#include "handles.h"

static struct sg_event *unused;

/* Events are never given back to the system: a record in a queue may name one that has been destroyed. It then finds
 * that the event's ticket is not its own. */
static struct sg_event *take_event(void)
{
    sg_objects_lock();
    struct sg_event *event = unused;
    if (event)
        unused = event->next;
    sg_objects_unlock();
    return event ? event : calloc(1, sizeof *event);
}

static void link_event(struct sg_event *event)
{
    sg_objects_lock();
    event->previous = NULL;
    event->next = event->context->events;
    if (event->next)
        event->next->previous = event;
    event->context->events = event;
    sg_objects_unlock();
}

/* With the objects' lock held; its handle was dropped. */
static void retire_event(struct sg_event *event)
{
    *(event->previous ? &event->previous->next : &event->context->events) = event->next;
    if (event->next)
        event->next->previous = event->previous;
    sg_sched_lock();
    struct sg_event_shared *shared = event->shared;
    event->ticket = 0;
    event->stream = NULL;
    event->shared = NULL;
    sg_sched_unlock();
    sg_event_shared_drop(shared);
    event->next = unused;
    unused = event;
}

bool sg_event_destroy(struct sg_event *event, const void *handle)
{
    sg_objects_lock();
    bool live = sg_handles_drop(handle);
    if (live)
        retire_event(event);
    sg_objects_unlock();
    return live;
}

void sg_event_destroy_all(struct sg_context *context)
{
    sg_objects_lock();
    while (context->events) {
        sg_handles_drop(context->events->handle);
        retire_event(context->events);
    }
    sg_objects_unlock();
}

static CUresult create(struct sg_context *context, unsigned flags, struct sg_event_shared *shared,
                       struct sg_event **out)
{
    struct sg_event *event = take_event();
    REQUIRE(event, CUDA_ERROR_OUT_OF_MEMORY);
    /* A record of the event that this was before may be reached right now. */
    sg_sched_lock();
    *event = (struct sg_event){.context = context, .flags = flags, .captured = event->captured, .shared = shared};
    sg_sched_unlock();
    event->handle = sg_handles_new(SG_EVENT, event);
    if (!event->handle) {
        sg_objects_lock();
        event->next = unused;
        unused = event;
        sg_objects_unlock();
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    link_event(event);
    *out = event;
    return CUDA_SUCCESS;
}

static CUresult create_shared(struct sg_context *context, unsigned flags, struct sg_event_shared *shared,
                              struct sg_event **out)
{
    REQUIRE(shared, CUDA_ERROR_OUT_OF_MEMORY);
    CUresult result = create(context, flags, shared, out);
    if (result)
        sg_event_shared_drop(shared);
    return result;
}

CUresult sg_event_create(struct sg_context *context, unsigned flags, struct sg_event **out)
{
    return flags & CU_EVENT_INTERPROCESS ? create_shared(context, flags, sg_event_shared_new(), out)
                                         : create(context, flags, NULL, out);
}

CUresult sg_event_open(struct sg_context *context, const struct sg_exported_handle *handle, struct sg_event **out)
{
    struct sg_event_shared *shared = sg_event_shared_open(handle);
    REQUIRE(shared, CUDA_ERROR_INVALID_VALUE);
    return create_shared(context, CU_EVENT_DISABLE_TIMING | CU_EVENT_INTERPROCESS, shared, out);
}

struct record {
    struct sg_event *event;
    struct sg_event_shared *shared;
    uint64_t number;             /* in what is shared */
};

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Under the scheduler's lock, also if the context has failed. An event that was recorded again later, or destroyed, does not take this time. */
static void reach(struct sg_work *work)
{
    const struct record *record = (const struct record *)work->payload;
    if (record->event->ticket == work->ticket)
        record->event->reached_ns = now_ns();
    if (record->shared)
        sg_event_shared_reach(record->shared, record->number);
    sg_event_shared_drop(record->shared);
}

/* The ticket is known only when the record is in its queue, where it may be reached at once: so the event learns it
 * there. */
static void enter(struct sg_work *work)
{
    struct record *record = (struct record *)work->payload;
    sg_event_enter(record->event, work->stream, work->ticket);
    if (record->shared)
        record->number = sg_event_shared_record(record->shared);
}

static const struct sg_work_kind record_kind = {.name = "event record", .enter = enter, .instant = reach};

CUresult sg_event_record(struct sg_event *event, struct sg_stream *stream)
{
    struct sg_work *work = sg_sched_new(&record_kind, sizeof(struct record));
    REQUIRE(work, CUDA_ERROR_OUT_OF_MEMORY);
    *(struct record *)work->payload = (struct record){event, sg_event_shared_keep(event->shared), 0};
    sg_workers_enqueue(stream, work, false);
    return CUDA_SUCCESS;
}

/* ---- records in the midst of a graph */

struct sg_record sg_event_record_of(const struct sg_event *event)
{
    return (struct sg_record){event->stream, event->ticket};
}

bool sg_event_is_passed(const struct sg_record *record)
{
    return !record->stream || !record->stream->head || record->stream->head->ticket > record->ticket;
}

void sg_event_enter(struct sg_event *event, struct sg_stream *stream, uint64_t ticket)
{
    event->stream = stream;
    event->ticket = ticket;
    event->reached_ns = 0;
    atomic_store_explicit(&event->capture, 0, memory_order_relaxed);
}

/* One that was recorded again meanwhile does not take it. */
void sg_event_reach(struct sg_event *event, struct sg_stream *stream, uint64_t ticket)
{
    if (event->stream != stream || event->ticket != ticket)
        return;
    event->ticket = ticket - 1;
    event->reached_ns = now_ns();
}

static void nothing(struct sg_work *work)
{
    (void)work;
}

static const struct sg_work_kind wait_kind = {.name = "wait for event", .instant = nothing};

bool sg_event_newest(struct sg_event *event, struct sg_stream **stream, uint64_t *ticket)
{
    sg_sched_lock();
    *stream = event->stream;
    *ticket = event->ticket;
    sg_sched_unlock();
    return *stream;
}

CUresult sg_event_wait_ticket(struct sg_stream *stream, struct sg_stream *recorded, uint64_t ticket)
{
    if (recorded == stream || sg_queue_passed(recorded, ticket))
        return CUDA_SUCCESS;
    struct sg_work *work = sg_sched_new(&wait_kind, 0);
    REQUIRE(work, CUDA_ERROR_OUT_OF_MEMORY);
    work->wait_stream = recorded;
    work->wait_ticket = ticket;
    sg_workers_enqueue(stream, work, false);
    return CUDA_SUCCESS;
}

/* ---- records of other processes */

static bool is_shared_reached(struct sg_work *work)
{
    const struct record *record = (const struct record *)work->payload;
    return sg_event_shared_is_reached(record->shared, record->number);
}

static void end_shared_wait(struct sg_work *work)
{
    sg_event_shared_drop(((const struct record *)work->payload)->shared);
}

static const struct sg_work_kind shared_wait_kind = {
    .name = "wait for another process", .ready = is_shared_reached, .instant = end_shared_wait};

static CUresult wait_shared(struct sg_stream *stream, struct sg_event *event)
{
    uint64_t newest = sg_event_shared_newest(event->shared);
    if (sg_event_shared_is_reached(event->shared, newest))
        return CUDA_SUCCESS;
    struct sg_work *work = sg_poll_start() ? sg_sched_new(&shared_wait_kind, sizeof(struct record)) : NULL;
    REQUIRE(work, CUDA_ERROR_OUT_OF_MEMORY);
    *(struct record *)work->payload = (struct record){event, sg_event_shared_keep(event->shared), newest};
    sg_workers_enqueue(stream, work, false);
    return CUDA_SUCCESS;
}

bool sg_event_is_reached(struct sg_event *event)
{
    struct sg_stream *recorded;
    uint64_t ticket;
    if (sg_event_newest(event, &recorded, &ticket) && !sg_queue_passed(recorded, ticket))
        return false;
    return !event->shared || sg_event_shared_is_reached(event->shared, sg_event_shared_newest(event->shared));
}

void sg_event_synchronize(struct sg_event *event)
{
    struct sg_stream *recorded;
    uint64_t ticket, newest = event->shared ? sg_event_shared_newest(event->shared) : 0;
    if (sg_event_newest(event, &recorded, &ticket))
        sg_workers_wait(recorded, ticket);
    if (event->shared)
        sg_event_shared_wait(event->shared, newest);
}

CUresult sg_event_wait(struct sg_stream *stream, struct sg_event *event)
{
    struct sg_stream *recorded;
    uint64_t ticket;
    if (event->shared)
        TRY(wait_shared(stream, event));
    return sg_event_newest(event, &recorded, &ticket) ? sg_event_wait_ticket(stream, recorded, ticket) : CUDA_SUCCESS;
}
