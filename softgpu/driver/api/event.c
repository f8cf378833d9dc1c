/* Entry points of events, and waits of streams for them. */
#include <stdlib.h>
#include <time.h>

#include "../state/event.h"
#include "../state/handles.h"
#include "../state/pool.h"

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

/* With the objects' lock held. */
static void retire_event(struct sg_event *event)
{
    sg_handle_drop(event->handle);
    *(event->previous ? &event->previous->next : &event->context->events) = event->next;
    if (event->next)
        event->next->previous = event->previous;
    sg_sched_lock();
    event->ticket = 0;
    event->stream = NULL;
    sg_sched_unlock();
    event->next = unused;
    unused = event;
}

void sg_event_destroy_all(struct sg_context *context)
{
    sg_objects_lock();
    while (context->events)
        retire_event(context->events);
    sg_objects_unlock();
}

CUresult cuEventCreate(CUevent *phEvent, unsigned int Flags)
{
    ENTER(cuEventCreate);
    enum { KNOWN = CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING | CU_EVENT_INTERPROCESS };
    struct sg_context *context;
    TRY(sg_context_current(&context));
    REQUIRE(phEvent && !(Flags & ~(unsigned)KNOWN), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!(Flags & CU_EVENT_INTERPROCESS) || (Flags & CU_EVENT_DISABLE_TIMING), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!(Flags & CU_EVENT_INTERPROCESS), CUDA_ERROR_NOT_SUPPORTED);
    struct sg_event *event = take_event();
    REQUIRE(event, CUDA_ERROR_OUT_OF_MEMORY);
    /* A record of the event that this was before may be reached right now. */
    sg_sched_lock();
    *event = (struct sg_event){.context = context, .flags = Flags};
    sg_sched_unlock();
    event->handle = sg_handle_new(SG_EVENT, event);
    if (!event->handle) {
        sg_objects_lock();
        event->next = unused;
        unused = event;
        sg_objects_unlock();
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    link_event(event);
    *phEvent = (CUevent)event->handle;
    return CUDA_SUCCESS;
}

static CUresult destroy(CUevent handle)
{
    struct sg_event *event = sg_handle_get(handle, SG_EVENT);
    REQUIRE(event, sg_context_missing());
    CUresult result = sg_context_error(event->context);
    sg_objects_lock();
    retire_event(event);
    sg_objects_unlock();
    return result;
}

CUresult cuEventDestroy_v2(CUevent hEvent)
{
    ENTER(cuEventDestroy_v2);
    return destroy(hEvent);
}

CUresult cuEventDestroy(CUevent hEvent)
{
    ENTER(cuEventDestroy);
    return destroy(hEvent);
}

/* ---- record */

struct record {
    struct sg_event *event;
};

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Under the scheduler's lock. An event that was recorded again later, or destroyed, does not take this time. */
static void reach(struct sg_work *work)
{
    struct sg_event *event = ((struct record *)work->payload)->event;
    if (event->ticket == work->ticket)
        event->reached_ns = now_ns();
}

/* The ticket is known only when the record is in its queue, where it may be reached at once: so the event learns it
 * there. */
static void enter(struct sg_work *work)
{
    struct sg_event *event = ((struct record *)work->payload)->event;
    event->stream = work->stream;
    event->ticket = work->ticket;
    event->reached_ns = 0;
}

static const struct sg_work_kind record_kind = {.name = "event record", .enter = enter, .instant = reach};

CUresult sg_event_record(struct sg_event *event, struct sg_stream *stream)
{
    struct sg_work *work = sg_sched_new(&record_kind, sizeof(struct record));
    REQUIRE(work, CUDA_ERROR_OUT_OF_MEMORY);
    *(struct record *)work->payload = (struct record){event};
    sg_sched_enqueue(stream, work, false);
    return CUDA_SUCCESS;
}

static CUresult record(CUevent handle, CUstream hStream)
{
    struct sg_stream *stream;
    TRY(sg_context_order(hStream, &stream));
    struct sg_event *event = sg_handle_get(handle, SG_EVENT);
    REQUIRE(event, CUDA_ERROR_INVALID_HANDLE);
    REQUIRE(event->context == stream->context, CUDA_ERROR_INVALID_HANDLE);
    return sg_event_record(event, stream);
}

CUresult cuEventRecord(CUevent hEvent, CUstream hStream)
{
    ENTER(cuEventRecord);
    return record(hEvent, hStream);
}

/* The one flag is about graph capture. */
CUresult cuEventRecordWithFlags(CUevent hEvent, CUstream hStream, unsigned int flags)
{
    ENTER(cuEventRecordWithFlags);
    REQUIRE(!(flags & ~(unsigned)CU_EVENT_RECORD_EXTERNAL), CUDA_ERROR_INVALID_VALUE);
    return record(hEvent, hStream);
}

/* ---- wait */

static void nothing(struct sg_work *work)
{
    (void)work;
}

static const struct sg_work_kind wait_kind = {.name = "wait for event", .instant = nothing};

/* The newest record; false if there is none. */
static bool newest(struct sg_event *event, struct sg_stream **stream, uint64_t *ticket)
{
    sg_sched_lock();
    *stream = event->stream;
    *ticket = event->ticket;
    sg_sched_unlock();
    return *stream;
}

/* What comes later in the stream begins when the event's newest record has been reached. */
static CUresult wait_in(struct sg_stream *stream, struct sg_event *event)
{
    struct sg_stream *recorded;
    uint64_t ticket;
    if (!newest(event, &recorded, &ticket) || recorded == stream || sg_sched_passed(recorded, ticket))
        return CUDA_SUCCESS;
    struct sg_work *work = sg_sched_new(&wait_kind, 0);
    REQUIRE(work, CUDA_ERROR_OUT_OF_MEMORY);
    work->wait_stream = recorded;
    work->wait_ticket = ticket;
    sg_sched_enqueue(stream, work, false);
    return CUDA_SUCCESS;
}

CUresult cuStreamWaitEvent(CUstream hStream, CUevent hEvent, unsigned int Flags)
{
    ENTER(cuStreamWaitEvent);
    REQUIRE(!(Flags & ~(unsigned)CU_EVENT_WAIT_EXTERNAL), CUDA_ERROR_INVALID_VALUE);
    struct sg_stream *stream;
    TRY(sg_context_order(hStream, &stream));
    struct sg_event *event = sg_handle_get(hEvent, SG_EVENT);
    REQUIRE(event, CUDA_ERROR_INVALID_HANDLE);
    return wait_in(stream, event);
}

/* ---- a whole context: nothing says that NULL is the current one, as it is elsewhere */

static CUresult find_whole(CUcontext handle, CUevent wanted, struct sg_context **context, struct sg_event **event)
{
    REQUIRE(handle, CUDA_ERROR_INVALID_CONTEXT);
    TRY(sg_context_of(handle, context));
    REQUIRE(atomic_load(&(*context)->active), CUDA_ERROR_CONTEXT_IS_DESTROYED);
    TRY(sg_context_error(*context));
    *event = sg_handle_get(wanted, SG_EVENT);
    return *event ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult cuCtxRecordEvent(CUcontext hCtx, CUevent hEvent)
{
    ENTER(cuCtxRecordEvent);
    struct sg_context *context;
    struct sg_event *event;
    TRY(find_whole(hCtx, hEvent, &context, &event));
    REQUIRE(event->context == context, CUDA_ERROR_INVALID_HANDLE);
    return sg_event_record(event, context->gathered);
}

CUresult cuCtxWaitEvent(CUcontext hCtx, CUevent hEvent)
{
    ENTER(cuCtxWaitEvent);
    struct sg_context *context;
    struct sg_event *event;
    TRY(find_whole(hCtx, hEvent, &context, &event));
    return wait_in(context->held, event);
}

/* ---- what has become of an event */

static CUresult find(CUevent handle, struct sg_event **out)
{
    *out = sg_handle_get(handle, SG_EVENT);
    REQUIRE(*out, sg_context_missing());
    return sg_context_error((*out)->context);
}

CUresult cuEventQuery(CUevent hEvent)
{
    ENTER(cuEventQuery);
    struct sg_event *event;
    struct sg_stream *stream;
    uint64_t ticket;
    TRY(find(hEvent, &event));
    if (newest(event, &stream, &ticket) && !sg_sched_passed(stream, ticket))
        return CUDA_ERROR_NOT_READY;
    return sg_context_error(event->context);
}

CUresult cuEventSynchronize(CUevent hEvent)
{
    ENTER(cuEventSynchronize);
    struct sg_event *event;
    struct sg_stream *stream;
    uint64_t ticket;
    TRY(find(hEvent, &event));
    if (newest(event, &stream, &ticket))
        sg_sched_wait(stream, ticket);
    sg_pool_synchronised();
    return sg_context_error(event->context);
}

static CUresult elapsed(float *milliseconds, CUevent start, CUevent end)
{
    struct sg_event *first, *second;
    REQUIRE(milliseconds, CUDA_ERROR_INVALID_VALUE);
    TRY(find(start, &first));
    TRY(find(end, &second));
    REQUIRE(first->context == second->context, CUDA_ERROR_INVALID_HANDLE);
    REQUIRE(!((first->flags | second->flags) & CU_EVENT_DISABLE_TIMING), CUDA_ERROR_INVALID_HANDLE);
    sg_sched_lock();
    bool recorded = first->stream && second->stream;
    uint64_t from = first->reached_ns, to = second->reached_ns;
    sg_sched_unlock();
    REQUIRE(recorded, CUDA_ERROR_INVALID_HANDLE);
    REQUIRE(from && to, CUDA_ERROR_NOT_READY);
    *milliseconds = (float)((double)(int64_t)(to - from) * 1e-6);
    return CUDA_SUCCESS;
}

CUresult cuEventElapsedTime(float *pMilliseconds, CUevent hStart, CUevent hEnd)
{
    ENTER(cuEventElapsedTime);
    return elapsed(pMilliseconds, hStart, hEnd);
}

CUresult cuEventElapsedTime_v2(float *pMilliseconds, CUevent hStart, CUevent hEnd)
{
    ENTER(cuEventElapsedTime_v2);
    return elapsed(pMilliseconds, hStart, hEnd);
}
