/* Streams: made by a tell, so a new one costs no round trip; what is known about one is answered here. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/drop.h"
#include "../state/order.h"
#include "../state/streams.h"

CUresult cuStreamCreateWithPriority(CUstream *phStream, unsigned int flags, int priority)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (!result && (!phStream || flags & ~(unsigned)CU_STREAM_NON_BLOCKING))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    const struct bf_device_facts *facts = context->context.device->facts;
    priority = priority > facts->priority_least ? facts->priority_least : priority;
    priority = priority < facts->priority_greatest ? facts->priority_greatest : priority;
    struct bf_object *stream = bf_streams_new(context, flags, priority);
    if (!stream)
        return CUDA_ERROR_OUT_OF_MEMORY;
    result = BF_TELL(bf_in(context), cuStreamCreateWithPriority, bf_u(stream->number), bf_u(flags), bf_i(priority));
    if (result)
        bf_objects_free(stream, bf_drop_object);
    else
        *phStream = (CUstream)stream;
    return result;
}

CUresult cuStreamDestroy_v2(CUstream hStream)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    struct bf_object *stream = bf_objects_find(hStream, BF_STREAM);
    return stream ? bf_streams_destroy(stream) : bf_contexts_no_handle();
}

/* A setting of the thread that matters to capture alone: remembered, so that exchanging it twice restores it. */
CUresult cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode *mode)
{
    static _Thread_local CUstreamCaptureMode current __attribute__((tls_model("initial-exec")));
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    if (!mode || (unsigned)*mode > CU_STREAM_CAPTURE_MODE_RELAXED)
        return CUDA_ERROR_INVALID_VALUE;
    CUstreamCaptureMode before = current;
    current = *mode;
    *mode = before;
    return CUDA_SUCCESS;
}
