/* Entry points of events, and waits of streams for them. */
#include "../../../libcuda/flags.h"
#include "../capture/capture_event.h"
#include "../capture/capture_rules.h"
#include "../capture/issue.h"
#include "../state/event.h"
#include "../state/handles.h"
#include "../state/pool.h"

CUresult cuEventCreate(CUevent *phEvent, unsigned int Flags)
{
    ENTER(cuEventCreate);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    REQUIRE(phEvent && lc_flags_suit_event(Flags), CUDA_ERROR_INVALID_VALUE);
    struct sg_event *event;
    TRY(sg_event_create(context, Flags, &event));
    *phEvent = (CUevent)event->handle;
    return CUDA_SUCCESS;
}

static CUresult destroy(CUevent handle)
{
    struct sg_event *event = sg_handles_get(handle, SG_EVENT);
    REQUIRE(event, sg_context_missing());
    CUresult result = sg_context_error(event->context);
    REQUIRE(sg_event_destroy(event, handle), sg_context_missing());
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

static CUresult record(CUevent handle, CUstream hStream, unsigned flags)
{
    struct sg_stream *stream;
    TRY(sg_capture_rules_order(hStream, &stream));
    struct sg_event *event = sg_handles_get(handle, SG_EVENT);
    REQUIRE(event, CUDA_ERROR_INVALID_HANDLE);
    REQUIRE(event->context == stream->context, CUDA_ERROR_INVALID_HANDLE);
    REQUIRE(!(flags & ~(unsigned)CU_EVENT_RECORD_EXTERNAL), CUDA_ERROR_INVALID_VALUE);
    return sg_issue_record(stream, event, flags);
}

CUresult cuEventRecord(CUevent hEvent, CUstream hStream)
{
    ENTER(cuEventRecord);
    return record(hEvent, hStream, CU_EVENT_RECORD_DEFAULT);
}

CUresult cuEventRecordWithFlags(CUevent hEvent, CUstream hStream, unsigned int flags)
{
    ENTER(cuEventRecordWithFlags);
    return record(hEvent, hStream, flags);
}

/* ---- wait */

CUresult cuStreamWaitEvent(CUstream hStream, CUevent hEvent, unsigned int Flags)
{
    ENTER(cuStreamWaitEvent);
    struct sg_stream *stream;
    TRY(sg_capture_rules_order(hStream, &stream));
    struct sg_event *event = sg_handles_get(hEvent, SG_EVENT);
    REQUIRE(event, CUDA_ERROR_INVALID_HANDLE);
    REQUIRE(!(Flags & ~(unsigned)CU_EVENT_WAIT_EXTERNAL), CUDA_ERROR_INVALID_VALUE);
    return sg_issue_wait(stream, event, Flags);
}

/* ---- a whole context: nothing says that NULL is the current one, as it is elsewhere */

static CUresult find_whole(CUcontext handle, CUevent wanted, struct sg_context **context, struct sg_event **event)
{
    REQUIRE(handle, CUDA_ERROR_INVALID_CONTEXT);
    TRY(sg_context_of(handle, context));
    REQUIRE(atomic_load(&(*context)->active), CUDA_ERROR_CONTEXT_IS_DESTROYED);
    TRY(sg_context_error(*context));
    *event = sg_handles_get(wanted, SG_EVENT);
    return *event ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult cuCtxRecordEvent(CUcontext hCtx, CUevent hEvent)
{
    ENTER(cuCtxRecordEvent);
    struct sg_context *context;
    struct sg_event *event;
    TRY(find_whole(hCtx, hEvent, &context, &event));
    REQUIRE(event->context == context, CUDA_ERROR_INVALID_HANDLE);
    TRY(sg_capture_rules_context(context));
    return sg_event_record(event, context->gathered);
}

CUresult cuCtxWaitEvent(CUcontext hCtx, CUevent hEvent)
{
    ENTER(cuCtxWaitEvent);
    struct sg_context *context;
    struct sg_event *event;
    TRY(find_whole(hCtx, hEvent, &context, &event));
    TRY(sg_capture_event_check_context(event));
    TRY(sg_capture_rules_context(context));
    return sg_event_wait(context->held, event);
}

/* ---- what has become of an event */

static CUresult find(CUevent handle, struct sg_event **out)
{
    *out = sg_handles_get(handle, SG_EVENT);
    REQUIRE(*out, sg_context_missing());
    return sg_context_error((*out)->context);
}

CUresult cuEventQuery(CUevent hEvent)
{
    ENTER(cuEventQuery);
    struct sg_event *event;
    TRY(find(hEvent, &event));
    TRY(sg_capture_event_check(event));
    TRY(sg_capture_rules_unsafe());
    if (!sg_event_is_reached(event))
        return CUDA_ERROR_NOT_READY;
    return sg_context_error(event->context);
}

CUresult cuEventSynchronize(CUevent hEvent)
{
    ENTER(cuEventSynchronize);
    struct sg_event *event;
    TRY(find(hEvent, &event));
    TRY(sg_capture_event_check(event));
    TRY(sg_capture_rules_unsafe());
    sg_event_synchronize(event);
    sg_pool_synchronised();
    return sg_context_error(event->context);
}

static CUresult elapsed(float *milliseconds, CUevent start, CUevent end)
{
    struct sg_event *first, *second;
    TRY(find(start, &first));
    TRY(find(end, &second));
    REQUIRE(milliseconds, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(first->context == second->context, CUDA_ERROR_INVALID_HANDLE);
    TRY(sg_capture_event_check(first));
    TRY(sg_capture_event_check(second));
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
