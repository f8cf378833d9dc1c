/* Events: made, recorded and destroyed by tells. Whether one was ever recorded is known here. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/contexts.h"
#include "../state/drop.h"
#include "../state/events.h"
#include "../state/order.h"
#include "../state/waits.h"

enum { EVENT_FLAGS = CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING | CU_EVENT_INTERPROCESS };

CUresult cuEventCreate(CUevent *phEvent, unsigned int Flags)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    bool untimed = Flags & CU_EVENT_DISABLE_TIMING, shared = Flags & CU_EVENT_INTERPROCESS;
    if (!result && (!phEvent || Flags & ~(unsigned)EVENT_FLAGS || (shared && !untimed)))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && shared)
        result = CUDA_ERROR_NOT_SUPPORTED;
    if (result)
        return result;
    uint64_t number = bf_server_number(context->server);
    struct bf_object *event = bf_objects_new(&(struct bf_object){
        .kind = BF_EVENT, .server = context->server, .number = number, .owner = context, .event = {.flags = Flags}});
    if (!event)
        return CUDA_ERROR_OUT_OF_MEMORY;
    result = BF_TELL(bf_in(context), cuEventCreate, bf_u(number), bf_u(Flags));
    if (result)
        bf_objects_free(event, bf_drop_object);
    else
        *phEvent = (CUevent)event;
    return result;
}

static CUresult find(CUevent handle, struct bf_object **out)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    *out = bf_objects_find(handle, BF_EVENT);
    return *out ? CUDA_SUCCESS : bf_contexts_no_handle();
}

CUresult cuEventDestroy_v2(CUevent hEvent)
{
    struct bf_object *event;
    CUresult result = find(hEvent, &event);
    if (result)
        return result;
    struct bf_target to = bf_in(event->owner);
    uint64_t number = event->number;
    result = bf_contexts_check(event->owner);
    bf_objects_free(event, bf_drop_object);
    return result ? result : BF_TELL(to, cuEventDestroy_v2, bf_u(number));
}

CUresult cuEventDestroy(CUevent hEvent)
{
    return cuEventDestroy_v2(hEvent);
}

/* An event is recorded in a stream of its own context. */
static CUresult find_both(CUevent handle, CUstream stream, struct bf_object **event, struct bf_order *order)
{
    CUresult result = bf_order_find(stream, order);
    *event = result ? NULL : bf_objects_find(handle, BF_EVENT);
    if (!result && !*event)
        result = CUDA_ERROR_INVALID_HANDLE;
    return !result && (*event)->owner != order->context ? CUDA_ERROR_INVALID_HANDLE : result;
}

CUresult cuEventRecord(CUevent hEvent, CUstream hStream)
{
    struct bf_object *event;
    struct bf_order order;
    CUresult result = find_both(hEvent, hStream, &event, &order);
    if (result)
        return result;
    struct bf_put put = {0};
    result = BF_TELL(bf_noted(order.to, &put), cuEventRecord, bf_u(event->number), bf_u(order.stream));
    bf_events_recorded(event, &put);
    return result;
}

CUresult cuEventRecordWithFlags(CUevent hEvent, CUstream hStream, unsigned int flags)
{
    struct bf_object *event;
    struct bf_order order;
    CUresult result = find_both(hEvent, hStream, &event, &order);
    if (!result && flags & ~(unsigned)CU_EVENT_RECORD_EXTERNAL)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    struct bf_put put = {0};
    result =
        BF_TELL(bf_noted(order.to, &put), cuEventRecordWithFlags, bf_u(event->number), bf_u(order.stream), bf_u(flags));
    bf_events_recorded(event, &put);
    return result;
}

/* Between servers there is no waiting on the device: the client waits for the event before the stream goes on. */
static CUresult wait_here(struct bf_object *event)
{
    CUresult result = bf_contexts_check(event->owner);
    return result ? result : bf_waits_for_event(event);
}

CUresult cuStreamWaitEvent(CUstream hStream, CUevent hEvent, unsigned int Flags)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    struct bf_object *event = result ? NULL : bf_objects_find(hEvent, BF_EVENT);
    if (!result && !event)
        result = CUDA_ERROR_INVALID_HANDLE;
    if (!result && Flags & ~(unsigned)CU_EVENT_WAIT_EXTERNAL)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    if (event->server != order.to.server)
        return wait_here(event);
    return BF_TELL(order.to, cuStreamWaitEvent, bf_u(order.stream), bf_u(event->number), bf_u(Flags));
}

/* ---- a whole context: nothing says that NULL is the current one, as it is elsewhere */

static CUresult find_whole(CUcontext handle, CUevent wanted, struct bf_object **context, struct bf_object **event)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    CUresult result = handle ? bf_contexts_find(handle, context) : CUDA_ERROR_INVALID_CONTEXT;
    if (result)
        return result;
    *event = bf_objects_find(wanted, BF_EVENT);
    return *event ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

/* The record's place is in no stream: what is complete with it is all that came before it in the context. */
CUresult cuCtxRecordEvent(CUcontext hCtx, CUevent hEvent)
{
    struct bf_object *context, *event;
    CUresult result = find_whole(hCtx, hEvent, &context, &event);
    if (!result && event->owner != context)
        result = CUDA_ERROR_INVALID_HANDLE;
    if (!result && !bf_contexts_progress(context))
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (result)
        return result;
    struct bf_put put = {0};
    result = BF_TELL(bf_noted(bf_in(context), &put), cuCtxRecordEvent, bf_u(context->number), bf_u(event->number));
    put.progress = atomic_load(&context->context.all);
    bf_events_recorded(event, &put);
    return result;
}

/* Between servers as cuStreamWaitEvent. */
CUresult cuCtxWaitEvent(CUcontext hCtx, CUevent hEvent)
{
    struct bf_object *context, *event;
    CUresult result = find_whole(hCtx, hEvent, &context, &event);
    if (result)
        return result;
    if (event->server != context->server)
        return wait_here(event);
    atomic_store(&context->context.held, true);
    return BF_TELL(bf_in(context), cuCtxWaitEvent, bf_u(context->number), bf_u(event->number));
}

CUresult cuEventElapsedTime(float *pMilliseconds, CUevent hStart, CUevent hEnd)
{
    struct bf_object *start, *end;
    struct bf_value value;
    CUresult result = find(hStart, &start);
    if (!result)
        result = find(hEnd, &end);
    if (!result && !pMilliseconds)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    if (!atomic_load(&start->event.mark) || !atomic_load(&end->event.mark) ||
        (start->event.flags | end->event.flags) & CU_EVENT_DISABLE_TIMING || start->server != end->server)
        return CUDA_ERROR_INVALID_HANDLE;
    result = BF_ASK(bf_in(start->owner), &value, cuEventElapsedTime, bf_u(start->number), bf_u(end->number));
    if (!result)
        *pMilliseconds = value.f;
    return result;
}

CUresult cuEventElapsedTime_v2(float *pMilliseconds, CUevent hStart, CUevent hEnd)
{
    return cuEventElapsedTime(pMilliseconds, hStart, hEnd);
}
