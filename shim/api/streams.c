/* Streams: made by a tell, so a new one costs no round trip; what is known about one is answered here. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/order.h"
#include "../state/streams.h"
#include "capture.h"

CUresult cuStreamCreateWithPriority(CUstream *phStream, unsigned int flags, int priority)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (!result && (!phStream || flags & ~(unsigned)CU_STREAM_NON_BLOCKING))
        result = CUDA_ERROR_INVALID_VALUE;
    return result ? result : bf_streams_create(context, bf_contexts_green(), flags, priority, phStream);
}

CUresult cuStreamDestroy_v2(CUstream hStream)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    struct bf_object *stream = bf_objects_find(hStream, BF_STREAM);
    if (stream && stream->stream.orphaned)
        return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    if (!stream)
        return bf_contexts_no_handle();
    CUresult result = bf_streams_destroy(stream);
    bf_capture_end_left();
    return result;
}
